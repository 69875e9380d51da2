"""What a talent does with any application of their own over HTTP."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from shared.casework.answers import Written
from shared.casework.files import shown
from shared.casework.own import Done, Own
from shared.http.caller import TALENT, Caller
from shared.http.commands import Commanding
from shared.http.files import FILE
from shared.http.versions import stamp

ATalent = Annotated[Caller, Depends(TALENT)]
Id = Annotated[str, Path(max_length=64)]


class Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class SubmitForm(Form):
    """Manual §3.3.5, §3.4.5: the commitment is ticked, and which text that was."""

    commitment: bool
    commitment_version: Annotated[str, Field(max_length=64)]

    @property
    def ticked(self) -> str | None:
        return self.commitment_version if self.commitment else None


@dataclass(frozen=True)
class TalentRoutes:
    own: Own[Any]

    async def preview(self, id: Id, attachment_id: Id, caller: ATalent) -> Response:
        """The file itself, to be shown in the browser."""
        application = await self.own.get(id, caller)
        return await shown(self.own.files, application.attachments.get(attachment_id))

    async def remove_attachment(
        self, id: Id, attachment_id: Id, response: Response, ids: Commanding, caller: ATalent
    ) -> Written:
        """Delete a file that was not submitted, or was returned."""
        done = await self.own.remove_attachment(id, attachment_id, caller, ids)
        return written(id, done, response)

    async def withdraw(
        self, id: Id, response: Response, ids: Commanding, caller: ATalent
    ) -> Written:
        """Withdraw it, until the last decision."""
        return written(id, await self.own.withdraw(id, caller, ids), response)


def add_talent_routes(router: APIRouter, own: Own[Any]) -> None:
    """Routes under `/applications/{id}`."""
    routes, one = TalentRoutes(own), "/applications/{id}"
    add = router.add_api_route
    add(f"{one}/attachments/{{attachment_id}}", routes.preview, methods=["GET"], **FILE)
    add(f"{one}/attachments/{{attachment_id}}", routes.remove_attachment, methods=["DELETE"])
    add(f"{one}/withdraw", routes.withdraw, methods=["POST"])


def written(id: str, done: Done, response: Response) -> Written:
    return Written(application_id=id, version=stamp(response, done.stream, done.version))
