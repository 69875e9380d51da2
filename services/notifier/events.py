"""What the notifier records: one stream a message, from the request to its one outcome."""

from datetime import datetime
from typing import Final, Literal

from shared.domain.decider import Category
from shared.events.model import Event
from shared.events.personal import Personal
from shared.events.registry import Upcaster

MESSAGE: Final = Category("message", "notifier")

NumberSource = Literal["account", "profile", "given"]
"""The account's number, the one in the locked profile of the causing application, or one that the
causing event itself holds."""


class MessageRequested(Event, type="notifier.message-requested.v1"):
    """A fact causes one message for one person. `recipient` is the key of their contact; `params`
    are what was filled into the template; `mobile` only where the causing event gave it (E.164)."""

    template: str
    recipient: str
    subject: str
    number: NumberSource
    mobile: Personal[str | None]
    text: Personal[str]
    params: Personal[dict[str, str]]
    cause_id: str
    cause_type: str
    cause_stream: str
    cause_version: int
    requested_at: datetime


class AttemptStarted(Event, type="notifier.attempt-started.v1"):
    """The provider is about to be asked; recorded before it is."""

    reference: str
    number: int
    provider: str
    mobile: Personal[str]
    started_at: datetime


class MessageHandedOver(Event, type="notifier.message-handed-over.v1"):
    """The provider took it: by its own answer, or by its records when asked later."""

    reference: str
    provider_id: str | None
    learnt_from: Literal["answer", "records"]
    handed_over_at: datetime


class AttemptFailed(Event, type="notifier.attempt-failed.v1"):
    """The provider certainly did not take it. `next_attempt_at`: None if none is to follow."""

    reference: str
    retryable: bool
    detail: str
    failed_at: datetime
    next_attempt_at: datetime | None


class OutcomeUnknown(Event, type="notifier.outcome-unknown.v1"):
    """Nobody can tell yet whether it was taken. `checks`: how often the provider's records were
    asked in vain; `ask_again_at`: None once only an operator can go on."""

    reference: str
    checks: int
    detail: str
    noticed_at: datetime
    ask_again_at: datetime | None


class MessageSuppressed(Event, type="notifier.message-suppressed.v1"):
    """Not sent, and why: the person was erased, or no number is known."""

    why: Literal["erased", "no-number"]
    suppressed_at: datetime


class MessageGivenUp(Event, type="notifier.message-given-up.v1"):
    """No more attempts: the provider refused it, or a day has passed."""

    why: Literal["refused", "out-of-time"]
    given_up_at: datetime


class MessageRedriven(Event, type="notifier.message-redriven.v1"):
    """An operator sends it once more, and answers for it where the outcome was unknown."""

    by: str
    reason: Personal[str]
    redriven_at: datetime


MessageEvent = (
    MessageRequested
    | AttemptStarted
    | MessageHandedOver
    | AttemptFailed
    | OutcomeUnknown
    | MessageSuppressed
    | MessageGivenUp
    | MessageRedriven
)

CATEGORIES: Final = (MESSAGE,)
EVENTS: Final[tuple[type[Event], ...]] = (
    MessageRequested,
    AttemptStarted,
    MessageHandedOver,
    AttemptFailed,
    OutcomeUnknown,
    MessageSuppressed,
    MessageGivenUp,
    MessageRedriven,
)
UPCASTERS: Final[tuple[Upcaster, ...]] = ()
