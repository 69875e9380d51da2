"""The base of every event, and what is recorded around it."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

_TYPE = re.compile(r"[a-z]+\.[a-z0-9]+(?:-[a-z0-9]+)*\.v[1-9][0-9]*")


class Event(BaseModel):
    """A recorded fact: frozen, and tolerant of fields that a newer writer adds.

    `class TalentRegistered(Event, type="identity.talent-registered.v1")`. An event that ends a
    person's data says `erases_subject=True`: whoever reads it tombstones the subject's key first.
    An event of a private category says `private=True`, and is no part of the published language.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    stored_type: ClassVar[str] = ""
    erases_subject: ClassVar[bool] = False
    private: ClassVar[bool] = False

    def __init_subclass__(
        cls, *, type: str = "", erases_subject: bool = False, private: bool = False
    ) -> None:
        super().__init_subclass__()
        if type and not _TYPE.fullmatch(type):
            raise TypeError(f"{type!r} is not context.past-participle.vN")
        cls.stored_type = type
        cls.erases_subject = erases_subject
        cls.private = private


EventT = TypeVar("EventT", bound=Event)
EventT_co = TypeVar("EventT_co", bound=Event, covariant=True)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known about a fact besides the fact (W3C Trace Context for `trace_parent`).

    `subject` is the person whose key encrypts the personal fields; `request_hash` the hash of the
    request's body, by which a reused idempotency key is told from a repeated request.
    """

    command_id: str
    actor: str
    subject: str | None = None
    causation_id: str | None = None
    correlation_id: str | None = None
    trace_parent: str | None = None
    policy_version: str | None = None
    request_hash: str | None = None


@dataclass(frozen=True, slots=True)
class Recorded(Generic[EventT_co]):
    """An event as it stands in the log. `version` counts from 1 within its stream."""

    event: EventT_co
    id: str
    stream: str
    version: int
    position: int
    recorded_at: datetime
    metadata: Metadata
