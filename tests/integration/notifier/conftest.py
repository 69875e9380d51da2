"""The notifier alone over the embedded adapters; identity's facts go straight into the log."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from services.classification import events as classification
from services.identity import events as identity
from services.notifier import events
from services.notifier.delivery import Delivery
from services.notifier.main import build
from services.notifier.reactions import requests
from services.notifier.receipts import Doorkeeper, Receipts
from services.notifier.template_file import load_templates
from services.notifier.views import MESSAGE_LIST, MessageView
from shared.adapters.sms.receipts import aliyun_receipts, tencent_receipts
from shared.domain.decider import Category, Decider
from shared.events.model import Event, Metadata
from shared.events.registry import EventRegistry
from shared.ports.mail import MailRoute
from shared.ports.sms import Route, SmsProvider
from shared.ports.view_store import Find
from shared.runtime.host import Host
from shared.runtime.kernel import Kernel, Service
from shared.runtime.reactor import reactor
from shared.testing.clock import TestClock
from shared.testing.kernels import embedded_kernel

REGISTRY = EventRegistry(
    [*identity.CATEGORIES, *classification.CATEGORIES, *events.CATEGORIES],
    [*identity.EVENTS, *classification.EVENTS, *events.EVENTS],
)
SECRET = "receipts-0123456789abcdef"
OLD, NEW = "+8613800000001", "+8613900000002"


def facts(category: Category) -> Decider[Event, int, Event]:
    """Records whatever it is told."""
    return Decider(category, 0, lambda event, _: [event], lambda count, _: count + 1)


FACTS = facts(identity.TALENT)
CASES = facts(classification.APPLICATION)


def registered(mobile: str = OLD) -> identity.TalentRegistered:
    return identity.TalentRegistered(
        talent_id="t1", person="p", document_type="id-card", document_number="420600", name="王芳",
        birth_date=None, sex=None, mobile=mobile, account_name="wf", commitment_version="1",
        verified=False, registered_at=datetime(2026, 3, 2, 1, 0, tzinfo=UTC),
    )  # fmt: skip


@dataclass
class Desk:
    """One life of the process."""

    kernel: Kernel
    service: Service
    host: Host
    clock: TestClock

    @property
    def delivery(self) -> Delivery:
        worker = dict(self.service.workers)["notifier.delivery.due"]
        assert isinstance(worker, Delivery)
        return worker

    @property
    def receipts(self) -> Receipts:
        worker = dict(self.service.workers)["notifier.receipts.early"]
        assert isinstance(worker, Receipts)
        return worker

    async def happens(self, event: Event, talent: str = "t1") -> None:
        metadata = Metadata(command_id=uuid.uuid4().hex, actor="test", subject=talent)
        await self.kernel.handler.handle(FACTS, talent, event, metadata)

    async def happens_to_case(self, event: Event, case: str = "a1", talent: str = "t1") -> None:
        metadata = Metadata(command_id=uuid.uuid4().hex, actor="test", subject=talent)
        await self.kernel.handler.handle(CASES, case, event, metadata)

    async def rest(self) -> None:
        """Everything caused so far has taken effect."""
        await self.host.settled()
        await self.delivery.idle()
        await self.host.settled()

    async def due(self) -> None:
        await self.delivery.scan()
        await self.rest()

    async def deliver_again(self) -> None:
        """Every fact of identity comes once more."""
        reaction = requests(load_templates())
        taker = reactor(reaction, self.kernel.codec, self.kernel.dispatcher)
        names = tuple(c.name for c in reaction.categories)
        stored = [e async for e in self.kernel.store.read_all(categories=names)]
        assert await taker.take(stored) == {}

    async def messages(self) -> dict[str, MessageView]:
        """By template."""
        page = await self.kernel.views.of(MESSAGE_LIST).find(Find(limit=1000))
        return {message.template: message for _, message in page.items}

    async def only(self) -> tuple[str, MessageView]:
        page = await self.kernel.views.of(MESSAGE_LIST).find(Find())
        (item,) = page.items
        return item

    async def crash_while_sending(self) -> None:
        """What hangs in the provider's call ends there and then, as a killed process does."""
        page = await self.kernel.views.of(MESSAGE_LIST).find(Find(limit=1000))
        ids = {id for id, _ in page.items}
        for task in asyncio.all_tasks():
            if task.get_name() in ids:
                task.cancel()
        await self.delivery.idle()


Life = Callable[..., AbstractAsyncContextManager[Desk]]


@pytest.fixture
def clock() -> TestClock:
    return TestClock(datetime(2026, 3, 2, 1, 0, tzinfo=UTC))


@pytest.fixture
def life(tmp_path: Path, clock: TestClock) -> Life:
    """Starts the process on the same folder, as often as wanted."""

    @asynccontextmanager
    async def living(
        *providers: SmsProvider, mail: Sequence[MailRoute] = ()
    ) -> AsyncIterator[Desk]:
        async with embedded_kernel(tmp_path, REGISTRY, clock) as kernel:
            readers = {"a": aliyun_receipts(), "b": tencent_receipts()}
            service: Any = build(
                kernel,
                routes=[Route(p) for p in providers],
                mail=mail,
                readers=readers,
                doorkeeper=Doorkeeper(SECRET.encode(), ("203.0.113.0/24",)),
            )
            host = Host(kernel, [service], tick_every=3600)
            await host.start()
            try:
                yield Desk(kernel, service, host, clock)
            finally:
                await host.stop()

    return living
