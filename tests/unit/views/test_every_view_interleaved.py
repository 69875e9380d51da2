"""Every interleaving of streams gives the same view, live or rebuilt, whoever is erased when."""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import services.classification
import services.identity
import services.notifier
import services.subsidy
from services.classification import events as classification
from services.classification.events import APPLICATION
from services.identity import events as identity
from services.identity.events import TALENT, MobileChanged, TalentErased
from services.notifier import events as notifier
from services.subsidy import events as subsidy
from shared.events.registry import EventRegistry
from shared.runtime.projection import Projection
from shared.testing.interleavings import History, Log, deliveries, documents_of, every_order
from tests.unit.classification import classification_cases as cases
from tests.unit.views.identity_histories import registered
from tests.unit.views.played import NUMBERS
from tests.unit.views.view_histories import told

AnyProjection = Projection[Any, Any]
CONTEXTS: Final = (
    services.identity, services.classification, services.subsidy, services.notifier,
)  # fmt: skip
_PUBLISHED: Final = (identity, classification, subsidy, notifier)
REGISTRY: Final = EventRegistry(
    [category for one in _PUBLISHED for category in one.CATEGORIES],
    [event for one in _PUBLISHED for event in one.EVENTS],
)


def declared() -> Iterator[AnyProjection]:
    """Every projection that any module of a context holds: none can be forgotten."""
    for context in CONTEXTS:
        for module in pkgutil.walk_packages(context.__path__, f"{context.__name__}."):
            values = vars(importlib.import_module(module.name)).values()
            yield from (value for value in values if isinstance(value, Projection))


PROJECTIONS: Final = {projection.name: projection for projection in declared()}


def test_the_views_of_every_context_are_there() -> None:
    assert {name.partition("_")[0] for name in PROJECTIONS} == {
        "identity", "classification", "subsidy", "notifier",
    }  # fmt: skip


@pytest.mark.parametrize("projection", PROJECTIONS.values(), ids=PROJECTIONS)
@settings(deadline=None, max_examples=80, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_view_is_the_same_whatever_the_order_of_streams(
    projection: AnyProjection, data: st.DataObject
) -> None:
    categories = {c.name for c in (*projection.categories, *REGISTRY.erasers)}
    log = Log.of(REGISTRY, data.draw(told(*sorted(categories))))
    documents_of(projection, log, data.draw(deliveries(log)))


def test_a_contact_is_the_same_in_every_order_there_is() -> None:
    moved = MobileChanged(mobile=NUMBERS[1], previous=NUMBERS[0], changed_at=cases.MONDAY)
    erased = TalentErased(talent_id="t1", erased_at=cases.MONDAY)
    submitted = (*cases.filled()[:1], *cases.given(*cases.FILLED).when(cases.submit()).decided())
    log = Log.of(
        REGISTRY,
        (
            History(TALENT.stream("t1"), "t1", (registered("t1"), moved, erased), ("+8613",)),
            History(APPLICATION.stream("a1"), "t1", submitted),
            History(APPLICATION.stream("a2"), "t1", submitted[:2]),
        ),
    )
    orders = list(every_order(log))
    assert len(orders) == 560
    for order in orders:
        documents_of(PROJECTIONS["notifier_contact"], log, [[e] for e in log.in_order(order)])
