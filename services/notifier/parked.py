"""Messages that wait for an operator: which, why, and sending them once more."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from services.notifier.commands import RedriveMessage
from services.notifier.decider import MESSAGES
from services.notifier.states import Absent, letter_of
from services.notifier.views import MESSAGE_LIST, MessageView
from shared.domain.errors import DomainError
from shared.events.model import Metadata
from shared.ports.clock import Clock
from shared.ports.view_store import Find, Where
from shared.runtime.command_handler import CommandHandler, Outcome
from shared.runtime.control import Answer, Operation
from shared.runtime.reactor import caused_id
from shared.runtime.views import PageOf, Views

_PAGE: Final = 200
_EVERYTHING: Final = 10_000
UNKNOWN: Final = "unknown"
"""The reason whose messages may reach the person a second time: sent again only when named."""
REASONS: Final = ("refused", "out-of-time", "undelivered", "no-number", UNKNOWN)


@dataclass(frozen=True, slots=True)
class Redriven:
    """What became of one message of many: its error's code, or None."""

    id: str
    error: str | None


@dataclass(frozen=True, slots=True)
class Parked:
    """The list, and the way out of it."""

    handler: CommandHandler
    views: Views
    clock: Clock

    async def listed(
        self, reason: str | None, after: str | None, limit: int
    ) -> PageOf[MessageView]:
        """The longest parked first."""
        where = Where("parked", reason) if reason else Where("parked", REASONS, "in")
        find = Find((where,), ("updated_at",), after=after, limit=limit)
        return await self.views.of(MESSAGE_LIST).find(find)

    async def ids(self, reason: str | None) -> Sequence[str]:
        """All of one reason, or of every reason but the unknown; at most 10,000."""
        found: list[str] = []
        after: str | None = None
        while len(found) < _EVERYTHING:
            page = await self.listed(reason, after, _PAGE)
            found += [id for id, m in page.items if reason or m.parked != UNKNOWN]
            after = page.next
            if after is None:
                break
        return found

    async def redrive(
        self, ids: Sequence[str], by: str, reason: str, command: str
    ) -> list[Redriven]:
        """Each on its own: one that may not be sent again holds up no other. `command` is the id
        that theirs derive from, so that the same request twice is one."""
        return [await self._one(id, by, reason, command) for id in ids]

    async def one(self, id: str, by: str, reason: str, base: Metadata) -> Outcome[Any, Any]:
        """Raises DomainError message-not-found, message-not-redrivable."""
        state, _ = await self.handler.load(MESSAGES, id)
        if isinstance(state, Absent):
            raise DomainError("message-not-found", status=404)
        command = RedriveMessage(at=self.clock.now(), by=by, reason=reason)
        metadata = Metadata(
            command_id=base.command_id,
            actor=by,
            subject=letter_of(state).subject,
            correlation_id=base.correlation_id,
            trace_parent=base.trace_parent,
            request_hash=base.request_hash,
        )
        return await self.handler.handle(MESSAGES, id, command, metadata)

    async def _one(self, id: str, by: str, reason: str, command: str) -> Redriven:
        try:
            await self.one(id, by, reason, Metadata(caused_id(by, command, id, 0), actor=by))
        except DomainError as refused:
            return Redriven(id, refused.code)
        return Redriven(id, None)


def operations(parked: Parked) -> Mapping[str, Operation]:
    """`messages-parked` {why}; `messages-redrive` {ids, why, reason, request}."""

    async def listed(arguments: Mapping[str, Any]) -> AsyncIterator[Answer]:
        after: str | None = None
        while True:
            page = await parked.listed(arguments.get("why"), after, _PAGE)
            for id, message in page.items:
                yield {
                    "id": id,
                    "template": message.template,
                    "parked": message.parked,
                    "why": message.why,
                    "attempts": message.attempts,
                    "provider": message.provider,
                    "requested_at": message.requested_at,
                    "updated_at": message.updated_at,
                }
            after = page.next
            if after is None:
                return

    async def redrive(arguments: Mapping[str, Any]) -> AsyncIterator[Answer]:
        ids = arguments.get("ids") or await parked.ids(arguments.get("why"))
        reason, request = str(arguments["reason"]), str(arguments["request"])
        for id in ids:
            (done,) = await parked.redrive([id], "operator", reason, request)
            yield {"id": done.id, "refused": done.error}

    return {"messages-parked": listed, "messages-redrive": redrive}
