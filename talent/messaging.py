"""Which SMS provider a process hands over to, and where a developer reads what it took."""

from dataclasses import dataclass, field

from shared.adapters.sms.console import ConsoleSms
from shared.adapters.sms.http_inbox import HttpInboxSms
from shared.adapters.sms.inbox import DevInbox, InboxSms
from shared.ports.clock import Clock
from shared.ports.sms import SmsProvider
from talent.adapters import UnknownAdapter
from talent.settings import Settings


@dataclass
class Messaging:
    """`captchas` shows captchas' answers, in development alone; `inbox` is this process's own."""

    provider: SmsProvider
    captchas: DevInbox | HttpInboxSms | None = None
    inbox: DevInbox | None = None
    kept: InboxSms | HttpInboxSms | None = field(default=None, repr=False)

    async def close(self) -> None:
        if self.kept is not None:
            await self.kept.close()


def open_messaging(settings: Settings, clock: Clock) -> Messaging:
    """By TALENT_SMS_URL; without one the inbox in development, else the console.

    Raises UnknownAdapter."""
    if settings.sms_url.startswith(("http://", "https://")) and settings.development:
        remote = HttpInboxSms(settings.sms_url)
        return Messaging(remote, captchas=remote, kept=remote)
    if settings.sms_url:
        raise UnknownAdapter("TALENT_SMS_URL", settings.sms_url)
    if not settings.development:
        return Messaging(ConsoleSms())
    inbox = DevInbox(clock)
    kept = InboxSms(settings.data / "inbox.db", inbox)
    return Messaging(kept, captchas=inbox, inbox=inbox, kept=kept)
