"""What an operator may ask about talents' accounts."""

import hashlib
from collections.abc import AsyncIterator, Mapping
from typing import Any, Final

from services.identity.care import erase_talent
from services.identity.context import Identity
from services.identity.decider import DECIDER
from services.identity.states import Talent
from shared.events.model import Metadata
from shared.runtime.control import Answer, Operation

_ACTOR: Final = "operator"


def operations(identity: Identity) -> dict[str, Operation]:
    """`erase-again`: whoever was erased, by the keys, and is not by the log, for an older copy of
    it came back, is erased; answers with how many."""

    async def erase_again(arguments: Mapping[str, Any]) -> AsyncIterator[Answer]:
        kernel, done = identity.kernel, 0
        erased = await kernel.keyring.erased()
        for number, subject in enumerate(erased, 1):
            state, _ = await kernel.handler.load(DECIDER, subject)
            if isinstance(state, Talent):
                command_id = hashlib.sha256(f"erase-again\0{subject}".encode()).hexdigest()
                metadata = Metadata(command_id, actor=_ACTOR, subject=subject)
                await erase_talent(identity, subject, metadata, again=True)
                done += 1
            yield {"erased": done, "checked": number, "total": len(erased)}
        if not erased:
            yield {"erased": 0, "checked": 0, "total": 0}

    return {"erase-again": erase_again}
