"""Prints what happens as it happens: requests, events, messages."""

import asyncio
import re
import time
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from shared.domain.calendar import shanghai_date
from shared.runtime.control import SOCKET, ask
from talent.settings import Settings

_ID: Final = re.compile(r"[0-9a-f]{20,}")


class Timeline:
    """Chapters with requests; after each chapter the events it caused, read from the log."""

    def __init__(self, settings: Settings, console: Console) -> None:
        self._socket, self._console = settings.data / SOCKET, console
        self._position = self._last_position()

    def chapter(self, title: str) -> None:
        self.events()
        self._console.print(f"\n[bold]{title}[/bold]")

    def request(self, method: str, path: str, answer: Any, seconds: float) -> None:
        # Ids are long and say nothing to a reader.
        short = _ID.sub(lambda id: f"{id.group()[:6]}…", path)
        self._console.print(
            f"  → {method} {short}  [dim]{answer.status_code}, {seconds * 1000:.0f} ms[/dim]"
        )

    def wait(self, seconds: int, why: str) -> None:
        """Let time pass, with a bar."""
        with Progress(TextColumn(f"  {why}"), BarColumn(), console=self._console) as bar:
            task = bar.add_task(why, total=seconds)
            for _ in range(seconds):
                time.sleep(1)
                bar.advance(task)

    def view(self, name: str, text: str) -> None:
        """What a view shows now."""
        self._console.print(f"  [cyan]◆ {name}[/cyan]  {text}")

    def operate(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """An operator's command, over the platform's local socket. Raises ConnectionError."""

        async def collect() -> list[dict[str, Any]]:
            return [answer async for answer in ask(self._socket, name, arguments)]

        return asyncio.run(collect())[0]

    def today(self) -> date:
        """The platform's day in Shanghai."""
        return shanghai_date(self._now())

    def _now(self) -> datetime:
        now = self.operate("clock-forward", {"seconds": 0})["now"]
        return datetime.fromisoformat(now)

    def move_to(self, day: date) -> str:
        """Move the platform's time on to a day's morning, where that is still to come."""
        morning = datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=2)
        ahead = morning - self._now()
        seconds = max(0.0, ahead.total_seconds())
        return str(self.operate("clock-forward", {"seconds": seconds})["now"])

    def said(self, label: str, text: str) -> None:
        self._console.print(f"  [green]{label}[/green] {text}")

    def events(self) -> None:
        """What was recorded since the last time."""
        for event in self._read(self._position):
            self._position = event["position"]
            stream = _ID.sub(lambda id: f"{id.group()[:6]}…", event["stream"])
            line = f"{event['type']}  [dim]{stream} v{event['version']}[/dim]"
            self._console.print(f"  [yellow]●[/yellow] {line}")

    def _last_position(self) -> int:
        found = self._read(-1)
        return int(found[-1]["position"]) if found else 0

    def _read(self, after: int) -> list[dict[str, Any]]:
        async def collect() -> list[dict[str, Any]]:
            return [answer async for answer in ask(self._socket, "events", {"after": after})]

        try:
            return asyncio.run(collect())
        except ConnectionError:
            # A platform on another machine: the requests and messages still tell the story.
            return []
