"""Four eyes over the end of a class; a part of the talent's own stream."""

from collections.abc import Sequence
from typing import assert_never

from services.classification.ending.commands import (
    ConfirmEnding,
    DeclineEnding,
    EndingCommand,
    ProposeEnding,
)
from services.classification.ending.events import (
    ClassEndingConfirmed,
    ClassEndingDeclined,
    ClassEndingProposed,
    EndingEvent,
)
from shared.domain.errors import DomainError
from shared.domain.four_eyes import require_other


def decide(
    command: EndingCommand, granted_by: str | None, proposed: ClassEndingProposed | None
) -> Sequence[EndingEvent]:
    """`granted_by` is the application by which the class in force was granted, if one is; the end
    itself follows a confirmation. Raises DomainError."""
    match command:
        case ProposeEnding():
            if granted_by is None:
                raise DomainError("no-class-to-end")
            if proposed is not None:
                raise DomainError("ending-proposed-already")
            return [ClassEndingProposed(application_id=granted_by, **command.model_dump())]
        case ConfirmEnding(by=by, at=at):
            require_other(by, _waiting(proposed).by)
            return [ClassEndingConfirmed(by=by, at=at)]
        case DeclineEnding():
            _waiting(proposed)
            return [ClassEndingDeclined(**command.model_dump())]
        case _:
            assert_never(command)


def _waiting(proposed: ClassEndingProposed | None) -> ClassEndingProposed:
    if proposed is None:
        raise DomainError("no-ending-proposed")
    return proposed
