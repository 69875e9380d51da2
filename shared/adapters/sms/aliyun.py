"""Aliyun SMS (阿里云短信服务, Dysmsapi 2017-05-25) by signed HTTP."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Final

import httpx
import orjson

from shared.adapters.sms import calls
from shared.adapters.sms.approved import Approvals
from shared.adapters.sms.codes import ALIYUN, handover_of, word
from shared.adapters.sms.signatures import Credentials, aliyun_headers, aliyun_query
from shared.ports.clock import Clock
from shared.ports.sms import Handover, HandoverResult, Sms

_VERSION: Final = "2017-05-25"
_SHANGHAI: Final = timezone(timedelta(hours=8))
_PAGE: Final = 50
_PAGES: Final = 20


class AliyunSms:
    """`SendSms` with our reference as `OutId`, `QuerySendDetails` for what became of it."""

    name = "aliyun"

    def __init__(
        self,
        url: str,
        credentials: Credentials,
        approvals: Approvals,
        clock: Clock,
        settles_after: timedelta = timedelta(minutes=2),
    ) -> None:
        """`url` is the endpoint, `https://dysmsapi.aliyuncs.com` or a stand-in's."""
        self._url, self._credentials = httpx.URL(url), credentials
        self._approvals, self._clock = approvals, clock
        self._lanes = calls.lanes()
        self.settles_after = settles_after

    async def send(self, sms: Sms) -> HandoverResult:
        """One SendSms. A text that the account has no code for is REFUSED without a call."""
        approved = self._approvals.texts.get(sms.template)
        if approved is None:
            return HandoverResult(Handover.REFUSED, detail="no-approved-text")
        params = {
            "PhoneNumbers": _number(sms.mobile),
            "SignName": self._approvals.sign,
            "TemplateCode": approved.code,
            "TemplateParam": orjson.dumps(sms.params).decode(),
            "OutId": sms.reference,
        }
        answer = await self._call("SendSms", params)
        if isinstance(answer, HandoverResult):
            return answer
        code = word(answer, "Code")
        return HandoverResult(handover_of(code, ALIYUN), word(answer, "BizId") or None, code)

    async def query(self, sms: Sms, started_at: datetime) -> HandoverResult:
        """By number and day, for the records are not searched by OutId."""
        first, last = started_at, started_at + self.settles_after
        for day in sorted({at.astimezone(_SHANGHAI).strftime("%Y%m%d") for at in (first, last)}):
            found = await self._on(sms, day)
            if found.handover is not Handover.RETRY:
                return found
        return HandoverResult(Handover.RETRY, detail="no-record")

    async def close(self) -> None:
        await self._lanes.close()

    async def _on(self, sms: Sms, day: str) -> HandoverResult:
        for page in range(1, _PAGES + 1):
            params = {
                "PhoneNumber": _number(sms.mobile),
                "SendDate": day,
                "PageSize": str(_PAGE),
                "CurrentPage": str(page),
            }
            answer = await self._call("QuerySendDetails", params)
            if isinstance(answer, HandoverResult) or word(answer, "Code") != "OK":
                why = answer.detail if isinstance(answer, HandoverResult) else word(answer, "Code")
                return HandoverResult(Handover.UNKNOWN, detail=why)
            listed = answer.get("SmsSendDetailDTOs")
            details = listed.get("SmsSendDetailDTO") if isinstance(listed, dict) else None
            if not isinstance(details, list):
                return HandoverResult(Handover.UNKNOWN, detail="unreadable-records")
            if any(word(one, "OutId") == sms.reference for one in calls.objects(details)):
                return HandoverResult(Handover.TAKEN)
            if len(details) < _PAGE:
                return HandoverResult(Handover.RETRY, detail="no-record")
        return HandoverResult(Handover.UNKNOWN, detail="too-many-records")

    async def _call(
        self, action: str, params: Mapping[str, str]
    ) -> Mapping[str, object] | HandoverResult:
        query = aliyun_query(params)
        headers = aliyun_headers(
            self._credentials,
            host=self._url.netloc.decode(),
            action=action,
            version=_VERSION,
            query=query,
            at=self._clock.now(),
            nonce=uuid.uuid4().hex,
        )
        return await calls.post(self._lanes, f"{self._url}?{query}", headers)


def _number(mobile: str) -> str:
    """A mainland number without its country code, others with it and without the plus."""
    return mobile.removeprefix("+86").removeprefix("+")
