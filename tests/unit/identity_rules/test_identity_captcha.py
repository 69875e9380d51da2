import io
import wave
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest
from PIL import Image

from services.identity.captcha import (
    NAMESPACE,
    CaptchaKind,
    CaptchaService,
    random_answer,
)
from services.identity.rules.documents import DocumentType, parse_document
from services.identity.verifier import (
    IdentityVerifier,
    RulesOnlyVerifier,
    Verification,
    may_register,
)
from shared.policy.models import CaptchaPolicy
from shared.ports.clock import Clock
from shared.testing.clock import TestClock

SECRET = b"s" * 32
POLICY = CaptchaPolicy(
    length=4, spoken_digits=6, valid_seconds=300, per_address_per_hour=300, source="illustrative"
)
LIFE = timedelta(seconds=POLICY.valid_seconds)


def policy() -> CaptchaPolicy:
    return POLICY


class MemoryKeyValues:
    """As much of a key-value store as a captcha needs."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.rows: dict[tuple[str, str], tuple[bytes, datetime | None]] = {}

    async def put(
        self, namespace: str, key: str, value: bytes, *, ttl: timedelta | None = None
    ) -> None:
        self.rows[namespace, key] = (value, None if ttl is None else self._clock.now() + ttl)

    async def take(self, namespace: str, key: str) -> bytes | None:
        value, expires = self.rows.pop((namespace, key), (None, None))
        return None if expires is not None and expires <= self._clock.now() else value

    async def scan(self, namespace: str, prefix: str = "") -> Sequence[tuple[str, bytes]]:
        return [(key, value) for (_, key), (value, _) in self.rows.items()]


@pytest.fixture
def clock() -> TestClock:
    return TestClock()


@pytest.fixture
def kv(clock: TestClock) -> MemoryKeyValues:
    return MemoryKeyValues(clock)


@pytest.fixture
def captchas(kv: MemoryKeyValues, clock: TestClock) -> CaptchaService:
    def answer(kind: CaptchaKind, policy: CaptchaPolicy) -> str:
        return "AC34" if kind is CaptchaKind.IMAGE else "123456"

    return CaptchaService(kv, clock, SECRET, policy, generate_answer=answer)  # type: ignore[arg-type]


async def test_an_image_is_a_png_and_its_answer_is_taken(captchas: CaptchaService) -> None:
    captcha = await captchas.issue(CaptchaKind.IMAGE)
    assert captcha.media_type == "image/png"
    with Image.open(io.BytesIO(captcha.data)) as image:
        assert image.size == (160, 60)
    assert await captchas.consume(captcha.id, "AC34")


async def test_a_sound_is_a_wav_of_some_seconds_and_its_answer_is_taken(
    captchas: CaptchaService,
) -> None:
    captcha = await captchas.issue(CaptchaKind.AUDIO)
    assert captcha.media_type == "audio/wav"
    with wave.open(io.BytesIO(captcha.data)) as sound:
        assert sound.getnframes() / sound.getframerate() > 5
    assert await captchas.consume(captcha.id, "123456")


@pytest.mark.parametrize("answer", ["ac34", " AC 34 ", "ａｃ３４"])
async def test_case_blanks_and_width_do_no_harm(captchas: CaptchaService, answer: str) -> None:
    captcha = await captchas.issue(CaptchaKind.IMAGE)
    assert await captchas.consume(captcha.id, answer)


async def test_a_right_answer_counts_once(captchas: CaptchaService) -> None:
    captcha = await captchas.issue(CaptchaKind.IMAGE)
    assert await captchas.consume(captcha.id, "AC34")
    assert not await captchas.consume(captcha.id, "AC34")


@pytest.mark.parametrize("wrong", ["", "AC35", "AC344", "A" * 100_000, "\x00"])
async def test_a_wrong_answer_uses_the_captcha_up(captchas: CaptchaService, wrong: str) -> None:
    captcha = await captchas.issue(CaptchaKind.IMAGE)
    assert not await captchas.consume(captcha.id, wrong)
    assert not await captchas.consume(captcha.id, "AC34")


async def test_an_answer_after_five_minutes_is_late(
    captchas: CaptchaService, clock: TestClock
) -> None:
    in_time, late = [await captchas.issue(CaptchaKind.IMAGE) for _ in range(2)]
    assert in_time.expires_at == clock.now() + timedelta(minutes=5)
    clock.move(LIFE - timedelta(seconds=1))
    assert await captchas.consume(in_time.id, "AC34")
    clock.move(timedelta(seconds=1))
    assert not await captchas.consume(late.id, "AC34")


async def test_nobody_elses_captcha_is_opened(captchas: CaptchaService) -> None:
    assert not await captchas.consume("never-issued", "AC34")


async def test_the_answer_is_not_stored_and_equal_answers_do_not_look_equal(
    captchas: CaptchaService, kv: MemoryKeyValues
) -> None:
    for _ in range(2):
        await captchas.issue(CaptchaKind.IMAGE)
    (_, one), (_, other) = await kv.scan(NAMESPACE)
    assert one != other
    assert b"AC34" not in one


async def test_development_is_told_the_answer_of_each_captcha(
    kv: MemoryKeyValues, clock: TestClock
) -> None:
    told: dict[str, str] = {}
    service = CaptchaService(kv, clock, SECRET, policy, on_issue=told.__setitem__)  # type: ignore[arg-type]
    captcha = await service.issue(CaptchaKind.IMAGE)
    assert await service.consume(captcha.id, told[captcha.id])


def test_answers_are_random_and_have_no_look_alikes() -> None:
    images = {random_answer(CaptchaKind.IMAGE, POLICY) for _ in range(50)}
    assert len(images) > 40
    assert all(len(answer) == 4 for answer in images)
    assert not set("".join(images)) & set("01IOLSZB5826")
    sound = random_answer(CaptchaKind.AUDIO, POLICY)
    assert len(sound) == 6
    assert sound.isdigit()


async def test_rules_alone_verify_nobody_and_keep_nobody_out() -> None:
    verifier: IdentityVerifier = RulesOnlyVerifier()
    document = parse_document(DocumentType.PASSPORT, "E00000001", date(2025, 3, 3))
    verification = await verifier.verify("张示例", document)
    assert verification is Verification.UNVERIFIED
    assert may_register(verification)
    assert may_register(Verification.VERIFIED)
    assert not may_register(Verification.MISMATCH)
