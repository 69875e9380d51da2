"""An S3 server (moto's, a process of its own) keeps the promises of the file store."""

import asyncio
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from shared.adapters.files.obstore_files import ObstoreFileStore
from shared.ports.files import FileStore
from shared.testing.contracts.files import FileStoreContract
from talent.bench.ports import free_port


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Its address."""
    port, log = free_port(), tmp_path_factory.mktemp("s3") / "s3.log"
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out)
    address = f"http://127.0.0.1:{port}"
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            httpx.get(address)
            break
        except httpx.TransportError:
            time.sleep(0.1)
    yield address
    process.terminate()
    process.wait(10)


@pytest.fixture
def bucket(s3: str, monkeypatch: pytest.MonkeyPatch) -> str:
    name = f"b{uuid.uuid4().hex[:12]}"
    assert httpx.put(f"{s3}/{name}").status_code == 200
    settings = {
        "AWS_ENDPOINT_URL": s3, "AWS_ALLOW_HTTP": "true", "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
    }  # fmt: skip
    for key, value in settings.items():
        monkeypatch.setenv(key, value)
    return name


class TestS3(FileStoreContract):
    @pytest.fixture
    def files(self, bucket: str) -> FileStore:
        return ObstoreFileStore.from_url(f"s3://{bucket}/papers")


async def test_a_signed_link_lets_anybody_fetch_for_a_while(bucket: str) -> None:
    files = ObstoreFileStore.from_url(f"s3://{bucket}/papers")
    await files.put("a/b.pdf", b"%PDF")
    link = await files.signed_link("a/b.pdf", timedelta(minutes=5))
    assert link is not None
    assert (await asyncio.to_thread(httpx.get, link)).content == b"%PDF"


async def test_two_prefixes_of_a_bucket_are_apart(bucket: str) -> None:
    one, two = (ObstoreFileStore.from_url(f"s3://{bucket}/{p}") for p in ("one", "two"))
    await one.put("k", b"1")
    assert await two.keys("") == []
    assert await one.keys("") == ["k"]
