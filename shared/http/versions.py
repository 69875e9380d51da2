"""Reading what one wrote: opaque `stream@version` tokens, `ETag`, `If-Match`, `min_version`."""

import base64
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Header, Query, Response
from starlette.responses import JSONResponse

from shared.domain.errors import DomainError, FieldError
from shared.runtime.views import Positions, reached

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


class MinVersion:
    """`min_version` of a GET."""

    def __init__(self, token: Token | None) -> None:
        self.token = token

    async def reached(self, view: Positions) -> bool:
        """Wait (bounded) until the view has read that far; True at once if nothing was asked."""
        token = self.token
        return token is None or await reached(
            view, token.stream, token.version, within=_WAIT_SECONDS
        )


class IfMatch:
    """`If-Match` of a command (RFC 9110 §13.1.1)."""

    def __init__(self, token: Token | None) -> None:
        self._token = token

    def version(self, stream: str) -> int | None:
        """The version that the caller last saw of a stream, None if none was named. Raises
        DomainError (412) for the version of another stream."""
        if self._token is None:
            return None
        if self._token.stream != stream:
            raise DomainError("stale-version", status=412)
        return self._token.version


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


async def _if_match(if_match: Annotated[str | None, Header()] = None) -> IfMatch:
    if if_match is None or if_match == "*":
        return IfMatch(None)
    return IfMatch(parse_token(if_match.removeprefix("W/").strip('"'), "/header/if-match"))


AtLeast = Annotated[MinVersion, Depends(_min_version)]
Expected = Annotated[IfMatch, Depends(_if_match)]
