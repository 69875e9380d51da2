"""An authority reminds units that are silent, over HTTP."""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Response

from services.subsidy.asking.commands import RemindUnits
from services.subsidy.state import Application
from shared.casework.answers import Written
from shared.casework.cases import Cases
from shared.casework.desk_routes import Id
from shared.http.caller import Access, Caller
from shared.http.commands import Commanding
from shared.http.versions import stamp

AUTHORITIES: Final = Access(kinds=("government",), roles=("reviewer", "hr_bureau", "talent_office"))
AnAuthority = Annotated[Caller, Depends(AUTHORITIES)]


@dataclass(frozen=True)
class AskingApi:
    cases: Cases[Application]

    async def remind(
        self, id: Id, response: Response, ids: Commanding, caller: AnAuthority
    ) -> Written:
        """Remind the units that have not said anything, once a day."""
        application = await self.cases.seen(id, caller)
        command = RemindUnits(by=caller.account_id, at=self.cases.clock.now())
        metadata = ids.metadata(
            caller, subject=application.talent_id, policy_version=application.policy_version
        )
        done = await self.cases.handler.handle(self.cases.decider, id, command, metadata)
        return Written(application_id=id, version=stamp(response, done.stream, done.version))


def asking_router(api: AskingApi) -> APIRouter:
    """`/api/subsidy/reviews/{id}/remind-units`."""
    router = APIRouter(prefix="/api/subsidy/reviews/{id}", tags=["审核 / reviews"])
    router.add_api_route("/remind-units", api.remind, methods=["POST"])
    return router
