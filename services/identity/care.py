"""What people do with their own account: password, mobile, erasure (manual §3.5, §3.6)."""

from dataclasses import replace
from typing import Final

from services.identity.accounts import Admission, PasswordChangeHow
from services.identity.codes.application import CodeFor, Purpose
from services.identity.commands import EraseTalent
from services.identity.context import Identity
from services.identity.decider import DECIDER, Talent
from services.identity.events import MobileChanged
from services.identity.forms import code_wrong, mobile_of, new_password, refused
from services.identity.policies import shanghai_day
from services.identity.registration.application import Written, derived
from services.identity.rules.documents import DocumentType
from services.identity.rules.faults import Faults
from services.identity.talents import CHANGING_MOBILE, ENTRANCE
from services.identity.undertake import Wanted
from shared.domain.errors import DomainError, FieldError
from shared.events.model import Metadata

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
    checked = await new_password(faults, "new", new, again, admission.own_words)
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


async def reset_password(
    identity: Identity, *,
    mobile: str, code: str, document_number: str, new: str, again: str, metadata: Metadata,
) -> Written:  # fmt: skip
    """A forgotten password: a code to the mobile and the document's number. One code allows one
    guess at the number. Raises DomainError `invalid-fields`, with one answer for a wrong code, an
    unknown mobile and another's document."""
    e164 = mobile_of(mobile)
    faults = Faults()
    checked = await new_password(faults, "new", new, again, (mobile, document_number))
    faults.raise_if_any()
    if not await identity.codes.use(CodeFor(Purpose.RESET_PASSWORD, ENTRANCE, e164), code):
        raise _not_reset()
    account = await identity.reservations.account_of(identity.slots.mobile(ENTRANCE, e164))
    state = None if account is None else (await identity.kernel.handler.load(DECIDER, account))[0]
    if account is None or not isinstance(state, Talent) or state.reclaimed:
        raise _not_reset()
    known = state.registered
    kind = DocumentType(known.document_type)
    if identity.slots.document(kind, document_number) != known.person:
        raise _not_reset()
    about = replace(metadata, subject=account, actor=account)
    return await _set_password(identity, ENTRANCE, account, checked, "forgotten", about)


async def change_mobile(
    identity: Identity, account_id: str, change_id: str, *, old: str, new: str, new_code: str,
    old_code: str | None, password: str | None, address: str, metadata: Metadata,
) -> Written:  # fmt: skip
    """§3.6: a code to the new number, and the password or a code to the old one. Raises DomainError
    `invalid-fields`, `already-registered`, `registration-overtaken`."""
    if (repeated := await identity.registrations.finished(change_id)) is not None:
        return repeated
    admission = await admitted(identity, ENTRANCE, account_id)
    before, after = mobile_of(old, "/old"), mobile_of(new, "/new")
    if before != admission.mobile:
        raise refused("/old", "old-mobile-wrong", "原手机号码不正确。")
    if after == before:
        raise refused("/new", "mobile-unchanged", "新手机号码与原号码相同。")
    await _confirm_holder(identity, account_id, before, old_code, password, address)
    if not await identity.codes.use(CodeFor(Purpose.CHANGE_MOBILE_NEW, ENTRANCE, after), new_code):
        raise code_wrong("/new_code")
    wanted = (Wanted(identity.slots.mobile(ENTRANCE, after), _NEW_MOBILE_TAKEN),)
    await identity.registrations.begin(change_id, CHANGING_MOBILE, account_id, metadata)
    await identity.undertaking.claim_all(change_id, account_id, wanted, metadata)
    fact = MobileChanged(mobile=after, previous=before, changed_at=identity.now())
    slots = (wanted[0].slot,)
    try:
        return await identity.registrations.complete(change_id, fact, metadata, slots=slots)
    except DomainError:
        await identity.undertaking.give_up(change_id, wanted, metadata)
        raise


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


async def erase_talent(identity: Identity, account_id: str, metadata: Metadata) -> Written:
    """Decide the erasure; its effects follow the event. Raises as above."""
    now = identity.now()
    command = EraseTalent(today=shanghai_day(now), at=now)
    handler = identity.kernel.handler
    outcome = await handler.handle(DECIDER, account_id, command, derived(metadata, "erase"))
    await identity.sessions.end_all(account_id)
    return Written(outcome.stream, outcome.version)


async def _confirm_holder(
    identity: Identity, account_id: str, mobile: str,
    code: str | None, password: str | None, address: str,
) -> None:  # fmt: skip
    if password is not None:
        await confirm_password(identity, ENTRANCE, account_id, password, address, "/password")
    elif code is None or not await identity.codes.use(
        CodeFor(Purpose.CHANGE_MOBILE_OLD, ENTRANCE, mobile), code
    ):
        raise code_wrong("/old_code")


def _not_reset() -> DomainError:
    return refused("/code", "reset-refused", "验证码、手机号码或证件号码不正确，请重新获取验证码。")
