"""Payment and result files as CSV (RFC 4180, UTF-8 with a byte order mark, for Excel's sake).

The bank's answer has a row of totals, `R,<batch>,<paid on>,<count>,<total>,<paid count>,<paid
total>`, and then a row a line, `<line>,<account number>,<amount>,<S or F>,<code of the failure>`.
"""

import csv
import io
import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from shared.domain.money import exact
from shared.ports.payment_file import (
    BankResult,
    PaymentHead,
    PaymentRow,
    ResultRow,
    RowFault,
    UnreadableResult,
)

HEAD: Final = ("批次号", "发放月份", "总笔数", "总金额（元）")
COLUMNS: Final = ("序号", "收款人姓名", "收款账号", "开户银行", "金额（元）", "用途")
_FORMULA: Final = re.compile(r"^[\s]*[=+\-@|%\t\r\n]")
_TOTALS: Final = 7
_ROW: Final = 5
_MOST_FAULTS: Final = 1000


class CsvPaymentFile:
    """`PaymentFileFormat` as CSV."""

    name = "csv"
    media_type = "text/csv; charset=utf-8"

    def write(self, head: PaymentHead, rows: Sequence[PaymentRow]) -> bytes:
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow(HEAD)
        writer.writerow((head.batch_id, head.month, head.count, f"{head.total:.2f}"))
        writer.writerow(COLUMNS)
        for row in rows:
            told = (row.holder, row.number, row.bank, f"{row.amount:.2f}", row.purpose)
            writer.writerow((row.line, *(harmless(one) for one in told)))
        writer.writerow(("合计", "", "", "", f"{head.total:.2f}", f"{head.count} 笔"))
        return text.getvalue().encode("utf-8-sig")


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    return f"'{text}" if _FORMULA.match(text) else text


class CsvResultFile:
    """`ResultFileFormat` as CSV."""

    def read(self, data: bytes) -> BankResult:
        try:
            table = list(csv.reader(io.StringIO(data.decode("utf-8-sig")), strict=True))
        except (UnicodeDecodeError, csv.Error):
            raise UnreadableResult([RowFault(0, "file", "不是 UTF-8 编码的 CSV 文件")]) from None
        rows = [(at, row) for at, row in enumerate(table, 1) if row]
        faults: list[RowFault] = []
        if not rows:
            raise UnreadableResult([RowFault(0, "file", "文件是空的")])
        head = _head(*rows[0], faults)
        lines = [_line(at, row, faults) for at, row in rows[1:]]
        if faults or head is None:
            raise UnreadableResult(faults[:_MOST_FAULTS])
        batch_id, paid_on, count, total, paid_count, paid_total = head
        found = tuple(one for one in lines if one is not None)
        return BankResult(batch_id, paid_on, count, total, paid_count, paid_total, found)


def _head(
    at: int, row: list[str], faults: list[RowFault]
) -> tuple[str, date, int, Decimal, int, Decimal] | None:
    if len(row) != _TOTALS or row[0] != "R":
        faults.append(RowFault(at, "totals", "第一行应为 R 开头的汇总行，共 7 列"))
        return None
    before = len(faults)
    paid_on = _day(at, row[2], faults)
    count, paid_count = _count(at, "count", row[3], faults), _count(at, "paid", row[5], faults)
    total, paid_total = _amount(at, "total", row[4], faults), _amount(at, "paid", row[6], faults)
    if len(faults) > before:
        return None
    return row[1], paid_on, count, total, paid_count, paid_total


def _line(at: int, row: list[str], faults: list[RowFault]) -> ResultRow | None:
    if len(row) != _ROW:
        faults.append(RowFault(at, "row", f"应有 {_ROW} 列，实有 {len(row)} 列"))
        return None
    before = len(faults)
    line, amount = _count(at, "line", row[0], faults), _amount(at, "amount", row[2], faults)
    if row[3] not in ("S", "F"):
        faults.append(RowFault(at, "state", "结果应为 S 或 F"))
    elif (row[3] == "F") != bool(row[4]):
        faults.append(RowFault(at, "failure", "失败须有原因代码，成功不得有"))
    return None if len(faults) > before else ResultRow(at, line, row[1], amount, row[4] or None)


def _count(at: int, column: str, text: str, faults: list[RowFault]) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        faults.append(RowFault(at, column, "应为整数"))
        return 0
    return int(text)


def _amount(at: int, column: str, text: str, faults: list[RowFault]) -> Decimal:
    try:
        return exact(text)
    except ValueError:
        faults.append(RowFault(at, column, "应为金额，至多两位小数"))
        return Decimal(0)


def _day(at: int, text: str, faults: list[RowFault]) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        faults.append(RowFault(at, "paid_on", "应为日期，如 2026-03-10"))
        return date.min
