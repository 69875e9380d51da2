"""A talent, an application and the people at its desks, in short; everything on one Monday.

The rules are the city's own policy data; the only places are one street of the old town, one of
Beijing and Hong Kong.
"""

from datetime import UTC, date, datetime
from typing import Any, Final

from services.classification.commands import (
    AddAttachment,
    ApplicationCommand,
    ChooseClass,
    EndApplication,
    RemoveAttachment,
    ReplaceMobile,
    Review,
    ReviewIntention,
    SaveProfile,
    StartApplication,
    SubmitApplication,
    WithdrawApplication,
)
from services.classification.decider import DECIDER
from services.classification.events import (
    ApplicationEvent,
    ApplicationStarted,
    AttachmentAdded,
    ClassChosen,
    ProfileSaved,
)
from services.classification.profile.model import EducationEntry, Profile, WorkEntry
from services.classification.rulebook import Rulebook
from services.classification.state import Application, ApplicationState
from shared.domain.addresses import Address
from shared.domain.calendar import WorkingCalendar
from shared.domain.errors import DomainError
from shared.domain.review.reviewer import Party, Reviewer
from shared.policy.divisions import Divisions
from shared.policy.loader import load_policies
from shared.testing.scenario import Given
from shared.testing.scenario import given as given_of

Case = Given[ApplicationCommand, ApplicationState, ApplicationEvent]

MONDAY: Final = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""09:00 in Shanghai, in a fortnight without holidays."""
TODAY: Final = date(2026, 3, 2)
PLACES: Final = Divisions("1", date(2022, 7, 10), {
    "42": "湖北省", "4206": "襄阳市", "420602": "襄城区", "420602004": "檀溪街道",
    "420606": "樊城区", "11": "北京市", "1101": "市辖区", "110101": "东城区",
    "81": "香港特别行政区",
})  # fmt: skip
_POLICIES: Final = load_policies()
POLICY: Final = _POLICIES.classification.at(TODAY)
CALENDAR: Final = WorkingCalendar()
BOOK: Final = Rulebook(POLICY, _POLICIES.codes, PLACES, CALENDAR)
MOBILE: Final = "+8613800138000"

HOME: Final = Address(
    province="42", city="4206", county="420602", township="420602004", line="檀溪路1号"
)
WORK: Final = WorkEntry(employer="襄阳某公司", position="工程师", since=date(2018, 7, 1))
COURSE: Final = EducationEntry(
    school="某大学", major="材料学", level="21", full_time=True, since=date(2014, 9, 1),
    until=date(2018, 6, 30),
)  # fmt: skip
PROFILE: Final = Profile(
    mobile=MOBILE, sex="female", birth_date=date(1996, 5, 20), ethnic_group="01",
    registered_address=HOME, current_address=HOME, region="city-organs", highest_education="21",
    major="材料学", work=(WORK,), education=(COURSE,),
)  # fmt: skip

TALENT: Final = Party(account_id="t1", person="p1")
STARTED: Final = ApplicationStarted(
    talent_id="t1", person="p1", kind="new", attempt=1, name="示例",
    document_type="resident_identity_card", document_number="420602199605200020",
    birth_date=date(1996, 5, 20), sex="female", asks_household=True, foreign=False,
    policy_version=POLICY.version, at=MONDAY,
)  # fmt: skip
FOREIGNER: Final = ApplicationStarted(
    **dict(STARTED)
    | {"document_type": "passport", "asks_household": False, "foreign": True}
    | {"birth_date": None, "sex": None}
)
REQUIRED: Final = ("id_document", "education_certificates", "labour_contract", "social_insurance")
"""What class F has to show, in the city."""


def officer(account: str, *desks: str, person: str | None = None) -> Reviewer:
    """A person of their own unless said otherwise."""
    return Reviewer.of(account, person or f"person-{account}", desks)


BEATE: Final = officer("beate", "hr_bureau@city")
OTTO: Final = officer("otto", "talent_office@city")
DORA: Final = officer("dora", "district_talent_desk@district:xiangcheng")
STAFF: Final = (BEATE, OTTO, DORA)
BUREAU: Final = "authority-decision:hr_bureau"
OFFICE: Final = "authority-decision:talent_office"
DISTRICT: Final = "district-review:district_talent_desk"


def given(*events: ApplicationEvent) -> Case:
    """An application with a history."""
    return given_of(DECIDER, *events)


def application(*events: ApplicationEvent) -> Application:
    """What a history folds to."""
    state = given(*events).state
    assert isinstance(state, Application)
    return state


def after(history: tuple[ApplicationEvent, ...], *commands: ApplicationCommand) -> Any:
    """A history and what commands, one after the other, add to it."""
    for command in commands:
        history = (*history, *given(*history).when(command).decided())
    return history


def faults(refusal: DomainError) -> dict[str, str]:
    """Pointer to code, of everything at fault."""
    return {f.pointer: f.code for f in refusal.fields}


# Facts.


def chosen(row: str = "F", *honours: str) -> ClassChosen:
    ticked = honours or (f"{row[0].lower()}-01",)
    made = {"talent_class": row[0], "row": row, "honours": ticked, "at": MONDAY}
    return ClassChosen.model_validate(made)


def profile_with(**changes: Any) -> Profile:
    return Profile(**{**dict(PROFILE), **changes})


def saved(profile: Profile = PROFILE) -> ProfileSaved:
    return ProfileSaved(profile=profile, at=MONDAY)


def attached(category: str, number: int = 1, at: datetime = MONDAY) -> AttachmentAdded:
    id = f"{category}-{number}"
    return AttachmentAdded(
        attachment_id=id, category=category, file_name="证明.pdf", media_type="application/pdf",
        size=3, sha256="00", file_key=f"classification/t1/a1/{id}", at=at,
    )  # fmt: skip


def filled(
    profile: Profile = PROFILE, row: str = "F", started: ApplicationStarted = STARTED
) -> tuple[ApplicationEvent, ...]:
    """An application that lacks nothing but its submission."""
    wanted = POLICY.required_attachments(row[0], profile.region or "")
    return (started, chosen(row), saved(profile), *(attached(one.code) for one in wanted))


FILLED: Final = filled()


# Commands.


START: Final = StartApplication(fact=STARTED, profile=Profile())


def choose(row: str = "F", *honours: str, at: datetime = MONDAY) -> ChooseClass:
    ticked = honours or (f"{row[0].lower()}-01",)
    return ChooseClass(row=row, honours=ticked, book=BOOK, at=at)


def save(at: datetime = MONDAY, **fields: Any) -> SaveProfile:
    """Exactly these fields are sent."""
    return SaveProfile(profile=Profile(**fields), fields=frozenset(fields), book=BOOK, at=at)


def attach(category: str, number: int = 1, at: datetime = MONDAY) -> AddAttachment:
    return AddAttachment(**attached(category, number, at).model_dump(), book=BOOK)


def remove(category: str, number: int = 1, at: datetime = MONDAY) -> RemoveAttachment:
    return RemoveAttachment(attachment_id=f"{category}-{number}", at=at)


def submit(
    commitment: str | None = POLICY.commitment.version,
    barred_until: date | None = None,
    staff: tuple[Reviewer, ...] = STAFF,
    at: datetime = MONDAY,
) -> SubmitApplication:
    return SubmitApplication(
        commitment_version=commitment, staff=staff, barred_until=barred_until, book=BOOK, at=at
    )


def review(intention: ReviewIntention, staff: tuple[Reviewer, ...] = STAFF) -> Review:
    return Review(intention=intention, staff=staff, book=BOOK)


def withdraw(by: Party = TALENT) -> WithdrawApplication:
    return WithdrawApplication(by=by, at=MONDAY)


def end(reason: str = "talent-listed") -> EndApplication:
    return EndApplication(reason=reason, at=MONDAY)


def replace_mobile(previous: str, mobile: str) -> ReplaceMobile:
    return ReplaceMobile(previous=previous, mobile=mobile, at=MONDAY)
