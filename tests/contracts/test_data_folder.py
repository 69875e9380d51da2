"""One process holds a data folder."""

import os
import stat
from pathlib import Path

import pytest

from shared.adapters.sqlite.folder import DataFolder, DataFolderLocked


def test_the_folder_is_its_owners_alone(tmp_path: Path) -> None:
    with DataFolder.acquire(tmp_path / "data") as folder:
        assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700
        assert (folder.path / "lock").read_text().strip() == str(os.getpid())


def test_the_second_to_come_is_told_who_has_it(tmp_path: Path) -> None:
    with (
        DataFolder.acquire(tmp_path),
        pytest.raises(DataFolderLocked, match=f"{os.getpid()}.*in use by process"),
    ):
        DataFolder.acquire(tmp_path)


def test_a_released_folder_is_free(tmp_path: Path) -> None:
    folder = DataFolder.acquire(tmp_path)
    folder.release()
    folder.release()
    DataFolder.acquire(tmp_path).release()
