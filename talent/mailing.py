"""The mail server, by TALENT_MAIL_URL."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import parse_qs, urlsplit

from shared.adapters.mail.smtp import SmtpMail, SmtpServer
from shared.ports.clock import Clock
from shared.ports.mail import MailRoute
from talent.adapters import UnknownAdapter
from talent.settings import Settings

_SETTING: Final = "TALENT_MAIL_URL"
_PORTS: Final = {"smtp": 587, "smtps": 465}


class BadMailUrl(ValueError):
    """A URL that lacks something; it names the part and never the URL."""

    def __init__(self, part: str) -> None:
        super().__init__(f"{_SETTING}: 缺少或有误 / missing or wrong: {part}")


def open_mail(settings: Settings, clock: Clock) -> Sequence[MailRoute]:
    """Nothing without a URL. `smtp` asks for STARTTLS unless `tls=no`, `smtps` speaks TLS from the
    start. Raises UnknownAdapter, BadMailUrl."""
    if not settings.mail_url:
        return ()
    split = urlsplit(settings.mail_url)
    if split.scheme not in _PORTS:
        raise UnknownAdapter(_SETTING, settings.mail_url)
    asked = {name: values[0] for name, values in parse_qs(split.query).items()}
    sender = asked.get("from", "")
    if not split.hostname:
        raise BadMailUrl("host")
    if "@" not in sender:
        raise BadMailUrl("from")
    plain = "none" if asked.get("tls") == "no" else "starttls"
    password = settings.mail_password
    server = SmtpServer(
        host=split.hostname,
        port=split.port or _PORTS[split.scheme],
        sender=sender,
        tls="tls" if split.scheme == "smtps" else plain,
        user=asked.get("user", ""),
        password=password.get_secret_value() if password else "",
    )
    return (MailRoute(SmtpMail(server, clock)),)
