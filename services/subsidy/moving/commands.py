"""What is asked of a schedule about a change of units."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict


class Command(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RecordUnitChange(Command):
    """By the talent. `resume_until`: the last `since` with which ended payments go on, None where
    they have not ended; `today` in Shanghai."""

    units: tuple[str, ...]
    since: date
    resume_until: date | None
    today: date
    at: datetime


class AnswerUnitChange(Command):
    """By one of the new units; `until` is up to when a word of today counts."""

    organisation_id: str
    confirmed: bool
    words: str = ""
    until: date
    by: str
    at: datetime


MovingCommand = RecordUnitChange | AnswerUnitChange
