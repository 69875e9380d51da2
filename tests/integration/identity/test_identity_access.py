"""Voiding what an account was given: whoever learns of it obeys at once."""

from datetime import timedelta
from typing import Any

from services.identity.access.application import AccessControl
from shared.http.tokens import Revocations


async def test_a_process_obeys_what_another_voided_before_the_broadcast_reaches_it(
    site: Any,
) -> None:
    clock = site.clock
    writer = AccessControl(site.kernel.handler, clock, Revocations())
    other = AccessControl(site.kernel.handler, clock, Revocations())
    issued = (clock.now() - timedelta(minutes=1)).timestamp()
    await writer.end_all("t1")

    def obeys() -> bool:
        return other.revocations.voids(account_id="t1", session_id="s1", issued_at=issued)

    assert not obeys()
    assert not await other.ended_all_since("t1", clock.now() + timedelta(seconds=1))
    assert not obeys()
    assert await other.ended_all_since("t1", clock.now())
    assert obeys()
