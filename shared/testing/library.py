"""A small context, whole: a library that lends books. The kernel is tried with it."""

from typing import Any, Literal, assert_never

from pydantic import BaseModel

from shared.domain.decider import Category, Decider
from shared.domain.errors import DomainError
from shared.events.model import Event, Metadata, Recorded
from shared.events.personal import Personal
from shared.events.registry import EventRegistry
from shared.runtime.projection import Projection

LOAN = Category("loan", "library", erases=True)
SECRET = Category("secret", "library", public=False)


class BookLent(Event, type="library.book-lent.v1"):
    reader: Personal[str]
    title: str


class BookReturned(Event, type="library.book-returned.v1"):
    late: bool


class ReaderForgotten(Event, type="library.reader-forgotten.v1", erases_subject=True):
    pass


LoanEvent = BookLent | BookReturned | ReaderForgotten


class Lend(BaseModel):
    reader: str
    title: str


class Return(BaseModel):
    late: bool = False


class Forget(BaseModel):
    pass


def decide(command: Lend | Return | Forget, state: str) -> list[LoanEvent]:
    match command:
        case Lend():
            if state == "lent":
                raise DomainError("already-lent")
            return [BookLent(reader=command.reader, title=command.title)]
        case Return():
            return [BookReturned(late=command.late)] if state == "lent" else []
        case Forget():
            return [ReaderForgotten()]
        case other:
            assert_never(other)


def evolve(state: str, event: LoanEvent) -> str:
    match event:
        case BookLent():
            return "lent"
        case BookReturned() | ReaderForgotten():
            return "free"
        case other:
            assert_never(other)


LOANS: Decider[Lend | Return | Forget, str, LoanEvent] = Decider(LOAN, "free", decide, evolve)
REGISTRY = EventRegistry([LOAN, SECRET], [BookLent, BookReturned, ReaderForgotten])


class Loan(BaseModel):
    reader: Personal[str]
    title: str
    state: Literal["lent", "returned"] = "lent"
    times: int = 1


def fold(loan: Loan | None, recorded: Recorded[LoanEvent]) -> Loan | None:
    match recorded.event:
        case BookLent() as lent:
            if lent.title == "poison":
                raise ValueError("cannot be folded")
            return Loan(reader=lent.reader, title=lent.title, times=(loan.times if loan else 0) + 1)
        case BookReturned():
            return loan and Loan(
                reader=loan.reader, title=loan.title, state="returned", times=loan.times
            )
        case ReaderForgotten():
            return loan
        case other:
            assert_never(other)


LOAN_VIEW: Projection[Any, Loan] = Projection("library_loan", 1, (LOAN,), Loan, fold)


def by(command_id: str, subject: str = "reader-1", **more: str) -> Metadata:
    return Metadata(command_id=command_id, actor="librarian", subject=subject, **more)
