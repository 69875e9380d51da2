"""Histories of subsidy's streams."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from services.subsidy.accounts.commands import EnterAccount
from services.subsidy.accounts.decider import DECIDER as ACCOUNTS
from services.subsidy.accounts.events import ACCOUNT
from services.subsidy.decider import DECIDER as APPLICATIONS
from services.subsidy.entitlements.decider import DECIDER as TALENTS
from services.subsidy.events import APPLICATION, TALENT_SUBSIDIES, ApplicationStarted
from services.subsidy.payouts.commands import (
    CheckPeriod,
    ConfirmEmployment,
    MakeSchedule,
    PlacePayment,
    RecordRepayment,
    ReleasePayment,
    SettlePayment,
)
from services.subsidy.payouts.decider import DECIDER as SCHEDULES
from services.subsidy.payouts.events import SCHEDULE
from services.subsidy.state import Application
from shared.domain.review.intentions import (
    Approve,
    Claim,
    Escalate,
    HandOver,
    PassUp,
    Reject,
    Release,
    Return,
)
from shared.events.model import Event
from shared.testing.interleavings import History
from tests.unit.subsidy import payout_cases as payouts
from tests.unit.subsidy import subsidy_cases as cases
from tests.unit.subsidy import test_entitlements_decider as entitlements
from tests.unit.views.played import NUMBERS, Menu, played

_KINDS = (entitlements.LIVING, entitlements.housing("2026"), entitlements.housing("2027"))


def _reviewing(state: Any, pick: int, at: datetime) -> Any:
    """Something that whoever may decide at the first open desk can do there."""
    if not isinstance(state, Application) or state.review is None or not state.review.undecided:
        return None
    desk = state.review.undecided[0]
    able = [one for one in cases.STAFF if one.desks & set(state.review.may_decide(desk))]
    if not able:
        return cases.review(PassUp(staff=cases.STAFF, at=at))
    said: dict[str, Any] = {"desk": desk.name, "by": able[0], "at": at}
    words = f"secret-{state.started.talent_id}-words"
    named = {"fields": ("/channel", "/profile/host_unit"), "attachments": ("other",)}
    intentions = (
        Claim(**said),
        Release(**said),
        HandOver(**said, to=able[-1]),
        Return(**said, **named, words=words),
        Approve(**said, words=words),
        Reject(**said, reason="false-declaration", words=words),
    )
    return cases.review(intentions[pick], cases.in_force())


def _withdraw(state: Any, pick: int, at: datetime) -> Any:
    rarely = pick == 0 and isinstance(state, Application)
    return cases.withdraw(state.applicant) if rarely else None


def _application_menu(id: str) -> Menu:
    categories = ("other", "labour_contract", "education_registration")
    return (
        _reviewing, _reviewing, _reviewing,
        lambda _, pick, at: cases.submit(at=at, staff=cases.STAFF[: 1 + pick]),
        lambda _, pick, at: cases.submit(at=at),
        lambda _, pick, at: cases.choose(("f", "high-level")[pick % 2], at=at),
        lambda _, pick, at: cases.save(at=at, host_unit=("host", "other")[pick % 2]),
        lambda _, pick, at: cases.save(at=at, **cases.DISPATCHED) if pick < 3 else None,
        lambda _, pick, at: cases.save(at=at, position=f"secret-{id}-position-{pick}"),
        lambda _, pick, at: cases.attach(categories[pick % 3], pick, at=at),
        lambda _, pick, at: cases.remove(categories[pick % 3], pick, at=at),
        lambda _, pick, at: cases.replace_mobile(NUMBERS[0], NUMBERS[pick % 3]),
        lambda _, pick, at: cases.review(Escalate(at=at + timedelta(days=10 * pick))),
        lambda _, pick, at: cases.review(PassUp(staff=cases.STAFF[:pick], at=at)),
        _withdraw,
        lambda _, pick, at: cases.end() if pick == 0 else None,
    )  # fmt: skip


def allowances(id: str, talent: str) -> st.SearchStrategy[History]:
    fact = ApplicationStarted(
        **dict(cases.STARTED)
        | {"talent_id": talent, "person": f"person-{talent}", "name": f"secret-{talent}-name"}
        | {"document_number": f"secret-{talent}-number"}
    )
    profile = cases.profile_with(mobile=NUMBERS[0], position=f"secret-{talent}-position")
    first = (
        cases.start(fact, profile=profile),
        cases.attach("labour_contract"),
        cases.attach("contribution_record", month="2026-03"),
        cases.submit(),
    )

    def begun(many: int) -> st.SearchStrategy[list[Event]]:
        return played(APPLICATIONS, first[:many], _application_menu(talent), 12)

    events = st.sampled_from([1, 3, len(first), len(first), len(first)]).flatmap(begun)
    secrets = (f"secret-{talent}",)
    return events.map(lambda made: History(APPLICATION.stream(id), talent, made, secrets))


def talent_subsidies(talent: str) -> st.SearchStrategy[History]:
    def granting(state: Any, pick: int, at: datetime) -> Any:
        open_now = list(state.open.values())
        if not open_now:
            return None
        opened = open_now[pick % len(open_now)]
        kind = {"scheme": opened.scheme, "window": opened.window}
        return entitlements.granting(opened.application_id, **kind)

    menu: Menu = (
        lambda _, pick, at: entitlements.opening(f"{talent}-{pick}", **_KINDS[pick % 3]),
        lambda _, pick, at: entitlements.closing(f"{talent}-{pick}", "withdrawn"),
        granting,
        granting,
        lambda _, pick, at: entitlements.END,
    )
    first = (entitlements.opening(f"{talent}-0", **_KINDS[0]),)
    events = played(TALENTS, first, menu, 10)
    return events.map(lambda made: History(TALENT_SUBSIDIES.stream(talent), talent, made))


def accounts(talent: str) -> st.SearchStrategy[History]:
    menu: Menu = (
        lambda _, pick, at: EnterAccount(
            account_id=f"account-{talent}-{pick}", number=f"secret-{talent}-{pick}000",
            holder=f"secret-{talent}-name", bank="b", bank_name="银行", at=at,
        ),
    )  # fmt: skip
    events = played(ACCOUNTS, (), menu, 4)
    secrets = (f"secret-{talent}",)
    return events.map(lambda made: History(ACCOUNT.stream(talent), talent, made, secrets))


def schedules(id: str, talent: str) -> st.SearchStrategy[History]:
    menu: Menu = (
        lambda state, pick, at: CheckPeriod(
            period=state.next, facts=payouts.facts(), at=at + timedelta(days=40 + 31 * pick)
        ),
        lambda state, pick, at: PlacePayment(
            period=pick + 1, batch_id=f"b{pick % 2}", line=pick + 1, facts=payouts.facts(), at=at
        ),
        lambda _, pick, at: ReleasePayment(batch_id=f"b{pick % 2}", line=pick + 1, at=at),
        lambda _, pick, at: SettlePayment(
            batch_id=f"b{pick % 2}", line=pick + 1, paid_on=at.date(),
            retained_until=payouts.KEPT, failure="closed" if pick == 5 else None,
            account=pick == 5, at=at,
        ),
        lambda _, pick, at: ConfirmEmployment(
            how="unit", until=at.date() + timedelta(days=365 * (1 + pick)), by="clerk", at=at
        ),
        lambda _, pick, at: (
            payouts.end("false-declaration", "claw-back", at.date()) if pick == 0 else None
        ),
        lambda state, pick, at: RecordRepayment(
            amount=state.outstanding, received_on=at.date(), reference="r", by="c", at=at
        ),
    )  # fmt: skip
    first = (MakeSchedule(fact=payouts.made(talent_id=talent)),)
    events = played(SCHEDULES, first, menu, 10)
    return events.map(lambda made: History(SCHEDULE.stream(id), talent, made))
