"""How long decisions took, read off counters alone; and tables no cell of which can compute."""

import csv
import io
import statistics as reference

import openpyxl
from hypothesis import given
from hypothesis import strategies as st

from shared.casework.statistics import DeskTotal, median_hours, summed
from shared.http.sheets import table


@given(st.lists(st.integers(0, 9_999), max_size=60))
def test_the_median_of_counters_is_the_median_of_what_they_count(hours: list[int]) -> None:
    counts = {f"hours-{one}": hours.count(one) for one in hours}
    assert median_hours(counts) == (reference.median(hours) if hours else None)


def test_totals_are_taken_together_or_apart_by_what_cases_are_sorted_by() -> None:
    totals = [
        DeskTotal(desk="d@city", month="2026-03", labels=labels, counts=counts)
        for labels, counts in (
            ("F/x", {"in": 2, "approved": 1, "hours-4": 1}),
            ("E/x", {"in": 1, "rejected": 1, "hours-8": 1, "late": 1}),
        )
    ]
    (together,) = summed(totals, by_labels=False)
    assert (together.arrived, together.approved, together.rejected, together.late) == (3, 1, 1, 1)
    assert together.median_hours == 6
    assert [one.labels for one in summed(totals, by_labels=True)] == ["E/x", "F/x"]


FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=HYPERLINK(1)", "黎示范")


def test_no_cell_of_a_csv_begins_like_a_formula() -> None:
    answer = table("csv", "列表", ("a",), [[cell] for cell in FORMULAS])
    rows = list(csv.reader(io.StringIO(bytes(answer.body).decode("utf-8-sig"), newline="")))
    assert [row[0] for row in rows[1:]] == [
        *(f"'{cell}" for cell in FORMULAS[:-1]), FORMULAS[-1],
    ]  # fmt: skip


def test_every_cell_of_a_workbook_is_text() -> None:
    answer = table("xlsx", "列表", ("a",), [[cell] for cell in FORMULAS])
    sheet = openpyxl.load_workbook(io.BytesIO(bytes(answer.body))).active
    assert sheet is not None
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert next(str(cell.value) for cell in cells) == "=1+1"
