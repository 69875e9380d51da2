"""Makes a data folder of a copy; nobody is served from it before what was erased since is erased
in it too."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final

from talent.backup.manifest import BadBackup, Manifest, held, read, sync
from talent.backup.taking import KEYS, Progress

_MASTER_KEY: Final = "master.key"
# Positions in a log that may have been longer than the one that comes back.
_PLACES: Final = ("identity.finished-up-to",)


def restore(
    data: Path,
    keys: Path,
    folder: Path,
    *,
    master_key: Path | None,
    settle: Callable[[Path], int],
    progress: Progress,
) -> int:
    """Make `folder` of a copy of the data and one of the keys, the newest that there is; returns
    how many erasures were applied again. `settle` does that in a folder beside it, which takes its
    place at the end: a restore that was cut off has made nothing. Raises BadBackup, OSError, and
    what `settle` raises."""
    data_manifest, keys_manifest = read(data, "data"), read(keys, "keys")
    _require_fitting(data_manifest, keys_manifest)
    if folder.exists() and any(folder.iterdir()):
        raise BadBackup(
            f"{folder}: 目录不为空 / the folder is not empty: "
            "move it away, or set TALENT_DATA to another"
        )
    beside = folder.with_name(f"{folder.name}.restoring")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(mode=0o700, parents=True)
    (beside / "files").mkdir(mode=0o700)
    _copy(data, data_manifest, beside, progress)
    _copy(keys, keys_manifest, beside, progress)
    if master_key is not None:
        shutil.copyfile(master_key, beside / _MASTER_KEY)
        (beside / _MASTER_KEY).chmod(0o600)
    _forget_what_passes(beside / KEYS)
    erased = settle(beside)
    for left in ("lock", "control.sock"):
        (beside / left).unlink(missing_ok=True)
    if folder.exists():
        folder.rmdir()
    beside.rename(folder)
    sync([folder.absolute().parent])
    return erased


def _require_fitting(data: Manifest, keys: Manifest) -> None:
    if data.log_id != keys.log_id:
        raise BadBackup("数据与密钥属于不同的平台 / the keys are those of another platform")
    if keys.position < data.position:
        raise BadBackup(
            "密钥备份早于数据备份，其后的个人信息将无法读取：请用同时或更晚的密钥备份 / "
            "the keys are older than the data: take those of the same time or later"
        )


def _copy(source: Path, manifest: Manifest, target: Path, progress: Progress) -> None:
    total, done = manifest.size, 0
    for name, expected in manifest.files.items():
        path = target / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            shutil.copyfile(source / name, path)
        except FileNotFoundError as missing:
            raise BadBackup(f"{source / name}: 缺失 / is missing") from missing
        if held(path) != expected:
            raise BadBackup(f"{source / name}: 已损坏 / is damaged")
        path.chmod(0o600)
        sync([path])
        done += expected.size
        progress(manifest.holds, done, total)


def _forget_what_passes(keys: Path) -> None:
    """Sessions, codes and the like: one that was ended after the copy must not come back."""
    with closing(sqlite3.connect(keys, isolation_level=None)) as connection:
        connection.execute("PRAGMA secure_delete=ON")
        marks = ",".join("?" * len(_PLACES))
        connection.execute(
            f"DELETE FROM entries WHERE expires_at IS NOT NULL OR namespace IN ({marks})",  # noqa: S608
            _PLACES,
        )
