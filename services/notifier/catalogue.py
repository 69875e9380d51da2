"""The file of texts as data.

A short message is counted in UTF-16 units: 70 in one segment, 67 in each of several (3GPP TS 23.040
§9.2.3.24.1, UCS-2); English ones too, because of the signature before them.
"""

import hashlib
import string
from collections.abc import Mapping
from datetime import time
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.notifier.events import Language, NumberSource

ONE_SEGMENT: Final = 70
OF_SEVERAL: Final = 67


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Placeholder(_Data):
    """What a `{name}` may hold: a sample, and how many characters at most (the rest is cut); the
    same in English, where that differs."""

    sample: Annotated[str, Field(min_length=1)]
    longest: Annotated[int, Field(ge=1, le=200)]
    sample_en: str | None = None
    longest_en: Annotated[int, Field(ge=1, le=200)] | None = None

    def longest_in(self, language: Language) -> int:
        return self.longest if language == "zh" else self.longest_en or self.longest

    def sample_in(self, language: Language) -> str:
        return self.sample if language == "zh" else self.sample_en or self.sample


class Hours(_Data):
    """From when until when texts may be sent, by the city's clock; `until` is later than `from`."""

    opens: Annotated[time, Field(alias="from")]
    until: time


class Mail(_Data):
    """A template that goes out by mail as well: its subject lines, without placeholders."""

    title: Annotated[str, Field(min_length=1, max_length=80)]
    title_en: str = ""


class Template(_Data):
    """One text for one type of fact. `when` narrows it to facts whose fields have those values;
    `recipients` names the event's field with those who are told in the place of whom it is about;
    `number` may also name the event's field that holds the mobile; `send: daytime` keeps it from
    the night; `email` asks for the second channel."""

    key: Annotated[str, Field(pattern=r"^[a-z]+(-[a-z]+)*$")]
    label: str
    event: str
    number: str = "account"
    recipients: str | None = None
    when: Mapping[str, str] = {}
    text: str
    text_en: str | None = None
    send: Literal["at-once", "daytime"] = "at-once"
    email: Mail | None = None

    def text_in(self, language: Language) -> str | None:
        return self.text if language == "zh" else self.text_en

    @property
    def languages(self) -> tuple[Language, ...]:
        return ("zh",) if self.text_en is None else ("zh", "en")

    @property
    def version(self) -> str:
        """Changes with every change of its words: 8 hex digits."""
        words = "\0".join((self.text, self.text_en or "", self.email.title if self.email else ""))
        return hashlib.sha256(words.encode()).hexdigest()[:8]

    @property
    def source(self) -> NumberSource:
        """Where the number is found."""
        match self.number:
            case "account":
                return "account"
            case "profile":
                return "profile"
            case _:
                return "given"


class Catalogue(_Data):
    """The file: a version, the longest text allowed, words for codes, placeholders, texts.
    `daily_limit`: how many short messages one number gets a day, the rest wait for the next."""

    version: str
    signature: str
    max_segments: Annotated[int, Field(ge=1, le=10)]
    max_segments_en: Annotated[int, Field(ge=1, le=10)] = 5
    daily_limit: Annotated[int, Field(ge=1)] = 50
    daytime: Hours = Hours.model_validate({"from": time(9), "until": time(21)})
    words: Mapping[str, Mapping[str, str]]
    words_en: Mapping[str, Mapping[str, str]] = {}
    placeholders: Mapping[str, Placeholder]
    templates: tuple[Template, ...]

    def words_in(self, language: Language) -> Mapping[str, Mapping[str, str]]:
        """Where English has no words for a code, the Chinese ones stand."""
        return self.words if language == "zh" else {**self.words, **self.words_en}

    def version_of(self, template: Template) -> str:
        return f"{self.version}/{template.version}"


def names_in(text: str) -> tuple[str, ...]:
    """The placeholders of a text. Raises ValueError for a malformed one."""
    return tuple(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def units(text: str) -> int:
    """UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def segments(text: str) -> int:
    """How many short messages a text takes."""
    length = units(text)
    return 1 if length <= ONE_SEGMENT else -(-length // OF_SEVERAL)
