"""Lets threads have the interpreter while they work for a busy event loop.

CPython's lock has no queue: a thread that waits for it is passed over again and again by an event
loop that polls more often than `sys.getswitchinterval()` and never rests, and SQLite's threads ask
for it at every row. So while work is out in a thread, the loop rests a moment now and then. A loop
that is not saturated waits in its poll anyway, and loses nothing.
"""

import asyncio
import time
from typing import Final
from weakref import WeakKeyDictionary

_EVERY: Final = 0.001
_REST: Final = 0.000_1


class GivingWay:
    """One event loop's count of what is out. Use it on that loop's thread alone."""

    def __init__(self) -> None:
        self._out = 0
        self._scheduled = False

    def began(self) -> None:
        self._out += 1
        if not self._scheduled:
            self._scheduled = True
            asyncio.get_running_loop().call_later(_EVERY, self._rest)

    def ended(self, count: int = 1) -> None:
        self._out -= count

    def _rest(self) -> None:
        if self._out <= 0:
            self._scheduled = False
            return
        time.sleep(_REST)
        asyncio.get_running_loop().call_later(_EVERY, self._rest)


_loops: WeakKeyDictionary[asyncio.AbstractEventLoop, GivingWay] = WeakKeyDictionary()


def giving_way(loop: asyncio.AbstractEventLoop) -> GivingWay:
    """The loop's own."""
    found = _loops.get(loop)
    if found is None:
        found = _loops[loop] = GivingWay()
    return found
