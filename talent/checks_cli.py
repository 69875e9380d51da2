"""`talent check`: second readings of the log, which change nothing."""

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from talent.operating import operate

app = typer.Typer(help="核对日志，只读 / read the log and compare", no_args_is_help=True)
out = Console()


@app.callback()
def checks() -> None:
    """核对日志，只读 / read the log and compare; nothing is changed."""


@app.command("payouts")
def payouts() -> None:
    """核对每一笔发放：无重复、批次与银行回盘一致 / nothing is paid twice, and every batch agrees
    with the bank's word to the fen."""
    found, last = 0, {}
    with Progress(
        TextColumn("日志 / log"), BarColumn(), MofNCompleteColumn(), console=out
    ) as bar:  # fmt: skip
        task = bar.add_task("log", total=None)
        for answer in operate("check-payouts", {}):
            if "finding" in answer:
                found += 1
                where = f"{answer['stream']} @{answer['position']}"
                out.print(f"{answer['finding']}: {where} {answer['detail']}", style="red")
            elif "position" in answer:
                bar.update(task, total=answer["head"], completed=answer["position"])
            else:
                last = answer
    out.print(
        f"发放 / payments: {last['payments']}，合计 / total: {last['total']} 元；"
        f"批次已结 / batches settled: {last['settled']}，在办 / open: {last['open']}"
    )
    if found:
        out.print(f"发现问题 / findings: {found}", style="red")
        raise typer.Exit(1)
    out.print("一致 / everything agrees", style="green")
