"""A month's payments: a batch is made, checked by a second person, sent, and answered by the
bank."""

import csv
import io
import time
from datetime import datetime
from typing import Any, Final

from shared.domain.calendar import shanghai_date
from shared.domain.money import NOTHING, exact
from talent.demo.client import Browser, DemoFailed
from talent.demo.timeline import Timeline

_BASE: Final = "/api/subsidy/batches"


def pay(clerk: Browser, checker: Browser, timeline: Timeline, month: str) -> None:
    """A month's batch, from its making to the bank's word."""
    made = clerk.call("POST", _BASE, expect=201, json={"month": month})
    id = made["batch_id"]
    batch = _settled_as(clerk, id, "to-check")
    timeline.view("批次 / batch", f"{batch['count']} 笔，合计 {batch['total']} 元")
    totals = {"count": batch["count"], "total": batch["total"]}
    # Who made it does not check it.
    clerk.call("POST", f"{_BASE}/{id}/approve", expect=403, json=totals)
    checker.call("POST", f"{_BASE}/{id}/approve", json=totals)
    clerk.call("POST", f"{_BASE}/{id}/export")
    _settled_as(clerk, id, "sent")
    file = clerk.fetch(f"{_BASE}/{id}/file", format="csv")
    rows = list(csv.reader(io.StringIO(file.decode("utf-8-sig"))))[3:-1]
    timeline.view("付款文件 / payment file", f"{len(rows)} 行")
    answer = _bank(id, rows, batch["total"], _today(clerk, id))
    clerk.call(
        "POST", f"{_BASE}/{id}/result", data={"category": "result"},
        files={"file": ("result.csv", answer.encode(), "text/csv")},
    )  # fmt: skip
    done = _settled_as(clerk, id, "settled")
    timeline.view("批次 / batch", f"已付 {done['paid_count']} 笔，{done['paid_total']} 元")


def _today(clerk: Browser, id: str) -> str:
    sent_at = datetime.fromisoformat(clerk.look(f"{_BASE}/{id}")["sent_at"])
    return shanghai_date(sent_at).isoformat()


def _bank(id: str, rows: list[list[str]], total: str, day: str) -> str:
    """What a bank answers that paid every line."""
    paid = sum((exact(row[4]) for row in rows), NOTHING)
    if f"{paid:.2f}" != total:
        raise DemoFailed("the payment file does not add up to its batch")
    many = str(len(rows))
    head = ["R", id, day, many, total, many, total]
    return "\n".join(",".join(one) for one in (head, *([r[0], r[2], r[4], "S", ""] for r in rows)))


def _settled_as(clerk: Browser, id: str, status: str) -> dict[str, Any]:
    """The batch, once its lines are gathered or answered in the background."""
    for _ in range(600):
        batch: dict[str, Any] = clerk.look(f"{_BASE}/{id}")
        if batch.get("status") == status:
            return batch
        time.sleep(0.05)
    raise DemoFailed(f"the batch is not {status}")
