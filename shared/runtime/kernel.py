"""What a composition root hands to every service: the open ports and what is built on them."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared.events.codec import EventCodec
from shared.events.keyring import KeyRing
from shared.events.registry import EventRegistry
from shared.ports.clock import Clock
from shared.ports.event_store import EventStore
from shared.ports.feed import Feed
from shared.ports.files import FileStore
from shared.ports.key_value import KeyValueStore
from shared.ports.view_store import ViewStore
from shared.runtime.command_handler import CommandHandler
from shared.runtime.control import Operation
from shared.runtime.deadlines import Deadline
from shared.runtime.parking import ParkingLot
from shared.runtime.projection import Projection
from shared.runtime.reactor import Dispatcher, Effect, Reaction
from shared.runtime.supervisor import Worker
from shared.runtime.views import Views

Check = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Kernel:
    """Opened adapters and the machinery over them; made once a process."""

    registry: EventRegistry
    store: EventStore
    feed: Feed
    view_store: ViewStore
    key_values: KeyValueStore
    files: FileStore
    clock: Clock
    master_key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        keyring = KeyRing(self.key_values, self.master_key)
        codec = EventCodec(self.registry, keyring)
        handler = CommandHandler(self.store, codec)
        made: dict[str, Any] = {
            "keyring": keyring,
            "codec": codec,
            "handler": handler,
            "dispatcher": Dispatcher(handler),
            "views": Views(self.view_store),
            "parking": ParkingLot(self.view_store, self.clock),
        }
        for name, value in made.items():
            object.__setattr__(self, name, value)

    keyring: KeyRing = field(init=False, repr=False)
    codec: EventCodec = field(init=False, repr=False)
    handler: CommandHandler = field(init=False, repr=False)
    dispatcher: Dispatcher = field(init=False, repr=False)
    views: Views = field(init=False, repr=False)
    parking: ParkingLot = field(init=False, repr=False)

    def secret(self, purpose: str) -> bytes:
        """32 bytes for one purpose, derived from the master key (HKDF, RFC 5869)."""
        return HKDF(SHA256(), 32, None, f"talent/{purpose}".encode()).derive(self.master_key)

    async def close(self) -> None:
        """Close every port; the log last."""
        await self.feed.close()
        await self.view_store.close()
        await self.key_values.close()
        await self.store.close()


@dataclass(frozen=True)
class Service:
    """What a context's `main.build` makes: lists that the host runs and the application mounts.

    `routers` are FastAPI's; `workers` are whatever else must run, by name, any number of times;
    `attendants` are workers of every process that answers requests; `checks` are asked by
    `/readyz` and raise if the service cannot serve; `operations` are what an operator may ask of
    it over the control socket.
    """

    name: str
    projections: tuple[Projection[Any, Any], ...] = ()
    reactions: tuple[Reaction, ...] = ()
    effects: tuple[Effect, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    routers: tuple[Any, ...] = ()
    workers: tuple[tuple[str, Worker], ...] = ()
    attendants: tuple[tuple[str, Worker], ...] = ()
    checks: tuple[tuple[str, Check], ...] = ()
    operations: Mapping[str, Operation] = field(default_factory=dict)
