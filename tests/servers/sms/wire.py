"""A small HTTP/1.1 server over real sockets that answers, or misbehaves as it is told to."""

import asyncio
import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any
from urllib.parse import parse_qsl, urlsplit


class Fault(Enum):
    """What befalls one request: cut off before or after it was acted upon, acted upon and never
    answered, answered late, or answered by a broken gateway."""

    NONE = "none"
    CUT_BEFORE = "cut-before"
    CUT_AFTER = "cut-after"
    HANGS = "hangs"
    SLOW = "slow"
    GATEWAY = "gateway"
    GIBBERISH = "gibberish"


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query_string: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(self.query_string, keep_blank_values=True))

    def json(self) -> Any:
        return json.loads(self.body)


Answer = tuple[int, Any]


class StandIn:
    """Subclasses answer; `faults` are met first, one a request. `slow` is how late, in seconds."""

    slow = 0.3

    def __init__(self) -> None:
        self.faults: deque[Fault] = deque()
        self.url = ""
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._serving: set[asyncio.Task[None]] = set()
        self._hold = asyncio.Event()

    def answer(self, request: Request) -> Answer:
        raise NotImplementedError

    def fault_for(self, request: Request) -> Fault:
        return self.faults.popleft() if self.faults else Fault.NONE

    async def __aenter__(self) -> "StandIn":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._hold.set()
        self._server.close()
        for writer in list(self._open):
            writer.transport.abort()
        await asyncio.gather(*self._serving, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        if (task := asyncio.current_task()) is not None:
            self._serving.add(task)
            task.add_done_callback(self._serving.discard)
        try:
            while (request := await _read(reader)) is not None:
                if not await self._one(request, writer):
                    writer.transport.abort()
                    return
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self._open.discard(writer)
            writer.transport.abort()

    async def _one(self, request: Request, writer: asyncio.StreamWriter) -> bool:
        fault = self.fault_for(request)
        if fault is Fault.CUT_BEFORE:
            return False
        if fault is Fault.GATEWAY:
            await _write(writer, 502, "<html>Bad Gateway</html>")
            return True
        status, body = self.answer(request)
        if fault is Fault.HANGS:
            await self._hold.wait()
            return False
        if fault is Fault.CUT_AFTER:
            return False
        if fault is Fault.SLOW:
            await asyncio.sleep(self.slow)
        await _write(writer, status, "<html>" if fault is Fault.GIBBERISH else json.dumps(body))
        return True


async def _read(reader: asyncio.StreamReader) -> Request | None:
    head = await reader.readline()
    if not head:
        return None
    method, target, _ = head.decode().split(" ")
    headers: dict[str, str] = {}
    while (line := (await reader.readline()).decode().strip()) != "":
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    split = urlsplit(target)
    return Request(method, split.path, split.query, headers, body)


async def _write(writer: asyncio.StreamWriter, status: int, body: str) -> None:
    data = body.encode()
    lines = [
        f"HTTP/1.1 {status} X",
        "content-type: application/json",
        f"content-length: {len(data)}",
    ]
    writer.write("\r\n".join([*lines, "", ""]).encode() + data)
    await writer.drain()
