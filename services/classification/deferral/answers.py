"""What is sent out of a deferral, to its talent and to reviewers."""

from datetime import date
from typing import Final

from pydantic import BaseModel

from services.classification.deferral.state import Standing
from services.classification.deferral.views import DeferralFields
from shared.events.personal import readable

STANDING_LABELS: Final[dict[Standing, str]] = {
    Standing.ASKED: "容缺申请待审",
    Standing.OPEN: "容缺，待补充",
    Standing.HANDED_IN: "容缺附件审核中",
    Standing.DECLINED: "未同意容缺",
    Standing.LIFTED: "容缺已解除",
    Standing.MISSED: "逾期未补充",
    Standing.CLOSED: "容缺已终止",
}


class DeferralOut(BaseModel):
    """`categories` (codes) are those asked for, from the grant on those granted, and `days`
    likewise; `reason` is the talent's, `words` what a reviewer said last. `last_day` is a Shanghai
    date and ends at 24:00; while a supplement is reviewed the clock stands, and it shows where.
    `faulty` are the categories at fault with the last supplement; `handed_in` counts supplements,
    `review_due` is when the present one's review is late; `may_supply` says whether one can be
    handed in now; `closed` why it ended undecided."""

    standing: Standing
    standing_label: str
    categories: tuple[str, ...]
    days: int
    reason: str | None
    words: str | None
    last_day: date | None
    faulty: tuple[str, ...]
    handed_in: int
    review_due: str | None
    may_supply: bool
    closed: str | None


def deferral_out(case: DeferralFields) -> DeferralOut | None:
    """None where nothing was asked for."""
    deferral = case.deferral
    if deferral is None:
        return None
    return DeferralOut(
        standing=deferral.standing,
        standing_label=STANDING_LABELS[deferral.standing],
        categories=deferral.categories,
        days=deferral.days,
        reason=readable(case.deferral_reason),
        words=readable(case.deferral_words),
        last_day=deferral.last_day,
        faulty=deferral.faulty,
        handed_in=deferral.handed_in,
        review_due=case.supplement_due,
        may_supply=deferral.standing is Standing.OPEN,
        closed=deferral.closed,
    )


def row_fields(case: DeferralFields) -> dict[str, object]:
    """What a line of a list says."""
    deferral = case.deferral
    return {"last_day": None if deferral is None else deferral.last_day}
