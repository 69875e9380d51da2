"""The notifier over an opened kernel."""

from collections.abc import Sequence

from services.notifier import api, messages
from services.notifier.delivery import ACTOR, Delivery
from services.notifier.events import MESSAGE
from services.notifier.reactions import requests
from services.notifier.template_file import load_templates
from services.notifier.templates import Templates
from services.notifier.views import PROJECTIONS
from shared.ports.sms import Route
from shared.runtime.kernel import Kernel, Service
from shared.runtime.reactor import Effect


def build(
    kernel: Kernel, *, routes: Sequence[Route], templates: Templates | None = None
) -> Service:
    """`routes` are the SMS providers with their shares; `templates` default to the city's. Raises
    BadTemplates: wrong texts stop the start."""
    messages.register()
    texts = templates or load_templates()
    delivery = Delivery(kernel.handler, kernel.views, kernel.clock, routes)
    desk = api.Desk(kernel.handler, kernel.views, kernel.clock, texts)
    return Service(
        name="notifier",
        projections=PROJECTIONS,
        reactions=(requests(texts),),
        effects=(Effect(ACTOR, (MESSAGE,), delivery.hint),),
        routers=(api.router(desk),),
        workers=((f"{ACTOR}.due", delivery),),
    )
