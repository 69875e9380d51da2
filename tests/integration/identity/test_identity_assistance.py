"""The account desk helps: a taken document, a lost mobile, a renewed passport."""

from typing import Any

import pytest

from services.identity.accounts import Admission
from services.identity.commands import ListTalent
from services.identity.decider import DECIDER
from services.identity.events import AssistanceRecorded, DocumentChanged, MobileChanged
from services.identity.policies import shanghai_day, years_later
from services.identity.rules.documents import DocumentType
from shared.events.model import Metadata

NEW_MOBILE = "13700137000"
NEW_PASSWORD = "marble-cactus-violin-93"
CARD = "resident_identity_card"


def faults(answer: Any) -> dict[str, str]:
    return {e["pointer"]: e["code"] for e in answer.json().get("errors", [])}


async def at_desk(site: Any, person: str | None = None, *roles: str) -> dict[str, str]:
    admission = Admission("desk1", roles=frozenset(roles or ("account-desk",)), person=person)
    tokens = await site.service.identity.sessions.open("government", admission)
    return {"access_token": tokens.access_token}


async def recorded(site: Any, talent_id: str) -> list[Any]:
    stored = await site.kernel.store.read_stream(f"talent-{talent_id}")
    return [r.event for r in await site.kernel.codec.decode(stored)]


async def listed(site: Any, talent_id: str, kind: str = "registration") -> None:
    until = years_later(shanghai_day(site.clock.now()), 1)
    command = ListTalent(
        entry_id="e1", kind=kind, reason="虚假", barred_until=until, by="d", at=site.clock.now()
    )  # fmt: skip
    metadata = Metadata("list", actor="test", subject=talent_id)
    await site.kernel.handler.handle(DECIDER, talent_id, command, metadata)


async def without_followers(site: Any) -> None:
    for group in ("identity.closing", "identity.bars"):
        await site.host.supervisor.stop_worker(group)


async def reclaim(site: Any, talent_id: str, desk: Any, **changes: Any) -> Any:
    body = {"document_type": CARD, "document_number": site.document, "reason": "他人冒用"} | changes
    return await site.as_me("POST", f"/talents/{talent_id}/reclaim", desk, json=body)


async def test_a_squatters_account_ends_and_the_true_holder_registers_at_once(site: Any) -> None:
    squatter = await site.registered()
    tokens, desk = await site.signed_in(), await at_desk(site)
    site.later(minutes=2)
    # Nothing that follows events may be needed for the true holder to go on.
    await without_followers(site)
    done = await reclaim(site, squatter["talent_id"], desk)
    assert done.status_code == 200, done.text
    assert (await site.as_me("GET", "/me", tokens)).status_code == 401
    assert (await site.sign_in()).status_code == 401
    true = await site.registered(mobile="13900139000", account_name="true-holder")
    assert true["talent_id"] != squatter["talent_id"]
    told = await recorded(site, squatter["talent_id"])
    assert [(e.what, e.reason, e.by) for e in told if isinstance(e, AssistanceRecorded)] == [
        ("reclaim", "他人冒用", "desk1")
    ]


async def test_reclaiming_again_changes_nothing_for_the_true_holder(site: Any) -> None:
    squatter, desk = await site.registered(), await at_desk(site)
    site.later(minutes=2)
    assert (await reclaim(site, squatter["talent_id"], desk)).status_code == 200
    await site.registered()
    before = len(await recorded(site, squatter["talent_id"]))
    assert (await reclaim(site, squatter["talent_id"], desk)).status_code == 200
    await site.host.settled()
    assert len(await recorded(site, squatter["talent_id"])) == before
    assert (await site.sign_in()).status_code == 201


async def test_a_squatters_bar_is_not_the_true_holders(site: Any) -> None:
    squatter, desk = await site.registered(), await at_desk(site)
    await listed(site, squatter["talent_id"])
    await site.host.settled()
    site.later(minutes=2)
    assert (await reclaim(site, squatter["talent_id"], desk)).status_code == 200
    await site.registered()
    await site.host.settled()


async def test_a_bar_that_arrives_after_the_reclaim_bars_nobody(site: Any) -> None:
    squatter, desk = await site.registered(), await at_desk(site)
    await without_followers(site)
    await listed(site, squatter["talent_id"])
    assert (await reclaim(site, squatter["talent_id"], desk)).status_code == 200
    stored = await site.kernel.store.read_stream(f"talent-{squatter['talent_id']}")
    for effect in site.service.effects:
        for one in await site.kernel.codec.decode(stored):
            await effect.run(one)
    site.later(minutes=2)
    await site.registered()


async def test_another_document_than_the_accounts_reclaims_nothing(site: Any) -> None:
    made, desk = await site.registered(), await at_desk(site)
    wrong = await reclaim(site, made["talent_id"], desk, document_number=site.card(7))
    assert (wrong.status_code, faults(wrong)) == (422, {"/document_number": "document-mismatch"})
    wrong = await reclaim(site, made["talent_id"], desk, document_type="x")
    assert faults(wrong) == {"/document_type": "document-type-unknown"}
    assert (await reclaim(site, made["talent_id"], desk, reason=" ")).status_code == 422
    assert (await reclaim(site, "nobody", desk)).status_code == 404
    assert (await site.sign_in()).status_code == 201


async def code_at_desk(site: Any, talent_id: str, desk: Any, mobile: str = NEW_MOBILE) -> str:
    sent = await site.as_me(
        "POST", f"/talents/{talent_id}/mobile-codes", desk, json={"mobile": mobile}
    )
    assert sent.status_code == 202, sent.text
    return str(site.outbox.code(mobile))


async def move(site: Any, talent_id: str, desk: Any, **changes: Any) -> Any:
    body = {
        "mobile": NEW_MOBILE,
        "document_number": site.document,
        "reason": "手机与密码均已遗失",
    } | changes
    headers = {"Authorization": f"Bearer {desk['access_token']}", "Idempotency-Key": "k1"}
    path = f"/api/identity/talents/{talent_id}/mobile"
    return await site.client.put(path, json=body, headers=headers)


async def test_who_lost_mobile_and_password_gets_the_account_back(site: Any) -> None:
    made, desk = await site.registered(), await at_desk(site)
    tokens = await site.signed_in()
    talent = made["talent_id"]
    site.later(minutes=2)
    code = await code_at_desk(site, talent, desk)
    moved = await move(site, talent, desk, code=code)
    assert moved.status_code == 200, moved.text
    assert (await site.as_me("GET", "/me", tokens)).status_code == 401
    assert (await site.sign_in()).status_code == 401  # whoever has the old password
    site.later(minutes=2)
    reset = {
        "mobile": NEW_MOBILE,
        "code": await site.code("reset-password", NEW_MOBILE),
        "document_number": site.document,
        "new": NEW_PASSWORD,
        "new_again": NEW_PASSWORD,
        "captcha": await site.captcha(),
    }
    done = await site.client.post("/api/identity/password-resets", json=reset)
    assert done.status_code == 201, done.text
    await site.host.settled()
    mine = await site.signed_in(password=NEW_PASSWORD)
    me = await site.as_me("GET", "/me", mine)
    assert me.json()["mobile"] == "137****7000"
    events = await recorded(site, talent)
    changed = next(e for e in events if isinstance(e, MobileChanged))
    assert changed.assisted_by == "desk1"
    assert any(isinstance(e, AssistanceRecorded) and e.what == "mobile" for e in events)


async def test_the_old_mobile_opens_nothing_after_a_desk_changed_it(site: Any) -> None:
    made, desk = await site.registered(), await at_desk(site)
    site.later(minutes=2)
    old = await site.code("sign-in", "13800138000")
    code = await code_at_desk(site, made["talent_id"], desk)
    assert (await move(site, made["talent_id"], desk, code=code)).status_code == 200
    body = {"mobile": "13800138000", "code": old}
    assert (await site.client.post("/api/identity/sessions", json=body)).status_code == 422


async def test_repeating_an_assisted_change_answers_the_same_and_ends_no_later_session(
    site: Any,
) -> None:
    made, desk = await site.registered(), await at_desk(site)
    site.later(minutes=2)
    code = await code_at_desk(site, made["talent_id"], desk)
    first = await move(site, made["talent_id"], desk, code=code)
    site.later(minutes=2)
    body = {"mobile": NEW_MOBILE, "code": await site.code("sign-in", NEW_MOBILE)}
    signed = await site.client.post("/api/identity/sessions", json=body)
    again = await move(site, made["talent_id"], desk, code=code)
    assert (again.status_code, again.json()) == (200, first.json())
    await site.host.settled()
    refresh = {"refresh_token": signed.json()["refresh_token"]}
    fresh = await site.client.post("/api/identity/sessions/refresh", json=refresh)
    assert fresh.status_code == 200


async def test_every_field_at_fault_is_named_at_the_desk(site: Any) -> None:
    made, desk = await site.registered(), await at_desk(site)
    answer = await move(site, made["talent_id"], desk, code="000000", document_number="x")
    assert faults(answer) == {"/code": "code-wrong", "/document_number": "document-mismatch"}
    answer = await move(site, made["talent_id"], desk, code="000000", mobile="12")
    assert faults(answer) == {"/mobile": "mobile-format"}
    await site.registered(mobile=NEW_MOBILE, document_number=site.card(3), account_name="another")
    site.later(minutes=2)
    code = await code_at_desk(site, made["talent_id"], desk)
    taken = await move(site, made["talent_id"], desk, code=code)
    assert (taken.status_code, faults(taken)) == (409, {"/mobile": "mobile-taken"})
    assert (await site.sign_in()).status_code == 201  # the password is as it was


async def test_a_desks_code_is_for_one_talent_and_sold_for_no_captcha(site: Any) -> None:
    one, desk = await site.registered(), await at_desk(site)
    other = await site.registered(
        mobile="13900139000", document_number=site.card(3), account_name="another"
    )
    code = await code_at_desk(site, one["talent_id"], desk)
    answer = await move(site, other["talent_id"], desk, code=code, document_number=site.card(3))
    assert faults(answer) == {"/code": "code-wrong"}
    asked = await site.ask_code("change-mobile-assisted", "13600136000")
    assert (asked.status_code, faults(asked)) == (422, {"/purpose": "unknown-purpose"})


PASSPORT = {"document_type": "passport", "document_number": "E12345678"}
RENEWED = {"document_type": "passport", "document_number": "E87654321"}


async def renew(site: Any, talent_id: str, desk: Any, **changes: Any) -> Any:
    body = RENEWED | {"why": "renewed", "reason": "护照换发"} | changes
    return await site.as_me("POST", f"/talents/{talent_id}/documents", desk, json=body)


async def test_a_renewed_passport_is_the_same_persons_and_so_is_the_old_one(site: Any) -> None:
    made, desk = await site.registered(**PASSPORT), await at_desk(site)
    talent = made["talent_id"]
    done = await renew(site, talent, desk)
    assert done.status_code == 201, done.text
    path = f"/me?min_version={done.json()['version']}"
    me = (await site.as_me("GET", path, await site.signed_in())).json()
    assert (me["document_type"], me["document_number"]) == ("passport", "E******21")
    changed = next(e for e in await recorded(site, talent) if isinstance(e, DocumentChanged))
    assert (changed.why, changed.assisted_by) == ("renewed", "desk1")
    site.later(minutes=2)
    for document in (PASSPORT, RENEWED):
        form = await site.form(**document, mobile="13900139000", account_name="other")
        taken = await site.send(form)
        assert faults(taken) == {"/document_number": "document-taken"}
        site.later(minutes=2)
    for number in ("E12345678", "E87654321"):
        body = {"document_type": "passport", "document_number": number}
        found = await site.as_me("POST", "/talents/lookups", desk, json=body)
        assert found.json() == {"talent_id": talent}


async def test_a_forgotten_password_asks_for_the_present_document(site: Any) -> None:
    made, desk = await site.registered(**PASSPORT), await at_desk(site)
    assert (await renew(site, made["talent_id"], desk)).status_code == 201
    for number, status in (("E12345678", 422), ("E87654321", 201)):
        site.later(minutes=2)
        body = {
            "mobile": "13800138000",
            "code": await site.code("reset-password", "13800138000"),
            "document_number": number,
            "new": NEW_PASSWORD,
            "new_again": NEW_PASSWORD,
            "captcha": await site.captcha(),
        }
        answer = await site.client.post("/api/identity/password-resets", json=body)
        assert answer.status_code == status, answer.text


@pytest.mark.parametrize("first", ["bar", "renewal"])
async def test_a_bar_follows_the_person_to_the_new_passport(site: Any, first: str) -> None:
    made, desk = await site.registered(**PASSPORT), await at_desk(site)
    talent = made["talent_id"]
    if first == "bar":
        await listed(site, talent)
        await site.host.settled()
        assert (await renew(site, talent, desk)).status_code == 201
    else:
        assert (await renew(site, talent, desk)).status_code == 201
        await listed(site, talent)
        await site.host.settled()
    identity = site.service.identity
    for number in ("E12345678", "E87654321"):
        slot = identity.slots.document(DocumentType.PASSPORT, number)
        assert len((await identity.reservations.state(slot)).bars) == 1


async def test_a_document_that_cannot_be_recorded_says_why(site: Any) -> None:
    made, desk = await site.registered(**PASSPORT), await at_desk(site)
    talent = made["talent_id"]
    await site.registered(**RENEWED, mobile="13900139000", account_name="other")
    taken = await renew(site, talent, desk)
    assert (taken.status_code, faults(taken)) == (409, {"/document_number": "document-taken"})
    same = await renew(site, talent, desk, document_number="e 1234 5678")
    assert faults(same) == {"/document_number": "document-unchanged"}
    wrong = await renew(site, talent, desk, document_type=CARD)
    assert faults(wrong) == {"/document_number": "document-format"}
    assert (await renew(site, talent, desk, document_number="E11111111")).status_code == 201


async def test_a_slips_true_holder_gets_the_number_and_the_account_goes_on(site: Any) -> None:
    slip = site.card(5)
    made, desk = await site.registered(document_number=slip), await at_desk(site)
    talent = made["talent_id"]
    right = {"document_type": CARD, "document_number": site.document, "why": "corrected"}
    assert (await renew(site, talent, desk, **right)).status_code == 201
    assert (await reclaim(site, talent, desk, document_number=slip)).status_code == 200
    site.later(minutes=2)
    await site.registered(document_number=slip, mobile="13900139000", account_name="other")
    await site.host.settled()
    assert (await site.sign_in()).status_code == 201
    # Erasing the one frees nothing of the other.
    assert (await site.as_me("DELETE", f"/talents/{talent}", desk)).status_code == 200
    await site.host.settled()
    slot = site.service.identity.slots.document(DocumentType.RESIDENT_IDENTITY_CARD, slip)
    assert (await site.service.identity.reservations.state(slot)).holder is not None


async def test_nobody_helps_themselves_and_only_the_desk_helps(site: Any) -> None:
    made = await site.registered()
    talent = made["talent_id"]
    person = (await site.service.identity.sources["talent"].admit(talent)).person
    own, reviewer = await at_desk(site, person), await at_desk(site, None, "reviewer")
    for desk, code in ((own, "own-case"), (reviewer, "forbidden")):
        answers = [
            await reclaim(site, talent, desk),
            await move(site, talent, desk, code="1"),
            await renew(site, talent, desk),
            await site.as_me(
                "POST", f"/talents/{talent}/mobile-codes", desk, json={"mobile": NEW_MOBILE}
            ),
        ]
        assert {(a.status_code, a.json()["code"]) for a in answers} == {(403, code)}
    new = site.service.identity.slots.document(DocumentType.PASSPORT, "E87654321")
    assert (await renew(site, talent, await at_desk(site, new))).json()["code"] == "own-case"


async def test_a_number_reserved_by_a_change_that_was_erased_is_free_again(site: Any) -> None:
    made, desk = await site.registered(), await at_desk(site)
    site.later(minutes=2)
    code = await code_at_desk(site, made["talent_id"], desk)
    registrations = site.service.identity.registrations
    finish = registrations._finishers["talent-mobile-assisted"]

    async def killed(*_: Any) -> None:
        raise RuntimeError("killed")

    registrations._finishers["talent-mobile-assisted"] = killed
    assert (await move(site, made["talent_id"], desk, code=code)).status_code == 500
    registrations._finishers["talent-mobile-assisted"] = finish
    erased = await site.as_me("DELETE", f"/talents/{made['talent_id']}", desk)
    assert erased.status_code == 200
    await site.host.settled()
    site.later(minutes=2)
    await site.registered(mobile=NEW_MOBILE)


async def test_an_act_killed_in_the_middle_goes_on_by_the_same_key_and_body_alone(
    site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, desk = await site.registered(), await at_desk(site)
    talent = made["talent_id"]
    site.later(minutes=2)
    code = await code_at_desk(site, talent, desk)

    async def killed(*_: Any, **__: Any) -> None:
        raise RuntimeError("killed")

    monkeypatch.setattr(type(site.service.identity.credentials), "void_password", killed)
    assert (await move(site, talent, desk, code=code)).status_code == 500
    monkeypatch.undo()
    other = await move(site, talent, desk, code=code, mobile="13600136000")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    assert (await move(site, talent, desk, code=code)).status_code == 200
