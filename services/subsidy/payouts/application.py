"""Accounts, units' words and repayments, from a request to the recorded fact."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.subsidy.accounts.commands import EnterAccount
from services.subsidy.accounts.decider import DECIDER as ACCOUNTS
from services.subsidy.accounts.events import AccountEntered
from services.subsidy.accounts.numbers import bank_of, digits_of, same_name
from services.subsidy.payouts.commands import (
    ConfirmEmployment,
    EndSchedule,
    RecordRepayment,
    ScheduleCommand,
)
from services.subsidy.payouts.decider import DECIDER
from services.subsidy.payouts.events import ScheduleEvent, ScheduleMade
from services.subsidy.payouts.reactions import evidence_until
from services.subsidy.payouts.state import Schedule
from services.subsidy.people.directory import Directory
from shared.domain.calendar import shanghai_date
from shared.domain.errors import DomainError, FieldError
from shared.events.personal import readable
from shared.http.caller import Caller
from shared.http.commands import CommandIds, derive_id
from shared.policy.payouts import PayoutPolicy
from shared.policy.subsidy import SubsidyPolicy
from shared.policy.timeline import Timeline
from shared.ports.clock import Clock
from shared.runtime.command_handler import CommandHandler, Outcome

Done = Outcome[Schedule, ScheduleEvent]
_LEFT = "employment-ended"


@dataclass(frozen=True)
class Paying:
    handler: CommandHandler
    directory: Directory
    policies: Timeline[SubsidyPolicy]
    clock: Clock

    @property
    def policy(self) -> PayoutPolicy:
        """What is in force today."""
        return self.policies.at(shanghai_date(self.clock.now())).payouts

    async def enter_account(
        self, number: str, holder: str, caller: Caller, ids: CommandIds
    ) -> Outcome[AccountEntered | None, AccountEntered]:
        """Refuses with everything that is wrong at once: the number, and another's name."""
        person = await self.directory.person(caller.account_id)
        registered, digits = readable(person.name), digits_of(number)
        bank, faults = bank_of(digits, self.policy)
        wrong = list(faults)
        if registered is None or not same_name(holder, registered):
            message = "收款账户须为本人账户，户名应与注册姓名一致。"
            wrong.append(FieldError("/holder", "account-of-another", message))
        if wrong or bank is None or registered is None:
            raise DomainError("invalid-fields", status=422, fields=tuple(wrong))
        command = EnterAccount(
            account_id=derive_id(ids.command_id(caller), "account"), number=digits,
            holder=registered, bank=bank.code, bank_name=bank.name, at=self.clock.now(),
        )  # fmt: skip
        metadata = ids.metadata(caller, subject=caller.account_id)
        return await self.handler.handle(ACCOUNTS, caller.account_id, command, metadata)

    async def unit_says(
        self, id: str, last_day: date | None, caller: Caller, ids: CommandIds
    ) -> Done:
        """That somebody works there still, or until when they did. Raises DomainError (404) for
        what is no business of the caller's unit."""
        made = await self._made(id)
        if (
            caller.organisation_id is None
            or caller.organisation_id not in (await self._schedule(id)).units
        ):
            raise DomainError("schedule-not-found", status=404)
        if last_day is None:
            return await self._confirm(id, made, "unit", None, caller, ids)
        now = self.clock.now()
        today = shanghai_date(now)
        if not made.terms.starts <= last_day <= today:
            message = f"离职日期应在 {made.terms.starts} 至 {today} 之间。"
            fault = FieldError("/last_day", "last-day-out-of-range", message)
            raise DomainError("invalid-fields", status=422, fields=(fault,))
        then = self.policy.then(_LEFT)
        command = EndSchedule(reason=_LEFT, then=then, last_day=last_day, at=now)
        return await self._tell(id, made, command, caller, ids)

    async def record_seen(self, id: str, month: str, caller: Caller, ids: CommandIds) -> Done:
        """An authority has seen a contribution record up to a month (`YYYY-MM`)."""
        return await self._confirm(
            id, await self._made(id), "contribution-record", month, caller, ids
        )

    async def _confirm(
        self, id: str, made: ScheduleMade, how: str, month: str | None, caller: Caller,
        ids: CommandIds,
    ) -> Done:  # fmt: skip
        now = self.clock.now()
        seen = shanghai_date(now)
        if month is not None:
            year, number = month.split("-")
            if date(int(year), int(number), 1) > seen:
                fault = FieldError("/month", "month-in-future", "截至月份不能晚于本月。")
                raise DomainError("invalid-fields", status=422, fields=(fault,))
            seen = date(int(year), int(number), 1)
        until = evidence_until(seen, self.policy.employment)
        values = {"how": how, "until": until, "by": caller.account_id, "at": now}
        command = ConfirmEmployment.model_validate(values)
        return await self._tell(id, made, command, caller, ids)

    async def repaid(
        self, id: str, amount: Decimal, received_on: date, reference: str, caller: Caller,
        ids: CommandIds,
    ) -> Done:  # fmt: skip
        """Money came back; up to what is claimed."""
        now = self.clock.now()
        if received_on > shanghai_date(now):
            fault = FieldError("/received_on", "date-in-future", "收款日期不能晚于今天。")
            raise DomainError("invalid-fields", status=422, fields=(fault,))
        command = RecordRepayment(
            amount=amount, received_on=received_on, reference=reference, by=caller.account_id,
            at=now,
        )  # fmt: skip
        return await self._tell(id, await self._made(id), command, caller, ids)

    async def _schedule(self, id: str) -> Schedule:
        return (await self.handler.load(DECIDER, id))[0]

    async def _made(self, id: str) -> ScheduleMade:
        schedule = await self._schedule(id)
        if schedule.made is None:
            raise DomainError("schedule-not-found", status=404)
        return schedule.made

    async def _tell(
        self, id: str, made: ScheduleMade, command: ScheduleCommand, caller: Caller, ids: CommandIds
    ) -> Done:
        metadata = ids.metadata(caller, subject=made.talent_id)
        return await self.handler.handle(DECIDER, id, command, metadata)
