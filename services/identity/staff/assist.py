"""What an administrator does for one of theirs who lost mobile and password (manual §3.6)."""

from dataclasses import dataclass, field
from typing import Final

from services.identity.codes.application import CodeFor, Purpose
from services.identity.context import Identity
from services.identity.events import StaffAdded, StaffMobileChanged
from services.identity.facts import StaffMobileMoved
from services.identity.forms import StaffMobileForm, code_wrong
from services.identity.moves import CHANGING_STAFF_MOBILE
from services.identity.registration.application import Written
from services.identity.registration.decider import OVERTAKEN, Abandoned, Started
from services.identity.rules.faults import Faults
from services.identity.rules.mobiles import parse_mobile
from services.identity.staff.decider import DECIDER, Staff
from services.identity.undertake import Wanted
from shared.domain.errors import DomainError, FieldError
from shared.events.model import Metadata
from shared.http.caller import Caller
from shared.policy.models import SmsCodePolicy

_TAKEN: Final = FieldError("/mobile", "mobile-taken", "该手机号码已注册其他账号。")


@dataclass(frozen=True, slots=True)
class HelpedStaff:
    """One act of an administrator: for whom, and under which id it may be repeated."""

    identity: Identity
    account_id: str
    caller: Caller = field(repr=False)
    act_id: str
    metadata: Metadata

    async def staff(self) -> tuple[StaffAdded, Staff]:
        """Raises DomainError `staff-not-found`, `account-closed`, `not-oneself`."""
        staff, _ = await self.identity.kernel.handler.load(DECIDER, self.account_id)
        added = require_own(staff, self.caller)
        if self.account_id == self.caller.account_id:
            raise DomainError("not-oneself")
        if staff.removed:
            raise DomainError("account-closed")
        return added, staff

    async def code(self, mobile: str) -> CodeFor:
        added, _ = await self.staff()
        purpose = Purpose.CHANGE_MOBILE_ASSISTED
        return CodeFor(purpose, added.entrance, mobile, about=self.account_id)


def require_own(staff: Staff, caller: Caller) -> StaffAdded:
    """An administrator's own people; anybody else's are not there (404)."""
    added = staff.added
    own = (caller.kind, caller.organisation_id)
    if added is None or (added.entrance, added.organisation_id) != own:
        raise DomainError("staff-not-found", status=404)
    return added


async def send_code(act: HelpedStaff, mobile: str) -> SmsCodePolicy:
    """A code to the number that the person now has. Raises what `SmsCodes.send` raises."""
    wanted = await act.code(mobile)
    return await act.identity.codes.send(wanted, f"desk:{act.caller.account_id}", known=True)


async def change_mobile(act: HelpedStaff, form: StaffMobileForm) -> Written:
    """The new number. The password of before opens nothing any more, and every session ends; a new
    one is set as a forgotten one is, by a code to the new number. Raises DomainError
    `invalid-fields`, `already-registered`."""
    identity, registrations = act.identity, act.identity.registrations
    if (done := await registrations.finished(act.act_id)) is not None:
        return done
    added, staff = await act.staff()
    state = await registrations.state(act.act_id)
    if isinstance(state, Abandoned):
        raise DomainError(OVERTAKEN)
    resumed = isinstance(state, Started)
    mobile = await _checked(act, form, staff, resumed=resumed)
    if not resumed and not await identity.codes.use(await act.code(mobile), form.code):
        raise code_wrong()
    await registrations.begin(act.act_id, CHANGING_STAFF_MOBILE, act.account_id, act.metadata)
    now, by = identity.now(), act.caller.account_id
    changed = StaffMobileChanged(mobile=mobile, changed_at=now, assisted_by=by, reason=form.reason)
    fact = StaffMobileMoved(changed=changed, previous=str(staff.mobile))
    wanted = Wanted(identity.slots.mobile(added.entrance, mobile), _TAKEN)
    await identity.undertaking.claim_all(act.act_id, act.account_id, (wanted,), act.metadata)
    try:
        await identity.credentials.void_password(act.account_id, act.metadata)
        written = await registrations.complete(act.act_id, fact, act.metadata, slots=(wanted.slot,))
    except DomainError:
        await identity.undertaking.give_up(act.act_id, (wanted,), act.metadata)
        raise
    await identity.sessions.end_all(act.account_id, now)
    return written


async def _checked(act: HelpedStaff, form: StaffMobileForm, staff: Staff, *, resumed: bool) -> str:
    """The new number in E.164. Raises DomainError with every field at fault."""
    faults, mobile = Faults(), ""
    with faults.at("/mobile"):
        mobile = parse_mobile(form.mobile)
        if mobile == staff.mobile:
            faults.add("/mobile", "mobile-unchanged", "新手机号码与原号码相同。")
        code = await act.code(mobile)
        if not resumed and not await act.identity.codes.check(code, form.code):
            faults.add("/code", "code-wrong", "手机验证码不正确或已失效，请核对或重新获取。")
    faults.raise_if_any()
    return mobile
