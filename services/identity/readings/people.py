"""Looking people up in a context's own views of them."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.identity.readings.persons import DocumentView, PersonView
from services.identity.readings.staff import StaffView
from shared.casework.state import Colleague
from shared.domain.errors import DomainError
from shared.domain.review.plan import PinnedPlan
from shared.domain.review.reviewer import Reviewer
from shared.events.model import Recorded
from shared.events.personal import readable
from shared.ports.errors import EngineUnavailable
from shared.ports.view_store import Find, Where
from shared.runtime.projection import Projection
from shared.runtime.views import Views

_WAIT_SECONDS = 2.0
_BEHIND_SECONDS = 10.0
_MOST_STAFF = 1000


@dataclass(frozen=True)
class People:
    """Talents and staff as a context knows them."""

    views: Views
    persons: Projection[PersonView, PersonView]
    documents: Projection[DocumentView, DocumentView]
    staff: Projection[StaffView, StaffView]

    @property
    def projections(self) -> tuple[Projection[Any, Any], ...]:
        """What the context has to feed."""
        return (self.persons, self.documents, self.staff)

    async def barred_until(self, talent_id: str) -> date | None:
        """The last day of a bar (Asia/Shanghai), past ones too; None where nothing is known."""
        found = await self.views.of(self.persons).get(talent_id)
        return None if found is None else found.barred_until

    async def person(self, talent_id: str) -> PersonView:
        """A registered talent. Somebody who registered a moment ago is waited for; raises
        DomainError if the row does not come, or the account is gone."""
        pause, until = 0.005, time.monotonic() + _WAIT_SECONDS
        while (found := await self.views.of(self.persons).get(talent_id)) is None:
            if time.monotonic() > until:
                raise DomainError("person-not-known-yet")
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, 0.1)
        if found.gone:
            raise DomainError("account-closed")
        return found

    async def staff_seen(self, recorded: Recorded[Any]) -> None:
        """The view of staff is another consumer of the same event: wait until it has read it.
        Raises EngineUnavailable if it does not."""
        view = self.views.of(self.staff)
        if not await view.reached(recorded.stream, recorded.version, within=_BEHIND_SECONDS):
            raise EngineUnavailable("the view of staff is behind")

    async def reviewer(self, account_id: str) -> Reviewer:
        """A colleague; one without any desk where the account is not known."""
        found = await self.views.of(self.staff).get(account_id)
        if found is None:
            return Reviewer(account_id=account_id)
        (reviewer,) = await self._recognised([found])
        return reviewer

    async def at_desks_of(self, account_id: str) -> tuple[Colleague, ...]:
        """Everybody who sits at a desk of a colleague's, themselves included."""
        me = await self.views.of(self.staff).get(account_id)
        if me is None:
            return ()
        at_desk = Find((Where("desks", sorted(me.desks), "has"),), limit=_MOST_STAFF)
        page = await self.views.of(self.staff).find(at_desk)
        return tuple(
            Colleague(one.account_id, readable(one.name), one.desks) for _, one in page.items
        )

    async def staff_of(self, plan: PinnedPlan) -> tuple[Reviewer, ...]:
        """Everybody who sits at a desk of a plan, superiors included."""
        desks = sorted({str(p) for s in plan.stages for d in s.desks for p in d.chain})
        at_desk = Find((Where("desks", desks, "has"),), limit=_MOST_STAFF)
        page = await self.views.of(self.staff).find(at_desk)
        return await self._recognised([view for _, view in page.items])

    async def _recognised(self, staff: Sequence[StaffView]) -> tuple[Reviewer, ...]:
        """Reviewers, each as the person that their document makes them: a talent who renewed a
        passport is the same person, by whichever of the two they were added to the staff. The
        document of an account that is gone may be somebody else's: such an account lost it."""
        shown = sorted({one.person for one in staff if one.person is not None})
        of_talents = Find((Where("document", shown, "in"),), limit=_MOST_STAFF)
        further = await self.views.of(self.documents).find(of_talents)
        persons: dict[str, str] = {}
        for _, document in further.items:
            talent = await self.views.of(self.persons).get(document.talent_id)
            if talent is not None and not talent.gone:
                persons[document.document] = talent.person
        return tuple(
            Reviewer.of(one.account_id, persons.get(one.person or "", one.person), one.desks)
            for one in staff
        )
