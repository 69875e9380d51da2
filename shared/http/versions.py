"""Reading what one wrote: opaque `stream@version` tokens, `ETag`, `If-Match`, `min_version`."""

import asyncio
import base64
import time
from dataclasses import dataclass
from typing import Annotated, Final, Protocol

from fastapi import Depends, Header, Query, Response
from starlette.responses import JSONResponse

from shared.domain.errors import DomainError, FieldError

_WAIT_SECONDS: Final = 2.0


@dataclass(frozen=True, slots=True)
class Token:
    """A version of a stream."""

    stream: str
    version: int

    def __str__(self) -> str:
        return (
            base64.urlsafe_b64encode(f"{self.stream}@{self.version}".encode()).decode().rstrip("=")
        )


def parse_token(text: str, pointer: str) -> Token:
    """The token in a text; a DomainError (422) naming `pointer` for anything else."""
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
        stream, at, version = raw.rpartition("@")
        if not at or not stream or not 0 < int(version) < 2**53:
            raise ValueError
        return Token(stream, int(version))
    except ValueError as garbage:
        fault = FieldError(pointer, "invalid-version", "不是本平台给出的版本号")
        raise DomainError("invalid-input", status=422, fields=(fault,)) from garbage


def stamp(response: Response, stream: str, version: int) -> str:
    """Set the `ETag` of an answer; returns the token for the body's `version`."""
    token = str(Token(stream, version))
    response.headers["ETag"] = f'"{token}"'
    return token


class Positions(Protocol):
    async def position(self, stream: str) -> int: ...


class MinVersion:
    """`min_version` of a GET."""

    def __init__(self, token: Token | None) -> None:
        self.token = token

    async def reached(self, view: Positions) -> bool:
        """Wait (bounded) until the view has read that far; True at once if nothing was asked."""
        if self.token is None:
            return True
        pause, until = 0.002, time.monotonic() + _WAIT_SECONDS
        while await view.position(self.token.stream) < self.token.version:
            if time.monotonic() > until:
                return False
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, 0.05)
        return True


def pending() -> Response:
    """202: the view is not there yet; ask again."""
    return JSONResponse({"status": "pending"}, 202, {"Retry-After": "1"})


async def _min_version(
    min_version: Annotated[
        str | None, Query(description="A `version` from an answer: wait until it can be seen.")
    ] = None,
) -> MinVersion:
    return MinVersion(
        None if min_version is None else parse_token(min_version, "/query/min_version")
    )


async def _if_match(if_match: Annotated[str | None, Header()] = None) -> int | None:
    if if_match is None or if_match == "*":
        return None
    return parse_token(if_match.removeprefix("W/").strip('"'), "/header/if-match").version


AtLeast = Annotated[MinVersion, Depends(_min_version)]
Expected = Annotated[int | None, Depends(_if_match)]
