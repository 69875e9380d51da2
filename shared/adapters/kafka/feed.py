"""Consumer groups and broadcasts over the contexts' topics."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any, Final

import stamina
import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition, errors
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.structs import OffsetAndMetadata

from shared.adapters.kafka.connection import Options, engine_errors, options_of, topic_of
from shared.adapters.kafka.messages import event_of
from shared.ports.event_store import StoredEvent
from shared.ports.feed import Start

log = structlog.get_logger()

_FORGOTTEN: Final = "forgotten"
_POLL_MS: Final = 250
_BATCH: Final = 1_000


class KafkaFeed:
    """A `Feed`: read committed; offsets are committed by hand, after the effect."""

    def __init__(self, options: Options) -> None:
        self._options = options

    @classmethod
    def open(cls, url: str) -> "KafkaFeed":
        """For a URL `kafka://…` (see `options_of`); nothing is asked of the cluster yet."""
        return cls(options_of(url))

    async def subscribe(
        self, group: str, topics: Sequence[str], *, start: Start = Start.BEGINNING
    ) -> "KafkaSubscription":
        names = [topic_of(topic) for topic in topics]
        with engine_errors():
            await self._begin(group, names, start)
            consumer = self._consumer(group)
            subscription = KafkaSubscription(consumer, group)
            consumer.subscribe(names, listener=subscription)
            await consumer.start()
        return subscription

    async def broadcast(
        self, topics: Sequence[str], *, since: datetime
    ) -> AsyncIterator[StoredEvent | None]:
        consumer = self._consumer(None)
        with engine_errors():
            await consumer.start()
        try:
            with engine_errors():
                ends = await _sought(consumer, [topic_of(topic) for topic in topics], since)
            told = False
            while True:
                with engine_errors():
                    found = await consumer.getmany(timeout_ms=_POLL_MS, max_records=_BATCH)
                for event in _events(found):
                    if event.recorded_at >= since:
                        yield event
                if not told and await _reached(consumer, ends):
                    told = True
                    yield None
        finally:
            await consumer.stop()

    async def forget(self, group: str) -> None:
        """The protocol has no such request for this client: the offsets go to the beginning, with
        a note by which a group that joins anew is a new one."""
        with engine_errors():
            known = await self._committed(group)
            consumer = self._consumer(group)
            await consumer.start()
            try:
                consumer.assign(list(known))
                if known:
                    await consumer.commit({p: OffsetAndMetadata(0, _FORGOTTEN) for p in known})
            finally:
                await consumer.stop()

    async def close(self) -> None:
        """Subscriptions are closed by who has them; nothing else is held."""

    def _consumer(self, group: str | None) -> Any:
        return AIOKafkaConsumer(
            group_id=group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            # A record is often a few hundred bytes: what waits is taken in few round trips.
            max_partition_fetch_bytes=4 * 1024 * 1024,
            **self._options,
        )

    async def _begin(self, group: str, names: list[str], start: Start) -> None:
        """Write down where a new group begins, so that what comes from now on is its own."""
        known = await self._committed(group)
        old = {p.topic for p, at in known.items() if at.metadata != _FORGOTTEN and at.offset >= 0}
        fresh = [name for name in names if name not in old]
        if not fresh:
            return
        consumer = self._consumer(group)
        await consumer.start()
        try:
            parts = await _partitions(consumer, fresh)
            consumer.assign(parts)
            ask = consumer.end_offsets if start is Start.NOW else consumer.beginning_offsets
            places = {p: OffsetAndMetadata(at, "") for p, at in (await ask(parts)).items()}
            if places:
                await consumer.commit(places)
        except (
            errors.UnknownMemberIdError,
            errors.IllegalGenerationError,
            errors.CommitFailedError,
        ):
            # Another member of the group is here already: it has written the start down.
            log.info("group_begun_by_another", group=group)
        finally:
            await consumer.stop()

    async def _committed(self, group: str) -> dict[TopicPartition, OffsetAndMetadata]:
        known = {"bootstrap_servers", "security_protocol", "ssl_context", "request_timeout_ms",
                 "sasl_mechanism", "sasl_plain_username", "sasl_plain_password"}  # fmt: skip
        admin = AIOKafkaAdminClient(**{k: v for k, v in self._options.items() if k in known})
        await admin.start()
        try:
            # The first group of a fresh cluster finds no coordinator for a moment.
            async for attempt in stamina.retry_context(
                on=errors.GroupCoordinatorNotAvailableError, attempts=20, wait_max=1.0, timeout=15
            ):
                with attempt:
                    return dict(await admin.list_consumer_group_offsets(group))
            raise AssertionError("unreachable")
        finally:
            await admin.close()


class KafkaSubscription(ConsumerRebalanceListener):  # type: ignore[misc]
    """One member of a group. What was fetched of a partition that another member has by now is
    neither committed nor counted."""

    def __init__(self, consumer: Any, group: str) -> None:
        self._consumer, self._group = consumer, group
        self._fetched: dict[TopicPartition, int] = {}

    def on_partitions_revoked(self, revoked: Sequence[TopicPartition]) -> None:
        for partition in revoked:
            self._fetched.pop(partition, None)

    def on_partitions_assigned(self, assigned: Sequence[TopicPartition]) -> None:
        return None

    async def fetch(self, limit: int, wait: float) -> Sequence[StoredEvent]:
        with engine_errors():
            found = await self._consumer.getmany(
                timeout_ms=max(1, int(wait * 1000)), max_records=limit
            )
        for partition, records in found.items():
            self._fetched[partition] = records[-1].offset + 1
        return _events(found)

    async def commit(self) -> None:
        places, self._fetched = self._fetched, {}
        if not places:
            return
        try:
            with engine_errors():
                await self._consumer.commit(places)
        except (
            errors.CommitFailedError,
            errors.IllegalGenerationError,
            errors.UnknownMemberIdError,
        ):
            # The group was shared out anew meanwhile: another member repeats what we did.
            log.info("commit_overtaken", group=self._group)

    async def lag(self) -> int:
        with engine_errors():
            mine = self._consumer.assignment()
            if not mine:
                return 0
            ends = await self._consumer.end_offsets(list(mine))
            places = [ends[p] - await self._consumer.position(p) for p in mine]
        return int(sum(max(0, place) for place in places))

    async def close(self) -> None:
        await self._consumer.stop()


async def _partitions(consumer: Any, names: Sequence[str]) -> list[TopicPartition]:
    await consumer._client.force_metadata_update()
    found: list[TopicPartition] = []
    for name in names:
        await consumer._client.add_topic(name)
        numbers = consumer.partitions_for_topic(name) or set()
        found += [TopicPartition(name, number) for number in sorted(numbers)]
    return found


async def _sought(
    consumer: Any, names: Sequence[str], since: datetime
) -> dict[TopicPartition, int]:
    """Place the consumer at the first records since then; the ends as they are now."""
    parts = await _partitions(consumer, names)
    consumer.assign(parts)
    ends: dict[TopicPartition, int] = await consumer.end_offsets(parts)
    # Records bear the time of the relay, which is never before that of the event.
    at = await consumer.offsets_for_times({p: max(0, int(since.timestamp() * 1000)) for p in parts})
    for partition in parts:
        found = at.get(partition)
        consumer.seek(partition, ends[partition] if found is None else found.offset)
    return ends


async def _reached(consumer: Any, ends: dict[TopicPartition, int]) -> bool:
    return all([await consumer.position(p) >= end for p, end in ends.items()])


def _events(found: dict[TopicPartition, list[Any]]) -> list[StoredEvent]:
    return [event_of(r.value, r.headers) for records in found.values() for r in records]
