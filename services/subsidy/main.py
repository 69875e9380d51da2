"""The subsidy service over an opened kernel."""

from services.identity.readings.consequences import Consequences
from services.subsidy import messages
from services.subsidy.api import TalentApi, talent_router
from services.subsidy.applications import Applications
from services.subsidy.books import Books
from services.subsidy.cases import cases_of
from services.subsidy.decider import DECIDER
from services.subsidy.entitlements.views import ENTITLEMENTS
from services.subsidy.people.classes import CLASSES, KNOWN
from services.subsidy.people.directory import Directory
from services.subsidy.people.persons import DOCUMENTS, PERSONS, STAFF_AT_DESKS
from services.subsidy.people.units import UNITS
from services.subsidy.policies import pointer_of
from services.subsidy.reactions import CLASSES_ENDED, OUTCOMES, escalation
from services.subsidy.review_forms import Worklist
from services.subsidy.review_tables import STATISTICS, comparable
from services.subsidy.reviews_api import ReviewApi, reviews_router
from services.subsidy.schemes_api import SchemesApi, schemes_router
from services.subsidy.settling import LEDGER, end_granted
from services.subsidy.start import Starting
from services.subsidy.state import Application
from services.subsidy.views import CASES
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
    books = Books(policies, divisions or Divisions.load())
    directory = Directory(views, PERSONS, DOCUMENTS, STAFF_AT_DESKS)
    settling = Settling(LEDGER, handler, kernel.store, kernel.codec)
    cases = cases_of(kernel, directory, books)
    own = Own(DECIDER, Application, handler, files, scanner, clock)
    applications = Applications(own, directory, books)
    starting = Starting(handler, views, directory, books, settling)
    consequences = Consequences(settling, cases, CASES, end_granted, directory, views, files)
    daily, desks = Daily(cases, CASES, views), DeskRoutes(cases, files, pointer_of)
    differences = Differences(DECIDER, Application, comparable, kernel.store, kernel.codec)
    routes = DailyRoutes(
        "subsidy", daily, desks, Worklist, books.reasons_now(clock), STATISTICS, differences,
        kernel.key_values,
    )  # fmt: skip
    return Service(
        name="subsidy",
        projections=(
            CASES, STATISTICS, ENTITLEMENTS, PERSONS, DOCUMENTS, STAFF_AT_DESKS, UNITS, CLASSES,
            KNOWN,
        ),
        reactions=(OUTCOMES, CLASSES_ENDED),
        effects=consequences.effects(),
        deadlines=(escalation(books.pinned),),
        routers=(
            schemes_router(SchemesApi(books, directory, clock)),
            talent_router(TalentApi(applications, starting, views)),
            reviews_router(ReviewApi(daily, desks, directory, books), routes),
        ),
    )  # fmt: skip
