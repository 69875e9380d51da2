"""`talent messages`: what waits for an operator, sending it again, and the texts."""

import secrets
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from talent.operating import operate, print_table

app = typer.Typer(help="短信 / messages", no_args_is_help=True)
out = Console()

Why = Annotated[str, typer.Option(help="只看某一原因 / of one reason alone")]


@app.command("parked")
def parked(why: Why = "") -> None:
    """列出搁置的短信及原因 / messages that wait for an operator, and why."""
    columns = ("id", "template", "parked", "why", "attempts", "provider", "updated_at")
    print_table(operate("messages-parked", {"why": why or None}), columns)


@app.command("redrive")
def redrive(
    reason: Annotated[str, typer.Option(help="理由，将被记录 / why; it is recorded")],
    ids: Annotated[list[str] | None, typer.Argument(help="编号 / ids")] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="全部（结果未知的除外）/ all but those of unknown outcome")
    ] = False,
    why: Why = "",
) -> None:
    """重发指定的、某一原因的或全部搁置的短信 / send again: those named, of one reason, or all.

    结果未知的短信可能使收件人收到两条，须以 --why unknown 或编号指明 / those of unknown outcome may
    reach the person twice: name them, or say --why unknown."""
    if not ids and not everything and not why:
        raise typer.BadParameter("请给出编号、--why 或 --all / give ids, --why or --all")
    asked = {"ids": ids, "why": why or None, "reason": reason, "request": secrets.token_hex(16)}
    done = list(operate("messages-redrive", asked))
    for one in done:
        if one["refused"]:
            out.print(f"未重发 / refused: {one['id']} {one['refused']}", style="red")
    sent = sum(one["refused"] is None for one in done)
    out.print(f"已请求重发 / asked to send again: {sent}")
    if sent < len(done):
        raise typer.Exit(1)


@app.command("preview")
def preview(
    key: Annotated[str, typer.Argument(help="模板 / template; 空为全部 / none for all")] = "",
    language: Annotated[str, typer.Option(help="zh, en")] = "zh",
) -> None:
    """以样例数据预览模板：长度与条数 / texts with sample data, their length and segments."""
    from services.notifier import messages
    from services.notifier.template_file import load_templates
    from services.notifier.templates_api import preview as show

    messages.register()
    templates = load_templates()
    table = Table("template", "version", "units", "segments", "longest")
    table.add_column("text", overflow="fold")
    for name in [key] if key else templates.by_key:
        if name not in templates.by_key:
            raise typer.BadParameter(f"没有该模板 / no such template: {name}")
        shown = show(templates, name, "en" if language == "en" else "zh")
        numbers = (str(n) for n in (shown.units, shown.segments, shown.longest_segments))
        table.add_row(name, shown.version, *numbers, templates.catalogue.signature + shown.text)
    out.print(table)
