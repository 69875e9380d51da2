"""Listed, taken, perhaps struck, answered: each once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, assert_never

from services.subsidy.batches.commands import (
    ChunkCommand,
    ListLines,
    ListResult,
    StrikeLines,
    TakeLines,
)
from services.subsidy.batches.events import (
    CHUNK,
    ChunkEvent,
    Line,
    LinesListed,
    LinesStruck,
    LinesTaken,
    ResultListed,
)
from shared.domain.decider import Decider

SIZE: Final = 500
"""Lines of a chunk: an event of some 80 kB."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """`taken` is None until it is known which lines could be had; `results` are the bank's failures
    by answer and line."""

    listed: LinesListed | None = None
    taken: LinesTaken | None = None
    struck: frozenset[int] = frozenset()
    results: Mapping[str, Mapping[int, str]] = field(default_factory=dict)

    @property
    def lines(self) -> tuple[Line, ...]:
        """What the batch has of it now."""
        taken = () if self.taken is None else self.taken.lines
        return tuple(one for one in taken if one.line not in self.struck)


def chunk_id(batch_id: str, number: int) -> str:
    """Numbered from 0."""
    return f"{batch_id}_{number}"


def decide(command: ChunkCommand, state: Chunk) -> Sequence[ChunkEvent]:
    match command:
        case ListLines():
            return [] if state.listed else [LinesListed(**dict(command))]
        case TakeLines(lines=lines, at=at):
            listed = state.listed
            if listed is None or state.taken is not None:
                return []
            id, number = listed.batch_id, listed.number
            return [LinesTaken(batch_id=id, number=number, lines=lines, at=at)]
        case StrikeLines(lines=lines, at=at):
            here = {one.line for one in state.lines} & set(lines)
            if not here or state.taken is None:
                return []
            id = state.taken.batch_id
            return [LinesStruck(batch_id=id, lines=tuple(sorted(here)), at=at)]
        case ListResult(result_id=result_id, failures=failures, at=at):
            if state.taken is None or result_id in state.results:
                return []
            id = state.taken.batch_id
            return [ResultListed(batch_id=id, result_id=result_id, failures=failures, at=at)]
        case _:
            assert_never(command)


def evolve(state: Chunk, event: ChunkEvent) -> Chunk:
    match event:
        case LinesListed():
            return replace(state, listed=event)
        case LinesTaken():
            return replace(state, taken=event)
        case LinesStruck(lines=lines):
            return replace(state, struck=state.struck | set(lines))
        case ResultListed(result_id=id, failures=failures):
            said = {one.line: one.reason for one in failures}
            return replace(state, results={**state.results, id: said})
        case _:
            assert_never(event)


DECIDER: Final = Decider(CHUNK, Chunk(), decide, evolve)
