"""Captchas: an image, or spoken digits for those who cannot see it (manual §3.1, §3.2).

No answer opens every captcha, in any mode. Tests and the demonstration solve one as a person does,
with the answer in hand: they pass `generate_answer`, or `on_issue`, which in development shows each
answer in the developer inbox.
"""

import asyncio
import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never

from captcha.audio import AudioCaptcha
from captcha.image import ImageCaptcha

from shared.policy.models import CaptchaPolicy
from shared.ports.clock import Clock
from shared.ports.key_value import KeyValueStore

NAMESPACE = "identity.captcha"

# Without 0 O D Q, 1 I L, 2 Z, 5 S, 6 G, 8 B, U V: nobody should have to guess what is drawn.
_LETTERS = "ACEFHJKMNPRTWXY3479"
_DIGITS = "0123456789"
_LONGEST_ANSWER = 32


class CaptchaKind(StrEnum):
    """How the answer is conveyed."""

    IMAGE = "image"
    AUDIO = "audio"


@dataclass(frozen=True, slots=True)
class Captcha:
    """One challenge: the id to answer under, and the picture or sound."""

    id: str
    media_type: str
    data: bytes = field(repr=False)
    expires_at: datetime


def random_answer(kind: CaptchaKind, policy: CaptchaPolicy) -> str:
    """Letters and figures to see, or digits to hear."""
    match kind:
        case CaptchaKind.IMAGE:
            return "".join(secrets.choice(_LETTERS) for _ in range(policy.length))
        case CaptchaKind.AUDIO:
            return "".join(secrets.choice(_DIGITS) for _ in range(policy.spoken_digits))
        case _:
            assert_never(kind)


class CaptchaService:
    """Issues captchas and takes each back once.

    Only an HMAC of the answer is stored, for minutes. Drawing takes a few milliseconds and
    speaking several hundred, so whoever exposes `issue` limits its rate.
    """

    def __init__(
        self,
        kv: KeyValueStore,
        clock: Clock,
        secret: bytes,
        policy: Callable[[], CaptchaPolicy],
        *,
        generate_answer: Callable[[CaptchaKind, CaptchaPolicy], str] = random_answer,
        on_issue: Callable[[str, str], None] | None = None,
    ) -> None:
        self._kv = kv
        self._clock = clock
        self._secret = secret
        self._policy = policy
        self._generate_answer = generate_answer
        self._on_issue = on_issue
        self._image = ImageCaptcha()
        self._audio = AudioCaptcha()
        # The library fills its caches of fonts and voices as it goes, unsafely between threads.
        self._one_at_a_time = asyncio.Lock()

    async def issue(self, kind: CaptchaKind) -> Captcha:
        """A new captcha. `on_issue`, if any, is told its id and answer."""
        policy = self._policy()
        answer, life = self._generate_answer(kind, policy), timedelta(seconds=policy.valid_seconds)
        async with self._one_at_a_time:
            data = await asyncio.to_thread(self._render, kind, answer)
        id = secrets.token_urlsafe(16)
        expires_at = self._clock.now() + life
        await self._kv.put(NAMESPACE, id, self._digest(id, answer), ttl=life)
        if self._on_issue is not None:
            self._on_issue(id, answer)
        return Captcha(id, _media_type(kind), data, expires_at)

    async def consume(self, id: str, answer: str) -> bool:
        """Whether the answer is right; small letters and blanks do no harm.

        The captcha is used up either way, so a wrong answer means another captcha. False too for
        one that was used, has expired or never was.
        """
        stored = await self._kv.take(NAMESPACE, id)
        return (
            stored is not None
            and len(answer) <= _LONGEST_ANSWER
            and hmac.compare_digest(stored, self._digest(id, answer))
        )

    def _render(self, kind: CaptchaKind, answer: str) -> bytes:
        match kind:
            case CaptchaKind.IMAGE:
                return self._image.generate(answer).getvalue()
            case CaptchaKind.AUDIO:
                return bytes(self._audio.generate(answer))
            case _:
                assert_never(kind)

    def _digest(self, id: str, answer: str) -> bytes:
        normal = "".join(unicodedata.normalize("NFKC", answer).split()).upper()
        return hmac.new(self._secret, f"captcha\0{id}\0{normal}".encode(), hashlib.sha256).digest()


def _media_type(kind: CaptchaKind) -> str:
    match kind:
        case CaptchaKind.IMAGE:
            return "image/png"
        case CaptchaKind.AUDIO:
            return "audio/wav"
        case _:
            assert_never(kind)
