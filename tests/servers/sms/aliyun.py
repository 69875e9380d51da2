"""Aliyun's SMS endpoint as its documents describe it, signatures verified with code of its own."""

import hashlib
import hmac
import json
from collections import Counter
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import quote

from tests.servers.sms.wire import Answer, Request, StandIn

KEY_ID, KEY_SECRET = "LTAI-stand-in", "aliyun-stand-in-secret"
SIGN, CODES = "襄阳人才", {"SMS_1": {"at"}}
_SHANGHAI = timezone(timedelta(hours=8))


class AliyunStandIn(StandIn):
    """`taken` counts by OutId; `codes` are answered first, one a SendSms."""

    def __init__(self, codes: dict[str, set[str]] | None = None, now: Any = None) -> None:
        super().__init__()
        self.taken: Counter[str] = Counter()
        self.codes: list[str] = []
        self.known = codes or CODES
        self.records: list[dict[str, Any]] = []
        self.nonces: set[str] = set()
        self.now = now or (lambda: datetime.now(UTC))

    def answer(self, request: Request) -> Answer:
        if not _signed(request):
            return 400, {"Code": "SignatureDoesNotMatch", "Message": "wrong", "RequestId": "R"}
        nonce = request.headers["x-acs-signature-nonce"]
        if nonce in self.nonces:
            return 400, {"Code": "SignatureNonceUsed", "Message": "used", "RequestId": "R"}
        self.nonces.add(nonce)
        match request.headers["x-acs-action"]:
            case "SendSms":
                return self._send(request.query)
            case "QuerySendDetails":
                return self._details(request.query)
        return 404, {"Code": "InvalidAction.NotFound", "Message": "?", "RequestId": "R"}

    def _send(self, query: dict[str, str]) -> Answer:
        code = self.codes.pop(0) if self.codes else self._fault(query)
        if code != "OK":
            status = 400 if "." in code and not code.startswith("is") else 200
            return status, {"Code": code, "Message": "坏了", "RequestId": "R"}
        self.taken[query["OutId"]] += 1
        biz = f"9006197469364984{len(self.records):02}^0"
        self.records.append(
            {
                "OutId": query["OutId"], "PhoneNum": query["PhoneNumbers"], "SendStatus": 1,
                "TemplateCode": query["TemplateCode"], "biz": biz,
                "SendDate": self.now().astimezone(_SHANGHAI).strftime("%Y-%m-%d %H:%M:%S"),
            }
        )  # fmt: skip
        return 200, {"Message": "OK", "RequestId": "R", "Code": "OK", "BizId": biz}

    def _fault(self, query: dict[str, str]) -> str:
        if query["SignName"] != SIGN:
            return "isv.SMS_SIGNATURE_ILLEGAL"
        if query["TemplateCode"] not in self.known:
            return "isv.SMS_TEMPLATE_ILLEGAL"
        if not self.known[query["TemplateCode"]] <= set(json.loads(query["TemplateParam"])):
            return "isv.TEMPLATE_MISSING_PARAMETERS"
        number = query["PhoneNumbers"]
        return "OK" if number.isdigit() and len(number) == 11 else "isv.MOBILE_NUMBER_ILLEGAL"

    def _details(self, query: dict[str, str]) -> Answer:
        day = datetime.strptime(query["SendDate"], "%Y%m%d").date().isoformat()  # noqa: DTZ007
        found = [
            {k: v for k, v in r.items() if k != "biz"}
            for r in self.records
            if r["PhoneNum"] == query["PhoneNumber"] and r["SendDate"].startswith(day)
        ]
        size = int(query["PageSize"])
        start = (int(query["CurrentPage"]) - 1) * size
        return 200, {
            "TotalCount": str(len(found)), "Message": "OK", "RequestId": "R", "Code": "OK",
            "SmsSendDetailDTOs": {"SmsSendDetailDTO": found[start : start + size]},
        }  # fmt: skip


def _signed(request: Request) -> bool:
    authorization = request.headers.get("authorization", "")
    algorithm, _, rest = authorization.partition(" ")
    said = dict(part.split("=", 1) for part in rest.split(","))
    names = said["SignedHeaders"].split(";")
    needed = {"host", "x-acs-action", "x-acs-version", "x-acs-date", "x-acs-content-sha256"}
    body = hashlib.sha256(request.body).hexdigest()
    if algorithm != "ACS3-HMAC-SHA256" or said["Credential"] != KEY_ID or not needed < set(names):
        return False
    if request.headers["x-acs-content-sha256"] != body:
        return False
    query = "&".join(
        f"{quote(k, safe='-_.~')}={quote(v, safe='-_.~')}" for k, v in sorted(request.query.items())
    )
    lines = "\n".join(f"{name}:{request.headers[name]}" for name in names)
    canonical = "\n".join([request.method, request.path, query, lines, "", ";".join(names), body])
    signing = "ACS3-HMAC-SHA256\n" + hashlib.sha256(canonical.encode()).hexdigest()
    digest = hmac.new(KEY_SECRET.encode(), signing.encode(), hashlib.sha256).hexdigest()
    return hmac.compare_digest(digest, said["Signature"])
