"""The account desk: looks talents up, helps who lost something, and erases who asks for it."""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel

from services.identity import assist, care
from services.identity.accounts import Me
from services.identity.api import SmsCodeOut, VersionOut, stamped
from services.identity.context import Identity
from services.identity.decider import DECIDER
from services.identity.forms import (
    DocumentForm,
    Form,
    Line,
    MobileAssistanceForm,
    MobileCodeForm,
    ReclaimForm,
    mobile_of,
    refused,
)
from services.identity.policies import ACCOUNT_DESK
from services.identity.rules.documents import DocumentType
from services.identity.states import Talent
from services.identity.talents import ENTRANCE, me_of
from services.identity.views import ACCOUNT
from shared.domain.errors import DomainError
from shared.http.caller import Access, Caller
from shared.http.commands import Commanding, derive_id
from shared.http.versions import AtLeast, pending

DESK: Final = Access(kinds=("government",), roles=(ACCOUNT_DESK,))
AtDesk = Annotated[Caller, Depends(DESK)]


class LookupForm(Form):
    """Exactly one of: `mobile`, `account_name`, or a document's type and number."""

    mobile: Line | None = None
    account_name: Line | None = None
    document_type: DocumentType | None = None
    document_number: Line | None = None


class FoundOut(BaseModel):
    talent_id: str


@dataclass(frozen=True)
class DeskApi:
    identity: Identity

    async def look_up(self, form: LookupForm, caller: AtDesk) -> FoundOut:
        """Whose account it is; by POST, so that no number comes into an address."""
        found = await self.identity.reservations.account_of(self._slot(form))
        if found is None:
            raise DomainError("talent-not-found", status=404)
        return FoundOut(talent_id=found)

    def _slot(self, form: LookupForm) -> str:
        slots = self.identity.slots
        match form:
            case LookupForm(mobile=str(mobile), account_name=None, document_number=None):
                return slots.mobile(ENTRANCE, mobile_of(mobile))
            case LookupForm(mobile=None, account_name=str(name), document_number=None):
                return slots.account(ENTRANCE, name)
            case LookupForm(
                mobile=None, account_name=None, document_type=DocumentType() as kind,
                document_number=str(number),
            ):  # fmt: skip
                return slots.document(kind, number)
            case _:
                raise refused("", "one-of", "请只填写手机号码、登录账号或证件其中一项。")

    async def get(self, talent_id: str, at_least: AtLeast, caller: AtDesk) -> Me | Response:
        """A talent's account; numbers are masked."""
        views = self.identity.kernel.views.of(ACCOUNT)
        if not await at_least.reached(views):
            return pending()
        view = await views.get(talent_id)
        if view is None:
            raise DomainError("talent-not-found", status=404)
        return me_of(view)

    async def erase(
        self, talent_id: str, response: Response, ids: Commanding, caller: AtDesk
    ) -> VersionOut:
        """Erase a talent who asked for it at the desk."""
        await self._not_oneself(talent_id, caller)
        metadata = ids.metadata(caller, subject=talent_id)
        written = await care.erase_talent(self.identity, talent_id, metadata)
        return VersionOut(version=stamped(response, written))

    async def reclaim(
        self, talent_id: str, form: ReclaimForm, response: Response,
        ids: Commanding, caller: AtDesk,
    ) -> VersionOut:  # fmt: skip
        """Give a document back to its true holder: the account that took it ends."""
        written = await assist.reclaim(self._helped(talent_id, ids, caller, "reclaim"), form)
        return VersionOut(version=stamped(response, written))

    async def mobile_code(
        self, talent_id: str, form: MobileCodeForm, ids: Commanding, caller: AtDesk
    ) -> SmsCodeOut:
        """Send a code to the number that a talent now has."""
        act = self._helped(talent_id, ids, caller, "mobile-code")
        policy = await assist.send_code(act, mobile_of(form.mobile))
        return SmsCodeOut(expires_in=policy.valid_seconds, resend_in=policy.resend_seconds)

    async def mobile(
        self, talent_id: str, form: MobileAssistanceForm, response: Response,
        ids: Commanding, caller: AtDesk,
    ) -> VersionOut:  # fmt: skip
        """Change the mobile of who lost number and password (§3.6)."""
        written = await assist.change_mobile(self._helped(talent_id, ids, caller, "mobile"), form)
        return VersionOut(version=stamped(response, written))

    async def document(
        self, talent_id: str, form: DocumentForm, response: Response,
        ids: Commanding, caller: AtDesk,
    ) -> VersionOut:  # fmt: skip
        """Record a renewed document, or put its number right."""
        written = await assist.change_document(
            self._helped(talent_id, ids, caller, "document"), form
        )
        return VersionOut(version=stamped(response, written))

    def _helped(self, talent_id: str, ids: Commanding, caller: Caller, what: str) -> assist.Helped:
        version = self.identity.policy().version
        metadata = ids.metadata(caller, subject=talent_id, policy_version=version)
        act = derive_id(ids.command_id(caller), what)
        return assist.Helped(self.identity, talent_id, caller, act, metadata)

    async def _not_oneself(self, talent_id: str, caller: Caller) -> None:
        state, _ = await self.identity.kernel.handler.load(DECIDER, talent_id)
        if isinstance(state, Talent) and state.is_person(caller.person):
            raise assist.own_case()


def desk_router(identity: Identity) -> APIRouter:
    router, api = (
        APIRouter(prefix="/api/identity/talents", tags=["account desk"]),
        DeskApi(identity),
    )
    add = router.add_api_route
    add("/lookups", api.look_up, methods=["POST"])
    add("/{talent_id}", api.get, methods=["GET"], response_model=Me)
    add("/{talent_id}", api.erase, methods=["DELETE"])
    add("/{talent_id}/reclaim", api.reclaim, methods=["POST"])
    add("/{talent_id}/mobile-codes", api.mobile_code, methods=["POST"], status_code=202)
    add("/{talent_id}/mobile", api.mobile, methods=["PUT"])
    add("/{talent_id}/documents", api.document, methods=["POST"], status_code=201)
    return router
