"""Named checks of a period: at its day, and again when a batch takes it."""

from datetime import date

from services.subsidy.payouts.commands import Facts
from services.subsidy.payouts.state import Schedule

CLASS: str = "class-not-in-force"
BARRED: str = "barred"
NO_ACCOUNT: str = "no-account"
ACCOUNT_REFUSED: str = "account-refused"
EMPLOYMENT: str = "employment-unconfirmed"


def failing(schedule: Schedule, facts: Facts, ends: date, today: date) -> tuple[str, ...]:
    """Why a period that ends on a day may not be paid today; empty where it may."""
    return (
        *standing(schedule, facts, ends),
        *((BARRED,) if barred(facts, today) else ()),
    )


def barred(facts: Facts, today: date) -> bool:
    """On the abnormal list today (manual §3.4.5)."""
    return facts.barred_until is not None and facts.barred_until >= today


def standing(schedule: Schedule, facts: Facts, ends: date) -> tuple[str, ...]:
    """Those reasons that no passing of time mends. Of a schedule that ended the class and the work
    did so too: it is paid for the days before."""
    found = []
    if schedule.ended is None:
        if schedule.made is None or facts.talent_class not in schedule.made.classes:
            found.append(CLASS)
        if schedule.employed_until < ends:
            found.append(EMPLOYMENT)
    if facts.account_id is None:
        found.append(NO_ACCOUNT)
    elif facts.account_id == schedule.refused_account:
        found.append(ACCOUNT_REFUSED)
    return tuple(found)
