"""The log's public events, in order, into a context's topic: each exactly once for readers of what
is committed, whatever is killed in between."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

import structlog
from aiokafka import AIOKafkaProducer, TopicPartition, errors
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.structs import OffsetAndMetadata

from shared.adapters.kafka.connection import Options, engine_errors, options_of, topic_of
from shared.adapters.kafka.messages import record_of
from shared.metrics import LAG
from shared.ports.errors import EngineUnavailable
from shared.ports.event_store import EventStore, StoredEvent
from shared.ports.feed import LogChanged
from shared.runtime.leases import Lease

log = structlog.get_logger()

_BATCH: Final = 500
_PAUSE: Final = 0.05
_STANDBY: Final = 2.0
_AWAY_PAUSE: Final = 1.0


class Relay:
    """A worker. One `transactional.id` a context fences: whoever starts last may write, and what an
    older one has not committed is gone. The checkpoint is committed with the records, as the offset
    of the group `<context>.relay`, with the log's id beside it: a crash neither loses nor doubles.

    `lease` keeps two relays from fencing each other in turn.
    """

    def __init__(
        self, url: str, store: EventStore, context: str, categories: Sequence[str], lease: Lease
    ) -> None:
        self._options: Options = options_of(url)
        self._store, self._context, self._categories = store, context, tuple(categories)
        self._lease = lease
        self._group = f"{context}.relay"
        self._checkpoint = TopicPartition(topic_of(context), 0)
        self._stopping = asyncio.Event()
        self.position = 0

    def stop(self) -> None:
        """Commit what is at hand, then end."""
        self._stopping.set()

    async def run(self) -> None:
        """Until `stop`. Raises LogChanged for a topic that another log was relayed to."""
        while not self._stopping.is_set():
            try:
                if not await self._lease.holds():
                    await self._wait(_STANDBY)
                    continue
                with engine_errors():
                    await self._lead()
            except EngineUnavailable:
                log.warning("engine_away", group=self._group)
                await self._wait(_AWAY_PAUSE)
            except (errors.ProducerFenced, errors.InvalidProducerEpoch):
                log.warning("relay_fenced", context=self._context)
                await self._wait(_STANDBY)
        await self._lease.give_up()

    async def _lead(self) -> None:
        producer = AIOKafkaProducer(
            transactional_id=self._group, linger_ms=2, max_batch_size=256 * 1024, **self._options
        )
        await producer.start()
        try:
            log_id = await self._store.log_id()
            # Only now: whoever led before has been fenced, so the checkpoint moves no more.
            self.position = await self._committed(log_id)
            while not self._stopping.is_set() and await self._lease.holds():
                if not await self._relay(producer, log_id):
                    await self._wait(_PAUSE)
        finally:
            await producer.stop()

    async def _relay(self, producer: Any, log_id: str) -> bool:
        """One batch in one transaction; False where nothing was new."""
        batch: list[StoredEvent] = []
        async for event in self._store.read_all(after=self.position, categories=self._categories):
            batch.append(event)
            if len(batch) == _BATCH:
                break
        LAG.labels(self._group).set(len(batch))
        if not batch:
            return False
        async with producer.transaction():
            # Sent in order, waited for together: one partition keeps the order of what is sent.
            sent = [await producer.send(self._checkpoint.topic, value, key=key, headers=headers)
                    for key, value, headers in map(record_of, batch)]  # fmt: skip
            await asyncio.gather(*sent)
            place = OffsetAndMetadata(batch[-1].position, log_id)
            await producer.send_offsets_to_transaction({self._checkpoint: place}, self._group)
        self.position = batch[-1].position
        return True

    async def _committed(self, log_id: str) -> int:
        admin = AIOKafkaAdminClient(**self._options)
        await admin.start()
        try:
            known = await admin.list_consumer_group_offsets(self._group)
        finally:
            await admin.close()
        place = known.get(self._checkpoint)
        if place is None or place.offset < 0:
            return 0
        if place.metadata != log_id:
            raise LogChanged(self._group)
        return int(place.offset)

    async def _wait(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return
