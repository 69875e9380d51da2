"""Deferrals in short: an application of class F that lacks its contract, at the city's bureau."""

from datetime import date, datetime, timedelta
from typing import Any, Final

from services.classification.commands import SubmitApplication
from services.classification.deferral.commands import (
    AcceptSupplement,
    DeclineDeferral,
    DeferralRequest,
    ExtendDeferral,
    GrantDeferral,
    ObserveDeferral,
    ReturnSupplement,
    SubmitSupplement,
)
from services.classification.deferral.state import Deferral
from services.classification.rulebook import Rulebook
from shared.domain.calendar import SHANGHAI, end_of_day
from shared.domain.review.reviewer import Reviewer
from tests.unit.classification.classification_cases import (
    BEATE,
    BOOK,
    BUREAU,
    FILLED,
    MONDAY,
    POLICY,
    STAFF,
    after,
    application,
    attach,
    attached,
    remove,
    review,
    submit,
)
from tests.unit.classification.classification_decisions import History, yes

CONTRACT: Final = "labour_contract"
INSURANCE: Final = "social_insurance"
LACKING: Final[History] = tuple(after(FILLED, remove(CONTRACT)))
"""Everything but the contract."""
LAST_DAY: Final = date(2026, 4, 1)
"""Of thirty days, granted on the Monday."""
TOO_LATE: Final = end_of_day(LAST_DAY)
ASKED: Final = DeferralRequest(categories=(CONTRACT,), days=30, reason="原件在原单位")


def on(day: date, hour: int = 9) -> datetime:
    """An hour in Shanghai."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)


def days(many: float, since: datetime = MONDAY) -> datetime:
    return since + timedelta(days=many)


def asking(
    *categories: str, days: int = 30, reason: str = "原件在原单位", at: datetime = MONDAY,
    owed: frozenset[str] = frozenset(),
) -> SubmitApplication:  # fmt: skip
    """A submission with a request."""
    asked = DeferralRequest(categories=categories or (CONTRACT,), days=days, reason=reason)
    return submit(at=at).model_copy(update={"deferral": asked, "owed": owed})


def grant(
    *categories: str, days: int = 30, words: str | None = None, by: Reviewer = BEATE,
    desk: str = BUREAU, at: datetime = MONDAY,
) -> GrantDeferral:  # fmt: skip
    return GrantDeferral(
        desk=desk, by=by, categories=categories or (CONTRACT,), days=days, words=words, book=BOOK,
        at=at,
    )  # fmt: skip


def decline(
    words: str = "请先取得合同", by: Reviewer = BEATE, desk: str = BUREAU
) -> DeclineDeferral:
    return DeclineDeferral(desk=desk, by=by, words=words, book=BOOK, at=MONDAY)


def extend(
    last_day: date, words: str = "情况属实", by: Reviewer = BEATE, at: datetime = MONDAY
) -> ExtendDeferral:
    return ExtendDeferral(by=by, last_day=last_day, words=words, book=BOOK, at=at)


def hand_in(at: datetime = MONDAY) -> SubmitSupplement:
    return SubmitSupplement(book=BOOK, at=at)


def accept(at: datetime = MONDAY, by: Reviewer = BEATE) -> AcceptSupplement:
    return AcceptSupplement(by=by, words=None, at=at)


def send_back(
    *faulty: str, words: str = "缺少签章页", at: datetime = MONDAY, by: Reviewer = BEATE,
    book: Rulebook = BOOK,
) -> ReturnSupplement:  # fmt: skip
    return ReturnSupplement(by=by, faulty=faulty or (CONTRACT,), words=words, book=book, at=at)


def observe(at: datetime) -> ObserveDeferral:
    return ObserveDeferral(at=at)


def approve(at: datetime = MONDAY, desk: str = BUREAU) -> Any:
    return review(yes(desk).model_copy(update={"at": at}), STAFF)


def book(**deferral: Any) -> Rulebook:
    """The city's rules with another rule of deferral."""
    changed = POLICY.deferral.model_copy(update=deferral)
    policy = POLICY.model_copy(update={"deferral": changed})
    return Rulebook(policy, BOOK.lists, BOOK.places, BOOK.calendar)


def deferral(history: History) -> Deferral:
    """Where it stands."""
    found = application(*history).deferral
    assert found is not None
    return found


WAITING: Final[History] = tuple(after(LACKING, asking()))
"""Submitted, and nobody decided on the request."""
GRANTED: Final[History] = tuple(after(WAITING, grant()))
IN_FORCE: Final[History] = tuple(after(GRANTED, approve()))
"""Approved, with the contract outstanding."""
HANDED_IN_DAY: Final = days(10)
HANDED_IN: Final[History] = tuple(
    after(IN_FORCE, attach(CONTRACT, 7, at=HANDED_IN_DAY), hand_in(HANDED_IN_DAY))
)
HANDED_IN_EARLY: Final[History] = tuple(after(GRANTED, attach(CONTRACT, 7), hand_in()))
"""Under review, and the contract handed in."""
DECLINED: Final[History] = tuple(after(WAITING, decline()))
LIFTED: Final[History] = tuple(after(HANDED_IN, accept(days(11))))
MISSED: Final[History] = tuple(after(IN_FORCE, observe(TOO_LATE)))
FILE: Final = attached(CONTRACT, 7)
