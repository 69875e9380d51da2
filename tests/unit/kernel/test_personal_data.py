from pathlib import Path

import pytest
from pydantic import BaseModel

from shared.adapters.sqlite.key_value import SqliteKeyValueStore
from shared.domain.decider import Category
from shared.events.keyring import KeyRing
from shared.events.model import Event
from shared.events.personal import ERASED, Personal, personal_fields, scrub
from shared.events.registry import EventRegistry
from shared.events.schemas import event_schema
from shared.testing.clock import TestClock


class Entry(BaseModel):
    place: Personal[str]
    year: int


class Person(BaseModel):
    name: Personal[str]
    nickname: Personal[str | None]
    entries: tuple[Entry, ...]
    score: int


def test_scrubbing_replaces_exactly_the_marked_fields_at_every_depth() -> None:
    person = Person(name="王芳", nickname=None, entries=(Entry(place="襄城", year=2020),), score=3)
    clean = scrub(person)
    assert clean == Person(
        name=ERASED, nickname=ERASED, entries=(Entry(place=ERASED, year=2020),), score=3
    )


def test_an_erased_field_survives_json() -> None:
    clean = scrub(Person(name="王芳", nickname="芳", entries=(), score=1))
    again = Person.model_validate_json(clean.model_dump_json())
    assert "王芳" not in clean.model_dump_json()
    assert again.score == 1


def test_a_model_knows_its_personal_fields() -> None:
    assert personal_fields(Person) == ("name", "nickname")


class HalfMarked(Event, type="kernel.half-marked.v1"):
    name: Personal[str] | None


def test_a_mark_on_a_part_of_a_field_is_refused_at_registration() -> None:
    with pytest.raises(TypeError, match=r"HalfMarked\.name"):
        EventRegistry([Category("probe", "kernel")], [HalfMarked])


class Named(Event, type="kernel.named.v1"):
    name: Personal[str]
    entries: Personal[tuple[Entry, ...]]
    score: int


def test_the_published_schema_shows_personal_fields_sealed() -> None:
    schema = event_schema(Named)
    assert schema["properties"]["name"]["pattern"] == "^enc:"
    assert schema["properties"]["entries"]["pattern"] == "^enc:"
    assert schema["properties"]["score"]["type"] == "integer"
    assert "$defs" not in schema


async def test_an_erased_key_is_gone_from_the_disk_at_once(tmp_path: Path) -> None:
    keys = SqliteKeyValueStore.open(tmp_path / "keys.db", clock=TestClock())
    ring = KeyRing(keys, bytes(32))
    await ring.load(["reader-1"], create=True)
    wrapped = await keys.get("data-keys", "reader-1")
    assert wrapped is not None
    await ring.erase("reader-1")
    left = b"".join([(tmp_path / name).read_bytes() for name in ("keys.db", "keys.db-wal")])
    assert wrapped not in left
    assert (await ring.load(["reader-1"]))["reader-1"] is None
    await keys.close()
