"""A local SMS provider over HTTP: `python -m talent.bench.sms_server PORT takes|hangs`.

It speaks the developer inbox's protocol, takes everything at once, and keeps references in memory.
"""

import asyncio
import sys
from typing import Final

import orjson
import uvloop

_TAKEN: set[str] = set()
_HEAD: Final = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, how: str) -> None:
    try:
        while line := await reader.readline():
            length = 0
            while (header := await reader.readline()) not in (b"\r\n", b""):
                name, _, value = header.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
            body = await reader.readexactly(length)
            if how == "hangs" and line.startswith(b"POST"):
                await asyncio.sleep(3600)
            answer = _answer(line, body)
            writer.write(_HEAD % len(answer) + answer)
            await writer.drain()
    except (ConnectionError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


def _answer(line: bytes, body: bytes) -> bytes:
    if line.startswith(b"POST"):
        reference = orjson.loads(body)["reference"]
        _TAKEN.add(reference)
    else:
        reference = line.split(b" ")[1].rpartition(b"/")[2].decode()
    word = "taken" if reference in _TAKEN else "retry"
    return orjson.dumps({"handover": word, "provider_id": reference})


async def _main(port: int, how: str) -> None:
    server = await asyncio.start_server(lambda r, w: _serve(r, w, how), "127.0.0.1", port)
    print("ready", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_main(int(sys.argv[1]), sys.argv[2]))
