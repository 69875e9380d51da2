"""The relays of a process: from the log to the contexts' topics, where the feed is an engine."""

from datetime import timedelta

from shared.adapters.kafka.relay import Relay
from shared.runtime.kernel import Kernel, Service
from shared.runtime.leases import Lease
from talent.roles import Role
from talent.settings import Settings


def relays(kernel: Kernel, settings: Settings, role: Role) -> Service:
    """One a context; of several processes the one that holds the lease relays."""
    return Service(
        name="relay",
        workers=tuple(
            (f"{context}.relay", _relay(kernel, settings, context)) for context in role.contexts
        ),
    )


def _relay(kernel: Kernel, settings: Settings, context: str) -> Relay:
    public = [
        category.name
        for category in kernel.registry.categories.values()
        if category.context == context and category.public
    ]
    lease = Lease(kernel.key_values, kernel.clock, f"{context}.relay", ttl=timedelta(seconds=10))
    return Relay(settings.feed_url, kernel.store, context, public, lease)
