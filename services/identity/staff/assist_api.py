"""An administrator helps one of theirs who lost mobile and password, over HTTP."""

from dataclasses import dataclass

from fastapi import APIRouter, Response

from services.identity.api import SmsCodeOut, VersionOut, stamped
from services.identity.context import Identity
from services.identity.forms import MobileCodeForm, StaffMobileForm, mobile_of
from services.identity.staff import assist
from services.identity.staff.api import Administrator
from shared.http.commands import CommandIds, Commanding, derive_id


@dataclass(frozen=True)
class StaffAssistance:
    identity: Identity

    async def mobile_code(
        self, account_id: str, form: MobileCodeForm, ids: Commanding, caller: Administrator
    ) -> SmsCodeOut:
        """Send a code to the number that somebody of one's own now has."""
        act = self._act(account_id, ids, caller, "mobile-code")
        policy = await assist.send_code(act, mobile_of(form.mobile))
        return SmsCodeOut(expires_in=policy.valid_seconds, resend_in=policy.resend_seconds)

    async def mobile(
        self, account_id: str, form: StaffMobileForm, response: Response,
        ids: Commanding, caller: Administrator,
    ) -> VersionOut:  # fmt: skip
        """Change the mobile of somebody of one's own who lost number and password (§3.6)."""
        act = self._act(account_id, ids, caller, "mobile")
        return VersionOut(version=stamped(response, await assist.change_mobile(act, form)))

    def _act(
        self, account_id: str, ids: CommandIds, caller: Administrator, what: str
    ) -> assist.HelpedStaff:
        version = self.identity.policy().version
        metadata = ids.metadata(caller, subject=account_id, policy_version=version)
        act = derive_id(ids.command_id(caller), what)
        return assist.HelpedStaff(self.identity, account_id, caller, act, metadata)


def assistance_router(identity: Identity) -> APIRouter:
    """Routes under `/api/identity/staff/{account_id}`."""
    router = APIRouter(prefix="/api/identity/staff/{account_id}", tags=["工作人员 / staff"])
    api = StaffAssistance(identity)
    router.add_api_route("/mobile-codes", api.mobile_code, methods=["POST"], status_code=202)
    router.add_api_route("/mobile", api.mobile, methods=["PUT"])
    return router
