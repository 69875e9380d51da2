"""No SMS at all: says that there would have been one."""

import structlog

from shared.ports.sms import Handover, HandoverResult, Sms

log = structlog.get_logger()


class ConsoleSms:
    """`SmsProvider` for an installation without a provider: every message is refused, visibly."""

    @property
    def name(self) -> str:
        return "console"

    async def send(self, sms: Sms) -> HandoverResult:
        log.warning("no_sms_provider", template=sms.template, reference=sms.reference)
        return HandoverResult(Handover.REFUSED, detail="no provider is configured")

    async def query(self, sms: Sms) -> HandoverResult:
        return HandoverResult(Handover.RETRY, detail="no provider is configured")
