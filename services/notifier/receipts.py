"""Receipts: who may hand one in, which message it is about, and those that come too early."""

import asyncio
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Final, Literal

import structlog
from pydantic import TypeAdapter

from services.notifier.commands import RecordReceipt
from services.notifier.decider import MESSAGES
from services.notifier.states import Absent, letter_of
from services.notifier.views import MESSAGE_LIST
from shared.events.model import Metadata
from shared.metrics import SMS
from shared.ports.clock import Clock
from shared.ports.key_value import KeyValueStore
from shared.ports.sms import Receipt, ReceiptReader
from shared.ports.view_store import Find, Where
from shared.runtime.command_handler import CommandHandler
from shared.runtime.periodic import Periodic
from shared.runtime.views import Views

log = structlog.get_logger()

ACTOR: Final = "notifier.receipts"
_REFERENCE: Final = re.compile(r"[0-9a-f]{32}-[0-9]{1,4}")
_EARLY: Final = "sms-receipts"
_KEPT_FOR: Final = timedelta(days=3)
_FRESH: Final = timedelta(minutes=5)
_SIDE_BY_SIDE: Final = 16
_RECEIPT: Final = TypeAdapter(Receipt)

Found = Literal["recorded", "early", "not-ours"]


@dataclass(frozen=True)
class Doorkeeper:
    """Who may hand in receipts: whoever signs with the secret, or knows it as part of the path and
    comes from one of the networks. Without a secret nobody may."""

    secret: bytes | None = field(default=None, repr=False)
    networks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raises ValueError for what is no network."""
        for network in self.networks:
            ip_network(network)

    def admits_signed(self, signature: str, body: bytes, now: datetime) -> bool:
        """`t=<unix seconds>,v1=<hex>`: HMAC-SHA256 of `<t>.<body>`, not older than five minutes."""
        said = dict(part.partition("=")[::2] for part in signature.split(","))
        stamp = said.get("t", "")
        if self.secret is None or not (stamp.isascii() and stamp.isdigit() and len(stamp) < 12):
            return False
        if abs(now.timestamp() - int(stamp)) > _FRESH.total_seconds():
            return False
        expected = hmac.new(self.secret, stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        return hmac.compare_digest(expected.encode(), said.get("v1", "").encode())

    def admits_path(self, key: str, address: str) -> bool:
        """The secret in the path, from an address of the list."""
        if self.secret is None or not hmac.compare_digest(self.secret, key.encode()):
            return False
        try:
            caller = ip_address(address)
        except ValueError:
            return False
        return any(caller in ip_network(network) for network in self.networks)


class Receipts(Periodic):
    """Records receipts. One that names only the provider's own id of a message whose answer is not
    known yet is kept, and looked at again every few seconds for three days."""

    def __init__(
        self,
        handler: CommandHandler,
        views: Views,
        keys: KeyValueStore,
        clock: Clock,
        routes: Sequence[str],
        readers: Mapping[str, ReceiptReader],
        *,
        every: float = 5.0,
    ) -> None:
        super().__init__(ACTOR, every=every)
        self._handler, self._views, self._keys, self._clock = handler, views, keys, clock
        self._routes, self.readers = tuple(routes), dict(readers)
        self._gate = asyncio.Semaphore(_SIDE_BY_SIDE)

    async def take(self, provider: str, receipts: Sequence[Receipt]) -> list[Found]:
        """What became of each, in their order; all of it is durable."""
        return list(await asyncio.gather(*(self._take(provider, r) for r in receipts)))

    async def round(self) -> int:
        """Record those kept receipts whose message is known by now; returns how many."""
        done = 0
        for key, kept in await self._keys.scan(_EARLY):
            provider = key.partition("/")[0]
            receipt = _RECEIPT.validate_json(kept)
            if await self._find_and_record(provider, receipt):
                await self._keys.delete(_EARLY, key)
                done += 1
        return done

    async def _take(self, provider: str, receipt: Receipt) -> Found:
        async with self._gate:
            if await self._find_and_record(provider, receipt):
                return "recorded"
            if receipt.reference is not None or receipt.provider_id is None:
                return "not-ours"
            key = f"{provider}/{receipt.provider_id}/{receipt.delivered}"
            await self._keys.put(_EARLY, key, _RECEIPT.dump_json(receipt), ttl=_KEPT_FOR)
            return "early"

    async def _find_and_record(self, provider: str, receipt: Receipt) -> bool:
        reference = receipt.reference or await self._reference_of(provider, receipt.provider_id)
        if reference is None or not _REFERENCE.fullmatch(reference):
            return False
        id = reference.rpartition("-")[0]
        state, _ = await self._handler.load(MESSAGES, id)
        if isinstance(state, Absent):
            return False
        letter = letter_of(state)
        command = RecordReceipt(
            at=self._clock.now(),
            reference=reference,
            provider=provider,
            delivered=receipt.delivered,
            code=receipt.code,
            reported_at=receipt.reported_at,
            routes=self._routes,
        )
        what = f"{ACTOR}\0{provider}\0{reference}\0{receipt.delivered}"
        metadata = Metadata(
            command_id=hashlib.sha256(what.encode()).hexdigest(),
            actor=ACTOR,
            subject=letter.subject,
            causation_id=letter.cause_id,
        )
        outcome = await self._handler.handle(MESSAGES, id, command, metadata)
        for event in outcome.events:
            SMS.labels(event.stored_type.split(".")[1]).inc()
        return True

    async def _reference_of(self, provider: str, provider_id: str | None) -> str | None:
        if provider_id is None:
            return None
        find = Find((Where("provider_id", provider_id),), limit=10)
        page = await self._views.of(MESSAGE_LIST).find(find)
        return next(
            (
                attempt.reference
                for _, message in page.items
                for attempt in message.tried
                if (attempt.provider, attempt.provider_id) == (provider, provider_id)
            ),
            None,
        )
