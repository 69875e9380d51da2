"""Staff change their mobile and set a forgotten password as talents do, each at their entrance."""

import asyncio
from typing import Any

import pytest

from services.identity.accounts import Admission

NEW_PASSWORD = "marble-cactus-violin-93"
ENTRANCES = ("employer", "hotel", "developer", "government")
OLD, NEW = "13800138000", "13900139000"
USCC = "91420600MA488888XD"


def faults(answer: Any) -> dict[str, str]:
    return {e["pointer"]: e["code"] for e in answer.json().get("errors", [])}


async def founded(site: Any, kind: str, **changes: Any) -> Any:
    """An organisation's first administrator."""
    body = {
        "kind": kind, "name": "襄阳示例有限公司", "code": USCC, "district": "樊城区",
        "contact_name": "王示例", "mobile": OLD, "account_name": "wang",
        "password": site.password, "password_again": site.password,
    } | changes  # fmt: skip
    body["sms_code"] = await site.code("register", body["mobile"], kind)
    body["captcha"] = await site.captcha()
    where = site.elsewhere()
    return await site.client.post("/api/identity/organisations", json=body, headers=where)


async def added(site: Any, **changes: Any) -> str:
    """A member of the government's staff."""
    admission = Admission("root", roles=frozenset({"platform_admin"}))
    tokens = await site.service.identity.sessions.open("government", admission)
    body = {
        "name": "王示例", "mobile": OLD, "account_name": "wang", "password": site.password,
        "roles": ["reviewer"],
    } | changes  # fmt: skip
    answer = await site.as_me("POST", "/staff", {"access_token": tokens.access_token}, json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["account_id"])


async def there(site: Any, entrance: str) -> None:
    if entrance == "government":
        await added(site)
    else:
        answer = await founded(site, entrance)
        assert answer.status_code == 201, answer.text
    site.later(minutes=2)


async def signed_in(site: Any, entrance: str, **changes: Any) -> Any:
    return await site.signed_in(entrance=entrance, account="wang", **changes)


async def move(site: Any, entrance: str, tokens: Any, **changes: Any) -> Any:
    body = {"old": OLD, "new": NEW, "password": site.password} | changes
    if "new_code" not in body:
        body["new_code"] = await site.code("change-mobile-new", body["new"], entrance)
    return await site.as_me("PUT", "/me/mobile", tokens, json=body)


async def by_code(site: Any, entrance: str, mobile: str) -> int:
    site.later(minutes=2)
    await site.ask_code("sign-in", mobile, entrance)
    codes = [s for s in site.outbox.sent if s.mobile.endswith(mobile)]
    code = codes[-1].params.get("code", "000000")
    body = {"entrance": entrance, "mobile": mobile, "code": code}
    answer = await site.client.post("/api/identity/sessions", json=body)
    return int(answer.status_code)


@pytest.mark.parametrize("entrance", ENTRANCES)
async def test_staff_change_their_mobile_and_the_old_one_is_free(site: Any, entrance: str) -> None:
    await there(site, entrance)
    tokens = await signed_in(site, entrance)
    moved = await move(site, entrance, tokens)
    assert moved.status_code == 200, moved.text
    me = await site.as_me("GET", f"/me?min_version={moved.json()['version']}", tokens)
    assert me.json()["mobile"] == "139****9000"
    assert await by_code(site, entrance, NEW) == 201
    assert await by_code(site, entrance, OLD) == 422


async def test_a_code_to_the_old_number_does_as_well(site: Any) -> None:
    await there(site, "hotel")
    tokens = await signed_in(site, "hotel")
    old_code = await site.code("change-mobile-old", OLD, "hotel")
    site.later(minutes=2)
    moved = await move(site, "hotel", tokens, password=None, old_code=old_code)
    assert moved.status_code == 200, moved.text


async def test_every_number_at_fault_is_named(site: Any) -> None:
    await there(site, "government")
    tokens = await signed_in(site, "government")
    wrong = await move(site, "government", tokens, old=NEW, new="12", new_code="1")
    assert faults(wrong) == {"/old": "old-mobile-wrong", "/new": "mobile-format"}
    await added(site, mobile=NEW, account_name="lili")
    taken = await move(site, "government", tokens)
    assert (taken.status_code, faults(taken)) == (409, {"/new": "mobile-taken"})


async def test_one_mobile_serves_a_talent_and_a_clerk_and_each_changes_their_own(
    site: Any,
) -> None:
    await there(site, "employer")
    await site.registered()
    site.later(minutes=2)
    tokens = await signed_in(site, "employer")
    assert (await move(site, "employer", tokens)).status_code == 200
    assert await by_code(site, "talent", OLD) == 201
    assert await by_code(site, "talent", NEW) == 422


async def reset(site: Any, entrance: str, **changes: Any) -> Any:
    site.later(minutes=2)
    body = {
        "entrance": entrance, "mobile": OLD, "account_name": "WANG", "new": NEW_PASSWORD,
        "new_again": NEW_PASSWORD, "captcha": await site.captcha(),
    } | changes  # fmt: skip
    if "code" not in body:
        await site.ask_code("reset-password", OLD, entrance)
        told = [s for s in site.outbox.sent if s.mobile.endswith(OLD)]
        body["code"] = told[-1].params.get("code", "000000") if told else "000000"
    return await site.client.post("/api/identity/password-resets", json=body)


@pytest.mark.parametrize("entrance", ENTRANCES)
async def test_staff_set_a_forgotten_password_anew(site: Any, entrance: str) -> None:
    await there(site, entrance)
    tokens = await signed_in(site, entrance)
    done = await reset(site, entrance)
    assert done.status_code == 201, done.text
    assert (await site.as_me("GET", "/me", tokens)).status_code == 401
    await signed_in(site, entrance, password=NEW_PASSWORD)


async def test_who_gave_a_document_needs_its_number_too(site: Any) -> None:
    document = {"document_type": "resident_identity_card", "document_number": site.document}
    await added(site, **document)
    without = await reset(site, "government")
    wrong = await reset(site, "government", document_number=site.card(3))
    other_name = await reset(site, "government", document_number=site.document, account_name="lili")
    elsewhere = await reset(site, "hotel")
    for refused in (without, wrong, other_name, elsewhere):
        assert (refused.status_code, faults(refused)) == (422, {"/code": "reset-refused"})
    right = await reset(site, "government", document_number=site.document)
    assert right.status_code == 201, right.text


async def test_every_field_of_a_reset_at_fault_is_named(site: Any) -> None:
    body = {"mobile": "12", "new": "1", "new_again": "2", "code": "1"}
    staff = await reset(site, "government", account_name=None, **body)
    wrong = {"/mobile": "mobile-format", "/new": "password-short", "/new_again": "passwords-differ"}
    assert faults(staff) == wrong | {"/account_name": "missing"}
    talent = await reset(site, "talent", **body)
    assert faults(talent) == wrong | {"/document_number": "missing"}


async def test_who_was_removed_resets_nothing_and_frees_mobile_and_name(site: Any) -> None:
    account = await added(site)
    admission = Admission("root", roles=frozenset({"platform_admin"}))
    root = await site.service.identity.sessions.open("government", admission)
    path, tokens = f"/staff/{account}", {"access_token": root.access_token}
    assert (await site.as_me("DELETE", path, tokens)).status_code == 200
    await site.host.settled()
    assert faults(await reset(site, "government")) == {"/code": "reset-refused"}
    assert await added(site) != account


async def test_an_organisation_keeps_its_code_when_its_founder_leaves(site: Any) -> None:
    await there(site, "employer")
    identity = site.service.identity
    first = await signed_in(site, "employer")
    admission = Admission(
        "second", roles=frozenset({"organisation_admin"}),
        organisation_id=(await identity.sources["employer"].admit(first["account_id"]))
        .organisation_id,
    )  # fmt: skip
    second = await identity.sessions.open("employer", admission)
    path, tokens = f"/staff/{first['account_id']}", {"access_token": second.access_token}
    assert (await site.as_me("DELETE", path, tokens)).status_code == 200
    await site.host.settled()
    site.later(minutes=2)
    again = await founded(site, "employer")
    assert (again.status_code, faults(again)) == (409, {"/code": "taken"})


async def test_of_two_changes_at_once_one_counts_and_nothing_else_stays_reserved(
    site: Any,
) -> None:
    await there(site, "government")
    tokens = await signed_in(site, "government")
    bodies = []
    for number in (NEW, "13700137000"):
        code = await site.code("change-mobile-new", number, "government")
        bodies.append({"new": number, "new_code": code})
    answers = await asyncio.gather(*(move(site, "government", tokens, **body) for body in bodies))
    assert sorted(a.status_code for a in answers)[0] == 200
    won = [b["new"] for b, a in zip(bodies, answers, strict=True) if a.status_code == 200]
    assert len(won) == 1
    for number in (OLD, NEW, "13700137000"):
        slot = site.service.identity.slots.mobile("government", f"+86{number}")
        held = (await site.service.identity.reservations.state(slot)).holder is not None
        assert held == (number == won[0]), number


# Who lost both is helped by an administrator.


async def root(site: Any, **changes: Any) -> Any:
    admission = Admission("root", roles=frozenset({"platform_admin"}), **changes)
    tokens = await site.service.identity.sessions.open("government", admission)
    return {"access_token": tokens.access_token}


async def code_to(site: Any, account: str, mobile: str, admin: Any) -> str:
    site.later(minutes=2)
    path, body = f"/staff/{account}/mobile-codes", {"mobile": mobile}
    answer = await site.as_me("POST", path, admin, json=body)
    assert answer.status_code == 202, answer.text
    return str(site.outbox.code(mobile))


async def helped(site: Any, account: str, admin: Any, **changes: Any) -> Any:
    body = {"mobile": NEW, "code": "", "reason": "手机遗失"} | changes
    return await site.as_me("PUT", f"/staff/{account}/mobile", admin, json=body)


async def test_who_lost_mobile_and_password_is_helped_by_an_administrator(site: Any) -> None:
    account = await added(site)
    site.later(minutes=2)
    tokens, admin = await signed_in(site, "government"), await root(site)
    code = await code_to(site, account, NEW, admin)
    done = await helped(site, account, admin, code=code)
    assert done.status_code == 200, done.text
    # Neither the session nor the password of before opens anything.
    assert (await site.as_me("GET", "/me", tokens)).status_code == 401
    assert (await site.sign_in(entrance="government", account="wang")).status_code == 401
    assert await by_code(site, "government", OLD) == 422
    await site.ask_code("reset-password", NEW, "government")
    code = str(site.outbox.code(NEW))
    assert (await reset(site, "government", mobile=NEW, code=code)).status_code == 201
    stored = await site.kernel.store.read_stream(f"staff-{account}")
    (moved,) = [
        r.event for r in await site.kernel.codec.decode(stored)
        if r.event.stored_type == "identity.staff-mobile-changed.v1"
    ]  # fmt: skip
    assert (moved.assisted_by, moved.reason) == ("root", "手机遗失")


async def test_an_administrator_helps_neither_others_nor_themselves(site: Any) -> None:
    account, admin = await added(site), await root(site)
    for wrong in ({"code": "000000"}, {"mobile": "12"}, {"mobile": OLD}):
        assert (await helped(site, account, admin, **wrong)).status_code == 422
    assert (await helped(site, "nobody", admin)).status_code == 404
    admission = Admission("boss", roles=frozenset({"organisation_admin"}), organisation_id="o1")
    tokens = await site.service.identity.sessions.open("employer", admission)
    stranger = {"access_token": tokens.access_token}
    assert (await helped(site, account, stranger)).status_code == 404
    admission = Admission(account, roles=frozenset({"platform_admin"}))
    tokens = await site.service.identity.sessions.open("government", admission)
    own = await helped(site, account, {"access_token": tokens.access_token})
    assert own.json()["code"] == "not-oneself"


async def test_a_number_that_another_has_is_not_given(site: Any) -> None:
    account, admin = await added(site), await root(site)
    await added(site, mobile=NEW, account_name="lili")
    code = await code_to(site, account, NEW, admin)
    taken = await helped(site, account, admin, code=code)
    assert (taken.status_code, faults(taken)) == (409, {"/mobile": "mobile-taken"})
    # The password is as it was.
    assert (await site.sign_in(entrance="government", account="wang")).status_code == 201
