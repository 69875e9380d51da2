"""What of a number may be shown to those it does not belong to."""


def mask_number(number: str) -> str:
    """Of an identity document: `420***********123X`, `E******78`. The birth date is always
    hidden."""
    head, tail = (3, 4) if len(number) >= 15 else (1, 2)
    if len(number) <= head + tail + 1:
        return "*" * len(number)
    return number[:head] + "*" * (len(number) - head - tail) + number[-tail:]


def mask_mobile(e164: str) -> str:
    """Of a phone: `138****0000` for a Chinese number, `+852****0000` for another."""
    if e164.startswith("+86") and len(e164) == 14:
        return f"{e164[3:6]}****{e164[-4:]}"
    if len(e164) < 9:
        return "*" * len(e164)
    return f"{e164[:4]}****{e164[-4:]}"
