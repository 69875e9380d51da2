"""Whether the bank's answer is one to the batch that was sent: as a whole, or not at all."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from shared.domain.errors import FieldError
from shared.domain.money import NOTHING
from shared.ports.payment_file import BankResult, ResultRow, RowFault

MOST_FAULTS: Final = 200


@dataclass(frozen=True, slots=True)
class Sent:
    """What a line of the payment file said."""

    amount: Decimal
    number: str | None = field(repr=False)


def result_faults(
    result: BankResult,
    batch_id: str,
    sent: Mapping[int, Sent],
    codes: Collection[str],
    today: date,
) -> list[FieldError]:
    """Everything that is wrong with an answer: another batch's, control totals that are not those
    of its rows or of the batch, lines that are unknown, missing or there twice, amounts or accounts
    that were altered, reasons that nobody knows."""
    return [
        *_total_faults(result, batch_id, sent, today),
        *_row_faults(result.rows, sent, codes),
    ]


def shortened(faults: list[FieldError]) -> tuple[FieldError, ...]:
    """At most so many, and how many there are besides."""
    left = len(faults) - MOST_FAULTS
    if left <= 0:
        return tuple(faults)
    more = FieldError("/file", "more-faults", f"另有 {left} 处错误未列出。")
    return (*faults[:MOST_FAULTS], more)


def unreadable(faults: Collection[RowFault]) -> list[FieldError]:
    """The faults of a file that could not be read."""
    return [
        FieldError(_pointer(f.at, f.column), "result-unreadable", f"第 {f.at} 行：{f.what}。")
        for f in faults
    ]


def _total_faults(
    result: BankResult, batch_id: str, sent: Mapping[int, Sent], today: date
) -> Iterator[FieldError]:
    if result.batch_id != batch_id:
        yield FieldError("/file/batch", "result-of-other-batch", "这不是本批次的结果文件。")
    if result.paid_on > today:
        yield FieldError("/file/paid_on", "date-in-future", "付款日期不能晚于今天。")
    rows = result.rows
    paid = [row for row in rows if row.failure is None]
    batch = sum((one.amount for one in sent.values()), NOTHING)
    pairs = (
        ("count", "总笔数", result.count, len(rows), len(sent)),
        ("total", "总金额", result.total, _sum(rows), batch),
        ("paid_count", "成功笔数", result.paid_count, len(paid), None),
        ("paid_total", "成功金额", result.paid_total, _sum(paid), None),
    )
    for name, label, said, of_rows, of_batch in pairs:
        if said != of_rows:
            message = f"汇总行的{label}为 {said}，各明细合计为 {of_rows}。"
            yield FieldError(f"/file/{name}", "result-totals-differ", message)
        if of_batch is not None and said != of_batch:
            message = f"汇总行的{label}为 {said}，本批次为 {of_batch}。"
            yield FieldError(f"/file/{name}", "result-totals-differ", message)


def _row_faults(
    rows: tuple[ResultRow, ...], sent: Mapping[int, Sent], codes: Collection[str]
) -> Iterator[FieldError]:
    seen: set[int] = set()
    for row in rows:
        asked = sent.get(row.line)
        at = f"第 {row.at} 行"
        if asked is None:
            message = f"{at}：本批次没有序号 {row.line}。"
            yield FieldError(_pointer(row.at, "line"), "result-line-unknown", message)
            continue
        if row.line in seen:
            message = f"{at}：序号 {row.line} 出现了不止一次。"
            yield FieldError(_pointer(row.at, "line"), "result-line-twice", message)
        seen.add(row.line)
        if row.amount != asked.amount:
            message = f"{at}：金额 {row.amount} 与发送的 {asked.amount} 不符。"
            yield FieldError(_pointer(row.at, "amount"), "result-amount-altered", message)
        if row.number != asked.number:
            message = f"{at}：收款账号与发送的不符。"
            yield FieldError(_pointer(row.at, "number"), "result-account-altered", message)
        if row.failure is not None and row.failure not in codes:
            message = f"{at}：没有失败原因代码 {row.failure[:20]}。"
            yield FieldError(_pointer(row.at, "failure"), "result-reason-unknown", message)
    for line in sorted(sent.keys() - seen):
        yield FieldError("/file/rows", "result-line-missing", f"缺少序号 {line}。")


def _sum(rows: Collection[ResultRow]) -> Decimal:
    return sum((row.amount for row in rows), NOTHING)


def _pointer(at: int, column: str) -> str:
    return f"/file/rows/{at}/{column}"
