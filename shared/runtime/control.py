"""Operators' commands over a local socket: one JSON line asks, JSON lines answer.

The socket lies in the data folder, open to its owner alone.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any, Final

import orjson
import structlog

from shared.domain.errors import DomainError

log = structlog.get_logger()

Answer = dict[str, Any]
Operation = Callable[[Mapping[str, Any]], AsyncIterator[Answer]]
SOCKET: Final = "control.sock"


class ControlError(Exception):
    """An operation that failed: its stable code."""


class ControlServer:
    """Serves operations by name to whoever may open the socket."""

    def __init__(self, path: Path, operations: Mapping[str, Operation]) -> None:
        self._path, self._operations = path, dict(operations)
        self._server: asyncio.AbstractServer | None = None

    async def start(self) -> None:
        # The folder's lock is held, so a socket that is there was left by a process that died.
        self._path.unlink(missing_ok=True)
        self._server = await asyncio.start_unix_server(self._serve, self._path)
        self._path.chmod(0o600)

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            self._path.unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = orjson.loads(await reader.readline())
            async for answer in run_operation(
                self._operations, request["name"], request["arguments"]
            ):
                writer.write(orjson.dumps(answer) + b"\n")
                await writer.drain()
        except (ConnectionError, orjson.JSONDecodeError, KeyError):
            log.info("control_connection_lost")
        finally:
            writer.close()


async def run_operation(
    operations: Mapping[str, Operation], name: str, arguments: Mapping[str, Any]
) -> AsyncIterator[Answer]:
    """An operation's answers; a failure is the last, as {"error": code}."""
    operation = operations.get(name)
    if operation is None:
        yield {"error": f"unknown-operation:{name}"}
        return
    try:
        async for answer in operation(arguments):
            yield answer
    except DomainError as refusal:
        fields = [{"pointer": f.pointer, "message": f.message} for f in refusal.fields]
        yield {"error": refusal.code, "fields": fields, "params": dict(refusal.params)}
    except LookupError as missing:
        yield {"error": f"{type(missing).__name__}: {missing.args[0] if missing.args else ''}"}
    except Exception as error:
        log.error("operation_failed", operation=name, error=type(error).__name__)
        yield {"error": type(error).__name__}


async def ask(path: Path, name: str, arguments: Mapping[str, Any]) -> AsyncIterator[Answer]:
    """Put an operation to the running process; raises ConnectionError where none runs."""
    try:
        reader, writer = await asyncio.open_unix_connection(path)
    except FileNotFoundError as absent:
        raise ConnectionRefusedError(str(path)) from absent
    try:
        writer.write(orjson.dumps({"name": name, "arguments": dict(arguments)}) + b"\n")
        await writer.drain()
        while line := await reader.readline():
            yield orjson.loads(line)
    finally:
        writer.close()
