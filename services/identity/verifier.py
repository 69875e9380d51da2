"""Who asks the registers whether a name and a document belong together (实名核验)."""

from enum import StrEnum
from typing import Protocol, assert_never

from services.identity.rules.documents import Document


class Verification(StrEnum):
    """What is known of a name and a document."""

    VERIFIED = "verified"
    """A register confirmed that they belong together."""
    UNVERIFIED = "unverified"
    """Nobody was asked, or nobody could say: a reviewer compares the scanned document."""
    MISMATCH = "mismatch"
    """A register said that they do not belong together."""


def may_register(verification: Verification) -> bool:
    """Only a register's "no" keeps a person out; that nobody could say must not."""
    match verification:
        case Verification.VERIFIED | Verification.UNVERIFIED:
            return True
        case Verification.MISMATCH:
            return False
        case _:
            assert_never(verification)


class IdentityVerifier(Protocol):
    """A register of persons. `name` is normalised by `parse_real_name`."""

    async def verify(self, name: str, document: Document) -> Verification:
        """Raises `EngineUnavailable` if the register is away."""
        ...


class RulesOnlyVerifier:
    """No register at hand: a well-formed number proves nothing of its holder."""

    async def verify(self, name: str, document: Document) -> Verification:
        return Verification.UNVERIFIED
