"""What every `FileStore` promises. A subclass gives the fixture `files`."""

import pytest

from shared.ports.files import FileStore


class FileStoreContract:
    async def test_a_file_comes_back_as_it_went(self, files: FileStore) -> None:
        data = bytes(range(256)) * 5_000
        await files.put("a/b/c", data)
        assert await files.get("a/b/c") == data
        assert b"".join([piece async for piece in files.stream("a/b/c")]) == data

    async def test_a_file_is_replaced_whole(self, files: FileStore) -> None:
        await files.put("a", b"long before")
        await files.put("a", b"short")
        assert await files.get("a") == b"short"

    async def test_what_is_not_there_says_so(self, files: FileStore) -> None:
        with pytest.raises(FileNotFoundError):
            await files.get("nothing")
        with pytest.raises(FileNotFoundError):
            _ = [piece async for piece in files.stream("nothing")]

    async def test_deleting_is_harmless_twice(self, files: FileStore) -> None:
        await files.put("a/b", b"x")
        await files.delete("a/b")
        await files.delete("a/b")
        assert await files.keys("a/") == []

    async def test_keys_are_listed_by_prefix(self, files: FileStore) -> None:
        for key in ("p1/a", "p1/b/c", "p2/a"):
            await files.put(key, b"x")
        assert await files.keys("p1/") == ["p1/a", "p1/b/c"]

    @pytest.mark.parametrize("key", ["../a", "/a", "a/../../b", "", "a//b", "a/.", ".."])
    async def test_no_key_leaves_its_place(self, files: FileStore, key: str) -> None:
        with pytest.raises(ValueError, match="key"):
            await files.put(key, b"x")
        with pytest.raises(ValueError, match="key"):
            await files.get(key)
