"""Histories of payment batches. Their personal words are the checking clerk's."""

from typing import Any

from hypothesis import strategies as st

from services.subsidy.batches.commands import (
    AcceptResult,
    ApproveBatch,
    ExportBatch,
    OpenBatch,
    ReduceBatch,
    RejectBatch,
    ReleaseBatch,
    ReopenBatch,
    SealBatch,
    SettleBatch,
)
from services.subsidy.batches.decider import DECIDER
from services.subsidy.batches.events import BATCH
from shared.testing.interleavings import History
from tests.unit.subsidy.payout_cases import APRIL, yuan
from tests.unit.views.played import Menu, played


def batches(id: str, clerk: str) -> st.SearchStrategy[History]:
    opened = OpenBatch(batch_id=id, month="2026-04", by="maker", person="m", at=APRIL)
    sealed: dict[str, Any] = {"count": 2, "total": yuan("30.00"), "digest": "d", "at": APRIL}
    checker: dict[str, Any] = {"by": clerk, "person": f"person-{clerk}"}
    menu: Menu = (
        lambda state, _, at: ApproveBatch(**checker, count=state.count, total=state.total, at=at),
        lambda state, _, at: ApproveBatch(**checker, count=state.count, total=state.total, at=at),
        lambda _, pick, at: (
            RejectBatch(**checker, words=f"secret-{clerk}-{pick}", at=at) if pick < 2 else None
        ),
        lambda _, pick, at: ReopenBatch(by="maker", at=at) if pick < 3 else None,
        lambda _, pick, at: ReduceBatch(
            struck=1, count=pick % 2, total=yuan("10.00") * (pick % 2), digest=f"d{pick}", at=at
        ),
        lambda _, _pick, at: ExportBatch(by="maker", at=at),
        lambda state, _, at: AcceptResult(
            result_id="r", paid_on=at.date(), paid_count=state.count, paid_total=state.total,
            failed_count=0, failed_total=yuan("0.00"), by="maker", at=at,
        ),
        lambda _, _pick, at: SettleBatch(at=at),
        lambda _, _pick, at: ReleaseBatch(at=at),
    )  # fmt: skip
    events = played(DECIDER, (opened, SealBatch(chunks=1, **sealed)), menu, 10)
    secrets = (f"secret-{clerk}",)
    return events.map(lambda made: History(BATCH.stream(id), clerk, made, secrets))
