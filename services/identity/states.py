"""What a talent's account can be."""

from dataclasses import dataclass
from datetime import date

from services.identity.events import AbnormalKind, HoldPlaced, TalentRegistered


@dataclass(frozen=True, slots=True)
class Listing:
    entry_id: str
    kind: AbnormalKind
    barred_until: date
    lifted: bool = False


@dataclass(frozen=True, slots=True)
class Unregistered:
    """Nobody yet."""


@dataclass(frozen=True, slots=True)
class Held:
    """The document as it is now: keyed hash, type, and the number (ERASED once erased)."""

    document: str
    type: str
    number: object


@dataclass(frozen=True, slots=True)
class Talent:
    """`registered` is what was registered; `documents` are the keyed hashes of all documents of
    the person, the present one (`held`) last. Personal values may read ERASED."""

    registered: TalentRegistered
    mobile: object
    held: Held
    documents: tuple[str, ...]
    listings: tuple[Listing, ...] = ()
    holds: tuple[HoldPlaced, ...] = ()
    reclaimed: bool = False

    def listing(self, entry_id: str) -> Listing | None:
        return next((one for one in self.listings if one.entry_id == entry_id), None)

    def is_person(self, person: str | None) -> bool:
        """Whether a keyed hash, of a member of staff for instance, is one of this person's."""
        return person is not None and person in self.documents


@dataclass(frozen=True, slots=True)
class ErasedTalent:
    """Gone for good. The keyed hashes stay: bars on the documents may still be lifted."""

    documents: tuple[str, ...]


TalentState = Unregistered | Talent | ErasedTalent
