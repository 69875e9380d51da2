"""The classification service over an opened kernel."""

from typing import Final

from services.classification import messages
from services.classification.api import TalentApi, talent_router
from services.classification.applications import Applications
from services.classification.books import Books
from services.classification.cases import Limited, Reviewing
from services.classification.catalogue_api import CatalogueApi, catalogue_router
from services.classification.decider import DECIDER
from services.classification.deferral.api import DeferralApi, deferral_router
from services.classification.ending.api import EndingApi, ending_router
from services.classification.ending.reactions import LISTED
from services.classification.events import APPLICATION
from services.classification.people import DOCUMENTS, PERSONS, STAFF_AT_DESKS
from services.classification.policies import pointer_of
from services.classification.reactions import OUTCOMES, RELEASES, deferral_clock, escalation
from services.classification.review_forms import Worklist
from services.classification.review_tables import STATISTICS, comparable
from services.classification.reviews_api import REVIEWERS, ReviewApi, reviews_router
from services.classification.settling import LEDGER, Reopening, end_granted
from services.classification.start import Starting
from services.classification.state import Application
from services.classification.talent_class.views import CLASSES
from services.classification.views import CASES
from services.identity.readings.consequences import Consequences
from services.identity.readings.people import People
from shared.casework.office import Casework, office
from shared.casework.settling import Settling
from shared.domain.decider import Category
from shared.policy.divisions import Divisions
from shared.policy.models import Policies
from shared.ports.scanner import VirusScanner
from shared.runtime.kernel import Kernel, Service

WORK: Final = Casework(DECIDER, Application, CASES, STATISTICS, Worklist, pointer_of, comparable)


def build(
    kernel: Kernel,
    *,
    policies: Policies,
    scanner: VirusScanner,
    attachments: tuple[Category, ...] = (APPLICATION,),
    divisions: Divisions | None = None,
) -> Service:
    """`attachments` are the categories of every context in which talents hand in files;
    `divisions` default to the country's."""
    messages.register()
    handler, views, clock, files = kernel.handler, kernel.views, kernel.clock, kernel.files
    places = divisions or Divisions.load()
    books, people = Books(policies, places), People(views, PERSONS, DOCUMENTS, STAFF_AT_DESKS)
    settling = Settling(LEDGER, handler, kernel.store, kernel.codec)
    desk = office(
        WORK, kernel, commanding=Reviewing(books), reopening=Reopening(), colleagues=people,
        reasons=books.reasons_now(clock), scanner=scanner, attachments=attachments,
    )  # fmt: skip
    applications = Applications(desk.own, people, books)
    starting = Starting(handler, views, people, books, settling)
    consequences = Consequences(settling, desk.cases, CASES, end_granted, people, views, files)
    return Service(
        name="classification",
        projections=(*desk.projections, CLASSES, PERSONS, DOCUMENTS, STAFF_AT_DESKS),
        reactions=(OUTCOMES, RELEASES, LISTED),
        effects=consequences.effects(),
        workers=desk.workers,
        deadlines=(escalation(books.pinned), deferral_clock()),
        routers=(
            catalogue_router(CatalogueApi(books, places, clock)),
            deferral_router(DeferralApi.over(desk, books), REVIEWERS),
            ending_router(EndingApi(handler, views, people, books, clock)),
            talent_router(TalentApi(applications, starting, views)),
            reviews_router(
                ReviewApi(desk.daily, desk.desks, Limited(views, books), desk.differences),
                desk.routes,
            ),
        ),
    )
