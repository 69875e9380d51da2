"""The stories that `talent demo` tells, by name."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import httpx
from rich.console import Console

from talent.demo import allowance, deferral
from talent.demo.client import DemoFailed
from talent.demo.timeline import Timeline
from talent.demo.walk import walk
from talent.settings import Settings

STORIES: Final[Mapping[str, Callable[[httpx.Client, Timeline], Any]]] = {
    "classification": walk,
    "deferral": deferral.walk,
    "subsidy": allowance.walk,
}


def main(url: str, settings: Settings, story: str = "classification") -> int:
    """Walk a story of `STORIES` against a running platform in development mode; returns the exit
    code."""
    console = Console()
    try:
        with httpx.Client(base_url=url, timeout=30) as http:
            timeline = Timeline(settings, console)
            STORIES[story](http, timeline)
            timeline.events()
    except httpx.ConnectError:
        console.print(
            f"{url} 没有平台在运行：先执行 make run / nothing runs there: make run", style="red"
        )
        return 1
    except DemoFailed as failure:
        console.print(str(failure), style="red")
        return 1
    console.print("\n[bold green]全部完成 / done[/bold green]")
    return 0
