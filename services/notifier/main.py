"""The notifier over an opened kernel."""

from collections.abc import Mapping, Sequence

from services.notifier import (
    api,
    chain_api,
    messages,
    parked_api,
    preferences_api,
    receipts_api,
    templates_api,
)
from services.notifier.delivery import ACTOR, HINTS, Delivery
from services.notifier.events import MESSAGE
from services.notifier.holding import Holding
from services.notifier.parked import Parked, operations
from services.notifier.reactions import requests
from services.notifier.receipts import Doorkeeper, Receipts
from services.notifier.template_file import load_templates
from services.notifier.templates import Templates
from services.notifier.views import PROJECTIONS
from shared.ports.mail import MailRoute
from shared.ports.sms import ReceiptReader, Route
from shared.runtime.kernel import Kernel, Service
from shared.runtime.reactor import Effect


def build(
    kernel: Kernel,
    *,
    routes: Sequence[Route],
    mail: Sequence[MailRoute] = (),
    readers: Mapping[str, ReceiptReader] | None = None,
    doorkeeper: Doorkeeper | None = None,
    templates: Templates | None = None,
) -> Service:
    """`routes` are the SMS providers with their shares, `mail` the mail servers, `readers` read
    receipts by a provider's name, and `doorkeeper` says who may hand one in (nobody unless told);
    `templates` default to the city's. Raises BadTemplates: wrong texts stop the start."""
    messages.register()
    texts = templates or load_templates()
    holding = Holding(texts, kernel.key_values, kernel.secret("notifier/numbers-of-the-day"))
    delivery = Delivery(kernel.handler, kernel.views, kernel.clock, routes, holding, mail=mail)
    receipts = Receipts(
        kernel.handler, kernel.views, kernel.key_values, kernel.clock,
        [route.provider.name for route in routes], readers or {},
    )  # fmt: skip
    counter = receipts_api.Counter(receipts, doorkeeper or Doorkeeper(), kernel.clock)
    desk = api.Desk(kernel.handler, kernel.views, kernel.clock, texts)
    parked = Parked(kernel.handler, kernel.views, kernel.clock)
    return Service(
        name="notifier",
        projections=PROJECTIONS,
        reactions=(requests(texts, mail=bool(mail)),),
        effects=(Effect(ACTOR, (MESSAGE,), delivery.hint, types=HINTS),),
        routers=(
            api.router(desk),
            chain_api.router(desk),
            parked_api.router(desk, parked),
            templates_api.router(texts),
            preferences_api.router(desk),
            receipts_api.router(counter),
        ),
        workers=((f"{ACTOR}.due", delivery), ("notifier.receipts.early", receipts)),
        operations=operations(parked),
    )
