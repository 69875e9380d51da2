"""The classification service over an opened kernel."""

from services.classification import messages
from services.classification.api import TalentApi, talent_router
from services.classification.applications import Applications
from services.classification.books import Books
from services.classification.cases import Limited, cases_of
from services.classification.catalogue_api import CatalogueApi, catalogue_router
from services.classification.decider import DECIDER
from services.classification.people import DOCUMENTS, PERSONS, STAFF_AT_DESKS
from services.classification.policies import pointer_of
from services.classification.reactions import OUTCOMES, escalation
from services.classification.review_forms import Worklist
from services.classification.review_tables import STATISTICS, comparable
from services.classification.reviews_api import ReviewApi, reviews_router
from services.classification.settling import LEDGER, end_granted
from services.classification.start import Starting
from services.classification.state import Application
from services.classification.talent_class.views import CLASSES
from services.classification.views import CASES
from services.identity.readings.consequences import Consequences
from services.identity.readings.people import People
from shared.casework.daily import Daily
from shared.casework.daily_routes import DailyRoutes
from shared.casework.desk_routes import DeskRoutes
from shared.casework.difference import Differences
from shared.casework.own import Own
from shared.casework.settling import Settling
from shared.policy.divisions import Divisions
from shared.policy.models import Policies
from shared.ports.scanner import VirusScanner
from shared.runtime.kernel import Kernel, Service


def build(
    kernel: Kernel, *, policies: Policies, scanner: VirusScanner, divisions: Divisions | None = None
) -> Service:
    """`divisions` default to the country's."""
    messages.register()
    handler, views, clock, files = kernel.handler, kernel.views, kernel.clock, kernel.files
    places = divisions or Divisions.load()
    books, people = Books(policies, places), People(views, PERSONS, DOCUMENTS, STAFF_AT_DESKS)
    settling = Settling(LEDGER, handler, kernel.store, kernel.codec)
    cases = cases_of(kernel, people, books)
    own = Own(DECIDER, Application, handler, files, scanner, clock)
    applications = Applications(own, people, books)
    starting = Starting(handler, views, people, books, settling)
    consequences = Consequences(settling, cases, CASES, end_granted, people, views, files)
    daily, desks = Daily(cases, CASES, views), DeskRoutes(cases, files, pointer_of)
    differences = Differences(DECIDER, Application, comparable, kernel.store, kernel.codec)
    routes = DailyRoutes(
        "classification", daily, desks, Worklist, books.reasons_now(clock), STATISTICS, differences,
        kernel.key_values,
    )  # fmt: skip
    return Service(
        name="classification",
        projections=(CASES, STATISTICS, CLASSES, PERSONS, DOCUMENTS, STAFF_AT_DESKS),
        reactions=(OUTCOMES,),
        effects=consequences.effects(),
        deadlines=(escalation(books.pinned),),
        routers=(
            catalogue_router(CatalogueApi(books, places, clock)),
            talent_router(TalentApi(applications, starting, views)),
            reviews_router(ReviewApi(daily, desks, Limited(views, books), differences), routes),
        ),
    )
