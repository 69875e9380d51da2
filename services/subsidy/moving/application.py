"""A change of units, from a request to the recorded fact."""

from dataclasses import dataclass
from datetime import date

from services.subsidy.moving.commands import AnswerUnitChange, MovingCommand, RecordUnitChange
from services.subsidy.payouts.application import Done, Paying
from services.subsidy.payouts.decider import DECIDER
from services.subsidy.payouts.periods import months_later
from services.subsidy.payouts.reactions import evidence_until
from services.subsidy.payouts.state import Schedule
from services.subsidy.profile.model import Profile
from services.subsidy.profile.units import unit_faults
from shared.domain.calendar import shanghai_date
from shared.domain.errors import DomainError, FieldError
from shared.http.caller import Caller
from shared.http.commands import CommandIds


@dataclass(frozen=True, slots=True)
class NewUnits:
    """Where somebody works now; the dispatched name both."""

    dispatch: bool
    recruiting_unit: str | None
    host_unit: str


@dataclass(frozen=True)
class Moving:
    paying: Paying

    async def record(
        self, id: str, units: NewUnits, since: date, caller: Caller, ids: CommandIds
    ) -> Done:
        """Raises DomainError: 404 for another's, 422 for units that cannot be named."""
        schedule = await self._schedule(id)
        if schedule.made is None or schedule.made.talent_id != caller.account_id:
            raise DomainError("schedule-not-found", status=404)
        named = await self._checked(units)
        now = self.paying.clock.now()
        months = self.paying.policy.employment.resume_within_months
        ended = schedule.ended
        command = RecordUnitChange(
            units=named,
            since=since,
            resume_until=None if ended is None else months_later(ended.last_day, months),
            today=shanghai_date(now),
            at=now,
        )
        return await self._tell(id, schedule, command, caller, ids)

    async def answer(
        self, id: str, words: str, caller: Caller, ids: CommandIds, *, confirmed: bool
    ) -> Done:
        """A unit's word on it. Raises DomainError (404) for what is no business of theirs."""
        schedule, now = await self._schedule(id), self.paying.clock.now()
        command = AnswerUnitChange(
            organisation_id=caller.organisation_id or "",
            confirmed=confirmed,
            words=words,
            until=evidence_until(shanghai_date(now), self.paying.policy.employment),
            by=caller.account_id,
            at=now,
        )
        return await self._tell(id, schedule, command, caller, ids)

    async def _checked(self, units: NewUnits) -> tuple[str, ...]:
        profile = Profile(
            dispatch=units.dispatch,
            recruiting_unit=units.recruiting_unit,
            host_unit=units.host_unit,
        )
        known = {one.organisation_id: one for one in await self.paying.directory.units(profile)}
        faults = list(unit_faults(profile, known))
        if units.dispatch and not units.recruiting_unit:
            faults.append(FieldError("/recruiting_unit", "required", "请选择引进单位。"))
        if faults:
            raise DomainError("invalid-fields", status=422, fields=tuple(faults))
        return tuple(id for id in (units.recruiting_unit, units.host_unit) if id)

    async def _schedule(self, id: str) -> Schedule:
        schedule, _ = await self.paying.handler.load(DECIDER, id)
        return schedule

    async def _tell(
        self, id: str, schedule: Schedule, command: MovingCommand, caller: Caller, ids: CommandIds
    ) -> Done:
        subject = None if schedule.made is None else schedule.made.talent_id
        metadata = ids.metadata(caller, subject=subject)
        return await self.paying.handler.handle(DECIDER, id, command, metadata)
