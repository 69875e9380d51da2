"""Signing in, staying in, signing out (manual §3.2, §3.7), and every refusal on the way."""

import asyncio
from typing import Any

import pytest
from joserfc.jws import extract_compact

from services.identity.access.application import RevocationReader
from services.identity.passwords import Argon2Cost, PasswordVault
from shared.http.tokens import Revocations
from shared.runtime.supervisor import Supervisor


async def test_by_account_and_password(site: Any) -> None:
    made = await site.registered()
    tokens = await site.signed_in(account=" OuYang ")
    assert tokens["account_id"] == made["talent_id"]
    assert (tokens["kind"], tokens["token_type"], tokens["expires_in"]) == ("talent", "Bearer", 900)


async def test_by_mobile_and_code(site: Any) -> None:
    await site.registered()
    site.later(minutes=2)
    code = await site.code("sign-in", "13800138000")
    body = {"mobile": "138 0013 8000", "code": code}
    answer = await site.client.post("/api/identity/sessions", json=body)
    assert answer.status_code == 201
    assert answer.headers["cache-control"] == "no-store"
    assert (await site.client.post("/api/identity/sessions", json=body)).status_code == 422


async def test_an_unknown_account_and_a_wrong_password_are_told_in_the_same_words(
    site: Any,
) -> None:
    await site.registered()
    wrong = await site.sign_in(password="not-the-password")
    unknown = await site.sign_in(account="nobody")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json()["code"] == unknown.json()["code"] == "sign-in-failed"
    assert wrong.json()["detail"] == unknown.json()["detail"]


@pytest.mark.parametrize("entrance", ["employer", "hotel", "developer", "government"])
async def test_a_talents_credentials_open_no_other_entrance(site: Any, entrance: str) -> None:
    await site.registered()
    answer = await site.sign_in(entrance=entrance)
    assert (answer.status_code, answer.json()["code"]) == (401, "sign-in-failed")


async def test_a_code_of_another_entrance_opens_nothing(site: Any) -> None:
    await site.registered()
    site.later(minutes=2)
    code = await site.code("sign-in", "13800138000")
    body = {"mobile": "13800138000", "code": code, "entrance": "employer"}
    assert (await site.client.post("/api/identity/sessions", json=body)).status_code == 422


async def test_a_wrong_captcha_stops_a_right_password(site: Any) -> None:
    await site.registered()
    captcha = await site.captcha()
    answer = await site.sign_in(captcha=captcha | {"answer": "??"})
    assert answer.status_code == 422
    assert (await site.sign_in(captcha=captcha)).status_code == 422


async def test_failures_lock_the_account_at_one_address_and_nowhere_else(site: Any) -> None:
    await site.registered()
    here = {"x-forwarded-for": "198.51.100.9"}
    for _ in range(5):
        assert (await site.sign_in(password="wrong", headers=here)).status_code == 401
    locked = await site.sign_in(headers=here)
    assert (locked.status_code, locked.json()["code"]) == (429, "sign-in-locked")
    assert (await site.sign_in()).status_code == 201
    site.later(seconds=901)
    assert (await site.sign_in(headers=here)).status_code == 201


async def test_a_crowd_of_addresses_slows_strangers_but_not_the_owner(site: Any) -> None:
    await site.registered()
    home = {"x-forwarded-for": "198.51.100.20"}
    assert (await site.sign_in(headers=home)).status_code == 201
    for _ in range(30):
        await site.sign_in(password="wrong")
    stranger = await site.sign_in()
    assert (stranger.status_code, stranger.json()["code"]) == (429, "sign-in-guarded")
    assert (await site.sign_in(headers=home)).status_code == 201
    site.later(minutes=2)
    code = await site.code("sign-in", "13800138000")
    body = {"mobile": "13800138000", "code": code}
    assert (await site.client.post("/api/identity/sessions", json=body)).status_code == 201


async def test_an_unknown_account_locks_as_a_known_one_does(site: Any) -> None:
    here = {"x-forwarded-for": "198.51.100.9"}
    for _ in range(5):
        await site.sign_in(account="nobody", headers=here)
    assert (await site.sign_in(account="nobody", headers=here)).json()["code"] == "sign-in-locked"


async def refresh(site: Any, token: str) -> Any:
    return await site.client.post("/api/identity/sessions/refresh", json={"refresh_token": token})


async def test_refresh_tokens_rotate_and_one_that_comes_again_ends_the_session(site: Any) -> None:
    await site.registered()
    first = await site.signed_in()
    second = (await refresh(site, first["refresh_token"])).json()
    assert (await site.as_me("GET", "/me", second)).status_code == 200
    stolen = await refresh(site, first["refresh_token"])
    assert (stolen.status_code, stolen.json()["code"]) == (401, "session-ended")
    assert (await refresh(site, second["refresh_token"])).status_code == 401
    assert (await site.as_me("GET", "/me", second)).status_code == 401


async def test_a_made_up_refresh_token_ends_nobodys_session(site: Any) -> None:
    await site.registered()
    tokens = await site.signed_in()
    session, random, _ = tokens["refresh_token"].split(".")
    for forged in (f"{session}.{random}.00", session, "", f"{session}.x.y.z"):
        assert (await refresh(site, forged)).status_code == 401
    assert (await refresh(site, tokens["refresh_token"])).status_code == 200


async def test_tokens_expire(site: Any) -> None:
    await site.registered()
    tokens = await site.signed_in()
    site.later(minutes=15)
    assert (await site.as_me("GET", "/me", tokens)).status_code == 401
    again = (await refresh(site, tokens["refresh_token"])).json()
    assert (await site.as_me("GET", "/me", again)).status_code == 200
    site.later(days=15)
    assert (await refresh(site, again["refresh_token"])).status_code == 401


async def test_signing_out_ends_this_session_alone(site: Any) -> None:
    await site.registered()
    here, there = await site.signed_in(), await site.signed_in()
    assert (await site.as_me("DELETE", "/sessions/current", here)).status_code == 204
    assert (await site.as_me("GET", "/me", here)).status_code == 401
    assert (await refresh(site, here["refresh_token"])).status_code == 401
    assert (await site.as_me("GET", "/me", there)).status_code == 200


async def test_signing_out_everywhere_ends_them_all(site: Any) -> None:
    await site.registered()
    here, there = await site.signed_in(), await site.signed_in()
    site.later(seconds=1)
    assert (await site.as_me("DELETE", "/sessions", here)).status_code == 204
    for tokens in (here, there):
        assert (await site.as_me("GET", "/me", tokens)).status_code == 401
        assert (await refresh(site, tokens["refresh_token"])).status_code == 401
    assert (await site.as_me("GET", "/me", await site.signed_in())).status_code == 200


async def test_another_process_hears_of_a_sign_out_before_it_is_ready(site: Any) -> None:
    await site.registered()
    tokens = await site.signed_in()
    await site.as_me("DELETE", "/sessions/current", tokens)
    revocations = Revocations()
    reader = RevocationReader(site.kernel, revocations)
    with pytest.raises(Exception, match="revocations"):
        await reader.ready()
    supervisor = Supervisor()

    async def made() -> Any:
        return reader

    supervisor.start("reader", made)
    async with asyncio.timeout(5):
        while not reader._caught_up:
            await asyncio.sleep(0)
    session = tokens["refresh_token"].partition(".")[0]
    assert revocations.voids(account_id="?", session_id=session, issued_at=0.0)
    await supervisor.stop()


async def test_a_signing_key_is_published_a_day_before_it_signs(site: Any) -> None:
    async def kids() -> list[str]:
        answer = await site.client.get("/api/identity/.well-known/jwks.json")
        keys = answer.json()["keys"]
        assert all("d" not in key for key in keys)
        return [key["kid"] for key in keys]

    await site.registered()
    seen: list[str] = []
    signed_by: set[str] = set()
    for _ in range(70):
        published = await kids()
        tokens = await site.signed_in()
        assert (await site.as_me("GET", "/me", tokens)).status_code == 200
        kid = extract_compact(tokens["access_token"].encode()).headers()["kid"]
        assert not seen or kid in seen, "signed by a key that was not published a day before"
        signed_by.add(kid)
        seen = published
        site.later(hours=23)
    assert len(signed_by) >= 3


async def test_a_password_is_hashed_anew_when_its_cost_has_changed(site: Any) -> None:
    made = await site.registered()
    identity = site.service.identity
    before = (await identity.credentials.of(made["talent_id"])).password_hash
    dearer = PasswordVault(Argon2Cost(memory_kib=16, passes=2, lanes=1))
    identity.credentials._vault = dearer
    assert (await site.sign_in()).status_code == 201
    after = (await identity.credentials.of(made["talent_id"])).password_hash
    assert dearer.needs_rehash(before)
    assert not dearer.needs_rehash(after)
    assert (await site.sign_in()).status_code == 201
