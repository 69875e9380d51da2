"""The contexts' topics, as they must be: everything is kept, and partition counts never change."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from aiokafka import errors
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from shared.adapters.kafka.connection import engine_errors, options_of, topic_of

_PATIENCE_SECONDS: Final = 15.0


@dataclass(frozen=True, slots=True)
class TopicPlan:
    """`replicas` and `in_sync` are for a cluster: 3 and 2; a broker alone has 1 and 1."""

    partitions: int = 6
    replicas: int = 3
    in_sync: int = 2


class PartitionsDiffer(ValueError):
    """A topic has another number of partitions: more would break the order of its streams."""

    def __init__(self, topic: str, there: int, wanted: int) -> None:
        super().__init__(
            f"{topic}: 已有 {there} 个分区，不能改为 {wanted} 个：请建立新一代主题并重新转发 / "
            f"it has {there} partitions and cannot have {wanted}: relay into a new generation"
        )


async def _made(admin: Any, fresh: list[NewTopic]) -> list[str]:
    """Make them, and wait until the brokers know of them."""
    answer = await admin.create_topics(fresh)
    codes = {error[0]: error[1] for error in answer.topic_errors}
    for topic, code in codes.items():
        if code not in (0, errors.TopicAlreadyExistsError.errno):
            raise errors.for_code(code)(topic)
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while not set(codes) <= set(await admin.list_topics()):
            await asyncio.sleep(0.05)
    return sorted(topic for topic, code in codes.items() if code == 0)


async def apply_topics(url: str, contexts: Sequence[str], plan: TopicPlan) -> list[str]:
    """Make the topics that are missing; the names of those made. Raises PartitionsDiffer before
    anything is made, EngineUnavailable."""
    wanted = [topic_of(context) for context in contexts]
    with engine_errors():
        admin = AIOKafkaAdminClient(**options_of(url))
        await admin.start()
        try:
            there = [name for name in wanted if name in set(await admin.list_topics())]
            for topic in await admin.describe_topics(there) if there else ():
                if len(topic["partitions"]) != plan.partitions:
                    raise PartitionsDiffer(
                        topic["topic"], len(topic["partitions"]), plan.partitions
                    )
            missing = [name for name in wanted if name not in there]
            settings = {"retention.ms": "-1", "min.insync.replicas": str(plan.in_sync)}
            fresh = [
                NewTopic(name, plan.partitions, plan.replicas, topic_configs=settings)
                for name in missing
            ]
            return await _made(admin, fresh) if fresh else []
        finally:
            await admin.close()
