"""Units are told what waits for them, reminded before it is late, and never taken to agree."""

from datetime import date, timedelta

from services.subsidy.asking.commands import RemindUnits
from services.subsidy.asking.decider import waiting_units
from services.subsidy.events import UnitsAsked, UnitsReminded
from shared.domain.review.application import Status
from shared.domain.review.intentions import Escalate
from tests.unit.subsidy.subsidy_cases import (
    AT_AGENCY,
    AT_HOST,
    BUREAU,
    CALENDAR,
    DISPATCHED,
    FILLED,
    MONDAY,
    OTHER,
    after,
    application,
    back,
    filled,
    given,
    no,
    review,
    save,
    submit,
    yes,
)

BOTH = after(filled(**DISPATCHED), submit())
LAST_DAY = date(2026, 3, 9)
REMIND_AT = CALENDAR.due(MONDAY, 4)
ON_THE_LAST_DAY = MONDAY + timedelta(days=7)


def asked(*units: str) -> UnitsAsked:
    return UnitsAsked(
        units=units, scheme="living-allowance", last_day=LAST_DAY, remind_at=REMIND_AT, at=MONDAY
    )


def reminded(*units: str, by: str | None = None) -> UnitsReminded:
    return UnitsReminded(
        units=units, scheme="living-allowance", last_day=LAST_DAY, by=by, at=ON_THE_LAST_DAY
    )


BY_THE_CLOCK = RemindUnits(at=ON_THE_LAST_DAY)
BY_BEATE = RemindUnits(by="beate", at=ON_THE_LAST_DAY)


def test_a_submission_asks_its_units_until_a_day_and_reminds_them_on_it() -> None:
    assert after(FILLED, submit())[-1] == asked("host")
    assert BOTH[-1] == asked("agency", "host")
    # On the morning of the last day, not the evening before: the calendar's day ends at 24:00.
    assert REMIND_AT + timedelta(hours=10) < ON_THE_LAST_DAY


def test_by_the_clock_whoever_is_silent_is_reminded_once() -> None:
    given(*BOTH).when(BY_THE_CLOCK).then(reminded("agency", "host")).when(
        BY_THE_CLOCK
    ).then_nothing()
    one = after(BOTH, yes(AT_HOST))
    given(*one).when(BY_THE_CLOCK).then(reminded("agency"))


def test_by_the_clock_nobody_is_reminded_of_what_waits_for_no_unit() -> None:
    given(*after(BOTH, yes(AT_HOST), yes(AT_AGENCY))).when(BY_THE_CLOCK).then_nothing()
    given(*after(BOTH, no(AT_HOST))).when(BY_THE_CLOCK).then_nothing()
    given(*FILLED).when(BY_THE_CLOCK).then_nothing()


def test_an_officer_reminds_once_a_day() -> None:
    said = reminded("agency", "host", by="beate")
    tomorrow = BY_BEATE.model_copy(update={"at": ON_THE_LAST_DAY + timedelta(days=1)})
    case = given(*BOTH).when(BY_BEATE).then(said)
    case.when(BY_BEATE).then_nothing()
    case.when(tomorrow).then(said.model_copy(update={"at": tomorrow.at}))


def test_an_officer_is_told_that_no_unit_is_waited_for() -> None:
    done = after(BOTH, yes(AT_HOST), yes(AT_AGENCY))
    given(*done).when(BY_BEATE).then_rejected("no-unit-waits")


def test_a_correction_asks_units_only_where_they_decide_anew() -> None:
    at_bureau = after(FILLED, submit(), yes(AT_HOST), back(BUREAU, "/profile/position"))
    again = after(at_bureau, submit())
    assert sum(isinstance(event, UnitsAsked) for event in again) == 1
    returned = after(FILLED, submit(), yes(AT_HOST), back(BUREAU, "/profile/host_unit"))
    other = after(returned, save(host_unit=OTHER.organisation_id), submit())
    assert other[-1] == asked("other")


def test_silence_is_no_consent() -> None:
    late = after(BOTH, review(Escalate(at=ON_THE_LAST_DAY + timedelta(days=1))))
    assert application(*late).status is Status.IN_REVIEW
    assert waiting_units(application(*late).review) == ("agency", "host")
