"""Histories that the deciders themselves tell, driven by drawn commands.

What a decider refuses is left out, as it would be. Times stand still now and then and run apart
between streams.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from hypothesis import strategies as st

from shared.domain.decider import Decider
from shared.domain.errors import DomainError
from shared.events.model import Event
from tests.unit.classification import classification_cases as cases

Menu = Sequence[Callable[[Any, int, datetime], Any]]
NUMBERS: Final = ("+8613800000001", "+8613800000002", "+8613800000003")
DOCUMENTS: Final = ("person-t1", "person-t2", "passport-1", "passport-2")


@st.composite
def played(
    draw: st.DrawFn, decider: Decider[Any, Any, Any], first: Sequence[Any], menu: Menu, most: int
) -> list[Event]:
    """What a decider records of `first` and of up to `most` drawn commands."""
    history: list[Event] = []
    state, at = decider.initial, cases.MONDAY

    def put(command: Any) -> None:
        nonlocal state
        try:
            made = decider.decide(command, state)
        except DomainError:
            return
        for event in made:
            state = decider.evolve(state, event)
        history.extend(made)

    for command in first:
        put(command)
    steps = st.tuples(st.sampled_from(menu), st.integers(0, 5), st.integers(0, 30))
    for make, pick, hours in draw(st.lists(steps, max_size=most)):
        at += timedelta(hours=hours)
        command = make(state, pick, at)
        if command is not None:
            put(command)
    return history
