"""A month of payments for many talents: their periods fall due, a batch is made, checked, exported
and answered, and the totals agree to the fen."""

import asyncio
import csv
import io
import os
import resource
import tempfile
import time
from collections.abc import AsyncIterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

import httpx
import structlog

from services.classification.events import TALENT_CLASS, ClassGranted
from services.identity.accounts import Admission
from services.identity.main import IdentityService
from services.subsidy.events import ACCOUNT, SCHEDULE, AccountEntered, ScheduleMade
from services.subsidy.payouts.periods import Terms
from shared.adapters.clock import DevelopmentClock
from shared.domain.calendar import shanghai_date
from shared.events.model import Event, Metadata
from shared.runtime.control import run_operation
from talent.application import application
from talent.bench.report import Figure, Report
from talent.composition import Platform, open_platform
from talent.roles import Role
from talent.settings import Environment, Settings

_SIDE_BY_SIDE: Final = 64
_MADE_OF: Final = Role(("identity", "subsidy"))
_AMOUNT: Final = "1000.00"


def measure(report: Report, *, quick: bool) -> None:
    """In a process of its own, so that the memory is this month's alone."""
    talents = 5_000 if quick else 100_000
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        run = pool.submit(_in_folder, talents).result()
    month = f"{talents:,} payments: "
    report.add(
        Figure(month + "periods fall due", "talent", talents / run["due"], "payments/s"),
        Figure(month + "batch gathered", "talent", talents / run["gathered"], "payments/s"),
        Figure(month + "payment file", "talent", run["file"], "s"),
        Figure(month + "bank's answer, every schedule told", "talent", talents / run["answered"],
               "payments/s"),
        Figure(month + "the whole month", "talent", run["whole"], "s"),
        Figure(month + "peak memory", "talent", run["memory"], "MB"),
        Figure(month + "second reading of the log", "talent", run["check"], "s"),
    )  # fmt: skip
    report.notes.append(
        f"subsidy: {run['paid_count']:.0f} payments of {run['total']:.2f} yuan; batch, bank and "
        f"schedules agree to the fen, findings of `talent check payouts`: {run['findings']:.0f}"
    )


def _in_folder(talents: int) -> dict[str, float]:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    with tempfile.TemporaryDirectory(dir=os.environ.get("TALENT_BENCH_DIR")) as folder:
        return asyncio.run(_month(Path(folder), talents))


async def _month(folder: Path, talents: int) -> dict[str, float]:
    settings = Settings(data=folder, environment=Environment.DEVELOPMENT)
    platform = await open_platform(settings, role=_MADE_OF)
    try:
        due = await _approved(platform, talents)
        await platform.host.start()
        await platform.host.settled()
        async with _office(platform) as office:
            return await _paid(office, talents, due)
    finally:
        await platform.close()


@dataclass
class _Office:
    """Who makes and who checks the batch."""

    platform: Platform
    http: httpx.AsyncClient = field(repr=False)
    tokens: dict[str, str] = field(default_factory=dict, repr=False)

    async def signs_in(self) -> None:
        identity = next(s for s in self.platform.services if isinstance(s, IdentityService))
        for role in ("finance_clerk", "finance_checker"):
            admission = Admission(role, roles=frozenset({role}))
            tokens = await identity.identity.sessions.open("government", admission)
            self.tokens[role] = tokens.access_token

    async def call(self, role: str, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.tokens[role]}"}
        address = f"/api/subsidy/batches{path}"
        answer = await self.http.request(method, address, headers=headers, **more)
        return answer.raise_for_status()

    async def until(self, id: str, status: str) -> dict[str, Any]:
        while True:
            await self.platform.host.settled()
            batch: dict[str, Any] = (await self.call("finance_clerk", "GET", f"/{id}")).json()
            if batch["status"] == status:
                return batch
            await asyncio.sleep(0.02)


@asynccontextmanager
async def _office(platform: Platform) -> AsyncIterator[_Office]:
    transport = httpx.ASGITransport(application(platform))
    async with httpx.AsyncClient(transport=transport, base_url="http://bench", timeout=600) as http:
        yield _Office(platform, http)


@dataclass
class _Watch:
    """How long each step took, in seconds."""

    spent: dict[str, float] = field(default_factory=dict)
    since: float = field(default_factory=time.perf_counter)

    def mark(self, step: str) -> None:
        now = time.perf_counter()
        self.spent[step], self.since = now - self.since, now


async def _paid(office: _Office, talents: int, due: date) -> dict[str, float]:
    clock, host = office.platform.kernel.clock, office.platform.host
    if not isinstance(clock, DevelopmentClock):
        raise TypeError("the bench moves time")
    morning = datetime.combine(due, datetime.min.time(), UTC) + timedelta(hours=2)
    clock.forward(morning - clock.now())
    await office.signs_in()
    watch = _Watch()
    await host.ticker.tick()
    await host.settled()
    watch.mark("due")
    done = await _batch(office, due, watch)
    whole = sum(watch.spent.values())
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    check: dict[str, Any] = {}
    async for said in run_operation(office.platform.operations, "check-payouts", {}):
        check = said
    watch.mark("check")
    agreed = (talents, talents, check["total"])
    if (done["paid_count"], check["payments"], done["paid_total"]) != agreed:
        raise ArithmeticError(f"the month does not add up: {done} {check}")
    return watch.spent | {
        "whole": whole, "memory": memory, "paid_count": done["paid_count"],
        "total": float(check["total"]), "findings": check["findings"],
    }  # fmt: skip


async def _batch(office: _Office, due: date, watch: _Watch) -> dict[str, Any]:
    """Made, checked, exported, answered."""
    made = await office.call("finance_clerk", "POST", "", json={"month": f"{due:%Y-%m}"})
    id = made.json()["batch_id"]
    batch = await office.until(id, "to-check")
    watch.mark("gathered")
    totals = {"count": batch["count"], "total": batch["total"]}
    await office.call("finance_checker", "POST", f"/{id}/approve", json=totals)
    await office.call("finance_clerk", "POST", f"/{id}/export")
    await office.until(id, "sent")
    file = await office.call("finance_clerk", "GET", f"/{id}/file", params={"format": "csv"})
    watch.mark("file")
    answer = _bank(id, file.content, batch["total"], due)
    await office.call(
        "finance_clerk", "POST", f"/{id}/result", data={"category": "result"},
        files={"file": ("result.csv", answer, "text/csv")},
    )  # fmt: skip
    done = await office.until(id, "settled")
    watch.mark("answered")
    return done


def _bank(id: str, file: bytes, total: str, day: date) -> bytes:
    """What a bank answers that paid every line."""
    rows = list(csv.reader(io.StringIO(file.decode("utf-8-sig"))))[3:-1]
    many = str(len(rows))
    head = ["R", id, str(day), many, total, many, total]
    lines = (head, *([row[0], row[2], row[4], "S", ""] for row in rows))
    return "\n".join(",".join(line) for line in lines).encode()


async def _approved(platform: Platform, talents: int) -> date:
    """So many talents with a class, an account and a schedule; the day of the first payment."""
    now = platform.kernel.clock.now()
    starts = shanghai_date(now).replace(day=1)
    following = (starts + timedelta(days=32)).replace(day=10)
    gate = asyncio.Semaphore(_SIDE_BY_SIDE)

    async def one(number: int) -> None:
        async with gate:
            for stream, event in _facts(f"{number:032x}", starts, now):
                await _write(platform, stream, event, f"{number:032x}")

    await asyncio.gather(*(one(number) for number in range(talents)))
    return following


async def _write(platform: Platform, stream: str, event: Event, talent: str) -> None:
    kernel = platform.kernel
    metadata = Metadata(command_id=stream, actor="bench", subject=talent)
    encoded = await kernel.codec.encode(stream, [event], metadata)
    await kernel.store.append(stream, encoded, expected_version=0)


def _facts(talent: str, starts: date, now: datetime) -> list[tuple[str, Event]]:
    granted = {
        "application_id": f"c{talent}", "talent_class": "F", "row": "F", "honours": (),
        "region": "xiangcheng", "highest_education": "21", "full_time": True,
        "policy_version": "1", "at": now,
    }  # fmt: skip
    account = {
        "account_id": f"a{talent}", "number": _card(talent), "holder": "王芳",
        "ending": _card(talent)[-4:], "bank": "icbc", "bank_name": "中国工商银行", "at": now,
    }  # fmt: skip
    terms = Terms(
        amount=_AMOUNT, cycle="month", periods=24, paid="afterwards", due_day=10, starts=starts
    )
    schedule = {
        "talent_id": talent, "scheme": "living-allowance", "window": None, "channel": "f",
        "talent_class": "F", "row": "F", "classes": ("F",), "units": (), "terms": terms,
        "amount": _AMOUNT, "employed_until": starts + timedelta(days=365),
        "policy_version": "1", "at": now,
    }  # fmt: skip
    return [
        (TALENT_CLASS.stream(talent), ClassGranted.model_validate(granted)),
        (ACCOUNT.stream(talent), AccountEntered.model_validate(account)),
        (SCHEDULE.stream(f"s{talent}"), ScheduleMade.model_validate(schedule)),
    ]


def _card(talent: str) -> str:
    return f"622202{int(talent, 16):013d}"
