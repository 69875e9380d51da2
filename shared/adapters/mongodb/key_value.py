"""Small durable state in MongoDB: one document a key, with an end."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from pymongo import ReturnDocument, errors

from shared.adapters.mongodb.connection import Client, Database, connect, engine_errors
from shared.ports.clock import Clock

_COLLECTION: Final = "key_values"
_BEYOND_ANY_TEXT: Final = "\U0010ffff"
_ENDED_LONG_AGO: Final = 3_600
"""Seconds after its end at which the server removes a value; until then it only reads as absent."""


class MongoKeyValueStore:
    """A `KeyValueStore` over one collection. A value is `v`, a counter `n`, the end `until`."""

    def __init__(self, client: Client, database: Database, clock: Clock) -> None:
        self._client, self._clock = client, clock
        self._values = database[_COLLECTION]

    @classmethod
    async def open(cls, url: str, *, clock: Clock) -> "MongoKeyValueStore":
        """For a URL `mongodb://…/database`. Raises EngineUnavailable."""
        store = cls(*connect(url), clock)
        try:
            with engine_errors():
                await store._values.create_index("until", expireAfterSeconds=_ENDED_LONG_AGO)
        except BaseException:
            await store.close()
            raise
        return store

    async def get(self, namespace: str, key: str) -> bytes | None:
        with engine_errors():
            found = await self._values.find_one({"_id": _id(namespace, key)} | self._alive())
        return None if found is None else _value(found)

    async def get_many(self, namespace: str, keys: Sequence[str]) -> Mapping[str, bytes]:
        ids = {_id(namespace, key): key for key in keys}
        with engine_errors():
            found = self._values.find({"_id": {"$in": list(ids)}} | self._alive())
            return {ids[one["_id"]]: _value(one) async for one in found}

    async def put(
        self, namespace: str, key: str, value: bytes, *, ttl: timedelta | None = None
    ) -> None:
        id = _id(namespace, key)
        with engine_errors():
            await self._values.replace_one({"_id": id}, self._made(id, value, ttl), upsert=True)

    async def compare_and_set(
        self,
        namespace: str,
        key: str,
        *,
        expected: bytes | None,
        value: bytes,
        ttl: timedelta | None = None,
    ) -> bool:
        id = _id(namespace, key)
        made = self._made(id, value, ttl)
        with engine_errors():
            if expected is None:
                return await self._insert(id, made)
            there = {"_id": id, "v": expected} | self._alive()
            return (await self._values.replace_one(there, made)).matched_count == 1

    async def increment(
        self, namespace: str, key: str, *, by: int = 1, ttl: timedelta | None = None
    ) -> int:
        id = _id(namespace, key)
        with engine_errors():
            while True:
                found = await self._values.find_one_and_update(
                    {"_id": id} | self._alive(),
                    {"$inc": {"n": by}},
                    return_document=ReturnDocument.AFTER,
                )
                if found is not None:
                    return int(found["n"])
                if await self._insert(id, {"_id": id, "n": by, "until": self._end(ttl)}):
                    return by

    async def delete(self, namespace: str, key: str) -> bool:
        return await self.take(namespace, key) is not None

    async def take(self, namespace: str, key: str) -> bytes | None:
        with engine_errors():
            found = await self._values.find_one_and_delete(
                {"_id": _id(namespace, key)} | self._alive()
            )
        return None if found is None else _value(found)

    async def scan(self, namespace: str, prefix: str = "") -> Sequence[tuple[str, bytes]]:
        first = _id(namespace, prefix)
        between = {"_id": {"$gte": first, "$lt": first + _BEYOND_ANY_TEXT}}
        skip = len(_id(namespace, ""))
        with engine_errors():
            found = self._values.find(between | self._alive()).sort("_id", 1)
            return [(one["_id"][skip:], _value(one)) async for one in found]

    async def purge(self) -> None:
        """Nothing to ask: WiredTiger writes its pages anew and its journal in a circle."""

    async def close(self) -> None:
        self._client.close()

    async def _insert(self, id: str, made: dict[str, Any]) -> bool:
        """Where nothing is, or what is has ended; False where another value lives."""
        ended = {"_id": id, "until": {"$lte": self._clock.now()}}
        try:
            await self._values.replace_one(ended, made, upsert=True)
        except errors.DuplicateKeyError:
            return False
        return True

    def _made(self, id: str, value: bytes, ttl: timedelta | None) -> dict[str, Any]:
        return {"_id": id, "v": value, "until": self._end(ttl)}

    def _end(self, ttl: timedelta | None) -> datetime | None:
        return None if ttl is None else self._clock.now() + ttl

    def _alive(self) -> dict[str, Any]:
        return {"$or": [{"until": None}, {"until": {"$gt": self._clock.now()}}]}


def _id(namespace: str, key: str) -> str:
    if "/" in namespace:
        raise ValueError(f"{namespace!r} holds a slash, which ends a namespace")
    return f"{namespace}/{key}"


def _value(found: Mapping[str, Any]) -> bytes:
    return str(found["n"]).encode() if "n" in found else bytes(found["v"])
