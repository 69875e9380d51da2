"""What every service's HTTP does, said once."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest
from joserfc.jwk import ECKey

from shared.http.caller import undeclared_routes
from shared.http.tokens import Revocations
from shared.http.versions import Token
from shared.testing.clock import TestClock
from shared.testing.toy_http import NOW, POSITIONS, bearer, token

GOOD = {"name": "王芳", "age": 30}


async def test_every_field_at_fault_is_named_at_once_and_no_value_echoed(
    client: httpx.AsyncClient,
) -> None:
    body = {"name": 7, "age": "秘密", "more": 1}
    answer = await client.post("/api/toy/things", json=body, headers=bearer())
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["code"] == "invalid-input"
    assert {e["pointer"] for e in problem["errors"]} == {"/name", "/age", "/more"}
    assert "秘密" not in answer.text


@pytest.mark.parametrize("body", [b"{", b'{"name": "\xff\xfe"}', b"", b"[]", b'"x"', b"null"])
async def test_a_broken_body_is_a_clear_problem(client: httpx.AsyncClient, body: bytes) -> None:
    headers = bearer() | {"content-type": "application/json"}
    answer = await client.post("/api/toy/things", content=body, headers=headers)
    assert answer.status_code in (400, 422)
    assert answer.json()["code"] in ("invalid-json", "invalid-input")


async def test_a_body_over_the_limit_is_refused_whether_or_not_it_says_so(
    client: httpx.AsyncClient,
) -> None:
    big = b'{"name": "' + b"x" * 70_000 + b'", "age": 1}'

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(big), 1_000):
            yield big[start : start + 1_000]

    for content in (big, pieces()):
        answer = await client.post("/api/toy/things", content=content, headers=bearer())
        assert answer.status_code == 413
        assert answer.json()["code"] == "body-too-large"
    headers = {"content-type": "application/json"}
    assert (await client.put("/api/toy/upload", content=big, headers=headers)).status_code == 200


async def test_wrong_address_and_method_are_problems(client: httpx.AsyncClient) -> None:
    assert (await client.get("/nothing")).json()["code"] == "not-found"
    assert (await client.delete("/api/toy/things")).json()["code"] == "method-not-allowed"


async def test_errors_speak_chinese_and_english(client: httpx.AsyncClient) -> None:
    assert (await client.get("/nothing")).json()["detail"] == "没有找到。"
    english = await client.get("/nothing", headers={"Accept-Language": "en-GB"})
    assert english.json()["detail"] == "Not found."


@pytest.mark.parametrize(
    ("how", "status", "code"),
    [("domain", 409, "toy-refused"), ("away", 503, "engine-unavailable"),
     ("stale", 503, "contended"), ("bug", 500, "internal-error")],
)  # fmt: skip
async def test_failures_become_problems(
    client: httpx.AsyncClient, how: str, status: int, code: str
) -> None:
    answer = await client.get(f"/api/toy/fail/{how}")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert "13800138000" not in answer.text
    if how == "away":
        assert answer.headers["retry-after"]


async def test_a_good_token_opens_and_its_end_closes(
    client: httpx.AsyncClient, clock: TestClock
) -> None:
    assert (await client.post("/api/toy/things", json=GOOD, headers=bearer())).status_code == 201
    clock.set(NOW.replace(hour=2))
    assert (await client.post("/api/toy/things", json=GOOD, headers=bearer())).status_code == 401


async def test_tokens_that_do_not_count(client: httpx.AsyncClient) -> None:
    stranger = ECKey.generate_key("P-256", {"kid": "k1"})
    parts = token().split(".")
    bad = [
        token(key=stranger),
        token(aud="urn:else"),
        token(iss="urn:else"),
        token(nbf=int(NOW.timestamp()) + 600),
        ".".join([parts[0], parts[1], "AAAA"]),
        "eyJhbGciOiJub25lIn0." + parts[1] + ".",
        "garbage",
    ]
    for text in bad:
        headers = {"Authorization": f"Bearer {text}"}
        answer = await client.post("/api/toy/things", json=GOOD, headers=headers)
        assert answer.status_code == 401, text
    assert (await client.post("/api/toy/things", json=GOOD)).status_code == 401


async def test_revocation_counts_even_for_a_token_that_was_seen(
    client: httpx.AsyncClient, revocations: Revocations
) -> None:
    assert (await client.post("/api/toy/things", json=GOOD, headers=bearer())).status_code == 201
    revocations.add(account_id="a1", session_id="s1", not_before=NOW)
    assert (await client.post("/api/toy/things", json=GOOD, headers=bearer())).status_code == 401
    other = await client.post("/api/toy/things", json=GOOD, headers=bearer(sid="s2"))
    assert other.status_code == 201


async def test_a_role_that_may_not_is_forbidden(client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/toy/reviews", headers=bearer())).status_code == 403
    lacking = bearer(kind="government")
    assert (await client.get("/api/toy/reviews", headers=lacking)).json()["code"] == "forbidden"
    may = bearer(kind="government", roles=["reviewer"])
    assert (await client.get("/api/toy/reviews", headers=may)).status_code == 200


async def test_the_same_key_is_the_same_command(client: httpx.AsyncClient) -> None:
    async def send(key: str | None, **changes: object) -> str:
        headers = bearer(**changes) | ({"Idempotency-Key": key} if key else {})
        answer = await client.post("/api/toy/things", json=GOOD, headers=headers)
        return str(answer.json()["command_id"])

    assert await send("k") == await send("k")
    assert await send("k") != await send("k", sub="a2")
    assert await send(None) != await send(None)
    blank = bearer() | {"Idempotency-Key": " "}
    answer = await client.post("/api/toy/things", json=GOOD, headers=blank)
    assert answer.status_code in (201, 422)


async def test_an_anonymous_key_is_bound_to_the_body(client: httpx.AsyncClient) -> None:
    async def send(body: object) -> str:
        headers = {"Idempotency-Key": "k"}
        answer = await client.post("/api/toy/anonymous", json=body, headers=headers)
        return str(answer.json()["command_id"])

    assert await send(GOOD) == await send(GOOD)
    assert await send(GOOD) != await send(GOOD | {"age": 31})


async def test_a_read_waits_for_what_was_written_or_says_not_yet(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.http.versions._WAIT_SECONDS", 0.02)
    made = await client.post("/api/toy/things", json=GOOD, headers=bearer())
    version = made.json()["version"]
    assert made.headers["etag"] == f'"{version}"'
    address = f"/api/toy/things?min_version={version}"
    monkeypatch.setattr(POSITIONS, "version", 0)
    early = await client.get(address, headers=bearer())
    assert (early.status_code, early.headers["retry-after"]) == (202, "1")
    monkeypatch.setattr(POSITIONS, "version", 1)
    assert (await client.get(address, headers=bearer())).status_code == 200


@pytest.mark.parametrize("text", ["x", "%FF", str(Token("s", 1))[:-3], "5L2g"])
async def test_a_version_that_is_none_is_named(client: httpx.AsyncClient, text: str) -> None:
    answer = await client.get(f"/api/toy/things?min_version={text}", headers=bearer())
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/query/min_version"


async def test_paging_input_is_checked(client: httpx.AsyncClient) -> None:
    bad = await client.get("/api/toy/things?limit=1000", headers=bearer())
    assert bad.json()["errors"][0]["pointer"] == "/query/limit"
    cursor = await client.get("/api/toy/things?cursor=bad", headers=bearer())
    assert cursor.json()["errors"][0]["pointer"] == "/query/cursor"


async def test_security_headers_are_on_every_answer(client: httpx.AsyncClient) -> None:
    for answer in [await client.get("/healthz"), await client.get("/nothing")]:
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-correlation-id"]
        assert "access-control-allow-origin" not in answer.headers


async def test_the_documentation_has_no_outside_address(client: httpx.AsyncClient) -> None:
    page = await client.get("/docs")
    found = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert found
    for address in found:
        assert address.startswith("/")
        assert (await client.get(address)).status_code == 200


async def test_readiness_names_what_is_not_ready(client: httpx.AsyncClient) -> None:
    answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"] == {"engine": "EngineUnavailable"}
    assert "talent_http_requests_total" in (await client.get("/metrics")).text


async def test_every_route_says_who_may_call_it(client: httpx.AsyncClient) -> None:
    assert undeclared_routes(client.app) == []  # type: ignore[attr-defined]
    paths = (await client.get("/openapi.json")).json()["paths"]
    assert paths["/api/toy/reviews"]["get"]["security"] == [{"bearer": []}]
    assert "security" not in paths["/api/toy/anonymous"]["post"]
