"""A fleet's developer inbox as an SMS provider: the inbox is one process, the senders are many."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Final

import httpx
import orjson

from shared.adapters.sms.lanes import Lanes
from shared.ports.sms import Handover, HandoverResult, Sms

_PATIENCE_SECONDS: Final = 3.0
_JSON: Final = {"content-type": "application/json"}


class HttpInboxSms:
    """Hands over to `POST <url>/sms`, and asks `GET <url>/sms/<reference>` what was taken."""

    settles_after = timedelta(seconds=5)

    def __init__(self, url: str, name: str = "inbox") -> None:
        self.name = name
        self._url = url.rstrip("/")
        self._lanes = Lanes(httpx.Timeout(_PATIENCE_SECONDS))

    async def send(self, sms: Sms) -> HandoverResult:
        """TAKEN; RETRY where no connection came about, UNKNOWN where one was lost."""
        try:
            answer = await self._lanes.post(f"{self._url}/sms", _JSON, orjson.dumps(asdict(sms)))
        except httpx.ConnectError:
            return HandoverResult(Handover.RETRY, detail="no-connection")
        except httpx.TransportError:
            return HandoverResult(Handover.UNKNOWN, detail="connection-lost")
        return _result(answer)

    async def query(self, sms: Sms, started_at: datetime) -> HandoverResult:
        try:
            answer = await self._lanes.get(f"{self._url}/sms/{sms.reference}")
        except httpx.TransportError:
            return HandoverResult(Handover.UNKNOWN, detail="no-connection")
        return _result(answer)

    def captcha_issued(self, id: str, answer: str) -> None:
        """The answer of a captcha, there before the captcha itself: so it blocks, for a moment, in
        development alone."""
        httpx.post(f"{self._url}/captchas", json={"id": id, "answer": answer})

    async def close(self) -> None:
        await self._lanes.close()


def _result(answer: httpx.Response) -> HandoverResult:
    if answer.status_code != httpx.codes.OK:
        return HandoverResult(Handover.UNKNOWN, detail=f"http-{answer.status_code}")
    try:
        body = answer.json()
        return HandoverResult(Handover(body["handover"]), provider_id=body["provider_id"])
    except (ValueError, LookupError, TypeError):
        return HandoverResult(Handover.UNKNOWN, detail="unreadable-answer")
