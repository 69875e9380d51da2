"""Signing in (manual §3.2): by mobile and code, or by account and password; an entrance each."""

from services.identity.codes.application import CodeFor, Purpose
from services.identity.context import Identity
from services.identity.forms import CaptchaAnswer, code_wrong, mobile_of, require_captcha
from services.identity.rules.names import account_key
from services.identity.sessions.application import Tokens
from shared.domain.errors import DomainError


async def sign_in_by_password(
    identity: Identity,
    *,
    entrance: str,
    account: str,
    password: str,
    captcha: CaptchaAnswer,
    address: str,
) -> Tokens:
    """Raises DomainError: `sign-in-failed` (401) in the same words and time whether the account
    exists or not, `invalid-fields` for the captcha, and what `SignInGuard.enter` raises."""
    await identity.guard.many(address)
    await require_captcha(identity.captchas, captcha)
    attempt = await identity.guard.enter(f"{entrance}\0{account_key(account)}", address)
    found = await identity.reservations.account_of(identity.slots.account(entrance, account))
    admission = None if found is None else await identity.sources[entrance].admit(found)
    known = None if admission is None else admission.account_id
    if not await identity.credentials.verify(known, password) or admission is None:
        raise DomainError("sign-in-failed", status=401)
    await identity.guard.succeeded(attempt)
    return await identity.sessions.open(entrance, admission)


async def sign_in_by_code(
    identity: Identity,
    *,
    entrance: str,
    mobile: str,
    code: str,
    captcha: CaptchaAnswer | None,
    address: str,
) -> Tokens:
    """Raises DomainError `invalid-fields`: for the mobile's form, the captcha if one is given, and
    the code, in the same words whether the mobile is known or not."""
    await identity.guard.many(address)
    e164 = mobile_of(mobile)
    if captcha is not None:
        await require_captcha(identity.captchas, captcha)
    if not await identity.codes.use(CodeFor(Purpose.SIGN_IN, entrance, e164), code):
        raise code_wrong()
    found = await identity.reservations.account_of(identity.slots.mobile(entrance, e164))
    admission = None if found is None else await identity.sources[entrance].admit(found)
    # A number that was changed leads to the account until the change is finished.
    if admission is None or admission.mobile != e164:
        raise code_wrong()
    return await identity.sessions.open(entrance, admission)
