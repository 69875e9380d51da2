"""The all-in-one platform: every service over one kernel, in one process."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.classification import main as classification
from services.identity import main as identity
from services.notifier import main as notifier
from shared.adapters.scanner import NoScanner
from shared.adapters.sms.console import ConsoleSms
from shared.adapters.sms.inbox import DevInbox, InboxSms
from shared.http.caller import TokenVerifier
from shared.policy.loader import load_policies
from shared.ports.clock import Clock
from shared.ports.sms import SmsProvider
from shared.runtime.control import Operation
from shared.runtime.host import Host
from shared.runtime.kernel import Kernel, Service
from talent.adapters import Opened, open_kernel
from talent.operations import operations
from talent.registry import registry
from talent.settings import Settings


@dataclass
class Platform:
    """Services over an opened kernel, and the host that runs them."""

    settings: Settings
    kernel: Kernel
    services: tuple[Service, ...]
    host: Host
    verifier: TokenVerifier
    inbox: DevInbox | None
    kept_sms: InboxSms | None = field(repr=False)
    operations: Mapping[str, Operation]
    opened: Opened = field(repr=False)

    async def close(self) -> None:
        """Stop the workers, then close the ports."""
        await self.host.stop()
        await self.opened.close()
        if self.kept_sms is not None:
            await self.kept_sms.close()


async def open_platform(settings: Settings, clock: Clock | None = None) -> Platform:
    """Open the kernel and build every service; nothing runs before `host.start()`.

    Raises DataFolderLocked, UnknownAdapter, and what a service's policy data is at fault with."""
    opened = await open_kernel(settings, registry(), clock)
    try:
        return _build(settings, opened)
    except BaseException:
        await opened.close()
        raise


def _build(settings: Settings, opened: Opened) -> Platform:
    kernel = opened.kernel
    policies = load_policies()
    inbox = DevInbox(kernel.clock) if settings.development else None
    kept = None if inbox is None else InboxSms(settings.data / "inbox.db", inbox)
    sms: SmsProvider = kept or ConsoleSms()
    accounts = identity.build(kernel, policies=policies, sms=sms, inbox=inbox)
    services: tuple[Service, ...] = (
        accounts,
        classification.build(kernel, policies=policies, scanner=NoScanner()),
        notifier.build(kernel, provider=sms),
    )
    host = Host(kernel, services)
    return Platform(
        settings,
        kernel,
        services,
        host,
        accounts.verifier,
        inbox,
        kept,
        _operations(host, services),
        opened,
    )


def _operations(host: Host, services: tuple[Service, ...]) -> Mapping[str, Operation]:
    return operations(host) | {n: o for s in services for n, o in s.operations.items()}
