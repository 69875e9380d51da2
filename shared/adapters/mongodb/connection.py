"""One client a URL, what it promises, and how its failures read."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import urlsplit

from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorDatabase
from pymongo import errors
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from shared.ports.errors import EngineUnavailable

Client = AsyncIOMotorClient[dict[str, Any]]
Database = AsyncIOMotorDatabase[dict[str, Any]]

TRANSIENT: Final = "TransientTransactionError"
UNKNOWN_COMMIT: Final = "UnknownTransactionCommitResult"
_DATABASE: Final = "talent"
_AWAY: Final = (
    errors.ServerSelectionTimeoutError,
    errors.AutoReconnect,
    errors.NetworkTimeout,
    errors.ConnectionFailure,
    errors.WTimeoutError,
    errors.WaitQueueTimeoutError,
)
_MAX_WAIT_MS: Final = 3_000
_MAX_CALL_MS: Final = 15_000


def connect(url: str) -> tuple[Client, Database]:
    """A client for `mongodb://…/database` (or `mongodb+srv`), and its database (`talent` unless
    named). Nothing is asked of the server yet.

    What is written is on the disks of a majority before it is acknowledged."""
    client: Client = AsyncIOMotorClient(
        url,
        serverSelectionTimeoutMS=_MAX_WAIT_MS,
        connectTimeoutMS=_MAX_WAIT_MS,
        socketTimeoutMS=_MAX_CALL_MS,
        waitQueueTimeoutMS=_MAX_WAIT_MS,
        tz_aware=True,
    )
    name = urlsplit(url).path.strip("/") or _DATABASE
    database = client.get_database(
        name,
        read_concern=ReadConcern("majority"),
        write_concern=WriteConcern(w="majority", j=True, wtimeout=_MAX_CALL_MS),
    )
    return client, database


@contextmanager
def engine_errors() -> Iterator[None]:
    """The client's ways to say that the server is away, as the port's one."""
    try:
        yield
    except _AWAY as away:
        raise EngineUnavailable("MongoDB is away") from away
    except errors.InvalidOperation as closed:
        raise EngineUnavailable("the client is closed") from closed
