"""What a desk's decision looks up, and what reviewers are warned of."""

from dataclasses import dataclass

from services.classification.books import Books
from services.classification.commands import Review
from services.classification.state import Application
from services.classification.views import CASES, CaseView
from shared.domain.review.intentions import ReviewIntention
from shared.domain.review.reviewer import Reviewer
from shared.events.personal import Erased
from shared.ports.view_store import Find, Where
from shared.runtime.views import Views

_MOST_HOLDERS = 1000


@dataclass(frozen=True)
class Holder:
    """Who has a qualification that is limited to one (限1人) at the same employer."""

    honour: str
    application_id: str


@dataclass(frozen=True)
class Reviewing:
    books: Books

    async def __call__(
        self, application: Application, intention: ReviewIntention, staff: tuple[Reviewer, ...]
    ) -> Review:
        book = self.books.of(application, intention.at)
        return Review(intention=intention, staff=staff, book=book)


@dataclass(frozen=True)
class Limited:
    """Qualifications of which an employer may have one."""

    views: Views
    books: Books

    async def holders(self, application: Application) -> list[Holder]:
        """Approved cases of the same employer with a limited qualification that is ticked here."""
        chosen, submitted, profile = application.chosen, application.submitted, application.profile
        if chosen is None or submitted is None or isinstance(profile, Erased):
            return []
        offered = self.books.pinned(submitted.policy_version).policy.honours
        limited = {h.code for h in offered if h.limited_to_one} & set(chosen.honours)
        if not limited or not profile.employer:
            return []
        where = (Where("status", "approved"), Where("honours", sorted(limited), "has"))
        found = await self.views.of(CASES).find(Find(where, limit=_MOST_HOLDERS))
        return [
            Holder(honour, id)
            for id, case in found.items
            if case.talent_id != application.started.talent_id
            and _employer(case) == _plain(profile.employer)
            for honour in sorted(limited & set(case.honours))
        ]


def _employer(case: CaseView) -> str:
    return "" if isinstance(case.profile, Erased) else _plain(case.profile.employer or "")


def _plain(name: str) -> str:
    """An employer's name without what people type differently."""
    return "".join(name.split()).replace("(", "（").replace(")", "）").casefold()
