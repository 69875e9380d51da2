"""Mail as the second channel, against a real SMTP server."""

import socket
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from services.identity import events as identity
from shared.adapters.mail.smtp import SmtpMail, SmtpServer
from shared.ports.mail import Mail, MailRoute
from shared.ports.sms import Handover
from shared.testing.clock import TestClock
from shared.testing.flaky_sms import FlakySms
from shared.testing.samples import sample
from tests.integration.notifier.callers import TALENT, http
from tests.integration.notifier.conftest import Life, registered

ADDRESS = "wang@example.com"
MAIL = Mail("m-1", ADDRESS, "人才分类认定结果", "您的申请已通过。")


class Box:
    """Keeps what comes; `refuses` are answers instead, by command; `hangs_up` after the text."""

    def __init__(self) -> None:
        self.mails: list[Message] = []
        self.refuses: dict[str, str] = {}
        self.hangs_up = False

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if "RCPT" in self.refuses:
            return self.refuses["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if "DATA" in self.refuses:
            return self.refuses["DATA"]
        assert isinstance(envelope.content, bytes)
        self.mails.append(message_from_bytes(envelope.content, policy=default))
        if self.hangs_up:
            assert server.transport is not None
            server.transport.abort()
        return "250 taken"


@pytest.fixture
def box() -> Box:
    return Box()


@pytest.fixture
def port(box: Box) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = int(free.getsockname()[1])
    controller = Controller(box, hostname="127.0.0.1", port=number)
    controller.start()
    yield number
    controller.stop()


@pytest.fixture
async def smtp(port: int) -> SmtpMail:
    return mailer(port)


def mailer(port: int, tls: str = "none") -> SmtpMail:
    return SmtpMail(SmtpServer("127.0.0.1", port, "no-reply@talent.example", tls), TestClock())


async def test_a_mail_arrives_with_its_subject_and_says_that_nobody_wrote_it(
    smtp: SmtpMail, box: Box
) -> None:
    result = await smtp.send(MAIL)
    (mail,) = box.mails
    assert result.handover is Handover.TAKEN
    assert (mail["Subject"], mail["To"]) == (MAIL.title, ADDRESS)
    assert mail["Message-ID"] == "<m-1@talent.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_payload(decode=True).decode().strip() == MAIL.text  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("command", "answer", "expected"),
    [
        ("RCPT", "550 no such mailbox", Handover.REFUSED),
        ("RCPT", "451 later", Handover.RETRY),
        ("DATA", "554 no", Handover.REFUSED),
        ("DATA", "452 full", Handover.RETRY),
    ],
)
async def test_a_servers_refusal_is_for_good_or_for_now(
    smtp: SmtpMail, box: Box, command: str, answer: str, expected: Handover
) -> None:
    box.refuses[command] = answer
    assert (await smtp.send(MAIL)).handover is expected
    assert box.mails == []


async def test_a_connection_lost_after_the_text_leaves_it_open(smtp: SmtpMail, box: Box) -> None:
    box.hangs_up = True
    assert (await smtp.send(MAIL)).handover is Handover.UNKNOWN
    assert len(box.mails) == 1


async def test_nobody_listening_or_no_encryption_where_it_is_asked_for_took_nothing(
    port: int, box: Box
) -> None:
    for one in (mailer(1), mailer(port, tls="starttls"), mailer(port, tls="tls")):
        assert (await one.send(MAIL)).handover is Handover.RETRY
    assert box.mails == []


def listed() -> identity.TalentListed:
    data = sample(identity.TalentListed) | {"kind": "business"}
    return identity.TalentListed.model_validate(data)


async def test_a_template_that_asks_for_it_goes_by_mail_as_well_to_who_gave_an_address(
    life: Life, smtp: SmtpMail, box: Box
) -> None:
    provider = FlakySms()
    async with life(provider, mail=[MailRoute(smtp)]) as desk, http(desk) as client:
        await desk.happens(registered())
        await desk.happens(registered(), "t2")
        choice = {"language": "en", "email": ADDRESS}
        await client.put("/api/notifier/preferences", headers=TALENT, json=choice)
        await desk.rest()
        await desk.happens(listed())
        await desk.happens(listed(), "t2")
        await desk.deliver_again()
        await desk.rest()
        items = (await client.get("/api/notifier/messages", headers=TALENT)).json()["items"]
    (mail,) = box.mails
    assert mail["Subject"] == "You were put on the abnormal list"
    mailed = next(item for item in items if item["channel"] == "email")
    assert (mailed["mobile"], mailed["state"]) == ("w****@example.com", "handed-over")
    assert sum(sms.template.startswith("listed") for sms in provider.sent) == 2
