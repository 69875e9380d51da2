"""What the notifier records: one stream a message, from the request to its one outcome."""

from datetime import datetime
from typing import Final, Literal

from shared.domain.decider import Category
from shared.events.model import Event
from shared.events.personal import Personal
from shared.events.registry import Upcaster

MESSAGE: Final = Category("message", "notifier")
PREFERENCE: Final = Category("preference", "notifier")

NumberSource = Literal["account", "profile", "given"]
"""The account's number, the one in the locked profile of the causing application, or one that the
causing event itself holds."""
Channel = Literal["sms", "email"]
Language = Literal["zh", "en"]
LearntFrom = Literal["answer", "records", "receipt"]
Delay = Literal["quiet-hours", "daily-limit"]


class MessageRequested(Event, type="notifier.message-requested.v1"):
    """A fact causes one message for one person. `recipient` is the key of their contact; `params`
    are what was filled into the template; `mobile` only where the causing event gave it (E.164).
    `text_en` and `params_en` are the English ones, of a template that has them; `title` and
    `title_en` are an email's subject line; `template_version` says which words these are."""

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
    channel: Channel = "sms"
    text_en: Personal[str | None] = None
    params_en: Personal[dict[str, str] | None] = None
    title: str = ""
    title_en: str = ""
    template_version: str = ""


class AttemptStarted(Event, type="notifier.attempt-started.v1"):
    """The provider is about to be asked; recorded before it is. `mobile` is the address on the
    email channel; `settles_at`: from then on the provider's own records are complete."""

    reference: str
    number: int
    provider: str
    mobile: Personal[str]
    started_at: datetime
    language: Language = "zh"
    settles_at: datetime | None = None


class MessageHandedOver(Event, type="notifier.message-handed-over.v1"):
    """The provider took it: by its own answer, by its records when asked later, or by a receipt."""

    reference: str
    provider_id: str | None
    learnt_from: LearntFrom
    handed_over_at: datetime


class AttemptFailed(Event, type="notifier.attempt-failed.v1"):
    """The provider certainly did not take it. `next_attempt_at`: None if none is to follow, and
    `failed_at` itself if another provider is asked at once. `retryable`: this one may be asked
    again; `throttled`: it had too many."""

    reference: str
    retryable: bool
    detail: str
    failed_at: datetime
    next_attempt_at: datetime | None
    throttled: bool = False


class OutcomeUnknown(Event, type="notifier.outcome-unknown.v1"):
    """Nobody can tell yet whether it was taken. `checks`: how often the provider's records were
    asked in vain; `ask_again_at`: None once only an operator can go on."""

    reference: str
    checks: int
    detail: str
    noticed_at: datetime
    ask_again_at: datetime | None


class ReceiptRecorded(Event, type="notifier.receipt-recorded.v1"):
    """The network's word on a message that a provider took. `code` is the provider's; `reported_at`
    is its time of it, `after_seconds` counts from the attempt's start; `next_attempt_at`: when
    another provider is asked, after a receipt that says that it failed."""

    reference: str
    provider: str
    delivered: bool
    code: str
    reported_at: datetime
    recorded_at: datetime
    after_seconds: float
    next_attempt_at: datetime | None


class MessageDelayed(Event, type="notifier.message-delayed.v1"):
    """Not to be sent before `until`: at night, or because the number had its messages for today."""

    why: Delay
    until: datetime
    delayed_at: datetime


class MessageSuppressed(Event, type="notifier.message-suppressed.v1"):
    """Not sent, and why: the person was erased, or no number or mail address is known."""

    why: Literal["erased", "no-number", "no-address"]
    suppressed_at: datetime


class MessageGivenUp(Event, type="notifier.message-given-up.v1"):
    """No more attempts: every provider refused it, a day has passed, or the network said that it
    could not be delivered and no other provider was left."""

    why: Literal["refused", "out-of-time", "undelivered"]
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
    | ReceiptRecorded
    | MessageDelayed
    | MessageSuppressed
    | MessageGivenUp
    | MessageRedriven
)


class PreferenceChosen(Event, type="notifier.preference-chosen.v1"):
    """A person said how they want to be told: in which language, and where mail goes (None: no
    mail)."""

    account_id: str
    language: Language
    email: Personal[str | None]
    chosen_at: datetime


CATEGORIES: Final = (MESSAGE, PREFERENCE)
EVENTS: Final[tuple[type[Event], ...]] = (
    MessageRequested,
    AttemptStarted,
    MessageHandedOver,
    AttemptFailed,
    OutcomeUnknown,
    ReceiptRecorded,
    MessageDelayed,
    MessageSuppressed,
    MessageGivenUp,
    MessageRedriven,
    PreferenceChosen,
)
UPCASTERS: Final[tuple[Upcaster, ...]] = ()
