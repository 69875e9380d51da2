"""One's own choice: the language of messages, and where mail goes."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, StringConstraints

from services.notifier.api import Desk
from services.notifier.events import Language
from services.notifier.preferences import PREFERENCES, ChoosePreference
from shared.events.personal import Erased
from shared.http.caller import SIGNED_IN, Caller
from shared.http.commands import Commanding
from shared.http.versions import stamp

SignedIn = Annotated[Caller, Depends(SIGNED_IN)]
Email = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        max_length=120,
        pattern=r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$",
    ),
]


class PreferenceIn(BaseModel):
    """`email`: null or left out for no mail."""

    model_config = ConfigDict(extra="forbid")

    language: Language = "zh"
    email: Email | None = None


class PreferenceOut(BaseModel):
    """Without a choice: Chinese, and no mail."""

    language: Language
    email: str | None
    version: str | None = None


def router(desk: Desk) -> APIRouter:
    """Routes under `/api/notifier/preferences`."""
    routes = APIRouter(prefix="/api/notifier/preferences", tags=["通知方式 / preferences"])

    @routes.get("", summary="通知方式 / how one is told")
    async def chosen(caller: SignedIn) -> PreferenceOut:
        state, _ = await desk.handler.load(PREFERENCES, caller.account_id)
        if state is None or isinstance(state.email, Erased):
            return PreferenceOut(language="zh", email=None)
        return PreferenceOut(language=state.language, email=state.email)

    @routes.put("", summary="选择语言与邮箱 / choose")
    async def choose(
        body: PreferenceIn, response: Response, ids: Commanding, caller: SignedIn
    ) -> PreferenceOut:
        """Of messages from now on; a template without an English text is sent in Chinese."""
        command = ChoosePreference(
            at=desk.clock.now(),
            account_id=caller.account_id,
            language=body.language,
            email=body.email,
        )
        metadata = ids.metadata(caller, subject=caller.account_id)
        outcome = await desk.handler.handle(PREFERENCES, caller.account_id, command, metadata)
        version = stamp(response, outcome.stream, outcome.version) if outcome.version else None
        return PreferenceOut(language=body.language, email=body.email, version=version)

    return routes
