"""A batch: made by one, checked by another, sent once, answered once; its files."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.subsidy.batches.checking import Sent, result_faults
from services.subsidy.batches.chunks.decider import DECIDER as CHUNKS
from services.subsidy.batches.commands import (
    AcceptResult,
    ApproveBatch,
    ExportBatch,
    ListLines,
    ListResult,
    OpenBatch,
    ReduceBatch,
    RejectBatch,
    ReopenBatch,
    SealBatch,
    SettleBatch,
    StrikeLines,
    TakeLines,
)
from services.subsidy.batches.decider import DECIDER
from services.subsidy.batches.events import (
    BatchApproved,
    BatchExported,
    BatchOpened,
    BatchReduced,
    BatchRejected,
    BatchReopened,
    BatchSealed,
    BatchSettled,
    Candidate,
    Failure,
    Line,
    LinesListed,
    LinesStruck,
    LinesTaken,
    ResultAccepted,
    ResultListed,
)
from services.subsidy.batches.totals import Totals
from shared.adapters.payments.csv_files import CsvPaymentFile, CsvResultFile, harmless
from shared.ports.payment_file import (
    BankResult,
    PaymentHead,
    PaymentRow,
    ResultRow,
    UnreadableResult,
)
from shared.testing.scenario import given
from tests.unit.subsidy.payout_cases import APRIL, TENTH, yuan

OPEN = OpenBatch(batch_id="b1", month="2026-04", by="maker", person="p1", at=APRIL)
OPENED = BatchOpened(**OPEN.model_dump())
SEAL = SealBatch(chunks=1, count=2, total=yuan("30.00"), digest="d", at=APRIL)
SEALED = BatchSealed(**SEAL.model_dump())
EXPORT = ExportBatch(by="maker", at=APRIL)
EXPORTED = BatchExported(by="maker", digest="d", at=APRIL)


def approve(by: str = "checker", person: str | None = "p2", **totals: Any) -> ApproveBatch:
    values: dict[str, Any] = {"count": 2, "total": "30.00", "by": by, "person": person, "at": APRIL}
    return ApproveBatch(**(values | totals))


APPROVED = BatchApproved(**approve().model_dump())


def accept(result_id: str = "r1", paid: str = "20.00") -> AcceptResult:
    return AcceptResult(
        result_id=result_id, paid_on=TENTH, paid_count=1, paid_total=yuan(paid), failed_count=1,
        failed_total=yuan("10.00"), by="maker", at=APRIL,
    )  # fmt: skip


ACCEPTED = ResultAccepted(**accept().model_dump())
TO_CHECK = given(DECIDER, OPENED, SEALED)
SENT = given(DECIDER, OPENED, SEALED, APPROVED, EXPORTED)


def test_a_batch_is_opened_and_sealed_once() -> None:
    after = given(DECIDER).when(OPEN).then(OPENED)
    after.when(OPEN).then_nothing()
    after.when(SEAL).then(SEALED).when(SEAL).then_nothing()


def test_a_second_person_checks_by_account_and_by_person() -> None:
    TO_CHECK.when(approve()).then(APPROVED)
    TO_CHECK.when(approve(by="maker")).then_rejected("batch-own-check")
    TO_CHECK.when(approve(person="p1")).then_rejected("batch-own-check")
    TO_CHECK.when(approve(person=None)).then(BatchApproved(**approve(person=None).model_dump()))
    no = RejectBatch(words="错", by="maker", person="p9", at=APRIL)
    TO_CHECK.when(no).then_rejected("batch-own-check")
    yes = no.model_copy(update={"by": "checker"})
    TO_CHECK.when(yes).then(BatchRejected(**yes.model_dump()))


def test_the_totals_that_were_seen_are_those_of_the_batch() -> None:
    refusal = TO_CHECK.when(approve(count=3, total="30.01")).then_rejected("batch-totals-differ")
    assert [f.pointer for f in refusal.fields] == ["/count", "/total"]


def test_nothing_is_sent_unchecked_and_nothing_twice() -> None:
    TO_CHECK.when(EXPORT).then_rejected("batch-not-there")
    given(DECIDER).when(EXPORT).then_rejected("batch-not-found")
    after = given(DECIDER, OPENED, SEALED, APPROVED).when(EXPORT).then(EXPORTED)
    after.when(EXPORT).then_rejected("batch-not-there")
    after.when(approve()).then_rejected("batch-not-there")
    after.when(ReopenBatch(by="maker", at=APRIL)).then_rejected("batch-not-there")


def test_taking_lines_out_voids_the_approval() -> None:
    reopen = ReopenBatch(by="maker", at=APRIL)
    reduce = ReduceBatch(struck=1, count=1, total=yuan("20.00"), digest="e", at=APRIL)
    after = (
        given(DECIDER, OPENED, SEALED, APPROVED)
        .when(reopen)
        .then(BatchReopened(by="maker", at=APRIL))
    )
    after.when(EXPORT).then_rejected("batch-not-there")
    reduced = after.when(reduce).then(BatchReduced(**reduce.model_dump()))
    reduced.when(EXPORT).then_rejected("batch-not-there")
    reduced.when(approve()).then_rejected("batch-totals-differ")


def test_a_batch_is_answered_once() -> None:
    TO_CHECK.when(accept()).then_rejected("batch-not-there")
    SENT.when(accept(paid="20.01")).then_rejected("batch-totals-differ")
    after = SENT.when(accept()).then(ACCEPTED)
    after.when(accept()).then_nothing()
    after.when(accept("r2")).then_rejected("batch-answered-already")
    after.when(SettleBatch(at=APRIL)).then(BatchSettled(at=APRIL))


REFUSED = Failure(line=2, reason="bank-error")


def line(number: int, amount: str = "10.00") -> Line:
    return Line(
        line=number, schedule_id=f"s{number}", talent_id=f"t{number}", period=1,
        amount=yuan(amount), account_id="a1",
    )  # fmt: skip


def test_lines_are_listed_taken_struck_and_answered_once() -> None:
    listing = ListLines(batch_id="b1", number=0, lines=(_candidate(1), _candidate(2)), at=APRIL)
    listed = LinesListed(**dict(listing))
    take = TakeLines(lines=(line(2),), at=APRIL)
    taken = LinesTaken(batch_id="b1", number=0, lines=(line(2),), at=APRIL)
    strike = StrikeLines(lines=(1, 2), at=APRIL)
    result = ListResult(result_id="r1", failures=(REFUSED,), at=APRIL)
    given(CHUNKS).when(take).then_nothing()
    after = given(CHUNKS).when(listing).then(listed)
    after.when(listing).then_nothing()
    has = after.when(take).then(taken)
    has.when(take).then_nothing()
    answered = has.when(result).then(
        ResultListed(batch_id="b1", result_id="r1", failures=(REFUSED,), at=APRIL)
    )
    answered.when(result).then_nothing()
    gone = has.when(strike).then(LinesStruck(batch_id="b1", lines=(2,), at=APRIL))
    gone.when(strike).then_nothing()
    assert gone.state.lines == ()


def _candidate(number: int) -> Candidate:
    return Candidate(line=number, schedule_id=f"s{number}", talent_id=f"t{number}", period=1)


def test_the_digest_is_of_every_line_in_order() -> None:
    def digest(*lines: Line) -> str:
        totals = Totals()
        totals.add(lines)
        return totals.digest

    assert digest(line(1), line(2)) == digest(line(1), line(2))
    assert digest(line(1), line(2)) != digest(line(2), line(1))
    assert digest(line(1)) != digest(line(1, "10.01"))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", " =1", "%x", "|x"])
def test_no_text_of_a_payment_file_is_a_formula(text: str) -> None:
    assert harmless(text) == f"'{text}"
    head = PaymentHead("b1", "2026-04", 1, yuan("1.00"))
    row = PaymentRow(1, text, "6222", "银行", yuan("1.00"), "补贴")
    written = CsvPaymentFile().write(head, [row]).decode("utf-8-sig")
    assert f"'{text}" in written


def test_a_payment_file_has_its_totals_before_and_behind() -> None:
    head = PaymentHead("b1", "2026-04", 1, yuan("12.50"))
    row = PaymentRow(7, "黎示范", "6222020200112233446", "中国工商银行", yuan("12.50"), "补贴")
    lines = CsvPaymentFile().write(head, [row]).decode("utf-8-sig").splitlines()
    assert lines[1] == "b1,2026-04,1,12.50"
    assert lines[3] == "7,黎示范,6222020200112233446,中国工商银行,12.50,补贴"
    assert lines[-1] == "合计,,,,12.50,1 笔"


def result(*rows: ResultRow, **totals: Any) -> BankResult:
    paid = [row.amount for row in rows if row.failure is None]
    values: dict[str, Any] = {
        "batch_id": "b1", "paid_on": TENTH, "count": len(rows),
        "total": sum((r.amount for r in rows), Decimal(0)), "paid_count": len(paid),
        "paid_total": sum(paid, Decimal(0)), "rows": rows,
    }  # fmt: skip
    return BankResult(**(values | totals))


def row(number: int = 1, amount: str = "10.00", failure: str | None = None) -> ResultRow:
    return ResultRow(number + 1, number, f"62{number}", yuan(amount), failure)


ASKED = {1: Sent(yuan("10.00"), "621"), 2: Sent(yuan("20.00"), "622")}


def codes(answer: BankResult, today: date = TENTH) -> list[str]:
    return [f.code for f in result_faults(answer, "b1", ASKED, {"bank-error"}, today)]


def test_an_answer_to_every_line_as_it_was_sent_is_taken() -> None:
    assert codes(result(row(), row(2, "20.00", "bank-error"))) == []


def test_everything_that_was_altered_is_named() -> None:
    assert codes(result(row(), row(2, "20.00"), batch_id="b2")) == ["result-of-other-batch"]
    assert codes(result(row(), row(2, "20.00")), date(2026, 4, 9)) == ["date-in-future"]
    assert codes(result(row(), row(2, "20.00"), total=yuan("30.01"))) == [
        "result-totals-differ", "result-totals-differ",
    ]  # fmt: skip
    assert codes(result(row(), row(2, "20.00"), paid_total=yuan("1.00"))) == [
        "result-totals-differ"
    ]
    swapped = result(row(1, "20.00"), row(2, "10.00"))
    assert codes(swapped) == ["result-amount-altered", "result-amount-altered"]
    assert "result-line-missing" in codes(result(row()))
    assert "result-line-twice" in codes(result(row(), row(), row(2, "20.00")))
    assert "result-line-unknown" in codes(result(row(), row(2, "20.00"), row(3)))
    assert codes(result(row(), row(2, "20.00", "moon"))) == ["result-reason-unknown"]
    other = ResultRow(3, 2, "999", yuan("20.00"), None)
    assert codes(result(row(), other)) == ["result-account-altered"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\ufffd",
        "R,b1,2026-13-01,1,1.00,1,1.00",
        "R,b1,2026-04-10,1,1.00,1",
        "R,b1,2026-04-10,-1,1.00,1,1.00",
        "R,b1,2026-04-10,1,1e2,1,1.00",
        "R,b1,2026-04-10,1,1.00,1,1.00\n1,62,1.00,S",
        "R,b1,2026-04-10,1,1.00,1,1.00\n1,62,1.00,S,bank-error",
        "R,b1,2026-04-10,1,1.00,1,1.00\n1,62,1.00,F,",
        "R,b1,2026-04-10,1,1.00,1,1.00\n1,62,1.001,S,",
    ],
)
def test_a_file_that_is_no_answer_is_refused(text: str) -> None:
    with pytest.raises(UnreadableResult) as refused:
        CsvResultFile().read(text.encode())
    assert refused.value.faults


def test_an_answer_is_read_as_it_was_written() -> None:
    text = "\ufeffR,b1,2026-04-10,2,30.00,1,10.00\r\n1,621,10.00,S,\r\n2,622,20.00,F,bank-error\r\n"
    read = CsvResultFile().read(text.encode())
    assert (read.batch_id, read.paid_on, read.total) == ("b1", TENTH, yuan("30.00"))
    assert [(r.at, r.line, r.failure) for r in read.rows] == [(2, 1, None), (3, 2, "bank-error")]
