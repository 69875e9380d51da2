"""What finance clerks do with a batch, from a request to the recorded fact."""

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from services.subsidy.batches.book import BatchBook
from services.subsidy.batches.checking import Sent, result_faults, shortened, unreadable
from services.subsidy.batches.chunks.decider import Chunk
from services.subsidy.batches.commands import (
    AcceptResult,
    ApproveBatch,
    BatchCommand,
    ExportBatch,
    ListResult,
    OpenBatch,
    RejectBatch,
    ReopenBatch,
)
from services.subsidy.batches.decider import DECIDER, Batch
from services.subsidy.batches.events import BatchEvent, Failure, Line
from services.subsidy.payouts.views import AccountLine, PayoutView
from shared.domain.calendar import shanghai_date
from shared.domain.errors import DomainError
from shared.domain.money import NOTHING
from shared.events.personal import readable
from shared.http.caller import Caller
from shared.http.commands import CommandIds, derive_id
from shared.policy.subsidy import SubsidyPolicy
from shared.policy.timeline import Timeline
from shared.ports.clock import Clock
from shared.ports.payment_file import (
    BankResult,
    PaymentFileFormat,
    PaymentHead,
    PaymentRow,
    ResultFileFormat,
    UnreadableResult,
)
from shared.runtime.command_handler import Outcome

Done = Outcome[Batch, BatchEvent]
_SENT = ("sent", "answered", "settled")
_FIRST_LINES = 20


@dataclass(frozen=True)
class BatchDesk:
    """`formats` by name: what a payment file can be; `results`: how the bank answers."""

    book: BatchBook
    policies: Timeline[SubsidyPolicy]
    formats: Mapping[str, PaymentFileFormat]
    results: ResultFileFormat
    clock: Clock

    async def open(self, month: str, caller: Caller, ids: CommandIds) -> tuple[str, Done]:
        """A batch begins; its lines are gathered in the background."""
        id = derive_id(ids.command_id(caller), "batch")
        command = OpenBatch(
            batch_id=id, month=month, by=caller.account_id, person=caller.person,
            at=self.clock.now(),
        )  # fmt: skip
        return id, await self._say(id, command, caller, ids)

    async def approve(
        self, id: str, count: int, total: Decimal, caller: Caller, ids: CommandIds
    ) -> Done:
        """A second person's yes. Raises DomainError, also where lines have gone meanwhile."""
        await self._require_all(id, await self._batch(id))
        command = ApproveBatch(
            count=count, total=total, by=caller.account_id, person=caller.person,
            at=self.clock.now(),
        )  # fmt: skip
        return await self._say(id, command, caller, ids)

    async def reject(self, id: str, words: str, caller: Caller, ids: CommandIds) -> Done:
        command = RejectBatch(
            words=words, by=caller.account_id, person=caller.person, at=self.clock.now()
        )
        return await self._say(id, command, caller, ids)

    async def strike(self, id: str, caller: Caller, ids: CommandIds) -> Done:
        """Take out what should not be paid any more; the rest is checked anew."""
        command = ReopenBatch(by=caller.account_id, at=self.clock.now())
        return await self._say(id, command, caller, ids)

    async def export(self, id: str, caller: Caller, ids: CommandIds) -> Done:
        """From now on the file can be fetched, and nothing in the batch is changed any more."""
        await self._require_all(id, await self._batch(id))
        command = ExportBatch(by=caller.account_id, at=self.clock.now())
        return await self._say(id, command, caller, ids)

    async def file(self, id: str, format: str) -> tuple[PaymentFileFormat, bytes]:
        """The payment file: the same bytes whenever it is fetched. Raises DomainError."""
        batch, how = await self._batch(id), self.formats.get(format)
        if how is None:
            params = {"known": "、".join(sorted(self.formats))}
            raise DomainError("payment-format-unknown", status=404, params=params)
        if batch.status not in _SENT or batch.opened is None:
            raise DomainError("batch-not-there", params={"status": batch.status})
        rows: list[PaymentRow] = []
        async for _, chunk in self.book.chunks(id):
            rows += await self._rows(chunk)
        if len(rows) != batch.count or sum((r.amount for r in rows), NOTHING) != batch.total:
            raise AssertionError("the lines are not those that were approved")
        head = PaymentHead(id, batch.opened.month, batch.count, batch.total)
        return how, await asyncio.to_thread(how.write, head, rows)

    async def _rows(self, chunk: Chunk) -> list[PaymentRow]:
        people = await self.book.people(one.talent_id for one in chunk.lines)
        rows = []
        for one in chunk.lines:
            account = account_of(people, one)
            number = None if account is None else readable(account.number)
            if account is None or number is None:
                raise DomainError("batch-account-gone", params={"line": one.line})
            holder = readable(account.holder) or ""
            purpose = f"人才补贴 {one.schedule_id[:8]}-{one.period}"
            rows.append(
                PaymentRow(one.line, holder, number, account.bank_name, one.amount, purpose)
            )
        return rows

    async def answer(self, id: str, data: bytes, caller: Caller, ids: CommandIds) -> Done:
        """The bank's result file: recorded as a whole, or refused with everything that is wrong."""
        batch, result_id = await self._batch(id), hashlib.sha256(data).hexdigest()
        if batch.status not in _SENT:
            raise DomainError("batch-not-there", params={"status": batch.status})
        result = await asyncio.to_thread(self._read, data)
        codes, today = self._codes(), shanghai_date(self.clock.now())
        faults = result_faults(result, id, await self._sent(id), codes, today)
        if faults:
            raise DomainError("result-file-refused", status=422, fields=shortened(faults))
        failures = {row.line: row.failure for row in result.rows if row.failure is not None}
        metadata = ids.metadata(caller, part="lines")
        async for number, chunk in self.book.chunks(id):
            mine = tuple(
                Failure(line=one.line, reason=failures[one.line])
                for one in chunk.lines
                if one.line in failures
            )
            listed = ListResult(result_id=result_id, failures=mine, at=self.clock.now())
            await self.book.note(id, number, listed, metadata)
        return await self._say(id, self._accepting(result, result_id, caller), caller, ids)

    def _accepting(self, result: BankResult, result_id: str, caller: Caller) -> AcceptResult:
        return AcceptResult(
            result_id=result_id,
            paid_on=result.paid_on,
            paid_count=result.paid_count,
            paid_total=result.paid_total,
            failed_count=result.count - result.paid_count,
            failed_total=result.total - result.paid_total,
            by=caller.account_id,
            at=self.clock.now(),
        )

    def _read(self, data: bytes) -> BankResult:
        try:
            return self.results.read(data)
        except UnreadableResult as problem:
            faults = shortened(unreadable(problem.faults))
            raise DomainError("result-file-refused", status=422, fields=faults) from None

    def _codes(self) -> set[str]:
        policy = self.policies.at(shanghai_date(self.clock.now())).payouts
        return {one.code for one in policy.failures}

    async def _sent(self, id: str) -> dict[int, Sent]:
        sent: dict[int, Sent] = {}
        async for _, chunk in self.book.chunks(id):
            people = await self.book.people(one.talent_id for one in chunk.lines)
            for one in chunk.lines:
                account = account_of(people, one)
                number = None if account is None else readable(account.number)
                sent[one.line] = Sent(one.amount, number)
        return sent

    async def _require_all(self, id: str, batch: Batch) -> None:
        """Refuses where a line should not be paid any more, naming the first of them."""
        if batch.status not in ("to-check", "approved"):
            return
        gone: list[int] = []
        async for _, chunk in self.book.chunks(id):
            gone += [one.line for one in await self.book.gone(id, chunk.lines)]
        if gone:
            params = {"count": len(gone), "lines": "、".join(map(str, gone[:_FIRST_LINES]))}
            raise DomainError("batch-lines-gone", params=params)

    async def _batch(self, id: str) -> Batch:
        batch, _ = await self.book.handler.load(DECIDER, id)
        if batch.opened is None:
            raise DomainError("batch-not-found", status=404)
        return batch

    async def _say(self, id: str, command: BatchCommand, caller: Caller, ids: CommandIds) -> Done:
        metadata = ids.metadata(caller, subject=caller.account_id)
        return await self.book.handler.handle(DECIDER, id, command, metadata)


def account_of(people: Mapping[str, PayoutView], line: Line) -> AccountLine | None:
    """The account that a line goes to."""
    person = people.get(line.talent_id)
    return None if person is None else person.account(line.account_id)
