"""Codes by SMS (手机验证码, manual §3.1, §3.2, §3.6): sent once from memory, kept as an HMAC."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from services.identity.limits import Limits, network_of
from services.identity.rules.fingerprints import fingerprint
from shared.domain.errors import DomainError
from shared.policy.models import SmsCodePolicy
from shared.ports.key_value import KeyValueStore
from shared.ports.sms import Handover, Sms, SmsProvider

_CODES: Final = "identity.sms-code"
_TRIES: Final = "identity.sms-code-tries"
_ID_LENGTH: Final = 16


class Purpose(StrEnum):
    """What a code opens; it opens nothing else."""

    REGISTER = "register"
    SIGN_IN = "sign-in"
    RESET_PASSWORD = "reset-password"  # noqa: S105 - no password
    CHANGE_MOBILE_OLD = "change-mobile-old"
    CHANGE_MOBILE_NEW = "change-mobile-new"
    CHANGE_MOBILE_ASSISTED = "change-mobile-assisted"
    ERASE = "erase"

    @property
    def for_account_holders(self) -> bool:
        """Whether only a mobile that leads to an account can use it."""
        return self not in (Purpose.REGISTER, Purpose.CHANGE_MOBILE_NEW)

    @property
    def for_anybody(self) -> bool:
        """Whether it is sent for a captcha; the others only a desk asks for."""
        return self is not Purpose.CHANGE_MOBILE_ASSISTED


@dataclass(frozen=True, slots=True)
class CodeFor:
    """What a code is bound to; `mobile` is E.164, `about` the account that a desk acts on."""

    purpose: Purpose
    entrance: str
    mobile: str
    about: str = ""

    @property
    def text(self) -> str:
        return f"{self.entrance}\0{self.purpose}\0{self.mobile}\0{self.about}"


class SmsCodes:
    """Sends and checks codes.

    A mobile that leads to nobody gets an SMS as well, which says so: the answer and its time tell
    nothing, and whoever mistook the entrance finds out on their own screen.
    """

    def __init__(
        self, kv: KeyValueStore, sms: SmsProvider, limits: Limits, secret: bytes,
        policy: Callable[[], SmsCodePolicy],
    ) -> None:  # fmt: skip
        self._kv, self._sms, self._limits, self._secret = kv, sms, limits, secret
        self._policy = policy

    async def send(self, wanted: CodeFor, address: str, *, known: bool) -> SmsCodePolicy:
        """Send a code, or (`known` False) word that the number has no account at the entrance.

        Raises DomainError `too-many-requests`, or `sms-not-sent` (503) if no provider took it."""
        policy, mobile = self._policy(), wanted.mobile
        network = network_of(address)
        await self._limits.per_hour("sms-address-hour", network, policy.per_address_per_hour)
        await self._limits.per_day("sms-address-day", network, policy.per_address_per_day)
        await self._limits.once_in("sms-resend", mobile, timedelta(seconds=policy.resend_seconds))
        await self._limits.per_day("sms-mobile", mobile, policy.per_mobile_per_day)
        code = "".join(secrets.choice("0123456789") for _ in range(policy.digits))
        # Kept even if nobody is told it, so that trying one takes the same time and tells nothing.
        await self._keep(wanted, code, timedelta(seconds=policy.valid_seconds))
        result = await self._sms.send(_message(mobile, code if known else None, policy))
        if result.handover not in (Handover.TAKEN, Handover.UNKNOWN):
            await self._limits.forget("sms-resend", mobile)
            raise DomainError("sms-not-sent", status=503)
        return policy

    async def check(self, wanted: CodeFor, code: str) -> bool:
        """Whether the code is right; counts as a try, and does not use it up."""
        stored = await self._kv.get(_CODES, self._name(wanted))
        if stored is None:
            return False
        policy = self._policy()
        id = stored[:_ID_LENGTH].decode()
        life = timedelta(seconds=policy.valid_seconds)
        if await self._kv.increment(_TRIES, id, ttl=life) > policy.max_tries:
            await self._kv.delete(_CODES, self._name(wanted))
            return False
        return hmac.compare_digest(stored, self._value(wanted, id, code))

    async def use(self, wanted: CodeFor, code: str) -> bool:
        """Whether the code is right; of several who use it at once, one does."""
        if not await self.check(wanted, code):
            return False
        taken = await self._kv.take(_CODES, self._name(wanted))
        if taken is None:
            return False
        return hmac.compare_digest(taken, self._value(wanted, taken[:_ID_LENGTH].decode(), code))

    async def _keep(self, wanted: CodeFor, code: str, life: timedelta) -> None:
        id = secrets.token_hex(_ID_LENGTH // 2)
        await self._kv.put(_CODES, self._name(wanted), self._value(wanted, id, code), ttl=life)

    def _name(self, wanted: CodeFor) -> str:
        return fingerprint(self._secret, "sms-code", wanted.text)

    def _value(self, wanted: CodeFor, id: str, code: str) -> bytes:
        message = f"{id}\0{wanted.text}\0{code.strip()}".encode()
        return id.encode() + hmac.new(self._secret, message, hashlib.sha256).digest()


def _message(mobile: str, code: str | None, policy: SmsCodePolicy) -> Sms:
    reference = secrets.token_hex(16)
    if code is None:
        text = "该手机号码在此入口没有账号。如非本人操作，请忽略。"
        return Sms(reference, mobile, text, "identity-no-account", {})
    minutes = str(policy.valid_seconds // 60)
    text = f"验证码{code}，{minutes}分钟内有效。请勿告诉他人；如非本人操作，请忽略。"
    return Sms(reference, mobile, text, "identity-code", {"code": code, "minutes": minutes})
