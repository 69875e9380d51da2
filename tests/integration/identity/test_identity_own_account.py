"""Password, mobile and erasure of one's own account (manual §3.5, §3.6)."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.identity.commands import (
    Command,
    EraseTalent,
    LiftListing,
    ListTalent,
    PlaceHold,
    ReleaseHold,
)
from services.identity.decider import DECIDER
from services.identity.rules.documents import DocumentType
from services.identity.views import ACCOUNT
from shared.events.model import Metadata
from shared.events.personal import ERASED

NEW = "marble-cactus-violin-93"


def faults(answer: Any) -> dict[str, str]:
    return {e["pointer"]: e["code"] for e in answer.json().get("errors", [])}


async def tell(site: Any, talent_id: str, command: Command) -> None:
    metadata = Metadata(repr(command), actor="test", subject=talent_id)
    await site.kernel.handler.handle(DECIDER, talent_id, command, metadata)


async def test_a_changed_password_ends_every_session_and_opens_the_account(site: Any) -> None:
    await site.registered()
    here, there = await site.signed_in(), await site.signed_in()
    site.later(seconds=1)
    body = {"old": site.password, "new": NEW, "new_again": NEW}
    assert (await site.as_me("PUT", "/me/password", here, json=body)).status_code == 200
    for tokens in (here, there):
        assert (await site.as_me("GET", "/me", tokens)).status_code == 401
    assert (await site.sign_in()).status_code == 401
    assert (await site.sign_in(password=NEW)).status_code == 201


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"old": "wrong"}, {"/old": "password-wrong"}),
        ({"new": "123", "new_again": "123"}, {"/new": "password-short"}),
        ({"new_again": "other"}, {"/new_again": "passwords-differ"}),
        ({"new": "ouyang123", "new_again": "ouyang123"}, {"/new": "password-weak"}),
    ],
)
async def test_a_password_is_not_changed(
    site: Any, changes: dict[str, str], expected: dict[str, str]
) -> None:
    await site.registered()
    tokens = await site.signed_in()
    body = {"old": site.password, "new": NEW, "new_again": NEW} | changes
    answer = await site.as_me("PUT", "/me/password", tokens, json=body)
    assert (answer.status_code, faults(answer)) == (422, expected)
    assert (await site.as_me("GET", "/me", tokens)).status_code == 200


async def test_the_same_password_again_is_no_change(site: Any) -> None:
    await site.registered()
    tokens = await site.signed_in()
    body = {"old": site.password, "new": site.password, "new_again": site.password}
    answer = await site.as_me("PUT", "/me/password", tokens, json=body)
    assert faults(answer) == {"/new": "password-same"}


async def reset(site: Any, **changes: Any) -> Any:
    body = {
        "mobile": "13800138000",
        "document_number": site.document.lower(),
        "new": NEW,
        "new_again": NEW,
        "captcha": await site.captcha(),
    } | changes
    return await site.client.post("/api/identity/password-resets", json=body)


async def test_a_forgotten_password_is_set_anew_with_code_and_document(site: Any) -> None:
    await site.registered()
    tokens = await site.signed_in()
    site.later(minutes=2)
    code = await site.code("reset-password", "13800138000")
    assert (await reset(site, code=code)).status_code == 201
    assert (await site.as_me("GET", "/me", tokens)).status_code == 401
    assert (await site.sign_in(password=NEW)).status_code == 201


async def test_one_code_allows_one_guess_at_the_document(site: Any) -> None:
    await site.registered()
    site.later(minutes=2)
    code = await site.code("reset-password", "13800138000")
    wrong = await reset(site, code=code, document_number=site.card(7))
    unknown = await reset(site, code=code, mobile="13900139000")
    assert faults(wrong) == faults(unknown) == {"/code": "reset-refused"}
    assert faults(await reset(site, code=code)) == {"/code": "reset-refused"}


async def mobile(site: Any, tokens: Any, **changes: Any) -> Any:
    body = {"old": "13800138000", "new": "13900139000", "password": site.password} | changes
    if "new_code" not in body:
        body["new_code"] = await site.code("change-mobile-new", body["new"])
    return await site.as_me("PUT", "/me/mobile", tokens, json=body)


async def test_a_mobile_is_changed_and_the_old_one_is_free(site: Any) -> None:
    await site.registered()
    tokens = await site.signed_in()
    site.later(minutes=2)
    changed = await mobile(site, tokens)
    assert changed.status_code == 200, changed.text
    me = await site.as_me("GET", f"/me?min_version={changed.json()['version']}", tokens)
    assert me.json()["mobile"] == "139****9000"
    code = await site.code("sign-in", "13900139000") if site.later(minutes=2) is None else ""
    body = {"mobile": "13900139000", "code": code}
    assert (await site.client.post("/api/identity/sessions", json=body)).status_code == 201
    await site.registered(document_number=site.card(3), account_name="another")


async def test_a_code_to_the_old_number_does_as_well_as_the_password(site: Any) -> None:
    await site.registered()
    tokens = await site.signed_in()
    site.later(minutes=2)
    old = await site.code("change-mobile-old", "13800138000")
    assert (await mobile(site, tokens, password=None, old_code="000000")).status_code == 422
    site.later(minutes=2)
    assert (await mobile(site, tokens, password=None, old_code=old)).status_code == 200


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"old": "13700137000"}, {"/old": "old-mobile-wrong"}),
        ({"password": "wrong"}, {"/password": "password-wrong"}),
        ({"password": None}, {"/old_code": "code-wrong"}),
        ({"new_code": "000000"}, {"/new_code": "code-wrong"}),
        ({"new": "13800138000", "new_code": "1"}, {"/new": "mobile-unchanged"}),
    ],
)
async def test_a_mobile_is_not_changed(
    site: Any, changes: dict[str, Any], expected: dict[str, str]
) -> None:
    await site.registered()
    answer = await mobile(site, await site.signed_in(), **changes)
    assert (answer.status_code, faults(answer)) == (422, expected)


async def test_another_accounts_mobile_is_refused(site: Any) -> None:
    await site.registered()
    await site.registered(
        mobile="13900139000", document_number=site.card(3), account_name="another"
    )
    tokens = await site.signed_in()
    site.later(minutes=2)
    answer = await mobile(site, tokens)
    assert (answer.status_code, faults(answer)) == (409, {"/new": "mobile-taken"})
    site.later(minutes=2)
    assert (await mobile(site, tokens, new="13700137000")).status_code == 200


async def erase(site: Any, tokens: Any, **body: Any) -> Any:
    return await site.as_me("DELETE", "/me", tokens, json=body or {"password": site.password})


async def test_an_erased_talent_is_gone_and_may_register_anew(site: Any) -> None:
    made = await site.registered()
    tokens = await site.signed_in()
    site.later(seconds=61)
    assert (await erase(site, tokens)).status_code == 200
    assert (await site.as_me("GET", "/me", tokens)).status_code == 401
    assert (await site.sign_in()).status_code == 401
    await site.host.settled()
    view = await site.kernel.views.of(ACCOUNT).get(made["talent_id"])
    assert (view.name, view.mobile, view.document_number) == (ERASED, ERASED, ERASED)
    assert view.erased_at is not None
    again = await site.registered()
    assert again["talent_id"] != made["talent_id"]


async def test_erasure_wants_the_password_or_a_code_once_more(site: Any) -> None:
    await site.registered()
    tokens = await site.signed_in()
    assert faults(await erase(site, tokens, password="wrong")) == {"/password": "password-wrong"}
    assert faults(await erase(site, tokens, code="000000")) == {"/code": "code-wrong"}
    site.later(minutes=2)
    code = await site.code("erase", "13800138000")
    assert (await erase(site, tokens, code=code)).status_code == 200


async def test_erasure_is_refused_with_reason_and_date(site: Any) -> None:
    made = await site.registered()
    talent, tokens = made["talent_id"], await site.signed_in()
    hold = PlaceHold(context="classification", reference="a1", reason="open-case")
    await tell(site, talent, hold)
    assert (await erase(site, tokens)).json()["code"] == "erasure-refused-open-case"
    await tell(site, talent, ReleaseHold(context="classification", reference="a1"))
    kept = PlaceHold(context="subsidy", reference="p1", reason="retention", until=date(2036, 3, 2))
    await tell(site, talent, kept)
    refused = (await erase(site, tokens)).json()
    assert (refused["code"], refused["params"]) == (
        "erasure-refused-retention",
        {"until": "2036-03-02"},
    )
    bar = ListTalent(
        entry_id="e1", kind="business", reason="虚假", barred_until=date(2027, 3, 2), by="desk",
        at=site.clock.now(),
    )  # fmt: skip
    await tell(site, talent, bar)
    assert (await erase(site, tokens)).json()["params"] == {"until": "2027-03-02"}


async def test_a_bar_stays_after_erasure(site: Any) -> None:
    made = await site.registered()
    bar = ListTalent(
        entry_id="e1", kind="registration", reason="虚假", barred_until=date(2026, 3, 2),
        by="desk", at=site.clock.now(),
    )  # fmt: skip
    await tell(site, made["talent_id"], bar)
    site.later(days=1)
    assert (await erase(site, await site.signed_in())).status_code == 200
    await site.host.settled()
    identity = site.service.identity
    slot = identity.slots.document(DocumentType.RESIDENT_IDENTITY_CARD, site.document)
    state = await identity.reservations.state(slot)
    assert state.holder is None
    assert [b.until for b in state.bars] == [date(2026, 3, 2)]


async def test_a_bar_lifted_just_before_erasure_is_lifted_though_the_person_is_gone(
    site: Any,
) -> None:
    made = await site.registered()
    talent, identity = made["talent_id"], site.service.identity
    bar = ListTalent(
        entry_id="e1", kind="registration", reason="虚假", barred_until=date(2027, 3, 2),
        by="desk", at=site.clock.now(),
    )  # fmt: skip
    await tell(site, talent, bar)
    await site.host.settled()
    await site.host.stop()
    lift = LiftListing(entry_id="e1", reason="更正", by="desk", at=site.clock.now())
    await tell(site, talent, lift)
    await tell(site, talent, EraseTalent(today=date(2026, 3, 2), at=site.clock.now()))
    stored = await site.kernel.store.read_stream(f"talent-{talent}")
    for effect in site.service.effects:
        for recorded in await site.kernel.codec.decode(stored):
            await effect.run(recorded)
    slot = identity.slots.document(DocumentType.RESIDENT_IDENTITY_CARD, site.document)
    state = await identity.reservations.state(slot)
    assert (state.holder, state.bars) == (None, ())


async def test_no_secret_and_no_personal_datum_is_stored_readable(
    site: Any, tmp_path: Path
) -> None:
    await site.registered()
    tokens = await site.signed_in()
    site.later(minutes=2)
    code = await site.code("sign-in", "13800138000")
    await site.host.settled()
    logged, kept = _bytes(tmp_path, "log.db*"), _bytes(tmp_path, "keys.db*")
    for secret in (site.password, tokens["refresh_token"], f"验证码{code}"):
        assert secret.encode() not in logged + kept
    for personal in (site.document, "13800138000", "欧阳示例", "ouyang"):
        assert personal.encode() not in logged + kept


def _bytes(folder: Path, pattern: str) -> bytes:
    return b"".join(p.read_bytes() for p in folder.glob(pattern))
