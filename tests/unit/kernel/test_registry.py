from typing import Any

import pytest

from shared.domain.decider import Category
from shared.events.model import Event
from shared.events.registry import EventRegistry, UnknownEventType, Upcaster

PROBE = Category("probe", "kernel")


class Counted(Event, type="kernel.counted.v3"):
    amount: int
    unit: str


def to_v2(data: dict[str, Any]) -> dict[str, Any]:
    return data | {"amount": int(data["amount"])}


def to_v3(data: dict[str, Any]) -> dict[str, Any]:
    return data | {"unit": "次"}


UPCASTERS = (
    Upcaster("kernel.counted.v1", "kernel.counted.v2", to_v2),
    Upcaster("kernel.counted.v2", "kernel.counted.v3", to_v3),
)


def test_an_old_version_goes_through_every_upcaster() -> None:
    registry = EventRegistry([PROBE], [Counted], UPCASTERS)
    model, data = registry.resolve("kernel.counted.v1", {"amount": "7"})
    assert model.model_validate(data) == Counted(amount=7, unit="次")


def test_a_type_that_nobody_declared_is_unknown() -> None:
    with pytest.raises(UnknownEventType):
        EventRegistry([PROBE], [Counted]).resolve("kernel.counted.v9", {})


def test_an_upcaster_that_leads_nowhere_is_refused_at_start() -> None:
    with pytest.raises(UnknownEventType):
        EventRegistry([PROBE], [Counted], [Upcaster("kernel.counted.v1", "kernel.gone.v1", to_v2)])


def test_one_stored_type_belongs_to_one_model() -> None:
    with pytest.raises(TypeError, match="twice"):
        EventRegistry([PROBE], [Counted, Counted])


def test_a_stored_type_must_be_named_as_the_standard_says() -> None:
    with pytest.raises(TypeError):
        type("Bad", (Event,), {}, type="CountedEvent")


def test_a_category_may_hold_no_dash() -> None:
    with pytest.raises(ValueError, match="dash"):
        Category("a-b", "kernel")


def test_private_categories_have_no_topic() -> None:
    registry = EventRegistry([PROBE, Category("secret", "kernel", public=False)], [Counted])
    assert registry.topic_of("probe") == "kernel"
    assert registry.topic_of("secret") is None


def test_an_old_reader_survives_a_newer_writers_field() -> None:
    assert Counted.model_validate({"amount": 1, "unit": "次", "later": True}).amount == 1
