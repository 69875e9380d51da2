"""Views in MongoDB: a collection a view, its positions in a sibling, snapshot transactions."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, TypeVar

from motor.motor_asyncio import AsyncIOMotorClientSession
from pymongo import DeleteOne, ReplaceOne, errors
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from shared.adapters.cursors import encode
from shared.adapters.mongodb import queries
from shared.adapters.mongodb.connection import (
    TRANSIENT,
    UNKNOWN_COMMIT,
    Client,
    Database,
    connect,
    engine_errors,
)
from shared.ports.view_store import (
    Changes,
    Collection,
    Document,
    DuplicateKey,
    Find,
    Page,
    ViewTransaction,
    Where,
)

T = TypeVar("T")

_LIMIT: Final = 1_000
_POSITIONS: Final = ":positions"
_NAMESPACE_EXISTS: Final = 48
_LONGEST_PAUSE: Final = 0.5


class MongoViewStore:
    """A `ViewStore` over one database."""

    def __init__(self, client: Client, database: Database) -> None:
        self._client, self._database = client, database

    @classmethod
    def open(cls, url: str) -> "MongoViewStore":
        """For a URL `mongodb://…/database`; the server is first asked when something is needed."""
        return cls(*connect(url))

    async def ensure(self, collection: Collection) -> None:
        with engine_errors():
            for name in (collection.name, collection.name + _POSITIONS):
                # A transaction cannot make a collection on every server that speaks the protocol.
                try:
                    await self._database.create_collection(name)
                except errors.CollectionInvalid:
                    continue
                except errors.OperationFailure as there:
                    if there.code != _NAMESPACE_EXISTS:
                        raise
            made = self._database[collection.name]
            await made.create_index([(queries.field("_subject"), 1), ("_id", 1)])
            for index in collection.indexes:
                fields = [(queries.field(name), 1) for name in index.fields]
                if index.unique:
                    # As in SQL, what is absent or null equals nothing.
                    there_all = {
                        name: {"$type": ["string", "number", "bool"]} for name, _ in fields
                    }
                    await made.create_index(fields, unique=True, partialFilterExpression=there_all)
                else:
                    await made.create_index([*fields, ("_id", 1)])

    async def drop(self, name: str) -> None:
        with engine_errors():
            await self._database.drop_collection(name)
            await self._database.drop_collection(name + _POSITIONS)

    async def collections(self) -> Sequence[str]:
        with engine_errors():
            names = await self._database.list_collection_names()
        return sorted(n.removesuffix(_POSITIONS) for n in names if n.endswith(_POSITIONS))

    async def get(self, collection: str, key: str) -> Document | None:
        with engine_errors():
            found = await self._database[collection].find_one({"_id": key})
        return None if found is None else found["d"]

    async def find(self, collection: str, find: Find) -> Page:
        with engine_errors():
            return await _find(self._database, collection, find, None)

    async def count(self, collection: str, where: Sequence[Where] = ()) -> int:
        with engine_errors():
            return await self._database[collection].count_documents(queries.conditions(where))

    async def position(self, collection: str, stream: str) -> int:
        with engine_errors():
            found = await _positions(self._database, collection, [stream], None)
        return found.get(stream, 0)

    async def transact(self, work: Callable[[ViewTransaction], Awaitable[T]]) -> T:
        pause = 0.005
        while True:
            try:
                with engine_errors():
                    return await self._once(work)
            except errors.PyMongoError as conflict:
                if not _is_conflict(conflict):
                    raise
            # Of two that met, one waits longer, or they meet again.
            await asyncio.sleep(pause * random.uniform(0.5, 1.5))
            pause = min(pause * 2, _LONGEST_PAUSE)

    async def _once(self, work: Callable[[ViewTransaction], Awaitable[T]]) -> T:
        async with await self._client.start_session() as session:
            session.start_transaction(
                read_concern=ReadConcern("snapshot"), write_concern=WriteConcern(w="majority")
            )
            try:
                result = await work(_Transaction(self._database, session))
                await _commit(session)
            except BaseException:
                if session.delegate.in_transaction:
                    await asyncio.shield(_abort(session))
                raise
            return result

    async def purge(self) -> None:
        """Nothing to ask: WiredTiger writes its pages anew and its journal in a circle."""

    async def close(self) -> None:
        self._client.close()


class _Transaction:
    """What a piece of work sees: reads and writes of one session."""

    def __init__(self, database: Database, session: AsyncIOMotorClientSession) -> None:
        self._database, self._session = database, session

    async def load(self, collection: str, keys: Sequence[str]) -> dict[str, Document]:
        if not keys:
            return {}
        found = self._database[collection].find({"_id": {"$in": list(keys)}}, session=self._session)
        return {one["_id"]: one["d"] async for one in found}

    async def find(self, collection: str, find: Find) -> Page:
        return await _find(self._database, collection, find, self._session)

    async def positions(self, collection: str, streams: Sequence[str]) -> dict[str, int]:
        return await _positions(self._database, collection, streams, self._session)

    async def save(self, collection: str, changes: Changes) -> None:
        written: list[Any] = [
            DeleteOne({"_id": key})
            if document is None
            else ReplaceOne({"_id": key}, {"_id": key, "d": document}, upsert=True)
            for key, document in changes.documents.items()
        ]
        positions: list[Any] = [
            ReplaceOne({"_id": stream}, {"_id": stream, "v": version}, upsert=True)
            for stream, version in changes.positions.items()
        ]
        for name, requests in ((collection, written), (collection + _POSITIONS, positions)):
            if requests:
                await self._write(name, requests)

    async def _write(self, name: str, requests: list[Any]) -> None:
        try:
            await self._database[name].bulk_write(requests, ordered=True, session=self._session)
        except errors.BulkWriteError as failed:
            if _breaks_unique_index(failed):
                raise DuplicateKey(name) from failed
            raise


async def _find(
    database: Database, collection: str, find: Find, session: AsyncIOMotorClientSession | None
) -> Page:
    limit = max(1, min(find.limit, _LIMIT))
    chosen = {"$and": [queries.conditions(find.where), queries.after(find)]}
    sought = database[collection].find(chosen, session=session)
    rows = await sought.sort(queries.order(find)).limit(limit + 1).to_list(limit + 1)
    items = tuple((row["_id"], row["d"]) for row in rows[:limit])
    if len(rows) <= limit:
        return Page(items, None)
    key, last = items[-1]
    values = [last.get(name.removeprefix("-")) for name in find.sort]
    return Page(items, encode(find, [*values, key]))


async def _positions(
    database: Database,
    collection: str,
    streams: Sequence[str],
    session: AsyncIOMotorClientSession | None,
) -> dict[str, int]:
    wanted = {"_id": {"$in": list(streams)}}
    found = database[collection + _POSITIONS].find(wanted, session=session)
    return {one["_id"]: int(one["v"]) async for one in found}


async def _commit(session: AsyncIOMotorClientSession) -> None:
    """Ask again where the answer was lost: committing twice is committing once."""
    while True:
        try:
            await session.commit_transaction()
        except errors.PyMongoError as failed:
            if not failed.has_error_label(UNKNOWN_COMMIT) or isinstance(
                failed, errors.ServerSelectionTimeoutError
            ):
                raise
        else:
            return


async def _abort(session: AsyncIOMotorClientSession) -> None:
    try:
        await session.abort_transaction()
    except errors.PyMongoError:
        # The server forgets it by itself.
        return


def _breaks_unique_index(failed: errors.BulkWriteError) -> bool:
    """Whether it is an index of ours: two who insert one `_id` at once have a mere conflict."""
    wrong = (failed.details or {}).get("writeErrors", [])
    return any(
        error.get("code") == _DUPLICATE and "_id_" not in str(error.get("errmsg", ""))
        for error in wrong
    )


_DUPLICATE: Final = 11000
_WRITE_CONFLICT: Final = 112


def _is_conflict(failed: errors.PyMongoError) -> bool:
    if failed.has_error_label(TRANSIENT):
        return True
    if isinstance(failed, errors.BulkWriteError):
        wrong = (failed.details or {}).get("writeErrors", [])
        return any(error.get("code") in (_DUPLICATE, _WRITE_CONFLICT) for error in wrong)
    return isinstance(failed, errors.OperationFailure) and failed.code == _WRITE_CONFLICT
