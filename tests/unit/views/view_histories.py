"""Valid histories of every public stream: everybody may be erased."""

from typing import Final

from hypothesis import strategies as st

from services.classification.events import APPLICATION, TALENT_CLASS
from services.identity.events import LISTING, ORGANISATION, STAFF, TALENT
from services.notifier.events import MESSAGE, PREFERENCE
from services.subsidy.accounts.events import ACCOUNT
from services.subsidy.batches.events import BATCH
from services.subsidy.events import APPLICATION as SUBSIDY
from services.subsidy.events import TALENT_SUBSIDIES
from services.subsidy.payouts.events import SCHEDULE
from shared.testing.interleavings import History
from tests.unit.views.batch_histories import batches
from tests.unit.views.classification_histories import applications, talent_classes
from tests.unit.views.identity_histories import listings, organisations, staff, talents
from tests.unit.views.notifier_histories import messages, preferences
from tests.unit.views.subsidy_histories import (
    accounts,
    allowances,
    schedules,
    talent_subsidies,
)

STREAMS: Final = {
    TALENT.name: (talents("t1"), talents("t2")),
    STAFF.name: (staff("s1"), staff("s2"), staff("s3", "employer")),
    ORGANISATION.name: (organisations("o1", "s3"), organisations("o2", "s4")),
    LISTING.name: (listings("l1", "t1"), listings("l2", "t1"), listings("l3", "t2")),
    APPLICATION.name: (
        applications("a1", "t1"), applications("a2", "t1"), applications("a3", "t2"),
    ),
    TALENT_CLASS.name: (talent_classes("t1"), talent_classes("t2")),
    MESSAGE.name: (messages("m1", "t1"), messages("m2", "t1"), messages("m3", "t2")),
    PREFERENCE.name: (preferences("t1"), preferences("t2"), preferences("s1")),
    SUBSIDY.name: (allowances("w1", "t1"), allowances("w2", "t1"), allowances("w3", "t2")),
    TALENT_SUBSIDIES.name: (talent_subsidies("t1"), talent_subsidies("t2")),
    ACCOUNT.name: (accounts("t1"), accounts("t2")),
    BATCH.name: (batches("b1", "clerk1"), batches("b2", "clerk2")),
    SCHEDULE.name: (schedules("w1", "t1"), schedules("w3", "t2")),
}  # fmt: skip
"""Histories by category; every projection of these categories is tried with all of them."""


def told(*categories: str) -> st.SearchStrategy[list[History]]:
    """A history of each stream of some categories."""
    return st.tuples(*(one for name in categories for one in STREAMS[name])).map(list)
