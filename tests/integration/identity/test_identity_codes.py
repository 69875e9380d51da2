"""Codes by SMS and captchas: limits, and what their answers do not tell."""

import base64
from typing import Any

import pytest

from shared.ports.sms import Handover

MOBILE = "13800138000"


async def test_a_captcha_is_a_picture_or_speech(site: Any) -> None:
    for kind, magic in (("image", b"\x89PNG"), ("audio", b"RIFF")):
        answer = await site.client.post("/api/identity/captchas", json={"kind": kind})
        assert answer.status_code == 201
        assert base64.b64decode(answer.json()["data"]).startswith(magic)


async def test_the_answer_does_not_tell_whether_a_mobile_is_registered(site: Any) -> None:
    await site.registered()
    site.later(minutes=2)
    known = await site.ask_code("sign-in", MOBILE)
    unknown = await site.ask_code("sign-in", "13900139000")
    assert (known.status_code, known.json()) == (unknown.status_code, unknown.json())
    assert known.json() == {"expires_in": 300, "resend_in": 60}
    assert [s.template for s in site.outbox.sent[-2:]] == ["identity-code", "identity-no-account"]


async def test_a_code_costs_a_captcha(site: Any) -> None:
    captcha = await site.captcha() | {"answer": "wrong"}
    body = {"purpose": "register", "mobile": MOBILE, "captcha": captcha}
    answer = await site.client.post("/api/identity/sms-codes", json=body)
    assert answer.status_code == 422
    assert site.outbox.sent == []


async def test_a_mobile_gets_one_code_a_minute_and_ten_a_shanghai_day(site: Any) -> None:
    assert (await site.ask_code("register", MOBILE)).status_code == 202
    site.later(seconds=59)
    soon = await site.ask_code("sign-in", MOBILE)
    assert (soon.status_code, soon.headers["retry-after"]) == (429, "1")
    for _ in range(9):
        site.later(seconds=61)
        assert (await site.ask_code("register", MOBILE)).status_code == 202
    site.later(seconds=61)
    assert (await site.ask_code("register", MOBILE)).status_code == 429
    site.later(hours=15)  # past 24:00 in Shanghai
    assert (await site.ask_code("register", MOBILE)).status_code == 202


async def test_an_address_asks_for_so_many_an_hour(site: Any) -> None:
    here = {"x-forwarded-for": "2001:db8:1:2::1"}
    for n in range(30):
        where = {"x-forwarded-for": f"2001:db8:1:2::{n + 1:x}"}
        assert (await site.ask_code("register", f"138001380{n:02d}", **where)).status_code == 202
    assert (await site.ask_code("register", "13900139000", **here)).status_code == 429
    assert (await site.ask_code("register", "13900139000")).status_code == 202


@pytest.mark.parametrize("how", [Handover.REFUSED, Handover.RETRY])
async def test_a_code_that_no_provider_took_may_be_asked_for_again(
    site: Any, how: Handover
) -> None:
    site.outbox.answer = how
    answer = await site.ask_code("register", MOBILE)
    assert (answer.status_code, answer.json()["code"]) == (503, "sms-not-sent")
    site.outbox.answer = Handover.TAKEN
    assert (await site.ask_code("register", MOBILE)).status_code == 202


@pytest.mark.parametrize(
    "changes", [{"purpose": "anything"}, {"mobile": "12"}, {"entrance": "nowhere"}, {"more": 1}]
)
async def test_what_makes_no_sense_costs_no_captcha(site: Any, changes: dict[str, Any]) -> None:
    body = {"purpose": "register", "mobile": MOBILE, "captcha": await site.captcha()}
    where = "/api/identity/sms-codes"
    assert (await site.client.post(where, json=body | changes)).status_code == 422
    assert (await site.client.post(where, json=body)).status_code == 202


async def test_codes_are_in_no_log_line(site: Any, capsys: pytest.CaptureFixture[str]) -> None:
    code = await site.code("register", MOBILE)
    written = capsys.readouterr()
    assert f"={code}" not in written.out + written.err
    assert MOBILE not in written.out + written.err
