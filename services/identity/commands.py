"""What can be asked of a talent's account."""

from datetime import date, datetime
from typing import Literal

from services.identity.events import AbnormalKind, DocumentChanged, TalentRegistered
from shared.domain.decider import Command


class RegisterTalent(Command):
    """§3.1, decided in the registration: the talent's stream takes the fact over."""

    fact: TalentRegistered


class ChangeMobile(Command):
    """§3.6. E.164; `previous` is the number that the person says they have. A desk (`assisted_by`)
    says why (`reason`)."""

    mobile: str
    previous: str
    assisted_by: str | None = None
    reason: str | None = None
    at: datetime


class RecordPasswordChange(Command):
    """§3.5; the hash itself goes to the credentials."""

    how: Literal["changed", "forgotten", "assisted"]
    assisted_by: str | None = None
    at: datetime


class ListTalent(Command):
    """Put on the abnormal list until the end of `barred_until` (Asia/Shanghai)."""

    entry_id: str
    kind: AbnormalKind
    reason: str
    barred_until: date
    by: str
    at: datetime


class LiftListing(Command):
    entry_id: str
    reason: str
    by: str
    at: datetime


class PlaceHold(Command):
    context: str
    reference: str
    reason: Literal["open-case", "retention"]
    until: date | None = None


class ReleaseHold(Command):
    context: str
    reference: str


class ReclaimTalent(Command):
    """The holder of `document` (keyed hash) is not who registered with it. The account ends; where
    it is an earlier document of the account, only that one is given back."""

    document: str
    reason: str
    by: str
    at: datetime


class ChangeDocument(Command):
    """Decided in the registration that reserved the new document."""

    fact: DocumentChanged
    reason: str


class EraseTalent(Command):
    """`today` is the day in Asia/Shanghai. `again`: it was decided and done before an older copy
    of the log came back, so nothing stands in its way."""

    today: date
    at: datetime
    again: bool = False


TalentCommand = (
    RegisterTalent
    | ChangeMobile
    | RecordPasswordChange
    | ListTalent
    | LiftListing
    | PlaceHold
    | ReleaseHold
    | ReclaimTalent
    | ChangeDocument
    | EraseTalent
)
