"""The review process as people read it (manual §3.4.5): one step for each thing that happened."""

from typing import assert_never

from services.subsidy.events import (
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
    ChannelChosen,
    DeskApproved,
    ProfileSaved,
    ReviewClaimed,
    ReviewEscalated,
    ReviewHandedOver,
    ReviewPassedUp,
    ReviewReleased,
    StageOpened,
)
from shared.domain.review import steps
from shared.domain.review.state import Review
from shared.domain.review.steps import Step
from shared.runtime.deadlines import instant


def step_of(event: ApplicationEvent, review: Review | None) -> Step | None:
    """The step that an event makes of a review as it stood before it; None for edits."""
    match event:
        case ApplicationStarted():
            return None
        case ChannelChosen() | ProfileSaved() | AttachmentAdded() | AttachmentRemoved():
            return None
        case (
            ApplicationSubmitted()
            | StageOpened()
            | ReviewClaimed()
            | ReviewReleased()
            | ReviewHandedOver()
            | DeskApproved()
            | ApplicationReturned()
            | ApplicationRejected()
            | ReviewPassedUp()
            | ReviewEscalated()
            | ApplicationApproved()
            | ApplicationWithdrawn()
            | ApplicationEnded()
        ):
            return steps.step_of(event, review, instant(event.at))
        case _:
            assert_never(event)
