"""Tencent's SMS endpoint as its documents describe it, signatures verified with code of its own."""

import hashlib
import hmac
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from tests.servers.sms.wire import Answer, Request, StandIn

KEY_ID, KEY_SECRET = "AKID-stand-in", "tencent-stand-in-secret"
SIGN, APP, CODES = "襄阳人才", "1400006666", {"1110": 1}


class TencentStandIn(StandIn):
    """`taken` counts by SessionContext; `codes` are answered first, one a SendSms. A message is in
    the records once `reported`."""

    def __init__(self, codes: dict[str, int] | None = None) -> None:
        super().__init__()
        self.taken: Counter[str] = Counter()
        self.codes: list[str] = []
        self.known = codes or CODES
        self.records: list[dict[str, Any]] = []
        self.reported = True

    def answer(self, request: Request) -> Answer:
        if not _signed(request):
            return _error("AuthFailure.SignatureFailure")
        match request.headers["x-tc-action"]:
            case "SendSms":
                return self._send(request.json())
            case "PullSmsSendStatusByPhoneNumber":
                return self._records(request.json())
        return _error("InvalidAction")

    def _send(self, asked: dict[str, Any]) -> Answer:
        code = self.codes.pop(0) if self.codes else self._fault(asked)
        if code.startswith(("AuthFailure", "InternalError", "RequestLimit")):
            return _error(code)
        (number,) = asked["PhoneNumberSet"]
        reference = asked["SessionContext"]
        serial = f"5000:1045710669157053657849499619:{len(self.records)}" if code == "Ok" else ""
        if code == "Ok":
            self.taken[reference] += 1
            self.records.append(
                {
                    "UserReceiveTime": 0, "CountryCode": "86", "PhoneNumber": number,
                    "SubscriberNumber": number[3:], "SerialNo": serial, "ReportStatus": "SUCCESS",
                    "Description": "DELIVRD", "SessionContext": reference,
                }
            )  # fmt: skip
        status = {
            "SerialNo": serial, "PhoneNumber": number, "Fee": 1, "SessionContext": reference,
            "Code": code, "Message": "send success" if code == "Ok" else "坏了", "IsoCode": "CN",
        }  # fmt: skip
        return 200, {"Response": {"SendStatusSet": [status], "RequestId": "R"}}

    def _fault(self, asked: dict[str, Any]) -> str:
        if asked["SignName"] != SIGN or asked["SmsSdkAppId"] != APP:
            return "FailedOperation.SignatureIncorrectOrUnapproved"
        if asked["TemplateId"] not in self.known:
            return "FailedOperation.TemplateIncorrectOrUnapproved"
        if len(asked["TemplateParamSet"]) != self.known[asked["TemplateId"]]:
            return "InvalidParameterValue.TemplateParameterFormatError"
        number = asked["PhoneNumberSet"][0]
        good = number.startswith("+86") and len(number) == 14
        return "Ok" if good else "InvalidParameterValue.IncorrectPhoneNumber"

    def _records(self, asked: dict[str, Any]) -> Answer:
        assert asked["BeginTime"] < asked["EndTime"]
        found = [r for r in self.records if r["PhoneNumber"] == asked["PhoneNumber"]]
        listed = found[: asked["Limit"]] if self.reported else []
        return 200, {"Response": {"PullSmsSendStatusSet": listed, "RequestId": "R"}}


def _error(code: str) -> Answer:
    return 200, {"Response": {"Error": {"Code": code, "Message": "坏了"}, "RequestId": "R"}}


def _signed(request: Request) -> bool:
    algorithm, _, rest = request.headers.get("authorization", "").partition(" ")
    said = dict(part.strip().split("=", 1) for part in rest.split(","))
    key_id, day, service, end = said["Credential"].split("/")
    stamp = request.headers["x-tc-timestamp"]
    same_day = datetime.fromtimestamp(int(stamp), UTC).date().isoformat() == day
    if (algorithm, key_id, service, end) != ("TC3-HMAC-SHA256", KEY_ID, "sms", "tc3_request"):
        return False
    names = said["SignedHeaders"].split(";")
    if not same_day or not {"content-type", "host"} <= set(names):
        return False
    lines = "".join(f"{name}:{request.headers[name].lower()}\n" for name in names)
    body = hashlib.sha256(request.body).hexdigest()
    canonical = "\n".join([request.method, request.path, "", lines, ";".join(names), body])
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    signing = f"TC3-HMAC-SHA256\n{stamp}\n{day}/sms/tc3_request\n{digest}"
    key = b"TC3" + KEY_SECRET.encode()
    for step in (day, "sms", "tc3_request", signing):
        key = hmac.new(key, step.encode(), hashlib.sha256).digest()
    return hmac.compare_digest(key.hex(), said["Signature"])
