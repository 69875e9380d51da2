"""The interleavings find what they are for: orders that matter, and people not forgotten."""

from collections.abc import Callable
from math import comb
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.events.model import Recorded
from shared.runtime.projection import Projection
from shared.testing.interleavings import (
    Batches,
    History,
    Log,
    deliveries,
    documents_of,
    every_order,
)
from shared.testing.library import (
    LOAN,
    LOAN_VIEW,
    REGISTRY,
    BookLent,
    BookReturned,
    Loan,
    ReaderForgotten,
    fold,
)

LENT = BookLent(reader="secret-name", title="论语")
BACK = BookReturned(late=False)


def history(stream: str, *events: Any, reader: str = "r1") -> History:
    secrets = ("secret-name",) if reader == "r1" else ()
    return History(LOAN.stream(stream), reader, events, secrets)


LOG = Log.of(
    REGISTRY,
    (
        history("1", LENT, BACK, LENT),
        history("2", LENT, ReaderForgotten()),
        history("3", BookLent(reader="r2-name", title="孟子"), BACK, reader="r2"),
    ),
)


def alone(order: tuple[int, ...]) -> Batches:
    return [[event] for event in LOG.in_order(order)]


def a_view(
    key: Callable[[Recorded[Any]], str | None] = LOAN_VIEW.key,
    evolve: Callable[[Loan | None, Recorded[Any]], Loan | None] = fold,
) -> Projection[Any, Loan]:
    return Projection("library_loan", 1, (LOAN,), Loan, evolve, key)


def test_every_order_is_every_order_once() -> None:
    orders = list(every_order(LOG))
    assert len(orders) == len(set(orders)) == comb(7, 3) * comb(4, 2)
    for order in orders:
        assert [order.count(stream) for stream in range(3)] == [3, 2, 2]


def test_a_view_of_one_stream_a_document_is_the_same_in_every_order() -> None:
    for order in every_order(LOG):
        documents = documents_of(LOAN_VIEW, LOG, alone(order))
        assert sorted(documents) == ["1", "2", "3"]
        assert documents["3"]["reader"] == "r2-name"


@given(data=st.data())
def test_it_is_so_in_any_batches_with_any_repetition(data: st.DataObject) -> None:
    batches = data.draw(deliveries(LOG))
    events = {event.id for batch in batches for event in batch}
    assert len(events) == len(LOG.plainly)
    documents_of(LOAN_VIEW, LOG, batches)


def test_streams_that_write_over_each_other_are_found() -> None:
    shared_row = a_view(key=lambda recorded: "one row for all")
    backwards = tuple(reversed(LOG.plainly))
    with pytest.raises(AssertionError, match="depends on the order of streams"):
        documents_of(shared_row, LOG, alone(backwards))


def test_a_name_in_an_unmarked_field_is_found() -> None:
    def named(loan: Loan | None, recorded: Recorded[Any]) -> Loan | None:
        made = fold(loan, recorded)
        lent = isinstance(recorded.event, BookLent)
        return made.model_copy(update={"title": str(made.reader)}) if made and lent else made

    log = Log.of(REGISTRY, [history("1", LENT, ReaderForgotten())])
    with pytest.raises(AssertionError, match="secret-name"):
        documents_of(a_view(evolve=named), log, [log.in_order(log.plainly)])


def test_an_event_that_cannot_be_folded_is_found() -> None:
    poison = Log.of(REGISTRY, [history("1", BookLent(reader="某", title="poison"))])
    with pytest.raises(AssertionError, match="cannot fold"):
        documents_of(LOAN_VIEW, poison, [poison.in_order(poison.plainly)])
