"""Keyed hashes that stand for personal data in names of streams and in comparisons."""

import hashlib
import hmac


def fingerprint(key: bytes, purpose: str, value: str) -> str:
    """HMAC-SHA256 (RFC 2104) of a normalised value, as 64 hex digits.

    Keyed, because identity numbers and mobiles are few enough to be enumerated from a plain hash.
    `purpose` keeps equal values of different kinds, or of different entrances, apart.
    """
    message = f"{purpose}\0{value}".encode()
    return hmac.new(key, message, hashlib.sha256).hexdigest()
