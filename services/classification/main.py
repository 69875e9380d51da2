"""The classification service over an opened kernel."""

from services.classification import messages
from services.classification.api import TalentApi, talent_router
from services.classification.applications import Applications
from services.classification.books import Books
from services.classification.cases import Cases
from services.classification.catalogue_api import CatalogueApi, catalogue_router
from services.classification.effects import Consequences
from services.classification.people.directory import Directory
from services.classification.people.views import DOCUMENTS, PERSONS, STAFF_AT_DESKS
from services.classification.reactions import OUTCOMES, escalation
from services.classification.reviews_api import ReviewApi, reviews_router
from services.classification.settling import Settling
from services.classification.start import Starting
from services.classification.talent_class.views import CLASSES
from services.classification.views import CASES
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
    books, directory = Books(policies, places), Directory(views)
    settling = Settling(handler, kernel.store, kernel.codec)
    cases = Cases(handler, views, directory, books, clock)
    applications = Applications(handler, directory, books, files, scanner, clock)
    starting = Starting(handler, views, directory, books, settling)
    return Service(
        name="classification",
        projections=(CASES, CLASSES, PERSONS, DOCUMENTS, STAFF_AT_DESKS),
        reactions=(OUTCOMES,),
        effects=Consequences(settling, cases, files).effects(),
        deadlines=(escalation(books.pinned),),
        routers=(
            catalogue_router(CatalogueApi(books, places, clock)),
            talent_router(TalentApi(applications, starting, views)),
            reviews_router(ReviewApi(cases, files)),
        ),
    )
