"""The names of reservations: keyed hashes, so that a name tells nothing of what it reserves."""

from services.identity.rules.documents import DocumentType, document_fingerprint
from services.identity.rules.fingerprints import fingerprint
from services.identity.rules.names import account_key


class Slots:
    """`key` is the kernel's secret for identity's slots; it never changes."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def document(self, type: DocumentType, number: str) -> str:
        """One a person and document, whatever the entrance: it is the `person` of events too."""
        return document_fingerprint(self._key, type, number)

    def mobile(self, entrance: str, e164: str) -> str:
        return fingerprint(self._key, f"mobile:{entrance}", e164)

    def account(self, entrance: str, name: str) -> str:
        return fingerprint(self._key, f"account:{entrance}", account_key(name))

    def code(self, code: str) -> str:
        """An organisation's unified social credit code (GB 32100)."""
        return fingerprint(self._key, "uscc", code)
