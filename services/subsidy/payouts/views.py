"""One document a talent: what comes, what was paid, and everything that a check asks about."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

from services.classification.events import TALENT_CLASS, ClassEnded, ClassGranted
from services.identity.events import TALENT, ListingLifted, TalentListed
from services.subsidy.accounts.events import ACCOUNT, AccountEntered
from services.subsidy.payouts.commands import Facts
from services.subsidy.payouts.decider import DECIDER
from services.subsidy.payouts.decider import evolve as evolve_schedule
from services.subsidy.payouts.events import SCHEDULE
from services.subsidy.payouts.lines import ScheduleLine, line_of
from services.subsidy.payouts.state import Schedule
from shared.events.model import Recorded
from shared.events.personal import Personal
from shared.ports.view_store import Index
from shared.runtime.projection import Projection, by_subject


class AccountLine(BaseModel):
    """An account; payments name the one that they went to."""

    model_config = ConfigDict(frozen=True)

    account_id: str
    number: Personal[str]
    holder: Personal[str]
    ending: Personal[str]
    bank: str
    bank_name: str
    at: datetime


class BarLine(BaseModel):
    model_config = ConfigDict(frozen=True)

    entry_id: str
    until: date


class PayoutPart(BaseModel):
    """What one stream says: a schedule, the accounts (the last counts), the class in force, or
    the bars; `changed_at` is when it last said anything."""

    model_config = ConfigDict(frozen=True)

    talent_id: str
    changed_at: datetime
    schedule: Schedule | None = None
    accounts: tuple[AccountLine, ...] = ()
    talent_class: str | None = None
    bars: tuple[BarLine, ...] = ()


class PayoutView(BaseModel):
    """`due`: when the next check of any schedule is; `payable`: the month (`YYYY-MM`) of the oldest
    payment that a batch may take; `owes`: whether anything is to be paid back."""

    model_config = ConfigDict(frozen=True)

    talent_id: str
    schedules: tuple[ScheduleLine, ...] = ()
    accounts: tuple[AccountLine, ...] = ()
    talent_class: str | None = None
    barred_until: date | None = None
    units: tuple[str, ...] = ()
    asked_units: tuple[str, ...] = ()
    due: str | None = None
    payable: str | None = None
    owes: bool = False

    @property
    def facts(self) -> Facts:
        """What a check asks about."""
        account_id = self.accounts[-1].account_id if self.accounts else None
        return Facts(
            talent_class=self.talent_class, barred_until=self.barred_until, account_id=account_id
        )

    def account(self, account_id: str) -> AccountLine | None:
        return next((one for one in self.accounts if one.account_id == account_id), None)


def evolve(part: PayoutPart | None, recorded: Recorded[Any]) -> PayoutPart | None:
    """Of other contexts' streams only what a check asks about; they add facts without asking."""
    event, subject = recorded.event, recorded.metadata.subject
    if subject is None:
        return part
    before = part or PayoutPart(talent_id=subject, changed_at=recorded.recorded_at)
    changes: dict[str, Any]
    match event:
        case AccountEntered():
            changes = {"accounts": (*before.accounts, AccountLine(**event.model_dump()))}
        case ClassGranted(talent_class=letter):
            changes = {"talent_class": letter}
        case ClassEnded():
            changes = {"talent_class": None}
        case TalentListed(entry_id=id, barred_until=until):
            changes = {"bars": (*before.bars, BarLine(entry_id=id, until=until))}
        case ListingLifted(entry_id=id):
            changes = {"bars": tuple(bar for bar in before.bars if bar.entry_id != id)}
        case _:
            if recorded.stream.partition("-")[0] != SCHEDULE.name:
                return part
            changes = {"schedule": evolve_schedule(before.schedule or DECIDER.initial, event)}
    return before.model_copy(update=changes | {"changed_at": recorded.recorded_at})


def combine(parts: Mapping[str, PayoutPart]) -> PayoutView | None:
    """The document; None for who has neither schedule nor account."""
    every = list(parts.values())
    schedules = {SCHEDULE.id_of(s): p.schedule for s, p in parts.items() if p.schedule is not None}
    accounts = next((part.accounts for part in every if part.accounts), ())
    if not accounts and not any(one.made for one in schedules.values()):
        return None
    bars = [bar.until for part in every for bar in part.bars]
    view = PayoutView(
        talent_id=every[0].talent_id,
        accounts=accounts,
        talent_class=next((p.talent_class for p in every if p.talent_class), None),
        barred_until=max(bars, default=None),
    )
    changed_at = max(part.changed_at for part in every)
    lines = tuple(
        line
        for id, schedule in schedules.items()
        if (line := line_of(id, schedule, view.facts, changed_at)) is not None
    )
    changes: dict[str, Any] = {
        "schedules": lines,
        "units": tuple(sorted({unit for line in lines for unit in line.units})),
        "asked_units": tuple(sorted({unit for line in lines for unit in line.asked_units})),
        "due": min((line.due for line in lines if line.due is not None), default=None),
        "payable": min((line.payable for line in lines if line.payable is not None), default=None),
        "owes": any(line.claimed > line.repaid for line in lines),
    }
    return view.model_copy(update=changes)


PAYOUTS: Final[Projection[PayoutPart, PayoutView]] = Projection(
    name="subsidy_payout",
    version=2,
    categories=(SCHEDULE, ACCOUNT, TALENT_CLASS, TALENT),
    document=PayoutView,
    evolve=evolve,
    key=by_subject,
    part=PayoutPart,
    combine=combine,
    indexes=(Index(("due",)), Index(("payable",)), Index(("talent_id",)), Index(("owes",))),
)
