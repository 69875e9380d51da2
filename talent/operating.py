"""An operator's commands: put to the running platform or, with none running, done here."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import typer
from rich.console import Console
from rich.table import Table

from shared.runtime.control import SOCKET, Answer, ask, run_operation
from talent.settings import Settings

_out = Console()
_err = Console(stderr=True)


def operate(name: str, arguments: dict[str, Any]) -> Iterator[Answer]:
    """An operation's answers, by the running platform or, with none running, by this process."""
    with asyncio.Runner() as runner:
        answers = _answers(Settings(), name, arguments)

        async def following() -> Answer | None:
            return await anext(answers, None)

        while (answer := runner.run(following())) is not None:
            if "error" in answer:
                _fail(answer)
            yield answer


async def _answers(
    settings: Settings, name: str, arguments: dict[str, Any]
) -> AsyncIterator[Answer]:
    try:
        async for answer in ask(settings.data / SOCKET, name, arguments):
            yield answer
        return
    except ConnectionError:
        pass
    from talent.composition import open_platform
    from talent.roles import OPERATOR, WHOLE

    # Over engines the fleet's own processes do the work; with the data folder this one has to.
    platform = await open_platform(settings, role=OPERATOR if settings.engines else WHOLE)
    try:
        await platform.host.start()
        async for answer in run_operation(platform.operations, name, arguments):
            yield answer
    finally:
        await platform.close()


def _fail(answer: Answer) -> None:
    _err.print(f"失败 / failed: {answer['error']}", style="red")
    for field in answer.get("fields", ()):
        _err.print(f"  {field['pointer']}: {field['message']}", style="red")
    raise typer.Exit(1)


def print_table(answers: Iterator[Answer], columns: tuple[str, ...]) -> None:
    """Answers as a table, or that there are none."""
    rows = list(answers)
    if not rows:
        _out.print("没有 / none")
        return
    table = Table(*columns)
    for row in rows:
        table.add_row(*(str(row[c]) for c in columns))
    _out.print(table)
