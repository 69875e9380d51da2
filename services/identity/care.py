"""What people do with their own account: password, mobile, erasure (manual §3.5, §3.6)."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from services.identity.accounts import Admission, PasswordChangeHow, Proof
from services.identity.codes.application import CodeFor, Purpose
from services.identity.commands import EraseTalent
from services.identity.context import Identity
from services.identity.decider import DECIDER
from services.identity.events import MobileChanged, StaffMobileChanged
from services.identity.facts import StaffMobileMoved
from services.identity.forms import (
    MobileForm,
    ResetForm,
    code_wrong,
    new_password,
    refused,
    require_captcha,
)
from services.identity.moves import CHANGING_MOBILE, CHANGING_STAFF_MOBILE
from services.identity.policies import shanghai_day
from services.identity.registration.application import Written, derived
from services.identity.rules.faults import Faults
from services.identity.rules.mobiles import parse_mobile
from services.identity.talents import ENTRANCE
from services.identity.undertake import Wanted
from shared.domain.errors import DomainError, FieldError
from shared.events.model import Event, Metadata

_NEW_MOBILE_TAKEN: Final = FieldError("/new", "mobile-taken", "该手机号码已注册其他账号。")


async def admitted(identity: Identity, entrance: str, account_id: str) -> Admission:
    """The account of who is signed in. Raises DomainError `account-closed`."""
    admission = await identity.sources[entrance].admit(account_id)
    if admission is None:
        raise DomainError("account-closed")
    return admission


async def confirm_password(
    identity: Identity, entrance: str, account_id: str, password: str, address: str, pointer: str
) -> None:
    """The password once more, guarded against guessing as a sign-in is. Raises DomainError
    `invalid-fields` (422), and what `SignInGuard.enter` raises."""
    attempt = await identity.guard.enter(f"{entrance}\0{account_id}", address)
    if not await identity.credentials.verify(account_id, password):
        raise refused(pointer, "password-wrong", "密码不正确。")
    await identity.guard.succeeded(attempt)


async def change_password(
    identity: Identity, entrance: str, account_id: str, *,
    old: str, new: str, again: str, address: str, metadata: Metadata,
) -> Written:  # fmt: skip
    """§3.5; every session ends, this one too. Raises DomainError `invalid-fields`."""
    admission = await admitted(identity, entrance, account_id)
    faults = Faults()
    policy, words = identity.policy(), admission.own_words
    checked = await new_password(faults, policy, "new", new, again, words)
    faults.raise_if_any()
    await confirm_password(identity, entrance, account_id, old, address, "/old")
    if await identity.credentials.verify(account_id, checked):
        raise refused("/new", "password-same", "新密码不能与原密码相同。")
    return await _set_password(identity, entrance, account_id, checked, "changed", metadata)


async def _set_password(
    identity: Identity,
    entrance: str,
    account_id: str,
    password: str,
    how: PasswordChangeHow,
    metadata: Metadata,
) -> Written:
    await identity.credentials.set_password(account_id, password, how, metadata)
    # Before the public event, so that a crash between them leaves no session of the old password.
    await identity.sessions.end_all(account_id)
    return await identity.sources[entrance].password_changed(account_id, how, metadata)


async def reset_password(identity: Identity, form: ResetForm, metadata: Metadata) -> Written:
    """A forgotten password: a code to the mobile, and who the person is. One code allows one
    guess at that. Raises DomainError `invalid-fields`, with one answer for a wrong code, an unknown
    mobile and somebody else's particulars."""
    await require_captcha(identity.captchas, form.captcha)
    faults, e164 = Faults(), ""
    with faults.at("/mobile"):
        e164 = parse_mobile(form.mobile)
    if form.entrance == ENTRANCE and form.document_number is None:
        faults.add("/document_number", "missing", "请填写证件号码。")
    if form.entrance != ENTRANCE and form.account_name is None:
        faults.add("/account_name", "missing", "请填写登录账号。")
    own = (form.mobile, form.document_number or "", form.account_name or "")
    checked = await new_password(faults, identity.policy(), "new", form.new, form.new_again, own)
    faults.raise_if_any()
    if not await identity.codes.use(
        CodeFor(Purpose.RESET_PASSWORD, form.entrance, e164), form.code
    ):
        raise _not_reset()
    account = await identity.reservations.account_of(identity.slots.mobile(form.entrance, e164))
    source, proof = identity.sources[form.entrance], Proof(form.document_number, form.account_name)
    admission = None if account is None else await source.admit(account)
    if account is None or admission is None or admission.mobile != e164:
        raise _not_reset()
    if not await source.recognises(account, proof):
        raise _not_reset()
    about = replace(metadata, subject=account, actor=account)
    return await _set_password(identity, form.entrance, account, checked, "forgotten", about)


async def change_mobile(
    identity: Identity, entrance: str, account_id: str, form: MobileForm, *,
    change_id: str, address: str, metadata: Metadata,
) -> Written:  # fmt: skip
    """§3.6: a code to the new number, and the password or a code to the old one. Raises DomainError
    `invalid-fields`, `already-registered`, `registration-overtaken`."""
    if (repeated := await identity.registrations.finished(change_id)) is not None:
        return repeated
    admission = await admitted(identity, entrance, account_id)
    before, after = _numbers(form, admission.mobile)
    await _confirm_holder(identity, entrance, account_id, before, form, address)
    new = CodeFor(Purpose.CHANGE_MOBILE_NEW, entrance, after)
    if not await identity.codes.use(new, form.new_code):
        raise code_wrong("/new_code")
    wanted = (Wanted(identity.slots.mobile(entrance, after), _NEW_MOBILE_TAKEN),)
    kind, fact = _moved(entrance, before, after, identity.now())
    await identity.registrations.begin(change_id, kind, account_id, metadata)
    await identity.undertaking.claim_all(change_id, account_id, wanted, metadata)
    slots = (wanted[0].slot,)
    try:
        return await identity.registrations.complete(change_id, fact, metadata, slots=slots)
    except DomainError:
        await identity.undertaking.give_up(change_id, wanted, metadata)
        raise


def _numbers(form: MobileForm, present: str | None) -> tuple[str, str]:
    """The old and the new number in E.164."""
    faults, before, after = Faults(), "", ""
    with faults.at("/old"):
        before = parse_mobile(form.old)
        if before != present:
            faults.add("/old", "old-mobile-wrong", "原手机号码不正确。")
    with faults.at("/new"):
        after = parse_mobile(form.new)
        if after == present:
            faults.add("/new", "mobile-unchanged", "新手机号码与原号码相同。")
    faults.raise_if_any()
    return before, after


def _moved(entrance: str, before: str, after: str, at: datetime) -> tuple[str, Event]:
    if entrance == ENTRANCE:
        return CHANGING_MOBILE, MobileChanged(mobile=after, previous=before, changed_at=at)
    changed = StaffMobileChanged(mobile=after, changed_at=at)
    return CHANGING_STAFF_MOBILE, StaffMobileMoved(changed=changed, previous=before)


async def erase_own(
    identity: Identity, account_id: str, *,
    code: str | None, password: str | None, address: str, metadata: Metadata,
) -> Written:  # fmt: skip
    """Erase one's own account, with the password or a code once more. Raises DomainError
    `erasure-refused-bar`, `-open-case`, `-retention` with the date until when."""
    admission = await admitted(identity, ENTRANCE, account_id)
    if admission.mobile is None:
        raise DomainError("account-closed")
    if password is not None:
        await confirm_password(identity, ENTRANCE, account_id, password, address, "/password")
    elif code is None or not await identity.codes.use(
        CodeFor(Purpose.ERASE, ENTRANCE, admission.mobile), code
    ):
        raise code_wrong()
    return await erase_talent(identity, account_id, metadata)


async def erase_talent(
    identity: Identity, account_id: str, metadata: Metadata, *, again: bool = False
) -> Written:
    """Decide the erasure; its effects follow the event. Raises as above, but for what was decided
    before (`again`)."""
    now = identity.now()
    command = EraseTalent(today=shanghai_day(now), at=now, again=again)
    handler = identity.kernel.handler
    outcome = await handler.handle(DECIDER, account_id, command, derived(metadata, "erase"))
    await identity.sessions.end_all(account_id)
    return Written(outcome.stream, outcome.version)


async def _confirm_holder(
    identity: Identity, entrance: str, account_id: str, mobile: str, form: MobileForm, address: str
) -> None:
    if form.password is not None:
        await confirm_password(identity, entrance, account_id, form.password, address, "/password")
    elif form.old_code is None or not await identity.codes.use(
        CodeFor(Purpose.CHANGE_MOBILE_OLD, entrance, mobile), form.old_code
    ):
        raise code_wrong("/old_code")


def _not_reset() -> DomainError:
    return refused("/code", "reset-refused", "验证码、手机号码或身份信息不正确，请重新获取验证码。")
