"""The developer inbox over HTTP: in development only, and nowhere else is it mounted."""

from dataclasses import asdict
from html import escape
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse

from shared.adapters.sms.inbox import DevInbox, InboxEntry
from shared.http.caller import PUBLIC

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


def _row(entry: InboxEntry) -> str:
    about = entry.mobile or f"图形验证码 {entry.key[:10]}…"
    return f"<tr><td>{entry.at:%H:%M:%S}<td>{escape(about)}<td>{escape(entry.text)}"
