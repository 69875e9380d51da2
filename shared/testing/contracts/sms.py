"""What every `SmsProvider` promises.

A subclass gives `provider`, `taken` (how often its side took a reference) and `sms` (a message that
it takes). A provider over a network gives `network` as well.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

import pytest

from shared.ports.sms import Handover, Sms, SmsProvider
from shared.testing.clock import TestClock

MOBILE = "+8613812345678"


class Network(Protocol):
    """What may befall the next request, and an adapter to an address where nobody listens."""

    def cut_before(self) -> None: ...
    def cut_after(self) -> None: ...
    def broken_gateway(self) -> None: ...
    def gibberish(self) -> None: ...
    def deaf(self) -> SmsProvider: ...


def message(reference: str = "m-1", template: str = "registered") -> Sms:
    return Sms(reference, MOBILE, "您的申请已受理", template, {"at": "2026年3月2日"})


class SmsProviderContract:
    settles: bool = True
    """Whether its records can say that something was not taken."""

    @pytest.fixture
    def now(self) -> datetime:
        return TestClock().now()

    def test_it_says_who_it_is_and_when_its_records_are_complete(
        self, provider: SmsProvider
    ) -> None:
        assert provider.name.isidentifier()
        assert timedelta() < provider.settles_after <= timedelta(minutes=10)

    async def test_what_is_sent_is_taken_once(
        self, provider: SmsProvider, taken: Callable[[str], int]
    ) -> None:
        result = await provider.send(message())
        assert (result.handover, taken("m-1")) == (Handover.TAKEN, 1)

    async def test_its_records_know_what_was_taken(
        self, provider: SmsProvider, now: datetime
    ) -> None:
        await provider.send(message("m-1"))
        await provider.send(message("m-2"))
        for reference in ("m-1", "m-2"):
            result = await provider.query(message(reference), now)
            assert result.handover is Handover.TAKEN

    async def test_asking_sends_nothing(
        self, provider: SmsProvider, taken: Callable[[str], int], now: datetime
    ) -> None:
        await provider.query(message(), now)
        assert taken("m-1") == 0

    async def test_what_was_never_sent_is_not_said_to_be_taken(
        self, provider: SmsProvider, now: datetime
    ) -> None:
        await provider.send(message("m-1"))
        expected = Handover.RETRY if self.settles else Handover.UNKNOWN
        assert (await provider.query(message("m-2"), now)).handover is expected

    async def test_what_it_answers_holds_nothing_of_the_person(
        self, provider: SmsProvider, now: datetime
    ) -> None:
        for result in (await provider.send(message()), await provider.query(message(), now)):
            said = f"{result.provider_id} {result.detail}"
            assert MOBILE[3:] not in said
            assert "申请" not in said


class RemoteSmsContract(SmsProviderContract):
    """For a provider over a network: what was lost is told apart by what may have been taken."""

    async def test_with_nobody_listening_nothing_was_taken(self, network: Network) -> None:
        assert (await network.deaf().send(message())).handover is Handover.RETRY

    async def test_with_nobody_listening_the_records_cannot_say(
        self, network: Network, now: datetime
    ) -> None:
        assert (await network.deaf().query(message(), now)).handover is Handover.UNKNOWN

    @pytest.fixture(params=["cut_before", "cut_after", "broken_gateway", "gibberish"])
    def accident(self, request: pytest.FixtureRequest, network: Network) -> str:
        getattr(network, request.param)()
        return str(request.param)

    async def test_what_was_lost_on_the_way_is_unknown(
        self, provider: SmsProvider, accident: str, taken: Callable[[str], int]
    ) -> None:
        assert (await provider.send(message())).handover is Handover.UNKNOWN
        assert taken("m-1") == (1 if accident in ("cut_after", "gibberish") else 0)

    async def test_a_question_lost_on_the_way_is_unknown(
        self, provider: SmsProvider, accident: str, now: datetime
    ) -> None:
        assert (await provider.query(message(), now)).handover is Handover.UNKNOWN

    async def test_after_an_accident_the_records_tell(
        self, provider: SmsProvider, network: Network, now: datetime
    ) -> None:
        network.cut_after()
        assert (await provider.send(message())).handover is Handover.UNKNOWN
        assert (await provider.query(message(), now)).handover is Handover.TAKEN
