"""What a copy holds, so that it can be checked before anything is built on it."""

import hashlib
import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

NAME: Final = "manifest.json"

_CHUNK: Final = 1 << 20


class Held(BaseModel):
    """A file of a copy: bytes, and SHA-256 in hex."""

    model_config = ConfigDict(frozen=True)

    size: int
    sha256: str


class Manifest(BaseModel):
    """`log_id` and `position` say which log, and up to where; `files` are by path within."""

    model_config = ConfigDict(frozen=True)

    holds: Literal["data", "keys"]
    taken_at: datetime
    log_id: str
    position: int
    files: dict[str, Held]

    @property
    def size(self) -> int:
        return sum(one.size for one in self.files.values())


class BadBackup(ValueError):
    """A copy that cannot be used, and why."""


def held(path: Path) -> Held:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return Held(size=size, sha256=digest.hexdigest())


def write(manifest: Manifest, folder: Path) -> None:
    """Durably, after everything that it names."""
    path = folder / NAME
    path.write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")
    sync([path, folder])


def read(folder: Path, holds: Literal["data", "keys"]) -> Manifest:
    """Raises BadBackup."""
    try:
        manifest = Manifest.model_validate_json((folder / NAME).read_bytes())
    except (OSError, ValidationError) as error:
        raise BadBackup(f"{folder}: 不是完整的备份 / not a whole backup") from error
    if manifest.holds != holds:
        raise BadBackup(f"{folder}: 应为 {holds} 的备份 / expected a backup of {holds}")
    return manifest


def sync(paths: Iterable[Path]) -> None:
    """Have files and folders on the disk before this returns."""
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
