"""Two SMS clouds over real HTTP that misbehave at random, report twice, and keep honest books."""

import asyncio
import json
import threading
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

import httpx

from tests.servers.sms import aliyun, tencent
from tests.servers.sms.wire import Answer, Fault, Request

SECRET = "receipts-of-the-chaos-0123"
_TROUBLE = (
    (Fault.CUT_BEFORE, 0.02),
    (Fault.CUT_AFTER, 0.02),
    (Fault.HANGS, 0.004),
    (Fault.SLOW, 0.03),
    (Fault.GATEWAY, 0.01),
    (Fault.GIBBERISH, 0.01),
)
_THROTTLED, _LOST, _SILENT = 0.02, 0.01, 0.1


@dataclass
class Chance:
    """One source of chance for both clouds."""

    random: Random = field(default_factory=lambda: Random(7))

    def fault(self) -> Fault:
        left = self.random.random()
        for fault, share in _TROUBLE:
            if left < share:
                return fault
            left -= share
        return Fault.NONE


class ChaosAliyun(aliyun.AliyunStandIn):
    """Only sending is troubled: its records can be asked."""

    def __init__(self, chance: Chance, reports: "Reports") -> None:
        super().__init__({"SMS_1": {"registered_at"}})
        self.chance, self.reports = chance, reports

    def fault_for(self, request: Request) -> Fault:
        sending = request.headers.get("x-acs-action") == "SendSms"
        return self.chance.fault() if sending else Fault.NONE

    def answer(self, request: Request) -> Answer:
        if self.chance.random.random() < _THROTTLED:
            self.codes.append("isv.BUSINESS_LIMIT_CONTROL")
        before = len(self.records)
        answer = super().answer(request)
        self.codes.clear()
        for record in self.records[before:]:
            self.reports.of_aliyun(record)
        return answer


class ChaosTencent(tencent.TencentStandIn):
    """Its records never say that something was not taken."""

    def __init__(self, chance: Chance, reports: "Reports") -> None:
        super().__init__({"1110": 1})
        self.chance, self.reports = chance, reports

    def fault_for(self, request: Request) -> Fault:
        sending = request.headers.get("x-tc-action") == "SendSms"
        return self.chance.fault() if sending else Fault.NONE

    def answer(self, request: Request) -> Answer:
        if self.chance.random.random() < _THROTTLED:
            self.codes.append("LimitExceeded.PhoneNumberThirtySecondLimit")
        before = len(self.records)
        answer = super().answer(request)
        self.codes.clear()
        for record in self.records[before:]:
            self.reports.of_tencent(record)
        return answer


class Reports:
    """Posts receipts, each twice, late and out of order, until the platform answers; some say that
    the message was lost, and some never come."""

    def __init__(self, chance: Chance, platform: str) -> None:
        self.chance, self.platform = chance, platform
        self.lost: set[str] = set()
        self.posted = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._client = httpx.AsyncClient(timeout=5)
        self._gate = asyncio.Semaphore(16)

    def of_aliyun(self, record: dict[str, Any]) -> None:
        fine = self._fate(record["OutId"])
        self._later("aliyun", {
            "phone_number": record["PhoneNum"], "send_time": record["SendDate"], "success": fine,
            "report_time": record["SendDate"], "err_code": "DELIVERED" if fine else "MK:0001",
            "err_msg": "", "sms_size": "1", "biz_id": record["biz"], "out_id": record["OutId"],
        })  # fmt: skip

    def of_tencent(self, record: dict[str, Any]) -> None:
        fine = self._fate(record["SessionContext"])
        at = datetime.now(aliyun._SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
        self._later("tencent", {
            "user_receive_time": at, "nationcode": "86", "mobile": record["SubscriberNumber"],
            "report_status": "SUCCESS" if fine else "FAIL", "errmsg": "DELIVRD" if fine else "F",
            "description": "", "sid": record["SerialNo"],
        })  # fmt: skip

    def _fate(self, reference: str) -> bool:
        if self.chance.random.random() < _LOST:
            self.lost.add(reference)
        return reference not in self.lost

    def _later(self, provider: str, report: dict[str, Any]) -> None:
        if report.get("success") is True and self.chance.random.random() < _SILENT:
            return
        for _ in range(2):
            task = asyncio.get_running_loop().create_task(self._post(provider, report))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _post(self, provider: str, report: dict[str, Any]) -> None:
        url = f"{self.platform}/api/notifier/receipts/{provider}/{SECRET}"
        pause = self.chance.random.uniform(0, 1.5)
        while True:
            await asyncio.sleep(pause)
            try:
                async with self._gate:
                    answer = await self._client.post(url, content=json.dumps([report]))
                if answer.status_code == 200:
                    self.posted += 1
                    return
            except httpx.HTTPError:
                pass
            pause = self.chance.random.uniform(0.5, 2.0)

    async def finished(self) -> None:
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def close(self) -> None:
        for task in set(self._tasks):
            task.cancel()
        await self._client.aclose()


class Clouds:
    """Both clouds and their reports in a thread of their own, for as long as the test lasts."""

    def __init__(self, platform: str) -> None:
        self._platform = platform
        self._ready, self._over = threading.Event(), asyncio.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))

    def __enter__(self) -> "Clouds":
        self._thread.start()
        self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()

    async def _serve(self) -> None:
        chance = Chance()
        self._loop = asyncio.get_running_loop()
        self.reports = Reports(chance, self._platform)
        self.aliyun = ChaosAliyun(chance, self.reports)
        self.tencent = ChaosTencent(chance, self.reports)
        async with self.aliyun, self.tencent:
            self._ready.set()
            await self._over.wait()
            await self.reports.close()

    def reported(self, within: float) -> None:
        """Wait until every receipt was answered."""
        asyncio.run_coroutine_threadsafe(self.reports.finished(), self._loop).result(within)

    @property
    def taken(self) -> Counter[str]:
        """By reference."""
        return self.aliyun.taken + self.tencent.taken
