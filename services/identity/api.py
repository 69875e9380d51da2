"""Identity over HTTP: captchas, codes, registration, and one's own account."""

import base64
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

from services.identity import care
from services.identity.accounts import Me
from services.identity.captcha import CaptchaKind
from services.identity.codes.application import CodeFor, Purpose
from services.identity.context import Identity
from services.identity.forms import (
    ErasureForm,
    Form,
    MobileForm,
    PasswordForm,
    RegistrationForm,
    ResetForm,
    SmsCodeForm,
    mobile_of,
    refused,
    require_captcha,
)
from services.identity.limits import network_of
from services.identity.register import register_talent
from services.identity.registration.application import Written
from shared.domain.errors import DomainError
from shared.http.caller import PUBLIC, SIGNED_IN, TALENT, Caller
from shared.http.client_address import client_address
from shared.http.commands import Commanding, derive_id
from shared.http.versions import AtLeast, pending, stamp

_OPEN: Final = [Depends(PUBLIC)]
SignedIn = Annotated[Caller, Depends(SIGNED_IN)]
ATalent = Annotated[Caller, Depends(TALENT)]


class CaptchaForm(Form):
    kind: CaptchaKind = CaptchaKind.IMAGE


class CaptchaOut(BaseModel):
    """`data` is base64 of the picture or sound; the answer goes back under `id`, once."""

    id: str
    media_type: str
    data: str
    expires_at: datetime


class SmsCodeOut(BaseModel):
    """The same whether the mobile is known or not; lives in seconds."""

    expires_in: int
    resend_in: int


class RegisteredOut(BaseModel):
    talent_id: str
    version: str


class VersionOut(BaseModel):
    version: str


class DocumentOut(BaseModel):
    code: str
    label: str


class FormOut(BaseModel):
    """`commitment` is 个人申请承诺 as it is in force today."""

    commitment_version: str
    commitment: str
    documents: list[DocumentOut]


@dataclass(frozen=True)
class IdentityApi:
    identity: Identity

    async def captcha(self, form: CaptchaForm, request: Request) -> CaptchaOut:
        """A picture, or spoken digits for who cannot see it."""
        network = network_of(client_address(request))
        most = self.identity.policy().captcha.per_address_per_hour
        await self.identity.limits.per_hour("captcha", network, most)
        made = await self.identity.captchas.issue(form.kind)
        data = base64.b64encode(made.data).decode()
        return CaptchaOut(
            id=made.id, media_type=made.media_type, data=data, expires_at=made.expires_at
        )

    async def sms_code(self, form: SmsCodeForm, request: Request) -> SmsCodeOut:
        """Send a code to a mobile."""
        if form.purpose not in [p for p in Purpose if p.for_anybody]:
            raise refused("/purpose", "unknown-purpose", "验证码用途不正确。")
        wanted = CodeFor(Purpose(form.purpose), form.entrance, mobile_of(form.mobile))
        await require_captcha(self.identity.captchas, form.captcha)
        slot = self.identity.slots.mobile(wanted.entrance, wanted.mobile)
        # Looked up for every purpose, so that time tells nothing.
        holder = await self.identity.reservations.account_of(slot)
        known = holder is not None or not wanted.purpose.for_account_holders
        address = client_address(request)
        policy = await self.identity.codes.send(wanted, address, known=known)
        return SmsCodeOut(expires_in=policy.valid_seconds, resend_in=policy.resend_seconds)

    async def register(
        self, form: RegistrationForm, request: Request, response: Response, ids: Commanding
    ) -> RegisteredOut:
        """Register as a talent (§3.1)."""
        talent_id = derive_id(ids.command_id(None), "talent")
        version = self.identity.policy().version
        metadata = ids.metadata(None, subject=talent_id, policy_version=version)
        address = client_address(request)
        written = await register_talent(self.identity, talent_id, form, address, metadata)
        return RegisteredOut(talent_id=talent_id, version=stamped(response, written))

    async def me(self, caller: SignedIn, at_least: AtLeast, response: Response) -> Me | Response:
        """Who is signed in."""
        source = self.identity.sources[caller.kind]
        if at_least.token is not None:
            view = _Positions(self.identity, caller)
            if not await at_least.reached(view):
                return pending()
        found = await source.me(caller.account_id)
        return pending() if found is None else found

    async def password(
        self, form: PasswordForm, request: Request, response: Response,
        ids: Commanding, caller: SignedIn,
    ) -> VersionOut:  # fmt: skip
        """Change the password (§3.5); every session ends, this one too."""
        written = await care.change_password(
            self.identity, caller.kind, caller.account_id,
            old=form.old, new=form.new, again=form.new_again,
            address=client_address(request),
            metadata=ids.metadata(caller, subject=caller.account_id),
        )  # fmt: skip
        return VersionOut(version=stamped(response, written))

    async def reset(self, form: ResetForm, response: Response, ids: Commanding) -> VersionOut:
        """A new password for a forgotten one, at any entrance; every session ends."""
        written = await care.reset_password(self.identity, form, ids.metadata(None))
        return VersionOut(version=stamped(response, written))

    async def mobile(
        self, form: MobileForm, request: Request, response: Response,
        ids: Commanding, caller: SignedIn,
    ) -> VersionOut:  # fmt: skip
        """Change the mobile (§3.6), at any entrance."""
        written = await care.change_mobile(
            self.identity, caller.kind, caller.account_id, form,
            change_id=derive_id(ids.command_id(caller), "mobile"),
            address=client_address(request),
            metadata=ids.metadata(caller, subject=caller.account_id),
        )  # fmt: skip
        return VersionOut(version=stamped(response, written))

    async def erase_me(
        self, form: ErasureForm, request: Request, response: Response,
        ids: Commanding, caller: ATalent,
    ) -> VersionOut:  # fmt: skip
        """Erase one's own account and all personal data, for good."""
        written = await care.erase_own(
            self.identity, caller.account_id, code=form.code, password=form.password,
            address=client_address(request),
            metadata=ids.metadata(caller, subject=caller.account_id),
        )  # fmt: skip
        return VersionOut(version=stamped(response, written))

    async def form(self) -> FormOut:
        """What the registration page shows: the commitment's words, and the documents on offer."""
        policy = self.identity.policy()
        return FormOut(
            commitment_version=policy.commitment.version,
            commitment=policy.commitment.text,
            documents=[DocumentOut(code=d.code, label=d.label) for d in policy.documents],
        )


@dataclass(frozen=True)
class _Positions:
    identity: Identity
    caller: Caller

    async def position(self, stream: str) -> int:
        source = self.identity.sources[self.caller.kind]
        return await source.position(self.caller.account_id, stream)


def stamped(response: Response, written: Written) -> str:
    """Set the `ETag`; the token for the body's `version`."""
    if not written.version:
        raise DomainError("account-closed")
    return stamp(response, written.stream, written.version)


def identity_router(identity: Identity) -> APIRouter:
    router, api = APIRouter(prefix="/api/identity", tags=["identity"]), IdentityApi(identity)
    add = router.add_api_route
    add("/captchas", api.captcha, methods=["POST"], status_code=201, dependencies=_OPEN)
    add("/sms-codes", api.sms_code, methods=["POST"], status_code=202, dependencies=_OPEN)
    add("/talents", api.register, methods=["POST"], status_code=201, dependencies=_OPEN)
    add("/registration-form", api.form, methods=["GET"], dependencies=_OPEN)
    add("/password-resets", api.reset, methods=["POST"], status_code=201, dependencies=_OPEN)
    add("/me", api.me, methods=["GET"], response_model=Me)
    add("/me", api.erase_me, methods=["DELETE"])
    add("/me/password", api.password, methods=["PUT"])
    add("/me/mobile", api.mobile, methods=["PUT"])
    return router
