"""The contract of the SMS port: inboxes and clouds, the latter over real HTTP."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from shared.adapters.sms.aliyun import AliyunSms
from shared.adapters.sms.approved import Approvals, ApprovedText
from shared.adapters.sms.console import ConsoleSms
from shared.adapters.sms.http_inbox import HttpInboxSms
from shared.adapters.sms.inbox import DevInbox, InboxSms
from shared.adapters.sms.signatures import Credentials
from shared.adapters.sms.tencent import TencentSms
from shared.ports.sms import Handover, SmsProvider
from shared.testing.clock import TestClock
from shared.testing.contracts.sms import RemoteSmsContract, SmsProviderContract, message
from tests.servers.sms import aliyun, tencent
from tests.servers.sms.inbox import InboxStandIn
from tests.servers.sms.wire import Fault, StandIn

NOBODY = "http://127.0.0.1:9"
CLOCK = TestClock()


@dataclass
class Wires:
    """What befalls the next request to a stand-in."""

    stand_in: StandIn
    make: Callable[[str], Any]

    def cut_before(self) -> None:
        self.stand_in.faults.append(Fault.CUT_BEFORE)

    def cut_after(self) -> None:
        self.stand_in.faults.append(Fault.CUT_AFTER)

    def broken_gateway(self) -> None:
        self.stand_in.faults.append(Fault.GATEWAY)

    def gibberish(self) -> None:
        self.stand_in.faults.append(Fault.GIBBERISH)

    def deaf(self) -> SmsProvider:
        provider: SmsProvider = self.make(NOBODY)
        return provider


def approvals(code: str) -> Approvals:
    return Approvals(sign="襄阳人才", texts={"registered": ApprovedText(code=code, params=("at",))})


def make_aliyun(url: str, secret: str = aliyun.KEY_SECRET) -> AliyunSms:
    return AliyunSms(url, Credentials(aliyun.KEY_ID, secret), approvals("SMS_1"), CLOCK)


def make_tencent(url: str, secret: str = tencent.KEY_SECRET) -> TencentSms:
    key = Credentials(tencent.KEY_ID, secret)
    return TencentSms(url, key, approvals("1110"), CLOCK, app=tencent.APP)


class Remote:
    make: Callable[[str], Any]

    @pytest.fixture
    async def network(self, stand_in: StandIn) -> AsyncIterator[Wires]:
        return Wires(stand_in, type(self).make)

    @pytest.fixture
    async def provider(self, stand_in: StandIn) -> AsyncIterator[SmsProvider]:
        made = type(self).make(stand_in.url)
        yield made
        await made.close()

    @pytest.fixture
    def taken(self, stand_in: Any) -> Callable[[str], int]:
        return lambda reference: int(stand_in.taken[reference])


class TestInbox(SmsProviderContract):
    @pytest.fixture
    async def provider(self, tmp_path: Path) -> AsyncIterator[InboxSms]:
        made = InboxSms(tmp_path / "inbox.db", DevInbox(CLOCK))
        yield made
        await made.close()

    @pytest.fixture
    def taken(self, provider: InboxSms) -> Callable[[str], int]:
        return lambda reference: list(provider.references()).count(reference)


class TestConsole(SmsProviderContract):
    settles = False

    @pytest.fixture
    def provider(self) -> ConsoleSms:
        return ConsoleSms()

    @pytest.fixture
    def taken(self, provider: ConsoleSms) -> Callable[[str], int]:
        return lambda reference: int(reference in provider._taken)


class TestHttpInbox(Remote, RemoteSmsContract):
    make = HttpInboxSms

    @pytest.fixture
    async def stand_in(self) -> AsyncIterator[StandIn]:
        async with InboxStandIn() as made:
            yield made


class TestAliyun(Remote, RemoteSmsContract):
    make = staticmethod(make_aliyun)

    @pytest.fixture
    async def stand_in(self) -> AsyncIterator[StandIn]:
        async with aliyun.AliyunStandIn(now=CLOCK.now) as made:
            yield made

    async def test_what_a_number_got_by_the_hundred_is_looked_through(
        self, provider: AliyunSms, now: datetime
    ) -> None:
        for number in range(120):
            await provider.send(message(f"m-{number}"))
        assert (await provider.query(message("m-0"), now)).handover is Handover.TAKEN
        assert (await provider.query(message("m-119"), now)).handover is Handover.TAKEN
        assert (await provider.query(message("m-120"), now)).handover is Handover.RETRY

    async def test_a_wrong_secret_takes_nothing_and_may_be_mended(self, stand_in: StandIn) -> None:
        provider = make_aliyun(stand_in.url, "wrong")
        result = await provider.send(message())
        await provider.close()
        assert (result.handover, result.detail) == (Handover.RETRY, "SignatureDoesNotMatch")

    async def test_a_text_without_a_code_is_refused_here(self, provider: AliyunSms) -> None:
        result = await provider.send(message(template="unheard-of"))
        assert result.handover is Handover.REFUSED

    @pytest.mark.parametrize(
        ("code", "expected"),
        [
            ("isv.BUSINESS_LIMIT_CONTROL", Handover.THROTTLED),
            ("Throttling.User", Handover.THROTTLED),
            ("isv.AMOUNT_NOT_ENOUGH", Handover.RETRY),
            ("isv.MOBILE_NUMBER_ILLEGAL", Handover.REFUSED),
            ("isv.BLACK_KEY_CONTROL_LIMIT", Handover.REFUSED),
            ("isp.SYSTEM_ERROR", Handover.UNKNOWN),
        ],
    )
    async def test_error_codes_say_what_may_follow(
        self, provider: AliyunSms, stand_in: Any, code: str, expected: Handover
    ) -> None:
        stand_in.codes.append(code)
        result = await provider.send(message())
        assert (result.handover, result.detail) == (expected, code)


class TestTencent(Remote, RemoteSmsContract):
    make = staticmethod(make_tencent)
    settles = False

    @pytest.fixture
    async def stand_in(self) -> AsyncIterator[StandIn]:
        async with tencent.TencentStandIn() as made:
            yield made

    async def test_before_the_operators_report_the_records_cannot_say(
        self, provider: TencentSms, stand_in: Any, now: datetime
    ) -> None:
        stand_in.reported = False
        await provider.send(message())
        assert (await provider.query(message(), now)).handover is Handover.UNKNOWN

    async def test_a_wrong_secret_takes_nothing_and_may_be_mended(self, stand_in: StandIn) -> None:
        provider = make_tencent(stand_in.url, "wrong")
        result = await provider.send(message())
        await provider.close()
        assert (result.handover, result.detail) == (Handover.RETRY, "AuthFailure.SignatureFailure")

    @pytest.mark.parametrize(
        ("code", "expected"),
        [
            ("LimitExceeded.PhoneNumberThirtySecondLimit", Handover.THROTTLED),
            ("RequestLimitExceeded", Handover.THROTTLED),
            ("FailedOperation.InsufficientBalanceInSmsPackage", Handover.RETRY),
            ("FailedOperation.PhoneNumberInBlacklist", Handover.REFUSED),
            ("InvalidParameterValue.IncorrectPhoneNumber", Handover.REFUSED),
            ("InternalError.Timeout", Handover.UNKNOWN),
        ],
    )
    async def test_error_codes_say_what_may_follow(
        self, provider: TencentSms, stand_in: Any, code: str, expected: Handover
    ) -> None:
        stand_in.codes.append(code)
        result = await provider.send(message())
        assert (result.handover, result.detail) == (expected, code)
