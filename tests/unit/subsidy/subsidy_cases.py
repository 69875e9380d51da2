"""An applicant for an allowance, the units and the people at the desks, in short; everything on one
Monday in the housing subsidy's window.

The rules are the city's own policy data.
"""

from datetime import UTC, date, datetime
from typing import Any, Final

from services.subsidy.commands import (
    AddAttachment,
    ApplicationCommand,
    ChooseChannel,
    ClassInForce,
    Review,
    SaveProfile,
    StartApplication,
    SubmitApplication,
)
from services.subsidy.decider import DECIDER
from services.subsidy.events import (
    ApplicationEvent,
    ApplicationStarted,
    AttachmentAdded,
    ChannelChosen,
    ProfileSaved,
)
from services.subsidy.profile.model import Profile, Unit
from services.subsidy.rulebook import Rulebook
from services.subsidy.state import Application, ApplicationState
from shared.casework.commands import (
    EndApplication,
    RemoveAttachment,
    ReplaceMobile,
    WithdrawApplication,
)
from shared.domain.addresses import Address
from shared.domain.calendar import WorkingCalendar
from shared.domain.errors import DomainError
from shared.domain.review.intentions import Approve, Reject, Return, ReviewIntention
from shared.domain.review.reviewer import Party, Reviewer
from shared.policy.divisions import Divisions
from shared.policy.loader import load_policies
from shared.testing.scenario import Given
from shared.testing.scenario import given as given_of

Case = Given[ApplicationCommand, ApplicationState, ApplicationEvent]
History = tuple[ApplicationEvent, ...]

MONDAY: Final = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""09:00 in Shanghai, in a fortnight without holidays."""
TODAY: Final = date(2026, 3, 2)
PLACES: Final = Divisions("1", date(2022, 7, 10), {
    "42": "湖北省", "4206": "襄阳市", "420602": "襄城区", "420602004": "檀溪街道",
})  # fmt: skip
_POLICIES: Final = load_policies()
POLICY: Final = _POLICIES.subsidy.at(TODAY)
CALENDAR: Final = WorkingCalendar()
BOOK: Final = Rulebook(POLICY, _POLICIES.codes, PLACES, CALENDAR)
MOBILE: Final = "+8613800138000"

AGENCY: Final = Unit(organisation_id="agency", name="襄阳某人力公司", dispatch=True)
HOST: Final = Unit(organisation_id="host", name="襄阳某公司")
OTHER: Final = Unit(organisation_id="other", name="襄阳另一公司")
SHUT: Final = Unit(organisation_id="shut", name="未获准入的公司", open=False)
UNITS: Final = (AGENCY, HOST, OTHER, SHUT)

HOME: Final = Address(
    province="42", city="4206", county="420602", township="420602004", line="檀溪路1号"
)
PROFILE: Final = Profile(
    first_contract=date(2025, 7, 1), sex="female", birth_date=date(1996, 5, 20),
    native_place="湖北襄阳", ethnic_group="01", mobile=MOBILE, email="li@example.org",
    political_affiliation="13", application_type="graduate", registered_address=HOME,
    current_address=HOME, position="工程师", dispatch=False, host_unit=HOST.organisation_id,
)  # fmt: skip
DISPATCHED: Final = {"dispatch": True, "recruiting_unit": AGENCY.organisation_id}

TALENT: Final = Party(account_id="t1", person="p1")
STARTED: Final = ApplicationStarted(
    talent_id="t1", person="p1", scheme="living-allowance", window=None, attempt=1, name="示例",
    document_type="resident_identity_card", document_number="420602199605200020",
    birth_date=date(1996, 5, 20), sex="female", asks_household=True,
    policy_version=POLICY.version, at=MONDAY,
)  # fmt: skip
HOUSING: Final = ApplicationStarted(
    **dict(STARTED) | {"scheme": "housing-subsidy", "window": "2026"}
)
SIGNED_BEFORE: Final = {"first_contract": date(2021, 7, 1)}


def staff(account: str, *desks: str, person: str | None = None) -> Reviewer:
    """A person of their own unless said otherwise."""
    return Reviewer.of(account, person or f"person-{account}", desks)


OF_AGENCY: Final = staff("ada", "organisation_staff@organisation:agency")
OF_HOST: Final = staff("hugo", "organisation_staff@organisation:host")
OF_OTHER: Final = staff("olga", "organisation_staff@organisation:other")
BEATE: Final = staff("beate", "hr_bureau@city")
BRUNO: Final = staff("bruno", "hr_bureau@city")
OTTO: Final = staff("otto", "talent_office@city")
STAFF: Final = (OF_AGENCY, OF_HOST, OF_OTHER, BEATE, BRUNO, OTTO)
AT_AGENCY: Final = "unit-review:recruiting_unit"
AT_HOST: Final = "unit-review:host_unit"
BUREAU: Final = "authority-decision:hr_bureau"
OFFICE: Final = "authority-decision:talent_office"
AT: Final = {AT_AGENCY: OF_AGENCY, AT_HOST: OF_HOST, BUREAU: BEATE, OFFICE: OTTO}
"""Who sits where."""


def in_force(letter: str = "F", row: str | None = None, since: str = "c1") -> ClassInForce:
    made = {"talent_class": letter, "row": row or letter, "class_application_id": since}
    return ClassInForce.model_validate(made | {"highest_education": "21", "full_time": True})


# Histories.


def given(*events: ApplicationEvent) -> Case:
    """An application with a history."""
    return given_of(DECIDER, *events)


def application(*events: ApplicationEvent) -> Application:
    """What a history folds to."""
    state = given(*events).state
    assert isinstance(state, Application)
    return state


def after(history: History, *commands: ApplicationCommand) -> History:
    """A history and what commands, one after the other, add to it."""
    for command in commands:
        history = (*history, *given(*history).when(command).decided())
    return history


def faults(refusal: DomainError) -> dict[str, str]:
    """Pointer to code, of everything at fault."""
    return {f.pointer: f.code for f in refusal.fields}


# Facts.


def chosen(channel: str = "f") -> ChannelChosen:
    return ChannelChosen.model_validate({"channel": channel, "at": MONDAY})


def profile_with(**changes: Any) -> Profile:
    return Profile(**{**dict(PROFILE), **changes})


def saved(profile: Profile = PROFILE) -> ProfileSaved:
    return ProfileSaved(profile=profile, at=MONDAY)


def attached(
    category: str, number: int = 1, at: datetime = MONDAY, month: str | None = None
) -> AttachmentAdded:
    id = f"{category}-{number}"
    return AttachmentAdded(
        attachment_id=id, category=category, file_name="证明.pdf", media_type="application/pdf",
        size=3, sha256="00", file_key=f"subsidy/t1/a1/{id}", month=month, at=at,
    )  # fmt: skip


def filled(
    channel: str = "f", started: ApplicationStarted = STARTED, month: str = "2026-02",
    **changes: Any,
) -> History:  # fmt: skip
    """An application that lacks nothing but its submission."""
    record = attached("contribution_record", month=month)
    profile = saved(profile_with(**changes))
    return (started, chosen(channel), profile, attached("labour_contract"), record)


FILLED: Final = filled()


# Commands.


def start(
    fact: ApplicationStarted = STARTED, channel: str = "f", profile: Profile | None = None
) -> StartApplication:
    begun = profile or Profile(first_contract=PROFILE.first_contract)
    return StartApplication(fact=fact, channel=channel, profile=begun, book=BOOK)


def choose(channel: str, at: datetime = MONDAY) -> ChooseChannel:
    return ChooseChannel(channel=channel, book=BOOK, at=at)


def save(at: datetime = MONDAY, **fields: Any) -> SaveProfile:
    """Exactly these fields are sent."""
    sent, names = Profile(**fields), frozenset(fields)
    return SaveProfile(profile=sent, fields=names, units=UNITS, book=BOOK, at=at)


def attach(
    category: str, number: int = 1, at: datetime = MONDAY, month: str | None = None
) -> AddAttachment:
    return AddAttachment(**attached(category, number, at, month).model_dump(), book=BOOK)


def remove(category: str, number: int = 1, at: datetime = MONDAY) -> RemoveAttachment:
    return RemoveAttachment(attachment_id=f"{category}-{number}", at=at)


def submit(
    commitment: str | None = POLICY.commitment.version,
    barred_until: date | None = None,
    staff: tuple[Reviewer, ...] = STAFF,
    units: tuple[Unit, ...] = UNITS,
    at: datetime = MONDAY,
) -> SubmitApplication:
    return SubmitApplication(
        commitment_version=commitment, staff=staff, units=units, barred_until=barred_until,
        book=BOOK, at=at,
    )  # fmt: skip


def review(
    intention: ReviewIntention,
    granting: ClassInForce | None = None,
    staff: tuple[Reviewer, ...] = STAFF,
) -> Review:
    return Review(intention=intention, staff=staff, in_force=granting, book=BOOK)


def yes(
    desk: str, granting: ClassInForce | None = None, by: Reviewer | None = None,
    words: str | None = None, at: datetime = MONDAY,
) -> Review:  # fmt: skip
    return review(Approve(desk=desk, by=by or AT[desk], words=words, at=at), granting)


def no(
    desk: str, reason: str = "condition-not-met", words: str = "不符合条件", at: datetime = MONDAY
) -> Review:
    return review(Reject(desk=desk, by=AT[desk], reason=reason, words=words, at=at))


def back(
    desk: str, *fields: str, attachments: tuple[str, ...] = (), at: datetime = MONDAY,
    by: Reviewer | None = None,
) -> Review:  # fmt: skip
    intention = Return(
        desk=desk, by=by or AT[desk], fields=fields, attachments=attachments, words="请更正", at=at
    )
    return review(intention)


def withdraw(by: Party = TALENT) -> WithdrawApplication:
    return WithdrawApplication(by=by, at=MONDAY)


def end(reason: str = "talent-listed") -> EndApplication:
    return EndApplication(reason=reason, at=MONDAY)


def replace_mobile(previous: str, mobile: str) -> ReplaceMobile:
    return ReplaceMobile(previous=previous, mobile=mobile, at=MONDAY)
