"""Which units a case waits for, and what they are told."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from services.subsidy.asking.commands import RemindUnits
from services.subsidy.asking.events import UnitsAsked, UnitsReminded
from services.subsidy.rulebook import Rulebook
from services.subsidy.state import Application
from shared.domain.calendar import shanghai_date
from shared.domain.errors import DomainError
from shared.domain.review import engine
from shared.domain.review.facts import AnyFact, StageOpened
from shared.domain.review.state import Review
from shared.policy.subsidy import SchemeCode

_UNIT: Final = "organisation:"
_MOMENT: Final = timedelta(microseconds=1)


def waiting_units(review: Review | None) -> tuple[str, ...]:
    """The organisations that have not decided in the open stage, by id."""
    desks = () if review is None else review.undecided
    scopes = [desk.chain[0].scope for desk in desks]
    return tuple(s.removeprefix(_UNIT) for s in scopes if s.startswith(_UNIT))


def asked(
    facts: Sequence[AnyFact], before: Review | None, scheme: SchemeCode, book: Rulebook
) -> Sequence[UnitsAsked]:
    """What units are told when facts of the engine bring the case to them."""
    opened = next((fact for fact in facts if isinstance(fact, StageOpened)), None)
    if opened is None:
        return []
    after = engine.fold(before, facts)
    units, stage = waiting_units(after), after.open_stage
    if not units or stage is None:
        return []
    days = stage.due_working_days - book.policy.unit_reminder_working_days
    return [
        UnitsAsked(
            units=units,
            scheme=scheme,
            last_day=shanghai_date(opened.due - _MOMENT),
            remind_at=book.calendar.due(opened.at, days) if days > 0 else None,
            at=opened.at,
        )
    ]


def remind(command: RemindUnits, application: Application) -> Sequence[UnitsReminded]:
    """Whoever is silent still; by the clock once, by an officer once a day. Raises DomainError
    where no unit is waited for and somebody asks."""
    last, units = application.asked, waiting_units(application.review)
    if last is None or not units:
        if command.by is None:
            return []
        raise DomainError("no-unit-waits")
    if _said(command, application):
        return []
    return [
        UnitsReminded(
            units=units, scheme=last.scheme, last_day=last.last_day, by=command.by, at=command.at
        )
    ]


def _said(command: RemindUnits, application: Application) -> bool:
    asked, reminded = application.asked, application.reminded
    if asked is None or reminded is None or reminded.at < asked.at:
        return False
    if command.by is not None:
        return shanghai_date(reminded.at) == shanghai_date(command.at)
    return asked.remind_at is not None and reminded.at >= asked.remind_at
