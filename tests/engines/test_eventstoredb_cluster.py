"""A cluster's leader, its certificates and its logins, as far as stand-ins can play them."""

import asyncio
import contextlib
import ipaddress
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from shared.adapters.eventstoredb.store import EventStoreDbStore
from shared.ports.errors import EngineUnavailable
from shared.ports.event_store import StoredEvent
from shared.testing.contracts.event_store import event
from talent.bench.ports import free_port
from tests.engines.eventstoredb_fixtures import opened, patiently
from tests.servers.eventstoredb.server import StandIn


@contextlib.contextmanager
def running(*nodes: StandIn) -> Iterator[None]:
    for node in nodes:
        node.start()
    try:
        yield
    finally:
        for node in nodes:
            node.kill()


def follower(folder: Path, port: int, leader: StandIn) -> StandIn:
    return StandIn(folder, port, "--leader", f"127.0.0.1:{leader.port}")


async def test_the_leader_is_found_and_followed_when_it_moves(tmp_path: Path) -> None:
    one, other = free_port(), free_port()
    log = tmp_path / "log"
    first = StandIn(log, one)
    behind = follower(tmp_path / "none", other, first)
    second = StandIn(log, other)
    demoted = follower(tmp_path / "none", one, second)
    async with opened(f"esdb://127.0.0.1:{other},127.0.0.1:{one}/?tls=false") as store:
        with running(first, behind):
            assert await store.append("probe-1", [event()], expected_version=0) == 1
        with running(second):
            # The old leader is gone.
            again = [event()]
            assert await patiently(lambda: store.append("probe-1", again, expected_version=1)) == 2
        with running(first, behind):
            assert len(await patiently(lambda: store.read_stream("probe-1"))) == 2
        with running(second, demoted):
            # The old leader answers, and says who leads.
            assert len(await patiently(lambda: store.read_stream("probe-1"))) == 2
            assert await store.append("probe-1", [event()], expected_version=2) == 3


async def test_a_follower_leaves_a_node_that_froze(tmp_path: Path) -> None:
    frozen, other = (StandIn(tmp_path / "log", free_port()) for _ in range(2))
    nodes = f"127.0.0.1:{frozen.port},127.0.0.1:{other.port}"
    options = "tls=false&keepAliveInterval=1000&keepAliveTimeout=500&gossipTimeout=1"
    with running(frozen, other):
        async with opened(f"esdb://{nodes}/?{options}") as store, opened(other.url()) as writer:
            async with contextlib.aclosing(store.subscribe_all()) as items:
                await anext(items)
                frozen.freeze()
                await writer.append("probe-1", [event()], expected_version=0)
                async with asyncio.timeout(20):
                    found = await anext(items)
                    while not isinstance(found, StoredEvent):
                        found = await anext(items)
                assert found.stream == "probe-1"


def certificate(folder: Path) -> Path:
    """Of its own authority, for localhost."""
    folder.mkdir()
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "server.crt").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "server.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return folder / "server.crt"


async def test_tls_and_a_login_come_from_the_url(tmp_path: Path) -> None:
    authority = certificate(tmp_path / "tls")
    node = StandIn(
        tmp_path / "log", free_port(),
        "--tls", str(tmp_path / "tls"), "--login", "talent:p@ss/wörd?",
    )  # fmt: skip
    right = "talent:p%40ss%2Fw%C3%B6rd%3F"
    trusted = f"localhost:{node.port}/?tls=true&tlsCaFile={authority}"
    with running(node):
        async with opened(f"esdb://{right}@{trusted}") as store:
            assert await store.append("probe-1", [event()], expected_version=0) == 1
        for url in (
            f"esdb://talent:wrong@{trusted}",
            f"esdb://{right}@localhost:{node.port}/?tls=true",
            f"esdb://localhost:{node.port}/?tls=false",
        ):
            async with opened(url) as store:
                with pytest.raises(EngineUnavailable):
                    await store.read_stream("probe-1")


@pytest.mark.parametrize(
    "url",
    [
        "esdb://talent:s3cret@/",
        "mongodb://talent:s3cret@h",
        "esdb://talent:s3cret@h?what=that",
        "esdb://:s3cret@h?tls=true",
        "esdb://talent:s3cret@h/two/parts?tls=true",
    ],
)
def test_a_url_that_is_none_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(ValueError, match=r".+") as refusal:
        EventStoreDbStore.open(url)
    assert "s3cret" not in str(refusal.value)
