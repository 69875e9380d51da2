"""The commands of backup and restore."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from talent.operating import operate
from talent.settings import Settings

out = Console()


def backup(
    data: Annotated[Path, typer.Argument(help="事件、视图与文件的备份目录 / for data")],
    keys: Annotated[Path, typer.Argument(help="密钥的备份目录，须分开存放 / for the keys")],
) -> None:
    """备份数据目录，平台可继续运行 / copy the data folder, while the platform runs or not."""
    from talent.backup import command

    command.back_up(Settings(), data, keys, out)


def backup_keys(
    keys: Annotated[Path, typer.Argument(help="密钥的备份目录 / for the keys")],
) -> None:
    """只备份密钥：很小，应更频繁 / copy the keys alone: small, so more often."""
    from talent.backup import command

    command.back_up_keys(Settings(), keys, out)


def restore(
    data: Annotated[Path, typer.Argument(help="一份数据备份 / a copy of the data")],
    keys: Annotated[Path, typer.Argument(help="最新的一份密钥备份 / the newest copy of the keys")],
    master_key: Annotated[
        Path | None, typer.Option(help="主密钥文件 / the file master.key, unless in the setting")
    ] = None,
) -> None:
    """由备份恢复数据目录，并重新执行其后的注销 / make the data folder of a backup, and apply again
    the erasures since."""
    from talent.backup import command

    command.bring_back(Settings(), data, keys, master_key, out)


def erase_again() -> None:
    """引擎由备份恢复后，重新执行其后的注销 / after engines were restored: apply again the erasures
    since, before anybody is served."""
    *_, answer = operate("erase-again", {})
    out.print(f"已重新注销 / erased again: {answer['erased']} ({answer['checked']})")


def add_to(app: typer.Typer) -> None:
    app.command()(backup)
    app.command(name="backup-keys")(backup_keys)
    app.command()(restore)
    app.command(name="erase-again")(erase_again)
