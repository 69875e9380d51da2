"""Payment files for Excel (ECMA-376), by XlsxWriter."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import xlsxwriter  # type: ignore[import-untyped]

from shared.adapters.payments.csv_files import COLUMNS, HEAD
from shared.ports.payment_file import PaymentHead, PaymentRow

_LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)
_WIDTHS: Final = (10, 20, 24, 20, 16, 30)


class ExcelPaymentFile:
    """`PaymentFileFormat` as XLSX. Amounts are shown to the fen and kept as text beside nothing
    that rounds: Excel's numbers are binary fractions."""

    name = "xlsx"
    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    def write(self, head: PaymentHead, rows: Sequence[PaymentRow]) -> bytes:
        data = io.BytesIO()
        # Row by row, so that memory does not grow with them; no text becomes a formula or a link.
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        book = xlsxwriter.Workbook(data, options)
        book.set_properties({"created": _LONG_AGO})
        sheet = book.add_worksheet("发放明细")
        for column, width in enumerate(_WIDTHS):
            sheet.set_column(column, column, width)
        total = f"{head.total:.2f}"
        table: list[Sequence[str]] = [HEAD, (head.batch_id, head.month, str(head.count), total)]
        table.append(COLUMNS)
        for at, cells in enumerate(table):
            _write(sheet, at, cells)
        at = len(table)
        for row in rows:
            amount = f"{row.amount:.2f}"
            cells = (str(row.line), row.holder, row.number, row.bank, amount, row.purpose)
            _write(sheet, at, cells)
            at += 1
        _write(sheet, at, ("合计", "", "", "", total, f"{head.count} 笔"))
        book.close()
        return data.getvalue()


def _write(sheet: "xlsxwriter.worksheet.Worksheet", at: int, cells: Sequence[str]) -> None:
    for column, text in enumerate(cells):
        sheet.write_string(at, column, text)
