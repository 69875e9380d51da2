"""What pays the allowances, over an opened kernel; `services/subsidy/main.py` makes it part of the
service."""

from services.subsidy.batches.api import BatchApi, batches_router
from services.subsidy.batches.book import BatchBook
from services.subsidy.batches.desk import BatchDesk
from services.subsidy.batches.running import BatchRunner
from services.subsidy.batches.views import BATCHES
from services.subsidy.moving.api import MovingApi, moving_router
from services.subsidy.moving.application import Moving
from services.subsidy.payouts import messages
from services.subsidy.payouts.api import PayoutApi, payouts_router
from services.subsidy.payouts.application import Paying
from services.subsidy.payouts.audit import operations
from services.subsidy.payouts.effects import PayoutConsequences
from services.subsidy.payouts.reactions import CHECKS, ending, making
from services.subsidy.payouts.views import PAYOUTS
from services.subsidy.people.directory import Directory
from shared.adapters.payments.csv_files import CsvPaymentFile, CsvResultFile
from shared.adapters.payments.excel_files import ExcelPaymentFile
from shared.policy.subsidy import SubsidyPolicy
from shared.policy.timeline import Timeline
from shared.ports.payment_file import PaymentFileFormat
from shared.runtime.kernel import Kernel, Service


def build(kernel: Kernel, directory: Directory, policies: Timeline[SubsidyPolicy]) -> Service:
    messages.register()
    handler, clock = kernel.handler, kernel.clock
    book = BatchBook(handler, kernel.views)
    formats: tuple[PaymentFileFormat, ...] = (CsvPaymentFile(), ExcelPaymentFile())
    desk = BatchDesk(book, policies, {one.name: one for one in formats}, CsvResultFile(), clock)
    paying = Paying(handler, directory, policies, clock)
    return Service(
        name="payouts",
        projections=(PAYOUTS, BATCHES),
        reactions=(making(policies), ending(policies)),
        effects=(
            PayoutConsequences(handler, policies).effect(),
            BatchRunner(book, policies, clock).effect(),
        ),
        deadlines=(CHECKS,),
        routers=(
            payouts_router(PayoutApi(paying, kernel.views)),
            moving_router(MovingApi(Moving(paying))),
            batches_router(BatchApi(desk)),
        ),
        operations=operations(kernel.store, kernel.codec),
    )
