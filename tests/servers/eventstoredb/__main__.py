"""A stand-in for an EventStoreDB node: `python -m tests.servers.eventstoredb --port P --folder D`.

It speaks the wire of `Streams` (Read with catch-up subscriptions and server-side filters, Append,
BatchAppend, Delete, Tombstone) and `Gossip.Read`, on the servicer stubs that the client ships, and
keeps its log in one SQLite file: what it acknowledged is on the disk and survives `kill -9`.

It is no EventStoreDB. Not there: replication (a follower is a node that refuses and names its
leader), elections, access control beyond one login, links, projections, persistent subscriptions,
stream metadata with effect (`$maxCount` and the like), scavenging, structured UUIDs, `ServerFeatures`,
`fell_behind`, deadlines of batches, and its speed. Its filters are Python's regular expressions, not
.NET's. A deleted stream's events stay in the order of all. What it answers follows the client's own
tests and the public protocol; only a real cluster proves an adapter.
"""  # noqa: E501

import argparse
import asyncio
import signal
from pathlib import Path

import grpc
from esdbclient.protos.Grpc import gossip_pb2_grpc, streams_pb2_grpc

from tests.servers.eventstoredb.admission import Address, Admission, Gossip
from tests.servers.eventstoredb.log import Log
from tests.servers.eventstoredb.streams import Streams

_OPTIONS = (
    ("grpc.max_receive_message_length", 17 * 1024 * 1024),
    # Clients may ask often whether the connection still stands.
    ("grpc.http2.min_ping_interval_without_data_ms", 500),
    ("grpc.keepalive_permit_without_calls", 1),
    # Two nodes on one port would share the calls between them.
    ("grpc.so_reuseport", 0),
)


def _address(text: str) -> Address:
    host, _, port = text.partition(":")
    return host, int(port)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.servers.eventstoredb", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True, help="where the log is kept")
    parser.add_argument("--leader", type=_address, help="host:port: this node is a follower")
    parser.add_argument("--login", help="user:password that every call of Streams must carry")
    parser.add_argument("--tls", type=Path, help="folder with server.crt and server.key")
    return parser.parse_args()


async def _serve(given: argparse.Namespace) -> None:
    server = grpc.aio.server(options=_OPTIONS)
    log = Log(given.folder)
    streams = Streams(log, Admission(given.leader, given.login))
    streams_pb2_grpc.add_StreamsServicer_to_server(streams, server)
    gossip = Gossip(("localhost" if given.tls else "127.0.0.1", given.port), given.leader)
    gossip_pb2_grpc.add_GossipServicer_to_server(gossip, server)
    address = f"127.0.0.1:{given.port}"
    if given.tls:
        pair = (given.tls / "server.key").read_bytes(), (given.tls / "server.crt").read_bytes()
        server.add_secure_port(address, grpc.ssl_server_credentials([pair]))
    else:
        server.add_insecure_port(address)
    await server.start()
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    await ended.wait()
    await server.stop(grace=0.2)


if __name__ == "__main__":
    asyncio.run(_serve(_arguments()))
