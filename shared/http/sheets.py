"""Tables as files that a spreadsheet opens, and in which no cell can become a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any, Final, Literal
from urllib.parse import quote

import xlsxwriter  # type: ignore[import-untyped]
from fastapi import Response

Format = Literal["csv", "xlsx"]
Row = Sequence[str]

_MEDIA_TYPES: Final[dict[Format, str]] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_STARTS_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
SHEET: Final[dict[str, Any]] = {
    "response_class": Response,
    "responses": {
        200: {"description": "A table", "content": {t: {} for t in _MEDIA_TYPES.values()}}
    },
}
"""How a route that answers with a table is documented."""


def table(format: Format, name: str, head: Row, rows: Iterable[Row]) -> Response:
    """A download named `<name>.<format>`; every cell is text."""
    data = _csv(head, rows) if format == "csv" else _xlsx(head, rows)
    shown = quote(f"{name}.{format}", safe="")
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{shown}",
        "Cache-Control": "private, no-store",
    }
    return Response(data, media_type=_MEDIA_TYPES[format], headers=headers)


def harmless(cell: str) -> str:
    """A cell of a CSV file: an apostrophe keeps what begins like a formula from being one (OWASP,
    CSV injection)."""
    return f"'{cell}" if cell.startswith(_STARTS_FORMULA) else cell


def _csv(head: Row, rows: Iterable[Row]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerows([harmless(cell) for cell in row] for row in (head, *rows))
    # With a byte order mark Excel reads it as UTF-8.
    return text.getvalue().encode("utf-8-sig")


def _xlsx(head: Row, rows: Iterable[Row]) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate((head, *rows)):
            for column, cell in enumerate(row):
                sheet.write_string(at, column, cell)
        sheet.freeze_panes(1, 0)
        sheet.autofit()
    return file.getvalue()
