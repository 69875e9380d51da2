"""What other contexts' events mean for a talent's account."""

from collections.abc import Sequence
from typing import Any, Final, assert_never

from services.classification.events import (
    APPLICATION,
    ApplicationApproved,
    ApplicationEnded,
    ApplicationEvent,
    ApplicationRejected,
    ApplicationReturned,
    ApplicationStarted,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    AttachmentAdded,
    AttachmentRemoved,
    ClassChosen,
    DeskApproved,
    ProfileSaved,
    ReviewClaimed,
    ReviewEscalated,
    ReviewHandedOver,
    ReviewPassedUp,
    ReviewReleased,
    StageOpened,
)
from services.identity.commands import ListTalent, PlaceHold, ReleaseHold, TalentCommand
from services.identity.decider import DECIDER
from services.identity.policies import shanghai_day, years_later
from shared.events.model import Recorded
from shared.policy.models import IdentityPolicy, Timeline
from shared.ports.feed import Start
from shared.runtime.reactor import Dispatch, Reaction

_CONTEXT: Final = "classification"
_FALSE_DECLARATION: Final = "人才分类认定申报材料不实"


def reactions(policies: Timeline[IdentityPolicy]) -> tuple[Reaction, ...]:
    """A submitted application holds the account, whatever ends it releases it, and a false
    declaration puts the person on the abnormal list for business (§3.3.5)."""

    def react(recorded: Recorded[Any]) -> Sequence[Dispatch]:
        talent = recorded.metadata.subject
        if talent is None:
            return ()
        commands = _commands(recorded, recorded.event, policies)
        return [Dispatch(DECIDER, talent, command, talent) for command in commands]

    group = "identity.classification-holds"
    return (Reaction(group, (APPLICATION,), react, Start.BEGINNING),)


def _commands(
    recorded: Recorded[Any], event: ApplicationEvent, policies: Timeline[IdentityPolicy]
) -> Sequence[TalentCommand]:
    application = APPLICATION.id_of(recorded.stream)
    release = ReleaseHold(context=_CONTEXT, reference=application)
    match event:
        case ApplicationSubmitted():
            return [PlaceHold(context=_CONTEXT, reference=application, reason="open-case")]
        case ApplicationRejected(false_declaration=True):
            return [_listing(event, application, policies), release]
        case (
            ApplicationApproved() | ApplicationRejected() | ApplicationWithdrawn()
            | ApplicationEnded()
        ):  # fmt: skip
            return [release]
        case (
            ApplicationStarted() | ClassChosen() | ProfileSaved() | AttachmentAdded()
            | AttachmentRemoved() | StageOpened() | ReviewClaimed() | ReviewReleased()
            | ReviewHandedOver() | DeskApproved() | ApplicationReturned() | ReviewPassedUp()
            | ReviewEscalated()
        ):  # fmt: skip
            return ()
        case _:
            assert_never(event)


def _listing(
    event: ApplicationRejected, application: str, policies: Timeline[IdentityPolicy]
) -> ListTalent:
    """Bars from the day of the decision, however late it is heard of."""
    day = shanghai_day(event.at)
    return ListTalent(
        entry_id=f"{_CONTEXT}-{application}",
        kind="business",
        reason=_FALSE_DECLARATION,
        barred_until=years_later(day, policies.at(day).bar("business").years),
        by=event.by.account_id,
        at=event.at,
    )
