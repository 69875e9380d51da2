"""The identity service over an opened kernel."""

from dataclasses import dataclass, field
from typing import Final, Protocol

from fastapi import APIRouter

from services.identity import messages
from services.identity import operations as of_talents
from services.identity.access.application import RevocationReader
from services.identity.api import identity_router
from services.identity.context import Identity, assemble
from services.identity.desk_api import desk_router
from services.identity.effects import effects
from services.identity.listing.api import listing_router
from services.identity.listing.reactions import LISTINGS
from services.identity.listing.views import ENTRIES
from services.identity.moves import MoveFinishers
from services.identity.organisation import api as organisation_api
from services.identity.organisation.views import ORGANISATIONS
from services.identity.passwords import PasswordVault
from services.identity.reactions import reactions
from services.identity.sessions.api import sessions_router
from services.identity.staff import api as staff_api
from services.identity.staff.application import (
    ENTRANCES,
    NewStaff,
    StaffAccounts,
    StaffFinishers,
)
from services.identity.staff.assist_api import assistance_router
from services.identity.staff.operations import operations
from services.identity.staff.views import STAFF_ACCOUNTS
from services.identity.talents import ENTRANCE, TalentAccounts, TalentFinishers
from services.identity.verifier import IdentityVerifier, RulesOnlyVerifier
from services.identity.views import PROJECTIONS
from shared.http.caller import TokenVerifier
from shared.http.tokens import JwtVerifier
from shared.policy.models import Policies
from shared.ports.sms import SmsProvider
from shared.runtime.kernel import Kernel, Service
from shared.runtime.periodic import Periodic
from shared.runtime.supervisor import Worker

_VIEWS: Final = (*PROJECTIONS, STAFF_ACCOUNTS, ORGANISATIONS, ENTRIES)
_KEYS_EVERY: Final = 600.0


class CaptchaInbox(Protocol):
    """Where development shows the answers of captchas."""

    def captcha_issued(self, id: str, answer: str) -> None: ...


@dataclass(frozen=True)
class IdentityService(Service):
    """Identity, with what checks its access tokens in this process."""

    verifier: TokenVerifier = field(kw_only=True)
    identity: Identity = field(kw_only=True, repr=False)


def build(
    kernel: Kernel,
    *,
    policies: Policies,
    sms: SmsProvider,
    inbox: CaptchaInbox | None = None,
    verifier: IdentityVerifier | None = None,
    vault: PasswordVault | None = None,
) -> IdentityService:
    """`inbox` shows captchas' answers (development only); `verifier` asks a register of persons;
    `vault` hashes passwords, at another cost than the default one."""
    messages.register()
    identity = assemble(
        kernel, policies.identity, sms,
        verifier=verifier or RulesOnlyVerifier(),
        vault=vault or PasswordVault(),
        on_captcha=None if inbox is None else inbox.captcha_issued,
    )  # fmt: skip
    _talents(identity)
    staff, new_staff = _staff(identity)
    revocations = RevocationReader(kernel, identity.access.revocations)
    return IdentityService(
        name="identity",
        projections=_VIEWS,
        reactions=(*reactions(), LISTINGS),
        effects=effects(identity),
        routers=_routers(identity, staff, new_staff),
        workers=(("identity.registrations", identity.keeper),),
        attendants=_attendants(identity, revocations),
        checks=(("revocations", revocations.ready),),
        operations=of_talents.operations(identity) | operations(identity, new_staff),
        verifier=JwtVerifier(identity.keys.provide, identity.access.revocations, kernel.clock),
        identity=identity,
    )


def _routers(
    identity: Identity, staff: staff_api.StaffParts, new_staff: NewStaff
) -> tuple[APIRouter, ...]:
    return (
        identity_router(identity),
        desk_router(identity),
        listing_router(identity),
        sessions_router(identity),
        staff_api.router(staff),
        assistance_router(identity),
        organisation_api.router(identity, new_staff),
    )


def _attendants(
    identity: Identity, revocations: RevocationReader
) -> tuple[tuple[str, Worker], ...]:
    return (("identity.revocations", revocations), ("identity.keys", _KeyKeeper(identity)))


def _talents(identity: Identity) -> None:
    kernel = identity.kernel
    identity.sources[ENTRANCE] = TalentAccounts(
        kernel.handler, kernel.views, kernel.clock, identity.slots
    )
    parts = kernel.handler, identity.reservations, identity.credentials
    TalentFinishers(*parts).register(identity.registrations)
    MoveFinishers(*parts, identity.slots).register(identity.registrations)


def _staff(identity: Identity) -> tuple[staff_api.StaffParts, NewStaff]:
    """The other entrances: their accounts, and who finishes what adds them."""
    kernel = identity.kernel
    accounts = StaffAccounts(kernel.handler, kernel.views, kernel.clock, identity.slots)
    identity.sources.update(dict.fromkeys(ENTRANCES, accounts))
    StaffFinishers(kernel.handler, identity.reservations, identity.credentials).register(
        identity.registrations
    )
    new_staff = NewStaff(
        identity.registrations, identity.undertaking, identity.vault, identity.slots
    )
    parts = staff_api.StaffParts(
        kernel.handler, kernel.views, kernel.clock, new_staff, accounts, identity.sessions,
        identity.slots, identity.policy,
    )  # fmt: skip
    return parts, new_staff


class _KeyKeeper(Periodic):
    """Publishes the next signing key in time, whether anybody signs in or not."""

    def __init__(self, identity: Identity) -> None:
        super().__init__("identity.keys", every=_KEYS_EVERY)
        self._identity = identity

    async def round(self) -> None:
        await self._identity.keys.refresh()

    async def run(self) -> None:
        await super().run()
        self._identity.vault.close()
