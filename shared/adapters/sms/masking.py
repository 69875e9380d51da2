"""What of a mobile may be seen by those it does not belong to."""


def masked(mobile: str) -> str:
    """`+8613812345678` -> `+86138****5678`; short ones vanish but for their end."""
    return f"{mobile[:-8]}****{mobile[-4:]}" if len(mobile) > 10 else f"****{mobile[-2:]}"
