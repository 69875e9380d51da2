"""Registrations that a crash left completed but unfinished are finished by the keeper."""

import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from services.identity.events import StaffRemoved
from services.identity.registration.keeper import RegistrationKeeper
from shared.events.model import Metadata
from shared.testing.samples import sample

MOBILE, NEW = "13800138000", "13900139000"


class Killed(BaseException):
    """The process is gone."""


def kill_after(
    site: Any, monkeypatch: pytest.MonkeyPatch, stream: str, steps: int
) -> Callable[[], bool]:
    """Kill the process `steps` recorded commands after the registration `stream` is completed."""
    append, left, killed = site.kernel.store.append, [-1], [False]

    async def counting(name: str, events: Any, **kw: Any) -> int:
        if left[0] == 0:
            killed[0] = True
            raise Killed
        version: int = await append(name, events, **kw)
        left[0] -= left[0] > 0
        if name.startswith(stream) and events[0].type.startswith("identity.registration-completed"):
            left[0] = steps
        return version

    monkeypatch.setattr(site.kernel.store, "append", counting)
    return lambda: killed[0]


async def dies(call: Awaitable[Any]) -> None:
    with contextlib.suppress(Killed):
        await call


@pytest.fixture
async def keeper(site: Any) -> RegistrationKeeper:
    """In place of the one that runs by itself."""
    await site.host.supervisor.stop_worker("identity.registrations")
    kernel, registrations = site.kernel, site.service.identity.registrations
    return RegistrationKeeper(kernel.store, kernel.key_values, registrations, site.clock.now)


def restart(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    site.later(minutes=1)


async def opens(site: Any, mobile: str) -> bool:
    site.later(minutes=2)
    await site.ask_code("sign-in", mobile)
    codes = [s for s in site.outbox.sent if s.mobile.endswith(mobile) and "code" in s.params]
    if not codes:
        return False
    body = {"mobile": mobile, "code": codes[-1].params["code"]}
    answer = await site.client.post("/api/identity/sessions", json=body)
    return bool(answer.status_code == 201)


@pytest.mark.parametrize("steps", range(7))
async def test_a_registration_killed_between_any_two_steps_is_finished(
    site: Any, keeper: RegistrationKeeper, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    form = await site.form()
    killed = kill_after(site, monkeypatch, "registration-", steps)
    await dies(site.send(form))
    assert killed() == (steps < 6)
    restart(site, monkeypatch)
    assert await keeper.round() == 1
    assert (await site.sign_in()).status_code == 201
    identity = site.service.identity
    for slot in (
        identity.slots.mobile("talent", f"+86{MOBILE}"), identity.slots.account("talent", "ouyang")
    ):  # fmt: skip
        assert (await identity.reservations.state(slot)).confirmed


@pytest.mark.parametrize("steps", range(5))
async def test_a_change_of_mobile_killed_between_any_two_steps_is_finished(
    site: Any, keeper: RegistrationKeeper, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    await site.registered()
    tokens = await site.signed_in()
    site.later(minutes=2)
    await keeper.round()
    code = await site.code("change-mobile-new", NEW)
    body = {"old": MOBILE, "new": NEW, "new_code": code, "password": site.password}
    killed = kill_after(site, monkeypatch, "registration-", steps)
    await dies(site.as_me("PUT", "/me/mobile", tokens, json=body))
    assert killed() == (steps < 4)
    restart(site, monkeypatch)
    assert await keeper.round() == 1
    assert await opens(site, NEW)
    assert not await opens(site, MOBILE)
    identity = site.service.identity
    old = await identity.reservations.state(identity.slots.mobile("talent", f"+86{MOBILE}"))
    assert old.holder is None


async def test_the_keeper_leaves_what_is_young_to_its_request_and_looks_at_each_once(
    site: Any, keeper: RegistrationKeeper
) -> None:
    site.later(minutes=1)
    await keeper.round()
    await site.registered()
    assert await keeper.round() == 0
    site.later(minutes=1)
    assert await keeper.round() == 1
    assert await keeper.round() == 0


async def test_finishing_what_is_finished_records_nothing(
    site: Any, keeper: RegistrationKeeper
) -> None:
    await site.registered()
    await site.host.settled()
    site.later(minutes=1)
    before = await site.kernel.store.head()
    assert await keeper.round() == 1
    assert await site.kernel.store.head() == before


async def test_a_place_of_another_or_longer_log_counts_for_nothing(
    site: Any, keeper: RegistrationKeeper
) -> None:
    await site.registered()
    site.later(minutes=1)
    log = await site.kernel.store.log_id()
    await site.kernel.key_values.put("identity.finished-up-to", log, b"999999")
    assert await keeper.round() == 1


async def test_one_that_nobody_can_finish_keeps_no_other_from_it(
    site: Any, keeper: RegistrationKeeper
) -> None:
    registrations = site.service.identity.registrations
    metadata = Metadata("strange", actor="test", subject="t9")
    await registrations.begin("t9", "of-no-known-kind", "t9", metadata)
    await site.registered()
    with pytest.raises(KeyError):
        await registrations.complete("t9", _a_fact(), metadata, slots=())
    site.later(minutes=1)
    assert await keeper.round() == 2


def _a_fact() -> StaffRemoved:
    return StaffRemoved.model_validate(sample(StaffRemoved))
