"""Delivers messages: at once when asked for, later from the view of what is due.

The order of things is what keeps a message from going out twice: the attempt is recorded, at the
stream's expected version, by the one worker that then calls the provider; an attempt whose outcome
was not recorded is settled by the provider's own records or a receipt, and by nothing else.
"""

import asyncio
import time
import uuid
from collections.abc import Sequence
from typing import Any, Final, Literal, assert_never

import structlog

from services.notifier.calling import Calls
from services.notifier.commands import (
    MessageCommand,
    RecordOutcome,
    StartAttempt,
    SuppressMessage,
)
from services.notifier.decider import MESSAGES
from services.notifier.events import MessageRedriven, MessageRequested, ReceiptRecorded
from services.notifier.holding import Holding
from services.notifier.numbers import Missing, Numbers, To
from services.notifier.states import Absent, Attempting, Ended, State, Uncertain, Waiting
from services.notifier.views import MESSAGE_LIST
from shared.domain.errors import DomainError
from shared.events.model import Metadata, Recorded
from shared.metrics import SMS
from shared.ports.clock import Clock
from shared.ports.errors import EngineUnavailable
from shared.ports.event_store import WrongExpectedVersion
from shared.ports.mail import MailRoute
from shared.ports.sms import HandoverResult, Route
from shared.ports.view_store import Find, Where
from shared.runtime.command_handler import CommandHandler
from shared.runtime.deadlines import instant
from shared.runtime.periodic import Periodic
from shared.runtime.views import Views

log = structlog.get_logger()

ACTOR: Final = "notifier.delivery"
HINTS: Final = (MessageRequested, MessageRedriven, ReceiptRecorded)
_SIDE_BY_SIDE: Final = 64
_BACKLOG: Final = 2_000
_PAUSE_SECONDS: Final = 10.0
_PAGE: Final = 500


class Delivery(Periodic):
    """One process's share of the delivery; any number of processes may share it."""

    def __init__(
        self,
        handler: CommandHandler,
        views: Views,
        clock: Clock,
        routes: Sequence[Route],
        holding: Holding,
        *,
        mail: Sequence[MailRoute] = (),
        every: float = 1.0,
    ) -> None:
        super().__init__(ACTOR, every=every)
        self._handler, self._views, self._clock = handler, views, clock
        self._calls, self._numbers = Calls(clock, routes, mail), Numbers(views)
        self._holding = holding
        self._gate = asyncio.Semaphore(_SIDE_BY_SIDE)
        self._flying: dict[str, asyncio.Task[None]] = {}
        self._paused: dict[str, float] = {}

    async def hint(self, recorded: Recorded[Any]) -> None:
        """A message that may be due at once. Only a hint: what is lost of it, the scan finds."""
        event = recorded.event
        if isinstance(event, ReceiptRecorded):
            self._calls.reported(
                event.provider, delivered=event.delivered, after_seconds=event.after_seconds
            )
        if isinstance(event, HINTS):
            self._launch(recorded.stream.partition("-")[2])

    async def run(self) -> None:
        """Look for what is due, every second, until `stop`; then finish what is under way."""
        await super().run()
        await self.idle()

    async def round(self) -> int:
        return await self.scan()

    async def scan(self) -> int:
        """Launch everything due by now; returns how many were launched."""
        began, now = len(self._flying), self._clock.now()
        monotonic = time.monotonic()
        self._paused = {id: until for id, until in self._paused.items() if until > monotonic}
        due = Where("next_attempt_at", instant(now), "lte")
        after = None
        while len(self._flying) < _BACKLOG:
            find = Find((due,), ("next_attempt_at",), after=after, limit=_PAGE)
            page = await self._views.of(MESSAGE_LIST).raw(find)
            for id, _ in page.items:
                if id not in self._paused:
                    self._launch(id)
            after = page.next
            if after is None:
                break
        return len(self._flying) - began

    async def idle(self) -> None:
        """Wait until nothing is under way in this process."""
        while self._flying:
            await asyncio.wait(list(self._flying.values()))
        await self._holding.written()

    def _launch(self, id: str) -> None:
        if id in self._flying or len(self._flying) >= _BACKLOG or self.stopping:
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
        """As far as it can be taken at once: a failed attempt leads on to the next provider."""
        state, _ = await self._handler.load(MESSAGES, id)
        while (after := await self._step(id, state)) is not None and isinstance(after, Waiting):
            state = after

    async def _step(self, id: str, state: State) -> State | None:
        """The state after whatever is due now; None if nothing is."""
        now = self._clock.now()
        match state:
            case Waiting():
                due = state.due is not None and state.due <= now
                return await self._attempt(id, state) if due else None
            case Attempting(attempt=attempt):
                # Of before the attempts said it themselves: the longest that any provider took.
                settled = attempt.settles_at or attempt.started_at + self._calls.longest_settling
                return await self._reconcile(id, state) if settled <= now else None
            case Uncertain():
                due = state.ask_again_at is not None and state.ask_again_at <= now
                return await self._reconcile(id, state) if due else None
            case Absent() | Ended():
                return None
            case other:
                assert_never(other)

    async def _attempt(self, id: str, state: Waiting) -> State | None:
        now = self._clock.now()
        to = await self._numbers.of(state.letter, now)
        match to:
            case Missing.NOT_YET:
                # The longer it has waited, the less often it is looked at.
                age = (now - state.letter.requested_at).total_seconds()
                self._paused[id] = time.monotonic() + min(age, 60.0)
                return None
            case Missing.NO_NUMBER:
                why = "no-number" if state.letter.channel == "sms" else "no-address"
                return await self._record(id, state, SuppressMessage(at=now, why=why))
            case Missing.ERASED:
                return await self._record(id, state, SuppressMessage(at=now, why="erased"))
            case To():
                held = self._holding.until_day(state, now)
                held = held or await self._holding.over_limit(id, state, to.address, now)
                return (
                    await self._record(id, state, held) if held else await self._send(id, state, to)
                )
            case other:
                assert_never(other)

    async def _send(self, id: str, state: Waiting, to: To) -> State | None:
        reference = f"{id}-{len(state.tried) + 1}"
        started_at = self._clock.now()
        route = self._calls.route_for(state, started_at)
        if route is None:
            self._paused[id] = time.monotonic() + _PAUSE_SECONDS
            return None
        start = StartAttempt(
            at=started_at,
            reference=reference,
            provider=route.provider.name,
            mobile=to.address,
            language=to.language,
            settles_at=started_at + route.provider.settles_after,
        )
        try:
            await self._record(id, state, start)
        except DomainError as taken:
            # Somebody else was first; whoever records the attempt makes the call.
            log.info("attempt_not_mine", message=id, code=taken.code)
            return None
        if self._clock.now() - started_at >= self._calls.patience(route):
            # This process slept: by now another may be asking the provider's records about it.
            return None
        result = await self._calls.send(route, reference, state.letter, to)
        return await self._learnt(id, state, reference, result, "answer")

    async def _reconcile(self, id: str, state: Attempting | Uncertain) -> State:
        result = await self._calls.ask(state.attempt, state.waiting.letter)
        return await self._learnt(id, state.waiting, state.attempt.reference, result, "records")

    async def _learnt(
        self,
        id: str,
        waiting: Waiting,
        reference: str,
        result: HandoverResult,
        source: Literal["answer", "records"],
    ) -> State:
        command = RecordOutcome(
            at=self._clock.now(),
            reference=reference,
            outcome=result.handover.value,
            learnt_from=source,
            provider_id=result.provider_id,
            detail=result.detail,
            routes=self._calls.names(waiting.letter.channel),
        )
        return await self._record(id, waiting, command)

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
