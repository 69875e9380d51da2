"""The Decider: two pure functions hold every rule of an aggregate.

`decide(command, state) -> events` and `evolve(state, event) -> state`; no I/O, no clock, no ids of
its own. A business "no" that a person must see is an event; an impossible command raises
`DomainError`; a repeated command returns nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict

C = TypeVar("C")
S = TypeVar("S")
E = TypeVar("E")


class Command(BaseModel):
    """An intention; time and ids come with it."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of stream. `public` says whether its events leave the context; a category is wholly
    one or the other, so that the versions a consumer sees have no gaps. `erases` says that some of
    them erase their subject: every view of every context takes those in, to scrub itself."""

    name: str
    context: str
    public: bool = True
    erases: bool = False

    def __post_init__(self) -> None:
        if "-" in self.name:
            raise ValueError(
                f"category {self.name!r} holds a dash, which ends it in a stream's name"
            )

    def stream(self, id: str) -> str:
        """The stream's name for an aggregate id."""
        return f"{self.name}-{id}"

    def id_of(self, stream: str) -> str:
        """The aggregate id in a stream's name."""
        return stream.removeprefix(f"{self.name}-")


@dataclass(frozen=True, slots=True)
class Decider(Generic[C, S, E]):
    """An aggregate's rules: its stream category, initial state, `decide` and `evolve`."""

    category: Category
    initial: S
    decide: Callable[[C, S], Sequence[E]]
    evolve: Callable[[S, E], S]
