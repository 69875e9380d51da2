"""The parts of identity, put together once a process over an opened kernel."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from services.identity.access.application import AccessControl
from services.identity.accounts import AccountSource
from services.identity.captcha import CaptchaService
from services.identity.codes.application import SmsCodes
from services.identity.credentials.application import CredentialKeeper
from services.identity.limits import Limits
from services.identity.passwords import PasswordVault
from services.identity.policies import shanghai_day
from services.identity.registration.application import Registrations
from services.identity.registration.keeper import RegistrationKeeper
from services.identity.reservation.application import Reservations
from services.identity.sessions.application import Sessions
from services.identity.sessions.guard import SignInGuard
from services.identity.sessions.keys import SigningKeys
from services.identity.slots import Slots
from services.identity.undertake import Undertaking
from services.identity.verifier import IdentityVerifier
from shared.http.tokens import Revocations
from shared.policy.models import IdentityPolicy, Timeline
from shared.ports.sms import SmsProvider
from shared.runtime.kernel import Kernel


@dataclass(frozen=True)
class Identity:
    """What identity's application functions and routes work with. `sources` holds the accounts of
    each entrance, and is filled by `main`."""

    kernel: Kernel
    policies: Timeline[IdentityPolicy]
    verifier: IdentityVerifier
    vault: PasswordVault
    limits: Limits
    guard: SignInGuard
    captchas: CaptchaService
    codes: SmsCodes
    slots: Slots
    registrations: Registrations
    keeper: RegistrationKeeper
    reservations: Reservations
    undertaking: Undertaking
    credentials: CredentialKeeper
    keys: SigningKeys
    access: AccessControl
    sessions: Sessions
    sources: dict[str, AccountSource]

    def now(self) -> datetime:
        return self.kernel.clock.now()

    def policy(self) -> IdentityPolicy:
        """The policy of today in Shanghai."""
        return self.policies.at(shanghai_day(self.now()))


def assemble(
    kernel: Kernel,
    policies: Timeline[IdentityPolicy],
    sms: SmsProvider,
    *,
    verifier: IdentityVerifier,
    vault: PasswordVault,
    on_captcha: Callable[[str, str], None] | None,
) -> Identity:
    """Every part once; nothing runs yet."""

    def policy() -> IdentityPolicy:
        return policies.at(shanghai_day(clock.now()))

    kv, clock, handler = kernel.key_values, kernel.clock, kernel.handler
    limits = Limits(kv, clock, kernel.secret("identity.limits"))
    registrations = Registrations(handler, clock)
    reservations = Reservations(handler, registrations, clock)
    keys = SigningKeys(kv, clock, kernel.secret("identity.signing-keys"))
    access = AccessControl(handler, clock, Revocations())
    sources: dict[str, AccountSource] = {}
    secret = kernel.secret
    return Identity(
        kernel, policies, verifier, vault, limits,
        guard=SignInGuard(kv, limits, policy),
        captchas=CaptchaService(
            kv, clock, secret("identity.captchas"), lambda: policy().captcha, on_issue=on_captcha
        ),
        codes=SmsCodes(kv, sms, limits, secret("identity.codes"), lambda: policy().sms_code),
        slots=Slots(secret("identity.slots")),
        registrations=registrations,
        keeper=RegistrationKeeper(kernel.store, kv, registrations, clock.now),
        reservations=reservations,
        undertaking=Undertaking(registrations, reservations),
        credentials=CredentialKeeper(handler, vault, clock),
        keys=keys,
        access=access,
        sessions=Sessions(kv, clock, keys, access, sources, secret, lambda: policy().session),
        sources=sources,
    )  # fmt: skip
