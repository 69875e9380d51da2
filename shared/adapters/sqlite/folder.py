"""The data folder of the embedded adapters, and its lock."""

import errno
import fcntl
import os
from pathlib import Path
from typing import Self


class DataFolderLocked(Exception):
    """Another process has the data folder."""

    def __init__(self, folder: Path, holder: str) -> None:
        who = holder or "?"
        super().__init__(
            f"数据目录 {folder} 正被进程 {who} 使用：请先停止它，或用 TALENT_DATA 另指定一个 / "
            f"the data folder is in use by process {who}: stop it, or set TALENT_DATA to another"
        )


class DataFolder:
    """Held by one process at a time; the operating system lets go when the process dies."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path, self._descriptor = path, descriptor

    @classmethod
    def acquire(cls, path: Path) -> Self:
        """Make the folder (for its owner alone) where missing, and lock it. Raises
        DataFolderLocked, OSError."""
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.read(descriptor, 32).decode(errors="replace").strip()
            os.close(descriptor)
            if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
                raise DataFolderLocked(path, holder) from None
            raise
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        return cls(path, descriptor)

    def release(self) -> None:
        """Let another process have it; harmless twice."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()
