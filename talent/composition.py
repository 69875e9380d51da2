"""Services over one kernel: all of them in one process, or some of them in a process of a fleet."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from services.classification import events as classification_events
from services.classification import main as classification
from services.identity import main as identity
from services.notifier import main as notifier
from services.notifier.receipts import Doorkeeper
from services.subsidy import events as subsidy_events
from services.subsidy import main as subsidy
from shared.adapters.sms.inbox import DevInbox
from shared.http.caller import TokenVerifier
from shared.policy.loader import load_policies
from shared.ports.clock import Clock
from shared.runtime.control import Operation
from shared.runtime.host import Host
from shared.runtime.kernel import Kernel, Service
from shared.runtime.leases import Lease
from talent.access import remote_access
from talent.adapters import Opened, open_kernel, open_scanner
from talent.mailing import open_mail
from talent.messaging import Messaging, open_messaging
from talent.operations import operations
from talent.registry import registry
from talent.relaying import relays
from talent.roles import WHOLE, Role
from talent.settings import Settings

ATTACHMENTS: Final = (classification_events.APPLICATION, subsidy_events.APPLICATION)
"""Where talents hand in files: what one context holds can be attached in the other."""


@dataclass
class Platform:
    """Services over an opened kernel, and the host that runs them."""

    settings: Settings
    kernel: Kernel
    services: tuple[Service, ...]
    host: Host
    verifier: TokenVerifier
    messaging: Messaging = field(repr=False)
    role: Role
    operations: Mapping[str, Operation]
    opened: Opened = field(repr=False)

    @property
    def inbox(self) -> DevInbox | None:
        """The developer inbox of this process, where it has one."""
        return self.messaging.inbox

    async def close(self) -> None:
        """Stop the workers, then close the ports."""
        await self.host.stop()
        await self.opened.close()
        await self.messaging.close()


async def open_platform(
    settings: Settings, clock: Clock | None = None, role: Role = WHOLE
) -> Platform:
    """Open the kernel and build the role's services; nothing runs before `host.start()`.

    Raises DataFolderLocked, UnknownAdapter, and what a service's policy data is at fault with."""
    opened = await open_kernel(settings, registry(), clock)
    try:
        return _build(settings, opened, role)
    except BaseException:
        await opened.close()
        raise


def _build(settings: Settings, opened: Opened, role: Role) -> Platform:
    kernel = opened.kernel
    policies = load_policies()
    scanner = open_scanner(settings.scanner_url)
    messaging = open_messaging(settings, kernel.clock)
    services: list[Service] = []
    if role.has("identity"):
        accounts = identity.build(
            kernel, policies=policies, sms=messaging.provider, inbox=messaging.captchas
        )
        verifier = accounts.verifier
        services.append(accounts)
    else:
        access = remote_access(kernel, settings)
        verifier = access.verifier
        services.append(access)
    for context, build in (("classification", classification.build), ("subsidy", subsidy.build)):
        if role.has(context):
            services.append(
                build(kernel, policies=policies, scanner=scanner, attachments=ATTACHMENTS)
            )
    if role.has("notifier"):
        services.append(_notifier(settings, kernel, messaging))
    if role.works and settings.feed_url:
        services.append(relays(kernel, settings, role))
    leader = (
        Lease(kernel.key_values, kernel.clock, f"ticker/{role.name}") if settings.engines else None
    )
    host = Host(kernel, services, answers=role.answers, works=role.works, leader=leader)
    return Platform(
        settings, kernel, tuple(services), host, verifier, messaging, role,
        _operations(host, tuple(services)), opened,
    )  # fmt: skip


def _notifier(settings: Settings, kernel: Kernel, messaging: Messaging) -> Service:
    secret = settings.sms_receipt_secret
    doorkeeper = Doorkeeper(
        secret.get_secret_value().encode() if secret else None, settings.sms_receipt_networks
    )
    return notifier.build(
        kernel,
        routes=messaging.routes,
        mail=open_mail(settings, kernel.clock),
        readers=messaging.receipts,
        doorkeeper=doorkeeper,
    )


def _operations(host: Host, services: tuple[Service, ...]) -> Mapping[str, Operation]:
    return operations(host) | {n: o for s in services for n, o in s.operations.items()}
