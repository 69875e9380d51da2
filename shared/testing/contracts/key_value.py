"""What every `KeyValueStore` promises. A subclass gives `keys`, `reopen` and `clock`."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from shared.ports.key_value import KeyValueStore
from shared.testing.clock import TestClock

Reopen = Callable[[], Awaitable[KeyValueStore]]
MINUTE = timedelta(minutes=1)


class KeyValueContract:
    async def test_a_value_is_there_until_deleted(self, keys: KeyValueStore) -> None:
        await keys.put("n", "k", b"\x00v")
        assert await keys.get("n", "k") == b"\x00v"
        assert await keys.get("other", "k") is None
        assert await keys.delete("n", "k")
        assert not await keys.delete("n", "k")
        assert await keys.get("n", "k") is None

    async def test_a_value_ends_with_its_time(self, keys: KeyValueStore, clock: TestClock) -> None:
        await keys.put("n", "k", b"v", ttl=MINUTE)
        clock.move(MINUTE - timedelta(seconds=1))
        assert await keys.get("n", "k") == b"v"
        clock.move(timedelta(seconds=2))
        assert await keys.get("n", "k") is None
        assert await keys.take("n", "k") is None
        assert await keys.scan("n") == []
        assert await keys.compare_and_set("n", "k", expected=None, value=b"w")

    async def test_of_many_that_compare_and_set_one_wins(self, keys: KeyValueStore) -> None:
        won = await asyncio.gather(
            *(
                keys.compare_and_set("n", "k", expected=None, value=str(i).encode())
                for i in range(50)
            )
        )
        assert won.count(True) == 1
        assert await keys.get("n", "k") == str(won.index(True)).encode()
        assert not await keys.compare_and_set("n", "k", expected=b"not it", value=b"w")
        assert await keys.compare_and_set(
            "n", "k", expected=str(won.index(True)).encode(), value=b"w"
        )

    async def test_no_increment_is_lost(self, keys: KeyValueStore) -> None:
        sums = await asyncio.gather(*(keys.increment("n", "k") for _ in range(50)))
        assert sorted(sums) == list(range(1, 51))
        assert await keys.increment("n", "k", by=-10) == 40
        assert await keys.get("n", "k") == b"40"

    async def test_a_counter_keeps_its_first_end(
        self, keys: KeyValueStore, clock: TestClock
    ) -> None:
        await keys.increment("n", "k", ttl=MINUTE)
        clock.move(timedelta(seconds=40))
        assert await keys.increment("n", "k", ttl=MINUTE) == 2
        clock.move(timedelta(seconds=40))
        assert await keys.increment("n", "k", ttl=MINUTE) == 1

    async def test_of_many_takers_one_has_the_value(self, keys: KeyValueStore) -> None:
        await keys.put("n", "k", b"v")
        taken = await asyncio.gather(*(keys.take("n", "k") for _ in range(20)))
        assert [t for t in taken if t is not None] == [b"v"]

    async def test_many_at_once(self, keys: KeyValueStore) -> None:
        for name in ("a1", "a2", "b1", "a_"):
            await keys.put("n", name, name.encode())
        assert await keys.get_many("n", ["a1", "b1", "z"]) == {"a1": b"a1", "b1": b"b1"}
        assert [k for k, _ in await keys.scan("n", "a")] == ["a1", "a2", "a_"]
        assert len(await keys.scan("n")) == 4

    async def test_everything_survives_closing(self, keys: KeyValueStore, reopen: Reopen) -> None:
        await keys.put("n", "k", b"v")
        await keys.increment("n", "c", by=7)
        again = await reopen()
        assert await again.get("n", "k") == b"v"
        assert await again.increment("n", "c") == 8
