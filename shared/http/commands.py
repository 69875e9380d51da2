"""From a request to a command's metadata: idempotency keys, correlation, trace."""

import hashlib
import re
from typing import Annotated, Final

from fastapi import Depends, Header, Request

from shared.domain.errors import DomainError, FieldError
from shared.events.model import Metadata
from shared.http.caller import Caller
from shared.http.middleware import header, random_hex

_KEY: Final = re.compile(r"[\x21-\x7e]{1,255}")
_TRACE: Final = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")


class CommandIds:
    """What a request gives its commands."""

    def __init__(self, request: Request, key: str | None, body: bytes) -> None:
        self._request, self._key = request, key
        self.request_hash = hashlib.sha256(body).hexdigest()
        self.correlation_id: str = request.state.correlation_id
        given = header(request.scope, b"traceparent")
        self.trace_parent = given if _TRACE.fullmatch(given) else None

    def metadata(
        self,
        caller: Caller | None,
        *,
        subject: str | None = None,
        policy_version: str | None = None,
        part: str = "",
    ) -> Metadata:
        """Metadata of a command; `part` tells several commands of one request apart."""
        return Metadata(
            command_id=self.command_id(caller, part),
            actor="anonymous" if caller is None else caller.account_id,
            subject=subject,
            correlation_id=self.correlation_id,
            trace_parent=self.trace_parent,
            policy_version=policy_version,
            request_hash=self.request_hash,
        )

    def command_id(self, caller: Caller | None, part: str = "") -> str:
        """A hash of caller, route and `Idempotency-Key`; anonymous keys are bound to the body.
        Without a key every request is one of its own."""
        if self._key is None:
            self._key = random_hex()
        who = self.request_hash if caller is None else caller.account_id
        where = f"{self._request.method} {self._request.scope['path']}"
        return hashlib.sha256("\0".join((who, where, self._key, part)).encode()).hexdigest()


def derive_id(command_id: str, name: str) -> str:
    """An id that a command makes: the same whenever the command is tried again. 32 hex digits."""
    return hashlib.sha256(f"{command_id}\0{name}".encode()).hexdigest()[:32]


async def _command_ids(
    request: Request,
    idempotency_key: Annotated[
        str | None, Header(description="Repeating a request with the same key repeats nothing.")
    ] = None,
) -> CommandIds:
    if idempotency_key is not None and not _KEY.fullmatch(idempotency_key):
        fault = FieldError("/header/idempotency-key", "invalid", "须为 1 至 255 个可见字符")
        raise DomainError("invalid-input", status=422, fields=(fault,))
    return CommandIds(request, idempotency_key, await request.body())


Commanding = Annotated[CommandIds, Depends(_command_ids)]
