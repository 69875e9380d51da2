"""A fleet's developer inbox: its processes hand over here, and a browser reads it."""

import asyncio
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from shared.adapters.clock import SystemClock
from shared.adapters.sms.inbox import DevInbox, InboxSms
from shared.http.health import health_router
from talent.dev_inbox import inbox_router, intake_router


async def main() -> None:
    """Answer on port 8000 until told to end."""
    inbox = DevInbox(SystemClock())
    kept = InboxSms(Path("/data/inbox.db"), inbox)
    app = FastAPI(openapi_url=None)
    for router in (inbox_router(inbox), intake_router(kept, inbox), health_router({})):
        app.include_router(router)
    try:
        await uvicorn.Server(uvicorn.Config(app, host="0.0.0.0", port=8000)).serve()  # noqa: S104
    finally:
        await kept.close()


asyncio.run(main())
