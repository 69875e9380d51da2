"""The command `talent`: run the platform, show it, and look after it."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from talent.backup.cli import add_to as add_backup
from talent.checks_cli import app as checks_app
from talent.messages_cli import app as messages_app
from talent.operating import operate, print_table
from talent.settings import Settings

app = typer.Typer(
    help="襄阳市人才综合服务平台 / Talent Service Platform of Xiangyang",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)
parked_app = typer.Typer(
    help="搁置的事件 / events that a consumer could not take", no_args_is_help=True
)
admin_app = typer.Typer(help="平台管理员 / platform administrators", no_args_is_help=True)
topics_app = typer.Typer(help="Kafka 主题 / Kafka's topics", no_args_is_help=True)
app.add_typer(topics_app, name="topics")
app.add_typer(parked_app, name="parked")
app.add_typer(admin_app, name="admin")
app.add_typer(messages_app, name="messages")
app.add_typer(checks_app, name="check")
add_backup(app)
out = Console()
err = Console(stderr=True)


@app.command()
def run() -> None:
    """在一个进程里启动整个平台 / start the whole platform in one process."""
    from talent.server import serve

    raise typer.Exit(serve(Settings()))


@app.command(name="serve")
def serve_context(context: str) -> None:
    """只回答一个服务的请求（用于多进程部署）/ answer one context's requests, as one of a fleet."""
    from talent.roles import serving
    from talent.server import serve

    raise typer.Exit(serve(Settings(), serving(context)))


@app.command(name="work")
def work_context(context: str) -> None:
    """只做一个服务的后台工作：视图、反应、转发、期限 / do one context's work: views, reactions,
    relay, deadlines."""
    from talent.roles import working
    from talent.server import serve

    raise typer.Exit(serve(Settings(), working(context)))


@app.command()
def up() -> None:
    """在本机以多进程启动整个平台，需先设置各引擎的地址 / start a fleet on this machine, over the
    engines that the settings name."""
    from talent.fleet import up as start

    raise typer.Exit(start(Settings()))


@topics_app.command("apply")
def topics_apply(
    partitions: Annotated[int, typer.Option(help="每个主题的分区数 / partitions a topic")] = 6,
    replicas: Annotated[int, typer.Option(help="副本数 / replicas")] = 3,
    in_sync: Annotated[int, typer.Option(help="min.insync.replicas")] = 2,
) -> None:
    """建立缺少的 Kafka 主题，从不更改分区数 / make the missing topics; never change a partition
    count."""
    from shared.adapters.kafka.topics import TopicPlan, apply_topics
    from talent.roles import CONTEXTS

    plan = TopicPlan(partitions, replicas, in_sync)
    made = asyncio.run(apply_topics(Settings().feed_url, CONTEXTS, plan))
    out.print("已建立 / made: " + ("、".join(made) or "无需建立 / nothing missing"))


@app.command()
def replay(view: str) -> None:
    """在旁边重建一个视图，再切换 / rebuild a view beside the old one, then switch."""
    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        console=out,
    ) as bar:  # fmt: skip
        task = bar.add_task(view, total=None)
        for answer in operate("replay", {"view": view}):
            total, left = answer["total"], answer["left"]
            bar.update(
                task, total=max(total, 1), completed=max(total, 1) if not left else total - left
            )
    out.print(f"视图 {view} 已重建并切换 / rebuilt and switched")


@app.command()
def views() -> None:
    """各视图的版本、文档数与滞后 / every view with its version, documents and lag."""
    print_table(
        operate("views", {}), ("view", "version", "collection", "active", "documents", "lag")
    )


@parked_app.command("list")
def parked_list(group: str | None = None, stream: str | None = None) -> None:
    """列出搁置的事件 / list parked events."""
    columns = ("group", "stream", "version", "type", "reason", "parked_at", "retry")
    print_table(operate("parked", {"group": group, "stream": stream}), columns)


@parked_app.command("retry")
def parked_retry(group: str | None = None, stream: str | None = None) -> None:
    """请消费者按顺序再试 / ask the consumers to try again, in order."""
    for answer in operate("parked-retry", {"group": group, "stream": stream}):
        out.print(f"已请求重试 / asked to retry: {answer['asked']}")


@admin_app.command("create")
def admin_create(
    account: Annotated[str, typer.Argument(help="登录账号 / account name")],
    name: Annotated[str, typer.Option(help="姓名 / name", prompt="姓名 / name")],
    mobile: Annotated[str, typer.Option(help="手机 / mobile", prompt="手机 / mobile")],
) -> None:
    """建立平台管理员，密码只显示一次 / make an administrator; the password is shown once."""
    for answer in operate("admin-create", {"account": account, "name": name, "mobile": mobile}):
        out.print(f"账号 / account: {answer['account']}\n密码 / password: {answer['password']}")


@app.command()
def clock(
    days: Annotated[float, typer.Option(min=0, help="往前多少天 / how many days on")] = 0,
) -> None:
    """仅限开发环境：把平台的时间往前拨 / development only: move the platform's time on."""
    for answer in operate("clock-forward", {"seconds": days * 86400}):
        out.print(f"平台时间 / the platform's time: {answer['now']}")


@app.command()
def schemas(docs: Path = Path("docs")) -> None:
    """由事件模型生成 JSON Schema 与 AsyncAPI / write the schemas of the events."""
    from talent.registry import registry
    from talent.schemas import write

    out.print(f"{write(registry(), docs)} 个文件 / files in {docs}")


@app.command()
def demo(
    story: Annotated[str, typer.Argument(help="哪一段流程 / which story")] = "classification",
    url: Annotated[str, typer.Option(help="平台地址 / where the platform is")] = "",
) -> None:
    """用真实的 HTTP 走完主要流程 / walk a story over real HTTP and print the timeline."""
    from talent.demo import STORIES
    from talent.demo import main as walk

    if story not in STORIES:
        names = "、".join(STORIES)
        raise typer.BadParameter(f"没有这段流程；可选 / no such story; there are: {names}")
    settings = Settings()
    raise typer.Exit(walk(url or f"http://127.0.0.1:{settings.port}", settings, story))


@app.command()
def bench(
    names: Annotated[list[str] | None, typer.Argument(help="只测这些 / only these")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")] = False,
    quick: Annotated[bool, typer.Option(help="缩小规模 / smaller sizes")] = False,
) -> None:
    """并排测量 / measure side by side."""
    from talent.bench import main as measure

    raise typer.Exit(measure(names or [], as_json=as_json, quick=quick))


_ANOTHER_LOG = (
    "视图与消费位置属于另一份日志：请恢复与之匹配的备份，或删除视图库由日志重建（搁置的事件与各消费组的"
    "位置会一并丢失）/ the views and the groups' places belong to another log: restore the backup "
    "that fits, or delete the view store to rebuild it (parked events and places go with it)"
)


def main() -> None:
    """Entry point; what an operator can mend is said without a traceback."""
    from shared.adapters.sqlite.folder import DataFolderLocked
    from shared.events.keyring import WrongMasterKey
    from shared.ports.feed import LogChanged

    try:
        app()
    except (DataFolderLocked, WrongMasterKey, ValueError) as problem:
        err.print(str(problem), style="red")
        sys.exit(1)
    except LogChanged as problem:
        err.print(f"{_ANOTHER_LOG} ({problem})", style="red")
        sys.exit(1)
