"""How often Python looks for cycles to collect, in a process that has been set up."""

import gc
from typing import Final

_NEW_OBJECTS: Final = 10_000
_YOUNG, _MIDDLE = 20, 50


def settle() -> None:
    """Leave out of every later collection what is there now, and collect more rarely.

    What a process has once it is set up (modules, models, routes) stays until it ends. With
    Python's own thresholds, going through it all again and again was a sixth of the time of a
    command; few cycles are made, since nearly everything goes with its last reference.
    """
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, _YOUNG, _MIDDLE)
