"""`talent backup` and `talent restore`."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn

from shared.runtime.control import run_operation
from talent.backup.manifest import BadBackup
from talent.backup.restoring import restore
from talent.backup.taking import take, take_keys
from talent.composition import open_platform
from talent.roles import CONTEXTS, Role
from talent.settings import Settings

_SETTLING: Final = Role(CONTEXTS, answers=False)


class Bars:
    """A progress bar for each kind of thing that is copied."""

    def __init__(self, console: Console) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
        self.progress = Progress(*columns, console=console)
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, what: str, done: int, total: int) -> None:
        if what not in self._tasks:
            self._tasks[what] = self.progress.add_task(what)
        self.progress.update(self._tasks[what], total=max(total, 1), completed=done or not total)


def back_up(settings: Settings, data: Path, keys: Path, console: Console) -> None:
    """Raises BadBackup, OSError."""
    _require_embedded(settings)
    bars = Bars(console)
    with bars.progress:
        taken = take(settings.data, data, keys, datetime.now(UTC), bars)
    console.print(
        f"数据 / data: {taken.data}\n密钥 / keys: {taken.keys}\n"
        f"截至事件 / up to event {taken.position}\n"
        "主密钥不在备份中，请单独保管 / the master key is in neither: keep it apart"
    )


def back_up_keys(settings: Settings, keys: Path, console: Console) -> None:
    """Raises BadBackup, OSError."""
    _require_embedded(settings)
    bars = Bars(console)
    with bars.progress:
        taken = take_keys(settings.data, keys, datetime.now(UTC), bars)
    console.print(f"密钥 / keys: {taken}")


def bring_back(
    settings: Settings, data: Path, keys: Path, master_key: Path | None, console: Console
) -> None:
    """Raises BadBackup, OSError, WrongMasterKey."""
    _require_embedded(settings)
    if master_key is None and settings.master_key is None:
        raise BadBackup(
            "缺少主密钥：请设置 TALENT_MASTER_KEY 或用 --master-key 指定文件 / the master key is "
            "missing: set TALENT_MASTER_KEY, or name its file by --master-key"
        )
    bars = Bars(console)

    def settle(folder: Path) -> int:
        return asyncio.run(_erase_again(settings.model_copy(update={"data": folder})))

    with bars.progress:
        erased = restore(
            data, keys, settings.data, master_key=master_key, settle=settle, progress=bars
        )
    console.print(
        f"已恢复到 / restored to {settings.data}\n重新执行的注销 / erasures applied again: {erased}"
    )


async def _erase_again(settings: Settings) -> int:
    """With every view, file and reservation, and not only the event."""
    platform = await open_platform(settings, role=_SETTLING)
    try:
        await platform.host.start()
        erased = 0
        async for answer in run_operation(platform.operations, "erase-again", {}):
            if "error" in answer:
                raise BadBackup(f"注销未能重新执行 / erasures failed: {answer['error']}")
            erased = int(answer["erased"])
        await platform.host.settled()
        return erased
    finally:
        await platform.close()


def _require_embedded(settings: Settings) -> None:
    if settings.engines:
        raise BadBackup(
            "此命令用于数据目录；各引擎用自己的备份工具，见 docs/backup.md / this is for the data "
            "folder: engines have tools of their own, see docs/backup.md"
        )
