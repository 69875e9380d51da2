"""Takes a copy of a data folder, while the platform runs or not.

The order makes the copies fit: views first, for they may not be ahead of the log; then the log;
then the keys, for every event of the log needs its person's; then the files, which are written
before the events that name them.
"""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from talent.backup.manifest import NAME, BadBackup, Held, Manifest, held, read, sync, write

DATABASES: Final = ("views.db", "log.db")
KEYS: Final = "keys.db"
FILES: Final = "files"

Progress = Callable[[str, int, int], None]
"""Told what is being copied, how many bytes are done, and how many there are."""


@dataclass(frozen=True)
class Taken:
    data: Path
    keys: Path
    position: int


def take(folder: Path, data_to: Path, keys_to: Path, at: datetime, progress: Progress) -> Taken:
    """Copy `folder` into a new folder, named by the time, in each of the two: events, views and
    files in the one, the keys that open them in the other. What the newest copy there has already
    is linked and not copied. Raises BadBackup, OSError."""
    _require_there(folder)
    if data_to.resolve() == keys_to.resolve():
        raise BadBackup(
            "数据与密钥须备份到不同的目录 / data and keys belong in different folders: "
            "together they open everything"
        )
    before = newest(data_to)
    data, keys = _begun(data_to, _name(at)), _begun(keys_to, _name(at))
    found: dict[str, Held] = {}
    for database in DATABASES:
        found[database] = _snapshot(folder / database, data / database, progress)
    key_file = _snapshot(folder / KEYS, keys / KEYS, progress)
    found |= _files(folder, data, before, progress)
    log_id, position = _log(data / "log.db")
    about = {"taken_at": at, "log_id": log_id, "position": position}
    for place, holds, files in ((data, "data", found), (keys, "keys", {KEYS: key_file})):
        write(Manifest.model_validate({"holds": holds, "files": files} | about), place)
    return Taken(_ended(data), _ended(keys), position)


def take_keys(folder: Path, keys_to: Path, at: datetime, progress: Progress) -> Path:
    """Copy the keys alone, into a new folder as above. Raises BadBackup, OSError."""
    _require_there(folder)
    # Read before the keys are: whatever was recorded until then is opened by them.
    log_id, position = _log(folder / "log.db")
    keys = _begun(keys_to, _name(at))
    files = {KEYS: _snapshot(folder / KEYS, keys / KEYS, progress)}
    write(Manifest(holds="keys", files=files, taken_at=at, log_id=log_id, position=position), keys)
    return _ended(keys)


def newest(folder: Path) -> Path | None:
    """The latest whole copy in a folder of copies."""
    there = sorted(path.parent for path in folder.glob(f"*/{NAME}") if path.parent.suffix == "")
    return there[-1] if there else None


def _require_there(folder: Path) -> None:
    missing = [name for name in (*DATABASES, KEYS) if not (folder / name).exists()]
    if missing:
        raise BadBackup(
            f"{folder}: 缺少 {'、'.join(missing)}，不是数据目录 / not a data folder: "
            "set TALENT_DATA to the one to copy"
        )


def _name(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _begun(folder: Path, name: str) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in folder.glob("*.part"):
        shutil.rmtree(left)
    part = folder / f"{name}.part"
    part.mkdir(mode=0o700)
    return part


def _ended(part: Path) -> Path:
    whole = part.with_suffix("")
    if whole.exists():
        raise BadBackup(f"{whole}: 已存在 / is there already")
    part.rename(whole)
    sync([whole.parent])
    return whole


def _snapshot(source: Path, target: Path, progress: Progress) -> Held:
    """As of one moment, without what was deleted and without holding up the writer."""
    size = source.stat().st_size
    progress(source.name, 0, size)
    with closing(_reading(source)) as connection:
        connection.execute("VACUUM INTO ?", (str(target),))
    target.chmod(0o600)
    sync([target])
    progress(source.name, size, size)
    return held(target)


def _files(folder: Path, data: Path, before: Path | None, progress: Progress) -> dict[str, Held]:
    known = {} if before is None else read(before, "data").files
    paths = list(_walk(folder / FILES))
    total, done = sum(size for _, size in paths), 0
    found: dict[str, Held] = {}
    for path, size in paths:
        name = path.relative_to(folder).as_posix()
        target = data / name
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        same = known.get(name)
        # A stored file is never written over: same name and size is the same file.
        if before is not None and same is not None and same.size == size:
            os.link(before / name, target)
            found[name] = same
        elif _copied(path, target):
            found[name] = held(target)
        done += size
        progress(FILES, done, total)
    return found


def _copied(path: Path, target: Path) -> bool:
    try:
        shutil.copyfile(path, target)
    except FileNotFoundError:
        # Deleted since it was listed.
        return False
    sync([target])
    return True


def _walk(folder: Path) -> Iterator[tuple[Path, int]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path, path.stat().st_size


def _reading(database: Path) -> sqlite3.Connection:
    address = f"{database.absolute().as_uri()}?mode=ro"
    return sqlite3.connect(address, uri=True, timeout=30)


def _log(database: Path) -> tuple[str, int]:
    with closing(_reading(database)) as connection:
        (log_id,) = connection.execute("SELECT value FROM meta WHERE name = 'log_id'").fetchone()
        (head,) = connection.execute("SELECT coalesce(max(position), 0) FROM events").fetchone()
    return str(log_id), int(head)
