"""The developer inbox over HTTP: in development only, and nowhere else is it mounted."""

from dataclasses import asdict
from datetime import UTC, datetime
from html import escape
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse
from pydantic import BaseModel

from shared.adapters.sms.inbox import DevInbox, InboxEntry, InboxSms
from shared.http.caller import PUBLIC
from shared.ports.sms import HandoverResult, Sms

_HEAD: Final = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>开发者收件箱</title><link rel="stylesheet" href="/home.css"></head><body>
<h1>开发者收件箱</h1><p class="en">最新的在前；刷新以更新。<a href="/">返回首页</a></p>
<table><tr><th>时间<th>手机<th>内容</tr>"""


def inbox_router(inbox: DevInbox) -> APIRouter:
    """`/dev/inbox` for people, `/dev/inbox.json` for programs."""
    router = APIRouter(include_in_schema=False, dependencies=[Depends(PUBLIC)])

    @router.get("/dev/inbox")
    async def page() -> HTMLResponse:
        rows = "".join(_row(entry) for entry in inbox.entries())
        return HTMLResponse(f"{_HEAD}{rows}</table></body></html>")

    @router.get("/dev/inbox.json")
    async def entries(
        mobile: Annotated[str, Query()] = "", key: Annotated[str, Query()] = ""
    ) -> list[dict[str, Any]]:
        return [asdict(entry) for entry in inbox.entries(mobile=mobile, key=key)]

    return router


class SmsIn(BaseModel):
    """What a process of the fleet hands over."""

    reference: str
    mobile: str
    text: str
    template: str
    params: dict[str, str]


class CaptchaIn(BaseModel):
    id: str
    answer: str


def intake_router(kept: InboxSms, inbox: DevInbox) -> APIRouter:
    """Where a fleet's processes hand over: `POST /dev/sms`, `GET /dev/sms/{reference}`,
    `POST /dev/captchas`. For the machine that a developer sits at."""
    router = APIRouter(include_in_schema=False, dependencies=[Depends(PUBLIC)])

    @router.post("/dev/sms")
    async def send(sms: SmsIn) -> dict[str, str | None]:
        return _told(await kept.send(Sms(**sms.model_dump())))

    @router.get("/dev/sms/{reference}")
    async def query(reference: str) -> dict[str, str | None]:
        return _told(await kept.query(Sms(reference, "", "", "", {}), datetime.now(UTC)))

    @router.post("/dev/captchas", status_code=204)
    async def captcha(captcha: CaptchaIn) -> None:
        inbox.captcha_issued(captcha.id, captcha.answer)

    return router


def _told(result: HandoverResult) -> dict[str, str | None]:
    return {"handover": result.handover.value, "provider_id": result.provider_id}


def _row(entry: InboxEntry) -> str:
    about = entry.mobile or f"图形验证码 {entry.key[:10]}…"
    return f"<tr><td>{entry.at:%H:%M:%S}<td>{escape(about)}<td>{escape(entry.text)}"
