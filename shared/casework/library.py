"""A talent's document library: a file handed in once can be attached again anywhere.

It is a view over the attachments of every context, so nothing has to be put into it, and the files
of a case stay what they were: to attach one again copies it into the new application.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict

from shared.casework.facts import AttachmentAdded, AttachmentRemoved
from shared.domain.decider import Category
from shared.domain.review.facts import RoundOpened
from shared.events.model import Recorded
from shared.events.personal import Personal
from shared.runtime.deadlines import instant
from shared.runtime.projection import Projection, by_subject


class HeldFile(BaseModel):
    """A file in one application; `kept` as long as it can be fetched."""

    model_config = ConfigDict(frozen=True)

    attachment_id: str
    category: str
    file_name: Personal[str]
    media_type: str
    size: int
    sha256: str
    file_key: str
    added_at: str
    kept: bool = True


class Shelf(BaseModel):
    """The files of one application; `submitted` once reviewers had it before them."""

    model_config = ConfigDict(frozen=True)

    context: str
    application_id: str
    submitted: bool = False
    files: tuple[HeldFile, ...] = ()


class Library(BaseModel):
    """All shelves of a talent."""

    model_config = ConfigDict(frozen=True)

    shelves: tuple[Shelf, ...]


def library(context: str, categories: tuple[Category, ...]) -> Projection[Shelf, Library]:
    """A context's view of the libraries, by talent id; `categories` are those of every context
    whose streams hold attachments."""
    return Projection(
        name=f"{context}_library",
        version=1,
        categories=categories,
        document=Library,
        part=Shelf,
        combine=_library,
        evolve=_evolve,
        key=by_subject,
    )


def _evolve(shelf: Shelf | None, recorded: Recorded[Any]) -> Shelf | None:
    event = recorded.event
    match event:
        case AttachmentAdded():
            shelf = shelf or _new(recorded)
            fields = event.model_dump(include=set(HeldFile.model_fields))
            held = HeldFile(**fields, added_at=instant(event.at))
            return shelf.model_copy(update={"files": (*shelf.files, held)})
        case AttachmentRemoved(attachment_id=id, submitted=submitted) if shelf is not None:
            files = (
                one.model_copy(update={"kept": submitted}) if one.attachment_id == id else one
                for one in shelf.files
            )
            return shelf.model_copy(update={"files": tuple(one for one in files if one.kept)})
        case RoundOpened() if shelf is not None:
            return shelf.model_copy(update={"submitted": True})
        case _:
            return shelf


def _new(recorded: Recorded[Any]) -> Shelf:
    context = recorded.event.stored_type.partition(".")[0]
    return Shelf(context=context, application_id=recorded.stream.partition("-")[2])


def _library(shelves: Mapping[str, Shelf]) -> Library | None:
    there = [shelf for shelf in shelves.values() if shelf.files]
    ordered = sorted(there, key=lambda one: (one.files[0].added_at, one.application_id))
    return Library(shelves=tuple(ordered)) if ordered else None


def found(library: Library | None, sha256: str) -> HeldFile | None:
    """A file of a library by its content (hex)."""
    files = () if library is None else (one for shelf in library.shelves for one in shelf.files)
    return next((one for one in files if one.sha256 == sha256), None)
