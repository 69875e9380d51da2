import asyncio
from pathlib import Path

import pytest
import structlog

from shared.adapters.sms.console import ConsoleSms
from shared.adapters.sms.inbox import DevInbox, InboxSms
from shared.ports.sms import ONE_TIME_CODE, Handover, Sms
from shared.testing.clock import TestClock

MOBILE = "+8613812345678"
NOW = TestClock().now()


def sms(reference: str = "m-1", template: str = "registered") -> Sms:
    return Sms(reference, MOBILE, "您已成功注册", template, {"code": "123456"})


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


async def test_the_inbox_takes_a_reference_once_and_knows_it_after_a_restart(
    tmp_path: Path,
) -> None:
    first = InboxSms(tmp_path / "inbox.db", DevInbox(TestClock()))
    assert (await first.query(sms(), NOW)).handover is Handover.RETRY
    await asyncio.gather(*(first.send(sms()) for _ in range(5)))
    await first.close()
    inbox = DevInbox(TestClock())
    second = InboxSms(tmp_path / "inbox.db", inbox)
    assert (await second.query(sms(), NOW)).handover is Handover.TAKEN
    await second.send(sms())
    assert second.references() == ["m-1"]
    (entry,) = inbox.entries(mobile="13812345678")
    assert (entry.key, entry.text) == ("m-1", "您已成功注册")
    await second.close()


async def test_a_one_time_code_is_shown_and_never_written(tmp_path: Path) -> None:
    inbox = DevInbox(TestClock())
    provider = InboxSms(tmp_path / "inbox.db", inbox)
    await provider.send(sms(template=ONE_TIME_CODE))
    assert inbox.entries()[0].params["code"] == "123456"
    assert provider.references() == []
    await provider.close()
    assert b"123456" not in everything_in(tmp_path)


def test_captcha_answers_are_found_by_their_id_newest_first() -> None:
    inbox = DevInbox(TestClock())
    inbox.captcha_issued("c1", "7KPQ")
    inbox.captcha_issued("c2", "8MNR")
    assert [e.text for e in inbox.entries()] == ["8MNR", "7KPQ"]
    assert [e.text for e in inbox.entries(key="c1")] == ["7KPQ"]


async def test_the_console_says_no_text_and_no_number(capsys: pytest.CaptureFixture[str]) -> None:
    with structlog.testing.capture_logs() as lines:
        assert (await ConsoleSms().send(sms())).handover is Handover.TAKEN
    assert lines == [
        {"event": "sms", "log_level": "info", "mobile": "+86138****5678", "template": "registered"}
    ]
    assert capsys.readouterr().out == ""


async def test_the_console_cannot_say_what_an_earlier_process_took() -> None:
    provider = ConsoleSms()
    await provider.send(sms())
    assert (await provider.query(sms(), NOW)).handover is Handover.TAKEN
    assert (await ConsoleSms().query(sms(), NOW)).handover is Handover.UNKNOWN
