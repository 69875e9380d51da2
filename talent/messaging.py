"""Which SMS providers a process hands over to, and where a developer reads what they took."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import SplitResult, parse_qs, urlsplit

from pydantic import SecretStr

from shared.adapters.sms.aliyun import AliyunSms
from shared.adapters.sms.approved import Approvals, load_approvals
from shared.adapters.sms.console import ConsoleSms
from shared.adapters.sms.http_inbox import HttpInboxSms
from shared.adapters.sms.in_turn import InTurnSms
from shared.adapters.sms.inbox import DevInbox, InboxSms
from shared.adapters.sms.receipts import aliyun_receipts, tencent_receipts
from shared.adapters.sms.signatures import Credentials
from shared.adapters.sms.tencent import TencentSms
from shared.ports.clock import Clock
from shared.ports.sms import ReceiptReader, Route, SmsProvider
from talent.adapters import MissingAdapter, UnknownAdapter
from talent.settings import Settings

_SETTING: Final = "TALENT_SMS_URL"


class Closable(Protocol):
    async def close(self) -> None: ...


class BadSmsUrl(ValueError):
    """A URL of a cloud that lacks something; it names the part and never the URL."""

    def __init__(self, part: str) -> None:
        super().__init__(f"{_SETTING}: 缺少或有误 / missing or wrong: {part}")


@dataclass
class Messaging:
    """`routes` share the messages; `provider` is all of them as one, for one-time codes. `captchas`
    shows captchas' answers, in development alone; `inbox` is this process's own."""

    routes: Sequence[Route]
    captchas: DevInbox | HttpInboxSms | None = None
    inbox: DevInbox | None = None
    kept: Sequence[Closable] = field(default=(), repr=False)

    @property
    def receipts(self) -> dict[str, ReceiptReader]:
        """How the providers report, by name; the inbox's way is Aliyun's."""
        readers = {
            "aliyun": aliyun_receipts(),
            "tencent": tencent_receipts(),
            "inbox": aliyun_receipts(),
        }
        names = {route.provider.name for route in self.routes}
        return {name: reader for name, reader in readers.items() if name in names}

    @property
    def provider(self) -> SmsProvider:
        return self.routes[0].provider if len(self.routes) == 1 else InTurnSms(self.routes)

    async def close(self) -> None:
        for one in self.kept:
            await one.close()


def open_messaging(settings: Settings, clock: Clock) -> Messaging:
    """By TALENT_SMS_URL, one or several divided by spaces; without one the inbox in development,
    else the console.

    Raises UnknownAdapter, MissingAdapter (credentials), BadSmsUrl, BadApprovals."""
    if settings.sms_url.startswith(("http://", "https://")) and settings.development:
        remote = HttpInboxSms(settings.sms_url)
        return Messaging([Route(remote)], captchas=remote, kept=[remote])
    if settings.sms_url:
        return _clouds(settings, clock)
    if not settings.development:
        return Messaging([Route(ConsoleSms())])
    inbox = DevInbox(clock)
    kept = InboxSms(settings.data / "inbox.db", inbox)
    return Messaging([Route(kept)], captchas=inbox, inbox=inbox, kept=[kept])


def _clouds(settings: Settings, clock: Clock) -> Messaging:
    routes: list[Route] = []
    kept: list[Closable] = []
    for url in settings.sms_url.split():
        asked = _Asked.of(url)
        made: AliyunSms | TencentSms
        match asked.cloud:
            case "aliyun-sms":
                made = _aliyun(asked, settings, clock)
            case "tencent-sms":
                made = _tencent(asked, settings, clock)
            case _:
                raise UnknownAdapter(_SETTING, url)
        routes.append(Route(made, asked.number("weight", 1.0)))
        kept.append(made)
    if len({route.provider.name for route in routes}) < len(routes):
        # An attempt is asked about by its provider's name.
        raise BadSmsUrl("one URL a provider")
    return Messaging(routes, kept=kept)


def _aliyun(asked: "_Asked", settings: Settings, clock: Clock) -> AliyunSms:
    key = _credentials(
        "TALENT_ALIYUN_ACCESS_KEY", settings.aliyun_access_key_id, settings.aliyun_access_key_secret
    )
    settles = timedelta(seconds=asked.number("settles", 120))
    return AliyunSms(asked.endpoint, key, asked.approvals(), clock, settles)


def _tencent(asked: "_Asked", settings: Settings, clock: Clock) -> TencentSms:
    key = _credentials(
        "TALENT_TENCENT_SECRET", settings.tencent_secret_id, settings.tencent_secret_key
    )
    return TencentSms(
        asked.endpoint,
        key,
        asked.approvals(),
        clock,
        app=asked.needed("app"),
        region=asked.text("region", "ap-guangzhou"),
        settles_after=timedelta(seconds=asked.number("settles", 60)),
    )


def _credentials(name: str, id: str, secret: SecretStr | None) -> Credentials:
    if not id or secret is None:
        raise MissingAdapter(name)
    return Credentials(id, secret.get_secret_value())


@dataclass(frozen=True)
class _Asked:
    """`aliyun-sms://endpoint?texts=FILE&weight=1`; `aliyun-sms+http://…` for a stand-in."""

    split: SplitResult

    @staticmethod
    def of(url: str) -> "_Asked":
        return _Asked(urlsplit(url))

    @property
    def cloud(self) -> str:
        return self.split.scheme.partition("+")[0]

    @property
    def endpoint(self) -> str:
        if not self.split.netloc:
            raise BadSmsUrl("endpoint")
        plain = self.split.scheme.endswith("+http")
        return f"{'http' if plain else 'https'}://{self.split.netloc}/"

    def text(self, name: str, default: str) -> str:
        return parse_qs(self.split.query).get(name, [default])[0]

    def needed(self, name: str) -> str:
        if not (value := self.text(name, "")):
            raise BadSmsUrl(name)
        return value

    def number(self, name: str, default: float) -> float:
        try:
            value = float(self.text(name, str(default)))
        except ValueError:
            raise BadSmsUrl(name) from None
        if not 0 < value < 1e6:
            raise BadSmsUrl(name)
        return value

    def approvals(self) -> Approvals:
        return load_approvals(Path(self.needed("texts")))
