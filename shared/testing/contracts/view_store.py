"""What every `ViewStore` promises. A subclass gives the fixture `views`."""

import asyncio
import contextlib

import pytest

from shared.ports.view_store import (
    BadCursor,
    Changes,
    Collection,
    Document,
    DuplicateKey,
    Find,
    Index,
    ViewStore,
    ViewTransaction,
    Where,
)  # fmt: skip

CASES = Collection("probe_case_v1", (Index(("state", "due")), Index(("number",), unique=True)))
DOCUMENTS: dict[str, Document] = {
    "a": {"state": "open", "due": "2026-01-03", "number": 1, "tags": ["x", "y"], "_subject": "p1"},
    "b": {"state": "open", "due": "2026-01-01", "number": 2, "tags": [], "_subject": "p1"},
    "c": {"state": "closed", "due": None, "number": 3, "tags": ["y"], "_subject": "p2"},
    "d": {"state": "open", "due": "2026-01-02", "number": 4, "tags": ["z"], "_subject": None},
}


async def save(views: ViewStore, changes: Changes) -> None:
    async def work(tx: ViewTransaction) -> None:
        await tx.save(CASES.name, changes)

    await views.transact(work)


async def filled(views: ViewStore) -> None:
    await views.ensure(CASES)
    await save(views, Changes(DOCUMENTS, {"case-1": 3}))


async def keys(views: ViewStore, *where: Where, sort: tuple[str, ...] = ()) -> list[str]:
    return [key for key, _ in (await views.find(CASES.name, Find(where, sort))).items]


class ViewStoreContract:
    async def test_documents_and_positions_are_written_together(self, views: ViewStore) -> None:
        await filled(views)
        assert await views.get(CASES.name, "a") == DOCUMENTS["a"]
        assert await views.get(CASES.name, "nothing") is None
        assert await views.position(CASES.name, "case-1") == 3
        assert await views.position(CASES.name, "case-2") == 0

    async def test_a_document_is_replaced_or_deleted(self, views: ViewStore) -> None:
        await filled(views)
        await save(views, Changes({"a": {"state": "new", "number": 9}, "b": None}))
        assert await views.get(CASES.name, "a") == {"state": "new", "number": 9}
        assert await views.get(CASES.name, "b") is None
        assert await views.count(CASES.name) == 3

    @pytest.mark.parametrize(
        ("where", "expected"),
        [
            (Where("state", "open"), ["a", "b", "d"]),
            (Where("state", "open", "ne"), ["c"]),
            (Where("number", [1, 3], "in"), ["a", "c"]),
            (Where("number", [], "in"), []),
            (Where("number", 2, "lt"), ["a"]),
            (Where("number", 2, "lte"), ["a", "b"]),
            (Where("due", "2026-01-02", "gt"), ["a"]),
            (Where("due", "2026-01-02", "gte"), ["a", "d"]),
            (Where("due", None), ["c"]),
            (Where("due", None, "ne"), ["a", "b", "d"]),
            (Where("state", "op", "prefix"), ["a", "b", "d"]),
            (Where("tags", "y", "has"), ["a", "c"]),
            (Where("tags", ["x", "nowhere"], "has"), ["a"]),
            (Where("tags", [], "has"), []),
            (Where("_subject", "p1"), ["a", "b"]),
        ],
    )
    async def test_conditions(self, views: ViewStore, where: Where, expected: list[str]) -> None:
        await filled(views)
        assert await keys(views, where) == expected
        assert await views.count(CASES.name, [where]) == len(expected)

    async def test_conditions_are_joined_by_and(self, views: ViewStore) -> None:
        await filled(views)
        found = await keys(views, Where("state", "open"), Where("number", 2, "gte"))
        assert found == ["b", "d"]

    async def test_sorting_either_way_with_nulls_first(self, views: ViewStore) -> None:
        await filled(views)
        assert await keys(views, sort=("due",)) == ["c", "b", "d", "a"]
        assert await keys(views, sort=("-due",)) == ["a", "d", "b", "c"]
        assert await keys(views, sort=("state", "-number")) == ["c", "d", "b", "a"]

    @pytest.mark.parametrize("sort", [(), ("due",), ("-due",), ("state", "-number"), ("-state",)])
    async def test_pages_follow_each_other(self, views: ViewStore, sort: tuple[str, ...]) -> None:
        await filled(views)
        whole = await keys(views, sort=sort)
        found: list[str] = []
        after: str | None = None
        while True:
            page = await views.find(CASES.name, Find((), sort, after, limit=1))
            found += [key for key, _ in page.items]
            after = page.next
            if after is None:
                break
        assert found == whole

    async def test_a_cursor_belongs_to_its_sort(self, views: ViewStore) -> None:
        await filled(views)
        page = await views.find(CASES.name, Find((), ("due",), limit=1))
        for cursor in (page.next, "garbage", "W10", "5L2g"):
            with pytest.raises(BadCursor):
                await views.find(CASES.name, Find((), ("number",), cursor))

    async def test_a_unique_index_is_kept(self, views: ViewStore) -> None:
        await filled(views)
        with pytest.raises(DuplicateKey):
            await save(views, Changes({"e": {"number": 1}}, {"case-9": 1}))
        assert await views.get(CASES.name, "e") is None
        assert await views.position(CASES.name, "case-9") == 0

    async def test_an_exception_rolls_back(self, views: ViewStore) -> None:
        await filled(views)

        async def work(tx: ViewTransaction) -> None:
            await tx.save(CASES.name, Changes({"a": None}, {"case-1": 4}))
            raise RuntimeError

        with pytest.raises(RuntimeError):
            await views.transact(work)
        assert await views.get(CASES.name, "a") is not None
        assert await views.position(CASES.name, "case-1") == 3

    async def test_a_transaction_sees_what_it_wrote(self, views: ViewStore) -> None:
        await filled(views)

        async def work(tx: ViewTransaction) -> Document:
            await tx.save(CASES.name, Changes({"a": {"state": "mine", "number": 1}}))
            assert await tx.positions(CASES.name, ["case-1", "case-2"]) == {"case-1": 3}
            assert len((await tx.find(CASES.name, Find())).items) == 4
            return (await tx.load(CASES.name, ["a", "z"]))["a"]

        assert (await views.transact(work))["state"] == "mine"

    async def test_a_failed_transaction_cannot_be_saved_by_ignoring_it(
        self, views: ViewStore
    ) -> None:
        await filled(views)

        async def work(tx: ViewTransaction) -> None:
            await tx.save(CASES.name, Changes({"a0": {"number": 50}, "e": {"number": 1}}))
            with contextlib.suppress(DuplicateKey):
                await tx.load(CASES.name, ["a0"])

        with pytest.raises(Exception):  # noqa: B017, PT011
            await views.transact(work)
        assert await views.count(CASES.name) == 4

    async def test_many_documents_are_saved_at_once(self, views: ViewStore) -> None:
        await views.ensure(CASES)
        many: dict[str, Document] = {f"k{n:04}": {"number": n, "state": "x"} for n in range(1_001)}
        await save(views, Changes(many, {f"case-{n}": n + 1 for n in range(1_001)}))
        assert await views.count(CASES.name) == 1_001
        assert await views.position(CASES.name, "case-1000") == 1_001

        async def work(tx: ViewTransaction) -> tuple[dict[str, Document], dict[str, int]]:
            found = await tx.load(CASES.name, list(many))
            return found, await tx.positions(CASES.name, [f"case-{n}" for n in range(1_001)])

        found, positions = await views.transact(work)
        assert found == many
        assert len(positions) == 1_001

    async def test_changes_made_after_saving_are_not_saved(self, views: ViewStore) -> None:
        await views.ensure(CASES)

        async def work(tx: ViewTransaction) -> None:
            document: Document = {"number": 1}
            await tx.save(CASES.name, Changes({"k": document}))
            document["number"] = 2

        await views.transact(work)
        assert await views.get(CASES.name, "k") == {"number": 1}

    async def test_no_increment_is_lost(self, views: ViewStore) -> None:
        await views.ensure(CASES)

        async def work(tx: ViewTransaction) -> None:
            there = await tx.load(CASES.name, ["n"])
            number = there.get("n", {"number": 0})["number"]
            await tx.save(CASES.name, Changes({"n": {"number": number + 1}}))

        await asyncio.gather(*(views.transact(work) for _ in range(30)))
        assert await views.get(CASES.name, "n") == {"number": 30}

    async def test_a_cancelled_transaction_leaves_nothing_behind(self, views: ViewStore) -> None:
        await filled(views)
        inside = asyncio.Event()

        async def work(tx: ViewTransaction) -> None:
            await tx.save(CASES.name, Changes({"a": None}))
            inside.set()
            await asyncio.Event().wait()

        task = asyncio.create_task(views.transact(work))
        await inside.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await views.get(CASES.name, "a") is not None
        await save(views, Changes({"f": {"number": 77}}))
        assert await views.count(CASES.name) == 5

    async def test_a_dropped_collection_is_gone(self, views: ViewStore) -> None:
        await filled(views)
        assert CASES.name in await views.collections()
        await views.drop(CASES.name)
        await views.drop(CASES.name)
        assert CASES.name not in await views.collections()
        await views.ensure(CASES)
        assert await views.count(CASES.name) == 0
        assert await views.position(CASES.name, "case-1") == 0
