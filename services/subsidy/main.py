"""The subsidy service over an opened kernel."""

from typing import Final

from fastapi import APIRouter

from services.identity.readings.consequences import Consequences
from services.subsidy import messages
from services.subsidy.api import TalentApi, talent_router
from services.subsidy.applications import Applications
from services.subsidy.asking.api import AskingApi, asking_router
from services.subsidy.books import Books
from services.subsidy.cases import Reviewing
from services.subsidy.decider import DECIDER
from services.subsidy.entitlements.views import ENTITLEMENTS
from services.subsidy.events import APPLICATION
from services.subsidy.payouts import main as payouts
from services.subsidy.people.classes import CLASSES, KNOWN
from services.subsidy.people.directory import Directory
from services.subsidy.people.persons import DOCUMENTS, PERSONS, STAFF_AT_DESKS
from services.subsidy.people.units import UNITS
from services.subsidy.policies import pointer_of
from services.subsidy.reactions import CLASSES_ENDED, OUTCOMES, REMINDERS, escalation
from services.subsidy.review_forms import Worklist
from services.subsidy.review_tables import STATISTICS, comparable
from services.subsidy.reviews_api import ReviewApi, reviews_router
from services.subsidy.schemes_api import SchemesApi, schemes_router
from services.subsidy.settling import LEDGER, Reopening, end_granted
from services.subsidy.start import Starting
from services.subsidy.state import Application
from services.subsidy.units_api import UnitsApi, units_router
from services.subsidy.views import CASES
from services.subsidy.windows.api import WindowsApi, windows_router
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
    books = Books(policies, divisions or Divisions.load())
    directory = Directory(views, PERSONS, DOCUMENTS, STAFF_AT_DESKS)
    settling = Settling(LEDGER, handler, kernel.store, kernel.codec)
    desk = office(
        WORK, kernel, commanding=Reviewing(directory, books), colleagues=directory,
        reopening=Reopening(books), reasons=books.reasons_now(clock), scanner=scanner,
        attachments=attachments,
    )  # fmt: skip
    starting = Starting(handler, views, directory, books, settling)
    consequences = Consequences(settling, desk.cases, CASES, end_granted, directory, views, files)
    paying = payouts.build(kernel, directory, policies.subsidy)
    return Service(
        name="subsidy",
        projections=(
            *desk.projections, ENTITLEMENTS, PERSONS, DOCUMENTS, STAFF_AT_DESKS, UNITS, CLASSES,
            KNOWN, *paying.projections,
        ),
        reactions=(OUTCOMES, CLASSES_ENDED, *paying.reactions),
        effects=(*consequences.effects(), *paying.effects),
        workers=desk.workers, deadlines=(escalation(books.pinned), REMINDERS, *paying.deadlines),
        routers=(
            talent_router(TalentApi(Applications(desk.own, directory, books), starting, views)),
            reviews_router(ReviewApi(desk.daily, desk.desks, directory, books), desk.routes),
            asking_router(AskingApi(desk.cases)), *_choices(kernel, directory, books),
            *paying.routers,
        ),
        operations=paying.operations,
    )  # fmt: skip


def _choices(kernel: Kernel, directory: Directory, books: Books) -> tuple[APIRouter, ...]:
    """What there is to apply for, when, and by which unit."""
    handler, clock = kernel.handler, kernel.clock
    return (
        schemes_router(SchemesApi(handler, books, directory, clock)),
        windows_router(WindowsApi(handler, books, clock)),
        units_router(UnitsApi(kernel.views)),
    )
