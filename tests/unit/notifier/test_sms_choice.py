"""Which providers the settings choose."""

from pathlib import Path

import pytest

from shared.adapters.sms.in_turn import InTurnSms
from shared.ports.sms import Handover, Route
from shared.testing.clock import TestClock
from shared.testing.contracts.sms import message
from shared.testing.flaky_sms import Fault, FlakySms
from talent.adapters import MissingAdapter, UnknownAdapter
from talent.messaging import BadSmsUrl, open_messaging
from talent.settings import Settings

KEYS = {
    "aliyun_access_key_id": "id-a", "aliyun_access_key_secret": "hush-a",
    "tencent_secret_id": "id-t", "tencent_secret_key": "hush-t",
}  # fmt: skip


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    path = tmp_path / "texts.yaml"
    path.write_text("sign: 襄阳人才\ntexts: {registered: {code: SMS_1}}\n", encoding="utf-8")
    return path


def settings(url: str, **more: str) -> Settings:
    return Settings.model_validate({"sms_url": url} | more)


async def test_two_clouds_share_the_messages_by_weight(texts: Path) -> None:
    urls = (
        f"aliyun-sms://dysmsapi.aliyuncs.com?texts={texts}&weight=3"
        f" tencent-sms://sms.tencentcloudapi.com?texts={texts}&app=1400006666"
    )
    messaging = open_messaging(settings(urls, **KEYS), TestClock())
    assert [(r.provider.name, r.weight) for r in messaging.routes] == [
        ("aliyun", 3.0), ("tencent", 1.0),
    ]  # fmt: skip
    assert "hush" not in repr(settings(urls, **KEYS))
    await messaging.close()


@pytest.mark.parametrize(
    ("query", "problem"), [("", "texts"), ("?texts={t}", "app"), ("?texts={t}&app=1&weight=0", "w")]
)
def test_what_a_url_lacks_is_named(texts: Path, query: str, problem: str) -> None:
    url = f"tencent-sms://sms.tencentcloudapi.com{query.format(t=texts)}"
    with pytest.raises(BadSmsUrl, match=problem):
        open_messaging(settings(url, **KEYS), TestClock())


def test_without_credentials_nothing_starts(texts: Path) -> None:
    with pytest.raises(MissingAdapter, match="TALENT_ALIYUN_ACCESS_KEY"):
        open_messaging(settings(f"aliyun-sms://host?texts={texts}"), TestClock())


def test_an_unheard_of_provider_is_an_error() -> None:
    with pytest.raises(UnknownAdapter):
        open_messaging(settings("pigeon://loft"), TestClock())


@pytest.mark.parametrize("fault", [Fault.RETRY, Fault.THROTTLED, Fault.REFUSED])
async def test_a_code_goes_to_the_next_where_the_first_did_not_take_it(fault: Fault) -> None:
    first, second = FlakySms([fault]), FlakySms()
    both = InTurnSms([Route(second), Route(first, 2.0)])
    assert (await both.send(message())).handover is Handover.TAKEN
    assert (first.taken.total(), second.taken.total()) == (0, 1)


async def test_a_code_that_may_have_been_taken_goes_to_nobody_else() -> None:
    first, second = FlakySms([Fault.LOST_AFTER]), FlakySms()
    both = InTurnSms([Route(first, 2.0), Route(second)])
    assert (await both.send(message())).handover is Handover.UNKNOWN
    assert second.taken.total() == 0
