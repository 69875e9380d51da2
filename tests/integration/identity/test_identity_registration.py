"""Registering over HTTP (manual §3.1)."""

import asyncio
from datetime import date
from typing import Any

from services.identity.commands import ListTalent
from services.identity.decider import DECIDER as TALENT_DECIDER
from services.identity.private_events import RegistrationAbandoned
from services.identity.registration.decider import Abandoned
from services.identity.rules.documents import DocumentType
from services.identity.talents import REGISTERING
from shared.events.model import Metadata

CARD = DocumentType.RESIDENT_IDENTITY_CARD


def faults(answer: Any) -> dict[str, str]:
    return {e["pointer"]: e["code"] for e in answer.json().get("errors", [])}


async def test_a_talent_registers_and_sees_themselves(site: Any) -> None:
    made = await site.registered()
    me = await site.as_me("GET", f"/me?min_version={made['version']}", await site.signed_in())
    assert me.status_code == 200
    assert me.json() == {
        "account_id": made["talent_id"],
        "kind": "talent",
        "name": "欧阳示例",
        "mobile": "138****8000",
        "account_name": "ouyang",
        "roles": [],
        "desks": [],
        "organisation_id": None,
        "document_type": "resident_identity_card",
        "document_number": "110***********002X",
        "verified": False,
        "registered_at": "2026-03-02T01:00:00.000000Z",
        "listings": [],
    }


async def test_every_field_at_fault_is_named_at_once_and_costs_neither_captcha_nor_code(
    site: Any,
) -> None:
    good = await site.form()
    bad = good | {
        "document_number": "110105194912310021",
        "mobile": "12",
        "name": "7",
        "account_name": "13800138000",
        "password": "123",
        "password_again": "1234",
        "commitment": False,
    }
    answer = await site.send(bad)
    assert answer.status_code == 422
    assert set(faults(answer)) == {
        "/document_number", "/name", "/mobile", "/account_name", "/password", "/password_again",
        "/commitment",
    }  # fmt: skip
    assert (await site.send(good)).status_code == 201


async def test_a_captcha_counts_once_and_a_wrong_one_is_used_up(site: Any) -> None:
    form = await site.form()
    wrong = form | {"captcha": form["captcha"] | {"answer": "no"}}
    assert faults(await site.send(wrong)) == {"/captcha/answer": "captcha-wrong"}
    assert faults(await site.send(form)) == {"/captcha/answer": "captcha-wrong"}


async def test_a_code_expires(site: Any) -> None:
    form = await site.form()
    site.later(seconds=301)
    form |= {"captcha": await site.captcha()}
    assert faults(await site.send(form)) == {"/code": "code-wrong"}


async def test_a_code_has_four_tries(site: Any) -> None:
    form = await site.form()
    wrong = "000000" if form["code"] != "000000" else "111111"
    for _ in range(4):
        answer = await site.send(form | {"code": wrong, "captcha": await site.captcha()})
        assert faults(answer) == {"/code": "code-wrong"}
    right = form | {"captcha": await site.captcha()}
    assert faults(await site.send(right)) == {"/code": "code-wrong"}


async def test_a_code_for_one_thing_opens_no_other(site: Any) -> None:
    code = await site.code("change-mobile-new", "13800138000")
    assert faults(await site.send(await site.form(code=code))) == {"/code": "code-wrong"}


async def test_what_is_taken_is_named_and_keeps_the_code(site: Any) -> None:
    await site.registered()
    other = await site.form(mobile="13900139000")
    answer = await site.send(other)
    assert answer.status_code == 409
    assert faults(answer) == {
        "/document_number": "document-taken",
        "/account_name": "account-taken",
    }
    mended = other | {
        "document_number": site.card(1),
        "account_name": "somebody",
        "captcha": await site.captcha(),
    }
    assert (await site.send(mended)).status_code == 201


async def test_a_repeated_request_is_answered_as_the_first_time(site: Any) -> None:
    form = await site.form()
    first = await site.send(form, **{"idempotency-key": "k1"})
    again = await site.send(form, **{"idempotency-key": "k1"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert first.headers["etag"] == again.headers["etag"]


async def test_of_fifty_who_register_one_document_at_once_one_wins(site: Any) -> None:
    forms = [
        await site.form(mobile=f"138001{n:05d}", account_name=f"person{n:02d}") for n in range(50)
    ]
    answers = await asyncio.gather(*(site.send(f) for f in forms))
    codes = sorted(a.status_code for a in answers)
    assert codes.count(201) == 1, codes
    assert set(codes) == {201, 409}
    winner = answers[[a.status_code for a in answers].index(201)].json()["talent_id"]
    slot = site.service.identity.slots.document(CARD, site.document)
    state = await site.service.identity.reservations.state(slot)
    assert (state.account, state.confirmed) == (winner, True)


async def test_of_twenty_who_want_one_mobile_and_one_name_at_once_one_wins(site: Any) -> None:
    form = await site.form()
    object.__setattr__(site.service.identity, "codes", _EverybodyHasIt())
    forms = [
        form | {"document_number": site.card(n), "captcha": await site.captcha()} for n in range(20)
    ]
    answers = await asyncio.gather(*(site.send(f) for f in forms))
    codes = sorted(a.status_code for a in answers)
    assert codes.count(201) == 1, codes
    assert set(codes) == {201, 409}


class _EverybodyHasIt:
    """Codes that several hold at once."""

    async def check(self, wanted: Any, code: str) -> bool:
        return True

    use = check


async def test_a_registration_that_stopped_in_the_middle_blocks_nobody(site: Any) -> None:
    identity = site.service.identity
    slot = identity.slots.document(CARD, site.document)
    metadata = Metadata("c", actor="anonymous", subject="dead")
    await identity.registrations.begin("dead", REGISTERING, "dead", metadata)
    await identity.reservations.claim(slot, holder="dead", account="dead", metadata=metadata)
    made = await site.registered()
    assert (await identity.reservations.state(slot)).account == made["talent_id"]
    assert isinstance(await identity.registrations.state("dead"), Abandoned)


async def test_a_slow_registration_that_was_overtaken_cannot_complete(site: Any) -> None:
    identity = site.service.identity
    form, other = await site.form(), await site.form(mobile="13900139000", account_name="other")
    stopped, go = asyncio.Event(), asyncio.Event()
    complete = identity.registrations.complete

    async def slowly(*args: Any, **kw: Any) -> Any:
        identity.registrations.complete = complete
        stopped.set()
        await go.wait()
        return await complete(*args, **kw)

    identity.registrations.complete = slowly
    slow = asyncio.create_task(site.send(form))
    await stopped.wait()
    assert (await site.send(other)).status_code == 201
    go.set()
    answer = await slow
    assert (answer.status_code, answer.json()["code"]) == (409, "registration-overtaken")
    assert (
        await identity.reservations.account_of(identity.slots.account("talent", "ouyang")) is None
    )


async def test_a_decided_registration_is_finished_by_whoever_meets_it(site: Any) -> None:
    """The process died after the decision and before anything else."""
    identity = site.service.identity
    finish = identity.registrations._finishers[REGISTERING]

    async def dies(*_: Any) -> Any:
        raise RuntimeError("killed")

    identity.registrations._finishers[REGISTERING] = dies
    form = await site.form()
    assert (await site.send(form)).status_code == 500
    identity.registrations._finishers[REGISTERING] = finish
    assert (await site.sign_in()).status_code == 201
    again = await site.send(await site.form(mobile="13900139000", account_name="other"))
    assert faults(again) == {"/document_number": "document-taken"}


async def bar(site: Any, talent_id: str, until: date) -> None:
    command = ListTalent(
        entry_id="e1", kind="registration", reason="虚假材料", barred_until=until, by="desk",
        at=site.clock.now(),
    )  # fmt: skip
    metadata = Metadata("bar", actor="desk", subject=talent_id)
    await site.kernel.handler.handle(TALENT_DECIDER, talent_id, command, metadata)
    await site.host.settled()


async def test_who_is_barred_is_told_until_when_and_may_return_afterwards(site: Any) -> None:
    made = await site.registered()
    await bar(site, made["talent_id"], date(2027, 3, 2))
    assert (await site.sign_in()).status_code == 201  # to read the decision, and object
    site.later(minutes=2)
    refused = await site.send(await site.form())
    assert refused.status_code == 409
    assert refused.json()["code"] == "registration-barred"
    assert refused.json()["params"] == {"until": "2027-03-02"}
    site.later(days=365, hours=14)  # 2027-03-02 23:00 in Shanghai
    assert (await site.send(await site.form())).json()["code"] == "registration-barred"
    site.later(hours=1)
    back = await site.registered()
    assert back["talent_id"] != made["talent_id"]
    assert (await site.signed_in())["account_id"] == back["talent_id"]


async def test_an_abandoned_registration_leaves_no_public_event(site: Any) -> None:
    await site.registered()
    form = await site.form(mobile="13900139000", account_name="other")
    assert (await site.send(form)).status_code == 409
    streams = [e async for e in site.kernel.store.read_all(categories=("talent",))]
    assert [e.type for e in streams] == ["identity.talent-registered.v1"]
    assert RegistrationAbandoned.private


async def test_an_address_registers_so_many_a_day(site: Any) -> None:
    for n in range(21):
        form = await site.form(
            mobile=f"138001{n:05d}", account_name=f"person{n:02d}", document_number=site.card(n)
        )
        answer = await site.send(form, **{"x-forwarded-for": "198.51.100.7"})
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
