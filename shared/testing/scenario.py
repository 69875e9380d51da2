"""Given / when / then for deciders: tests that read as the specification."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from shared.domain.decider import Decider
from shared.domain.errors import DomainError

C = TypeVar("C")
S = TypeVar("S")
E = TypeVar("E")


@dataclass(frozen=True)
class Given(Generic[C, S, E]):
    """A history; `when` puts a command to it."""

    decider: Decider[C, S, E]
    history: tuple[E, ...]

    def when(self, command: C) -> "When[C, S, E]":
        return When(self, command)

    @property
    def state(self) -> S:
        """What the history folds to."""
        state = self.decider.initial
        for event in self.history:
            state = self.decider.evolve(state, event)
        return state


@dataclass(frozen=True)
class When(Generic[C, S, E]):
    """A command put to a history; `then…` is exact."""

    given: Given[C, S, E]
    command: C

    def decided(self) -> Sequence[E]:
        """What the decider answers."""
        return self.given.decider.decide(self.command, self.given.state)

    def then(self, *events: E) -> Given[C, S, E]:
        """Exactly these events in this order; gives the longer history."""
        decided = list(self.decided())
        assert decided == list(events)
        after = Given(self.given.decider, (*self.given.history, *events))
        assert after.state is not None
        return after

    def then_nothing(self) -> None:
        """A repeated command records nothing."""
        assert list(self.decided()) == []

    def then_rejected(self, code: str) -> DomainError:
        """The rules refuse, with this code."""
        try:
            decided = self.decided()
        except DomainError as raised:
            refusal = raised
        else:
            raise AssertionError(f"decided {decided!r}, but should have been refused with {code}")
        assert refusal.code == code, f"refused with {refusal.code}, not {code}"
        return refusal


def given(decider: Decider[Any, Any, E], *events: E) -> Given[Any, Any, E]:
    """A history of a decider's stream."""
    return Given(decider, events)
