"""Tencent Cloud SMS (腾讯云短信, 2021-01-11) by signed HTTP."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

import httpx
import orjson

from shared.adapters.sms import calls
from shared.adapters.sms.approved import Approvals
from shared.adapters.sms.codes import TENCENT, handover_of, word
from shared.adapters.sms.signatures import Credentials, tencent_headers
from shared.ports.clock import Clock
from shared.ports.sms import Handover, HandoverResult, Sms

_VERSION: Final = "2021-01-11"
_RECORDS_KEPT: Final = timedelta(days=7)
_MOST: Final = 100


class TencentSms:
    """`SendSms` with our reference as `SessionContext`, `PullSmsSendStatusByPhoneNumber` after.

    Its records list a message once the operator has reported on it, so that they can say "taken"
    and never "not taken"."""

    name = "tencent"

    def __init__(
        self,
        url: str,
        credentials: Credentials,
        approvals: Approvals,
        clock: Clock,
        *,
        app: str,
        region: str = "ap-guangzhou",
        settles_after: timedelta = timedelta(minutes=1),
    ) -> None:
        """`url` is the endpoint, `https://sms.tencentcloudapi.com` or a stand-in's; `app` is the
        SmsSdkAppId."""
        self._url, self._credentials = httpx.URL(url), credentials
        self._approvals, self._clock = approvals, clock
        self._app, self._region = app, region
        self._lanes = calls.lanes()
        self.settles_after = settles_after

    async def send(self, sms: Sms) -> HandoverResult:
        """One SendSms. A text that the account has no code for, or whose parameters are not there,
        is REFUSED without a call."""
        approved = self._approvals.texts.get(sms.template)
        if approved is None or any(name not in sms.params for name in approved.params):
            return HandoverResult(Handover.REFUSED, detail="no-approved-text")
        request = {
            "PhoneNumberSet": [sms.mobile],
            "SmsSdkAppId": self._app,
            "SignName": self._approvals.sign,
            "TemplateId": approved.code,
            "TemplateParamSet": [sms.params[name] for name in approved.params],
            "SessionContext": sms.reference,
        }
        answer = await self._call("SendSms", request)
        if isinstance(answer, HandoverResult):
            return answer
        statuses = calls.objects(answer.get("SendStatusSet"))
        if len(statuses) != 1:
            return HandoverResult(Handover.UNKNOWN, detail="unreadable-answer")
        code = word(statuses[0], "Code")
        serial = word(statuses[0], "SerialNo") or None
        return HandoverResult(handover_of(code, TENCENT), serial, code)

    async def query(self, sms: Sms, started_at: datetime) -> HandoverResult:
        """TAKEN where the records have it, UNKNOWN otherwise."""
        now = self._clock.now()
        request = {
            "PhoneNumber": sms.mobile,
            "SmsSdkAppId": self._app,
            "BeginTime": int(
                max(started_at - timedelta(minutes=1), now - _RECORDS_KEPT).timestamp()
            ),
            "EndTime": int(now.timestamp()) + 1,
            "Offset": 0,
            "Limit": _MOST,
        }
        answer = await self._call("PullSmsSendStatusByPhoneNumber", request)
        if isinstance(answer, HandoverResult):
            return HandoverResult(Handover.UNKNOWN, detail=answer.detail)
        for status in calls.objects(answer.get("PullSmsSendStatusSet")):
            if word(status, "SessionContext") == sms.reference:
                return HandoverResult(Handover.TAKEN, word(status, "SerialNo") or None)
        return HandoverResult(Handover.UNKNOWN, detail="no-record")

    async def close(self) -> None:
        await self._lanes.close()

    async def _call(
        self, action: str, request: Mapping[str, object]
    ) -> Mapping[str, object] | HandoverResult:
        """The `Response` of the answer; an `Error` in it as what it says of the attempt."""
        body = orjson.dumps(request)
        headers = tencent_headers(
            self._credentials,
            host=self._url.netloc.decode(),
            service="sms",
            action=action,
            version=_VERSION,
            region=self._region,
            body=body,
            at=self._clock.now(),
        )
        answer = await calls.post(self._lanes, str(self._url), headers, body)
        if isinstance(answer, HandoverResult):
            return answer
        response = answer.get("Response")
        if not isinstance(response, dict):
            return HandoverResult(Handover.UNKNOWN, detail="unreadable-answer")
        error = response.get("Error")
        if isinstance(error, dict):
            code = word(error, "Code")
            return HandoverResult(handover_of(code, TENCENT), detail=code)
        return response
