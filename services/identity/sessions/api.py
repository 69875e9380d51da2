"""Signing in, staying in, signing out; and the keys by which others check it."""

from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

from services.identity.context import Identity
from services.identity.forms import CaptchaAnswer, Form, Line, refused
from services.identity.policies import Entrance
from services.identity.sessions.application import Tokens
from services.identity.sessions.keys import CACHE_SECONDS
from services.identity.sessions.sign_in import sign_in_by_code, sign_in_by_password
from shared.http.caller import PUBLIC, SIGNED_IN, Caller
from shared.http.client_address import client_address

_OPEN: Final = [Depends(PUBLIC)]
SignedIn = Annotated[Caller, Depends(SIGNED_IN)]


class SignInForm(Form):
    """Either `mobile` and `code`, or `account`, `password` and `captcha` (§3.2)."""

    entrance: Entrance = "talent"
    mobile: Line | None = None
    code: Line | None = None
    account: Line | None = None
    password: Line | None = None
    captcha: CaptchaAnswer | None = None


class RefreshForm(Form):
    refresh_token: Line


class TokensOut(BaseModel):
    """RFC 6749 §5.1, with who it is; lives in seconds."""

    account_id: str
    kind: str
    access_token: str
    token_type: str = "Bearer"  # noqa: S105 - the scheme's name
    expires_in: int
    refresh_token: str
    refresh_expires_in: int


@dataclass(frozen=True)
class SessionsApi:
    identity: Identity

    async def open(self, form: SignInForm, request: Request, response: Response) -> TokensOut:
        """Sign in at one entrance."""
        address = client_address(request)
        if form.mobile is not None and form.account is None:
            if form.code is None:
                raise refused("/code", "missing", "请填写手机验证码。")
            tokens = await sign_in_by_code(
                self.identity,
                entrance=form.entrance,
                mobile=form.mobile,
                code=form.code,
                captcha=form.captcha,
                address=address,
            )
        else:
            tokens = await self._by_password(form, address)
        return _out(tokens, response)

    async def _by_password(self, form: SignInForm, address: str) -> Tokens:
        if form.account is None:
            raise refused("/account", "missing", "请填写登录账号。")
        if form.password is None:
            raise refused("/password", "missing", "请填写登录密码。")
        if form.captcha is None:
            raise refused("/captcha", "missing", "请填写图形验证码。")
        return await sign_in_by_password(
            self.identity,
            entrance=form.entrance,
            account=form.account,
            password=form.password,
            captcha=form.captcha,
            address=address,
        )

    async def refresh(self, form: RefreshForm, response: Response) -> TokensOut:
        """New tokens; the refresh token given counts no more."""
        return _out(await self.identity.sessions.refresh(form.refresh_token), response)

    async def close(self, caller: SignedIn) -> None:
        """Sign out here (§3.7)."""
        await self.identity.sessions.end(caller.account_id, caller.session_id)

    async def close_all(self, caller: SignedIn) -> None:
        """Sign out everywhere."""
        await self.identity.sessions.end_all(caller.account_id)

    async def key_set(self, response: Response) -> dict[str, Any]:
        """The public keys (JWK set, RFC 7517)."""
        response.headers["Cache-Control"] = f"public, max-age={CACHE_SECONDS}"
        return dict(await self.identity.keys.published())


def _out(tokens: Tokens, response: Response) -> TokensOut:
    response.headers["Cache-Control"] = "no-store"
    return TokensOut(
        account_id=tokens.account_id,
        kind=tokens.kind,
        access_token=tokens.access_token,
        expires_in=tokens.expires_in,
        refresh_token=tokens.refresh_token,
        refresh_expires_in=tokens.refresh_expires_in,
    )


def sessions_router(identity: Identity) -> APIRouter:
    router, api = APIRouter(prefix="/api/identity", tags=["sessions"]), SessionsApi(identity)
    add = router.add_api_route
    add("/sessions", api.open, methods=["POST"], status_code=201, dependencies=_OPEN)
    add("/sessions/refresh", api.refresh, methods=["POST"], dependencies=_OPEN)
    add("/sessions/current", api.close, methods=["DELETE"], status_code=204)
    add("/sessions", api.close_all, methods=["DELETE"], status_code=204)
    add("/.well-known/jwks.json", api.key_set, methods=["GET"], dependencies=_OPEN)
    return router
