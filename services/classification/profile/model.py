"""The profile as it is recorded: any field may be missing, for a draft is saved step by step."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.domain.addresses import Address, Line

Sex = Literal["male", "female"]
MOST_ENTRIES = 50


class WorkEntry(BaseModel):
    """One employment; `until` is None for the present one."""

    model_config = ConfigDict(frozen=True)

    employer: Line = ""
    position: Line = ""
    since: date | None = None
    until: date | None = None


class EducationEntry(BaseModel):
    """One course of study; `until` is None while it lasts. `level` is GB/T 4658."""

    model_config = ConfigDict(frozen=True)

    school: Line = ""
    major: Line = ""
    level: Line = ""
    full_time: bool | None = None
    since: date | None = None
    until: date | None = None


class Profile(BaseModel):
    """Everything of §3.3.3 but name, document type and number, which come from registration."""

    model_config = ConfigDict(frozen=True)

    mobile: Line | None = None
    sex: Sex | None = None
    birth_date: date | None = None
    ethnic_group: Line | None = None
    registered_address: Address | None = None
    current_address: Address | None = None
    region: Line | None = None
    highest_education: Line | None = None
    major: Line | None = None
    graduation_certificate_number: Line | None = None
    foreign_work_permit: Line | None = None
    no_work_permit_reason: Line | None = None
    overseas_degree: bool = False
    degree_recognition_number: Line | None = None
    no_work_experience: bool = False
    work: Annotated[tuple[WorkEntry, ...], Field(max_length=MOST_ENTRIES)] = ()
    education: Annotated[tuple[EducationEntry, ...], Field(max_length=MOST_ENTRIES)] = ()

    @property
    def employer(self) -> str | None:
        """Where they work now: the present entry that began last."""
        present = [e for e in self.work if e.until is None and e.since is not None]
        return max(present, key=lambda e: e.since or date.min).employer if present else None

    @property
    def full_time(self) -> bool | None:
        """Whether the highest education was full-time; None where no entry says."""
        said = [e.full_time for e in self.education if e.level == self.highest_education]
        known = [one for one in said if one is not None]
        return any(known) if known else None


FIELDS = tuple(Profile.model_fields)
