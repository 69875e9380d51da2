"""An approved application becomes a schedule, an entitlement's end ends it, and what is due is
checked."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from services.subsidy.entitlements.events import TALENT_SUBSIDIES, EntitlementEnded
from services.subsidy.events import APPLICATION, ApplicationApproved
from services.subsidy.payouts.commands import CheckPeriod, EndSchedule, MakeSchedule
from services.subsidy.payouts.decider import DECIDER
from services.subsidy.payouts.events import ScheduleMade
from services.subsidy.payouts.periods import Terms
from services.subsidy.payouts.views import PAYOUTS, PayoutView
from shared.domain.calendar import shanghai_date
from shared.events.model import Recorded
from shared.policy.payouts import EmploymentPolicy
from shared.policy.subsidy import SubsidyPolicy
from shared.policy.timeline import Timeline
from shared.ports.feed import Start
from shared.runtime.deadlines import Deadline, instant
from shared.runtime.reactor import Dispatch, Reaction

MADE_GROUP: Final = "subsidy.schedules"
ENDED_GROUP: Final = "subsidy.schedules-ended"
BY_CLASS: Final = "class-ended"
"""Why a class ended, only its own event says: `effects.py` has it from there."""


def making(policies: Timeline[SubsidyPolicy]) -> Reaction:
    """By the rules that the application has pinned; from the first event on, so that no schedule
    depends on when the group was first deployed."""

    def react(recorded: Recorded[Any]) -> Sequence[Dispatch]:
        event = recorded.event
        if not isinstance(event, ApplicationApproved):
            return ()
        made = schedule_of(event, policies.pinned(event.policy_version))
        id = APPLICATION.id_of(recorded.stream)
        return (Dispatch(DECIDER, id, MakeSchedule(fact=made), event.talent_id),)

    return Reaction(MADE_GROUP, (APPLICATION,), react, start=Start.BEGINNING)


def schedule_of(approved: ApplicationApproved, policy: SubsidyPolicy) -> ScheduleMade:
    """The schedule of an approved application. LookupError where the policy has no amount."""
    rule = policy.payouts.amount(
        approved.scheme,
        approved.talent_class,
        approved.row,
        approved.highest_education,
        approved.full_time,
    )
    scheme = policy.scheme(approved.scheme)
    if rule is None or scheme is None:
        raise LookupError("no amount for this class and scheme")
    starts = shanghai_date(approved.at)
    copied = {"talent_id", "scheme", "window", "channel", "talent_class", "row", "policy_version"}
    return ScheduleMade(
        **approved.model_dump(include=copied),
        classes=scheme.classes,
        units=tuple(unit.organisation_id for unit in approved.units),
        terms=Terms.of(rule, starts),
        amount=rule.amount,
        employed_until=evidence_until(starts, policy.payouts.employment),
        at=approved.at,
    )


def evidence_until(day: date, policy: EmploymentPolicy) -> date:
    """The last day for which a word of that day counts: a month's end."""
    number = day.year * 12 + day.month + policy.valid_months
    return date(number // 12, number % 12 + 1, 1) - timedelta(days=1)


def ending(policies: Timeline[SubsidyPolicy]) -> Reaction:
    """By the rules of the day on which the entitlement ended."""

    def react(recorded: Recorded[Any]) -> Sequence[Dispatch]:
        event = recorded.event
        if not isinstance(event, EntitlementEnded) or event.reason == BY_CLASS:
            return ()
        day = shanghai_date(event.at)
        then = policies.at(day).payouts.then(event.reason)
        command = EndSchedule(reason=event.reason, then=then, last_day=day, at=event.at)
        return (Dispatch(DECIDER, event.application_id, command),)

    return Reaction(ENDED_GROUP, (TALENT_SUBSIDIES,), react, start=Start.BEGINNING)


def _due(key: str, view: PayoutView, now: datetime) -> Sequence[Dispatch]:
    at = instant(now)
    return [
        Dispatch(
            DECIDER, line.schedule_id, CheckPeriod(period=line.next, facts=view.facts, at=now), key
        )
        for line in view.schedules
        if line.due is not None and line.due <= at and line.next is not None
    ]


CHECKS: Final = Deadline("subsidy.payout-due", PAYOUTS, "due", _due)
