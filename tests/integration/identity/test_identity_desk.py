"""What the account desk does with talents' accounts."""

from typing import Any

import pytest

from services.identity.accounts import Admission


async def at_desk(
    site: Any, person: str | None = None, *roles: str, account: str = "desk1"
) -> dict[str, str]:
    admission = Admission(account, roles=frozenset(roles or ("account-desk",)), person=person)
    tokens = await site.service.identity.sessions.open("government", admission)
    return {"access_token": tokens.access_token}


@pytest.mark.parametrize(
    "body",
    [
        {"mobile": "13800138000"},
        {"account_name": "OUYANG"},
        {"document_type": "resident_identity_card", "document_number": "11010519491231002x"},
    ],
)
async def test_a_talent_is_found_by_any_one_of_their_names(site: Any, body: Any) -> None:
    made = await site.registered()
    desk = await at_desk(site)
    found = await site.as_me("POST", "/talents/lookups", desk, json=body)
    assert found.json() == {"talent_id": made["talent_id"]}
    path = f"/talents/{made['talent_id']}?min_version={made['version']}"
    assert (await site.as_me("GET", path, desk)).json()["name"] == "欧阳示例"


async def test_a_look_up_asks_one_thing_and_may_find_nobody(site: Any) -> None:
    desk = await at_desk(site)
    for body in ({}, {"mobile": "13800138000", "account_name": "x"}):
        assert (await site.as_me("POST", "/talents/lookups", desk, json=body)).status_code == 422
    body = {"mobile": "13800138000"}
    assert (await site.as_me("POST", "/talents/lookups", desk, json=body)).status_code == 404


async def test_the_abnormal_list_bars_for_a_year_and_can_be_lifted(site: Any) -> None:
    made = await site.registered()
    desk = await at_desk(site)
    path = f"/talents/{made['talent_id']}"
    body = {"kind": "registration", "reason": "材料不实"}
    proposed = await site.as_me("POST", f"{path}/listings", desk, json=body)
    assert proposed.status_code == 201
    await site.host.settled()
    # Nobody escapes by leaving.
    assert (await site.as_me("DELETE", path, desk)).json()["code"] == "erasure-refused-open-case"
    entry = f"/listings/{proposed.json()['entry_id']}"
    own = await site.as_me("POST", f"{entry}/confirm", desk)
    assert (own.status_code, own.json()["code"]) == (403, "second-person-needed")
    second = await at_desk(site, account="desk2")
    assert (await site.as_me("POST", f"{entry}/confirm", second)).status_code == 200
    await site.host.settled()
    site.later(minutes=2)
    refused = await site.send(await site.form(mobile="13900139000", account_name="other"))
    assert refused.json()["code"] == "registration-barred"
    assert (await site.as_me("DELETE", path, desk)).json()["code"] == "erasure-refused-bar"
    me = await site.as_me("GET", "/me", await site.signed_in())
    assert [(x["kind"], x["reason"]) for x in me.json()["listings"]] == [
        ("registration", "材料不实")
    ]
    lifted = await site.as_me("POST", f"{entry}/lift", desk, json={"words": "更正"})
    assert lifted.status_code == 200
    await site.host.settled()
    assert (await site.as_me("DELETE", path, desk)).status_code == 200
    await site.host.settled()
    site.later(minutes=2)
    await site.registered()


async def test_nobody_decides_on_their_own_account(site: Any) -> None:
    made = await site.registered()
    talent = await site.service.identity.sources["talent"].admit(made["talent_id"])
    desk = await at_desk(site, talent.person)
    path = f"/talents/{made['talent_id']}"
    for method, where, body in (
        ("POST", f"{path}/listings", {"kind": "business", "reason": "x"}),
        ("DELETE", path, None),
    ):
        answer = await site.as_me(method, where, desk, json=body)
        assert (answer.status_code, answer.json()["code"]) == (403, "own-case")


async def test_only_the_desk_may(site: Any) -> None:
    made = await site.registered()
    reviewer = await at_desk(site, None, "reviewer")
    for tokens in (await site.signed_in(), reviewer):
        answer = await site.as_me("DELETE", f"/talents/{made['talent_id']}", tokens)
        assert answer.status_code == 403


async def test_the_registration_page_shows_the_commitment_in_force(site: Any) -> None:
    shown = (await site.client.get("/api/identity/registration-form")).json()
    assert shown["commitment"].startswith("本人承诺")
    assert shown["documents"][0] == {"code": "resident_identity_card", "label": "居民身份证"}
