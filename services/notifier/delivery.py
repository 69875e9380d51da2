"""Delivers messages: at once when asked for, later from the view of what is due.

The order of things is what keeps a message from going out twice: the attempt is recorded, at the
stream's expected version, by the one worker that then calls the provider; an attempt whose outcome
was not recorded is settled by the provider's own records and by nothing else.
"""

import asyncio
import time
import uuid
from datetime import datetime, timedelta
from typing import Any, Final, assert_never

import structlog

from services.notifier.commands import (
    MessageCommand,
    RecordOutcome,
    StartAttempt,
    SuppressMessage,
)
from services.notifier.decider import MESSAGES
from services.notifier.events import MessageRedriven, MessageRequested
from services.notifier.numbers import Missing, Numbers
from services.notifier.states import Absent, Attempting, Ended, State, Uncertain, Waiting
from services.notifier.views import MESSAGE_LIST
from shared.domain.errors import DomainError
from shared.events.model import Metadata, Recorded
from shared.events.personal import Erased
from shared.metrics import SMS
from shared.ports.clock import Clock
from shared.ports.errors import EngineUnavailable
from shared.ports.event_store import WrongExpectedVersion
from shared.ports.sms import Handover, HandoverResult, Sms, SmsProvider
from shared.ports.view_store import Find, Where
from shared.runtime.command_handler import CommandHandler
from shared.runtime.deadlines import instant
from shared.runtime.views import Views

log = structlog.get_logger()

ACTOR: Final = "notifier.delivery"
_LONGEST_SEND: Final = timedelta(seconds=10)
_SIDE_BY_SIDE: Final = 64
_BACKLOG: Final = 2_000
_PAUSE_SECONDS: Final = 10.0
_PAGE: Final = 500


class Delivery:
    """One process's share of the delivery; any number of processes may share it."""

    def __init__(
        self,
        handler: CommandHandler,
        views: Views,
        clock: Clock,
        provider: SmsProvider,
        *,
        every: float = 1.0,
    ) -> None:
        self._handler, self._views, self._clock = handler, views, clock
        self._provider, self._numbers, self._every = provider, Numbers(views), every
        self._settles_after = provider.settles_after
        self._send_within = min(_LONGEST_SEND, provider.settles_after / 2)
        self._gate = asyncio.Semaphore(_SIDE_BY_SIDE)
        self._flying: dict[str, asyncio.Task[None]] = {}
        self._paused: dict[str, float] = {}
        self._stopping = asyncio.Event()

    async def hint(self, recorded: Recorded[Any]) -> None:
        """A message that may be due at once. Only a hint: what is lost of it, the scan finds."""
        if isinstance(recorded.event, MessageRequested | MessageRedriven):
            self._launch(recorded.stream.partition("-")[2])

    def stop(self) -> None:
        self._stopping.set()

    async def run(self) -> None:
        """Look for what is due, every second, until `stop`; then finish what is under way."""
        while not self._stopping.is_set():
            try:
                await self.scan()
            except EngineUnavailable:
                log.warning("engine_away", group=ACTOR)
            try:
                await asyncio.wait_for(self._stopping.wait(), self._every)
            except TimeoutError:
                continue
        await self.idle()

    async def scan(self) -> int:
        """Launch everything due by now; returns how many were launched."""
        began, now = len(self._flying), self._clock.now()
        monotonic = time.monotonic()
        self._paused = {id: until for id, until in self._paused.items() if until > monotonic}
        due = Where("next_attempt_at", instant(now), "lte")
        settled, after = instant(now - self._settles_after), None
        while len(self._flying) < _BACKLOG:
            find = Find((due,), ("next_attempt_at",), after=after, limit=_PAGE)
            page = await self._views.of(MESSAGE_LIST).raw(find)
            for id, stored in page.items:
                open_still = stored["state"] == "attempting" and stored["updated_at"] > settled
                if id not in self._paused and not open_still:
                    self._launch(id)
            after = page.next
            if after is None:
                break
        return len(self._flying) - began

    async def idle(self) -> None:
        """Wait until nothing is under way in this process."""
        while self._flying:
            await asyncio.wait(list(self._flying.values()))

    def _launch(self, id: str) -> None:
        if id in self._flying or len(self._flying) >= _BACKLOG or self._stopping.is_set():
            return
        task = self._flying[id] = asyncio.create_task(self._guarded(id), name=id)
        task.add_done_callback(lambda _: self._flying.pop(id, None))

    async def _guarded(self, id: str) -> None:
        async with self._gate:
            try:
                await self._deliver(id)
            except (EngineUnavailable, WrongExpectedVersion) as passing:
                log.info("delivery_put_off", message=id, reason=type(passing).__name__)
                self._paused[id] = time.monotonic() + self._every
            except Exception as error:
                # The text of an error may hold what it was about, so only its kind is said.
                log.error("delivery_failed", message=id, reason=type(error).__name__)
                self._paused[id] = time.monotonic() + _PAUSE_SECONDS

    async def _deliver(self, id: str) -> None:
        state, _ = await self._handler.load(MESSAGES, id)
        now = self._clock.now()
        match state:
            case Waiting():
                if state.due is not None and state.due <= now:
                    await self._attempt(id, state, now)
            case Attempting():
                if state.attempt.started_at + self._settles_after <= now:
                    await self._reconcile(id, state)
            case Uncertain():
                if state.ask_again_at is not None and state.ask_again_at <= now:
                    await self._reconcile(id, state)
            case Absent() | Ended():
                return
            case other:
                assert_never(other)

    async def _attempt(self, id: str, state: Waiting, now: datetime) -> None:
        mobile = await self._numbers.of(state.letter, now)
        match mobile:
            case Missing.NOT_YET:
                # The longer it has waited, the less often it is looked at.
                age = (now - state.letter.requested_at).total_seconds()
                self._paused[id] = time.monotonic() + min(age, 60.0)
            case Missing.NO_NUMBER:
                await self._record(id, state, SuppressMessage(at=now, why="no-number"))
            case Missing.ERASED:
                await self._record(id, state, SuppressMessage(at=now, why="erased"))
            case str():
                await self._send(id, state, mobile)
            case other:
                assert_never(other)

    async def _send(self, id: str, state: Waiting, mobile: str) -> None:
        reference = f"{id}-{len(state.tried) + 1}"
        started_at = self._clock.now()
        start = StartAttempt(
            at=started_at, reference=reference, provider=self._provider.name, mobile=mobile
        )
        try:
            await self._record(id, state, start)
        except DomainError as taken:
            # Somebody else was first; whoever records the attempt makes the call.
            log.info("attempt_not_mine", message=id, code=taken.code)
            return
        if self._clock.now() - started_at >= self._send_within:
            # This process slept: by now another may be asking the provider's records about it.
            return
        result = await self._call(_sms(state.letter, reference, mobile))
        await self._learnt(id, state, reference, result, "answer")

    async def _call(self, sms: Sms) -> HandoverResult:
        try:
            async with asyncio.timeout(self._send_within.total_seconds()):
                return await self._provider.send(sms)
        except TimeoutError:
            return HandoverResult(Handover.UNKNOWN, detail="timeout")
        except Exception as error:
            log.warning("provider_failed", provider=self._provider.name, kind=type(error).__name__)
            return HandoverResult(Handover.UNKNOWN, detail=type(error).__name__)

    async def _reconcile(self, id: str, state: Attempting | Uncertain) -> None:
        attempt, letter = state.attempt, state.waiting.letter
        if attempt.provider != self._provider.name:
            result = HandoverResult(Handover.UNKNOWN, detail="provider-replaced")
        elif isinstance(attempt.mobile, Erased) or isinstance(letter.text, Erased):
            result = HandoverResult(Handover.UNKNOWN, detail="erased")
        else:
            sms = _sms(letter, attempt.reference, attempt.mobile)
            async with asyncio.timeout(_LONGEST_SEND.total_seconds()):
                result = await self._provider.query(sms, attempt.started_at)
        await self._learnt(id, state.waiting, attempt.reference, result, "records")

    async def _learnt(
        self, id: str, waiting: Waiting, reference: str, result: HandoverResult, source: Any
    ) -> None:
        command = RecordOutcome(
            at=self._clock.now(),
            reference=reference,
            outcome=result.handover.value,
            learnt_from=source,
            provider_id=result.provider_id,
            detail=result.detail,
        )
        await self._record(id, waiting, command)

    async def _record(self, id: str, waiting: Waiting, command: MessageCommand) -> State:
        letter = waiting.letter
        metadata = Metadata(
            # Its own id every time: a claim that another process made must never look like ours.
            command_id=uuid.uuid4().hex,
            actor=ACTOR,
            subject=letter.subject,
            causation_id=letter.cause_id,
        )
        outcome = await self._handler.handle(MESSAGES, id, command, metadata)
        for event in outcome.events:
            SMS.labels(event.stored_type.split(".")[1]).inc()
        return outcome.state


def _sms(letter: MessageRequested, reference: str, mobile: str) -> Sms:
    text = "" if isinstance(letter.text, Erased) else letter.text
    params = {} if isinstance(letter.params, Erased) else dict(letter.params)
    return Sms(reference, mobile, text, letter.template, params)
