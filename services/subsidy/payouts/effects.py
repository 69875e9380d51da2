"""What a change of the class, or the end of an account, does to schedules; harmless twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from services.classification.events import TALENT_CLASS, ClassEnded, ClassGranted
from services.identity.events import TALENT, TalentListed
from services.subsidy.entitlements.decider import DECIDER as ENTITLEMENTS
from services.subsidy.entitlements.events import EntitlementGranted
from services.subsidy.payouts.commands import AmendSchedule, EndSchedule, ScheduleCommand
from services.subsidy.payouts.decider import DECIDER
from shared.domain.calendar import shanghai_date
from shared.events.model import Metadata, Recorded
from shared.policy.subsidy import SubsidyPolicy
from shared.policy.timeline import Timeline
from shared.ports.feed import Start
from shared.runtime.command_handler import CommandHandler
from shared.runtime.reactor import Effect, caused_id

_GROUP: Final = "subsidy.schedules-of-persons"
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class PayoutConsequences:
    """Which schedules a person has, the talent's own stream says: no view may be behind."""

    handler: CommandHandler
    policies: Timeline[SubsidyPolicy]

    def effect(self) -> Effect:
        """From the first event on: no schedule depends on when it was deployed."""
        return Effect(_GROUP, (TALENT_CLASS, TALENT), self.run, Start.BEGINNING)

    async def run(self, recorded: Recorded[Any]) -> None:
        match recorded.event:
            case ClassEnded(reason=reason, at=at):
                await self._end(TALENT_CLASS.id_of(recorded.stream), reason, at, recorded)
            case ClassGranted() as granted:
                await self._changed(TALENT_CLASS.id_of(recorded.stream), granted, recorded)
            case TalentListed(kind="registration", listed_at=at):
                await self._end(TALENT.id_of(recorded.stream), "talent-listed", at, recorded)
            case _:
                return

    async def _end(
        self, talent_id: str, reason: str, at: datetime, recorded: Recorded[Any]
    ) -> None:
        day = shanghai_date(at)
        then = self.policies.at(day).payouts.then(reason)
        command = EndSchedule(reason=reason, then=then, last_day=day, at=at)
        for granted in (await self._granted(talent_id))[0]:
            await self._tell(granted.application_id, talent_id, command, recorded)

    async def _changed(self, talent_id: str, change: ClassGranted, recorded: Recorded[Any]) -> None:
        for granted in (await self._granted(talent_id))[1]:
            command = change_of(granted, change, self.policies.at(shanghai_date(change.at)))
            await self._tell(granted.application_id, talent_id, command, recorded)

    async def _granted(
        self, talent_id: str
    ) -> tuple[Sequence[EntitlementGranted], Sequence[EntitlementGranted]]:
        """All that was ever granted, and what of it lasts."""
        state, _ = await self.handler.load(ENTITLEMENTS, talent_id)
        return state.granted, state.live

    async def _tell(
        self, id: str, talent_id: str, command: ScheduleCommand, recorded: Recorded[Any]
    ) -> None:
        metadata = Metadata(
            command_id=caused_id(_GROUP, recorded.id, id, 0),
            actor=_GROUP,
            subject=talent_id,
            causation_id=recorded.id,
            correlation_id=recorded.metadata.correlation_id,
            trace_parent=recorded.metadata.trace_parent,
        )
        await self.handler.handle(DECIDER, id, command, metadata)


def change_of(
    granted: EntitlementGranted, change: ClassGranted, policy: SubsidyPolicy
) -> ScheduleCommand:
    """Another class: another amount from the next period on; or the end, where the class does not
    fit the scheme any more."""
    scheme, payouts, day = policy.scheme(granted.scheme), policy.payouts, shanghai_date(change.at)
    letter, row = change.talent_class, change.row
    rule = payouts.amount(granted.scheme, letter, row, change.highest_education, change.full_time)
    if scheme is None or letter not in scheme.classes or rule is None:
        reason = "class-does-not-fit"
        then = payouts.then(reason)
        return EndSchedule(reason=reason, then=then, last_day=day - _DAY, at=change.at)
    return AmendSchedule(
        talent_class=letter, row=row, amount=rule.amount, policy_version=policy.version,
        at=change.at,
    )  # fmt: skip
