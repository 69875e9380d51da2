"""Mail by SMTP (RFC 5321, submission RFC 6409), a connection a message."""

from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final

import aiosmtplib

from shared.ports.clock import Clock
from shared.ports.mail import Mail
from shared.ports.sms import Handover, HandoverResult

_PATIENCE_SECONDS: Final = 9.0
_PERMANENT: Final = 500


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """`tls`: from the first byte, by STARTTLS (refused if the server has none), or not at all, for
    a server on the same machine. `sender` is the From address."""

    host: str
    port: int
    sender: str
    tls: str = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)


class SmtpMail:
    """Hands over to one server."""

    name = "smtp"
    settles_after = timedelta(seconds=30)

    def __init__(self, server: SmtpServer, clock: Clock) -> None:
        self._server, self._clock = server, clock

    async def send(self, mail: Mail) -> HandoverResult:
        """Up to the text nothing can have been taken; from there only the server's word counts."""
        server = self._server
        client = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            timeout=_PATIENCE_SECONDS,
            use_tls=server.tls == "tls",
            start_tls=server.tls == "starttls",
            username=server.user or None,
            password=server.password or None,
        )
        try:
            return await self._handed(client, mail)
        finally:
            client.close()

    async def _handed(self, client: aiosmtplib.SMTP, mail: Mail) -> HandoverResult:
        try:
            await client.connect()
            await client.mail(self._server.sender)
            await client.rcpt(mail.address)
        except aiosmtplib.SMTPRecipientRefused as refused:
            return _refused(refused.code)
        except (aiosmtplib.SMTPException, OSError) as failed:
            return HandoverResult(Handover.RETRY, detail=type(failed).__name__)
        try:
            answer = await client.data(self._written(mail))
        except aiosmtplib.SMTPDataError as refused:
            return _refused(refused.code)
        except (aiosmtplib.SMTPException, OSError) as lost:
            return HandoverResult(Handover.UNKNOWN, detail=type(lost).__name__)
        return HandoverResult(Handover.TAKEN, mail.reference, str(answer.code))

    def _written(self, mail: Mail) -> bytes:
        message = EmailMessage(policy=SMTP)
        message["From"] = self._server.sender
        message["To"] = mail.address
        message["Subject"] = mail.title
        message["Date"] = format_datetime(self._clock.now())
        domain = self._server.sender.rpartition("@")[2]
        message["Message-ID"] = f"<{mail.reference}@{domain}>"
        # No holiday notes in answer (RFC 3834).
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail.text)
        return message.as_bytes()


def _refused(code: int) -> HandoverResult:
    handover = Handover.REFUSED if code >= _PERMANENT else Handover.RETRY
    return HandoverResult(handover, detail=f"smtp-{code}")
