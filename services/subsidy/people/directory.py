"""Looking people up in subsidy's own views."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.subsidy.commands import ClassInForce
from services.subsidy.people.classes import CLASSES, KNOWN, KnownProfile
from services.subsidy.people.staff import STAFF_AT_DESKS, StaffView
from services.subsidy.people.units import UNITS
from services.subsidy.people.views import DOCUMENTS, PERSONS, PersonView
from services.subsidy.profile.model import Profile, Unit
from shared.domain.errors import DomainError
from shared.domain.review.plan import PinnedPlan
from shared.domain.review.reviewer import Reviewer
from shared.events.personal import readable
from shared.ports.view_store import Find, Where
from shared.runtime.views import Views

_WAIT_SECONDS = 2.0
_MOST_STAFF = 1000


@dataclass(frozen=True)
class Directory:
    views: Views

    async def barred_until(self, talent_id: str) -> date | None:
        """The last day of a bar (Asia/Shanghai), past ones too; None where nothing is known."""
        found = await self.views.of(PERSONS).get(talent_id)
        return None if found is None else found.barred_until

    async def person(self, talent_id: str) -> PersonView:
        """A registered talent. Somebody who registered a moment ago is waited for; raises
        DomainError if the row does not come, or the account is gone."""
        pause, until = 0.005, time.monotonic() + _WAIT_SECONDS
        while (found := await self.views.of(PERSONS).get(talent_id)) is None:
            if time.monotonic() > until:
                raise DomainError("person-not-known-yet")
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, 0.1)
        if found.gone:
            raise DomainError("account-closed")
        return found

    async def in_force(self, talent_id: str) -> ClassInForce | None:
        """The class of a talent now."""
        found = await self.views.of(CLASSES).get(talent_id)
        return None if found is None else found.in_force

    async def known(self, talent_id: str) -> KnownProfile:
        """What a talent told classification, as far as the form asks for it."""
        found = await self.views.of(KNOWN).get(talent_id)
        said = None if found is None else readable(found.said)
        return said or KnownProfile()

    async def units(self, profile: Profile) -> tuple[Unit, ...]:
        """Those that a profile names, as far as they are known."""
        found = []
        for id in {one for one in (profile.recruiting_unit, profile.host_unit) if one}:
            view = await self.views.of(UNITS).get(id)
            if view is not None:
                values = view.model_dump(exclude={"approved"})
                found.append(Unit(**values, open=view.approved))
        return tuple(found)

    async def reviewer(self, account_id: str) -> Reviewer:
        """A colleague; one without any desk where the account is not known."""
        found = await self.views.of(STAFF_AT_DESKS).get(account_id)
        if found is None:
            return Reviewer(account_id=account_id)
        (reviewer,) = await self._recognised([found])
        return reviewer

    async def staff_of(self, plan: PinnedPlan) -> tuple[Reviewer, ...]:
        """Everybody who sits at a desk of a plan, superiors included."""
        desks = sorted({str(p) for s in plan.stages for d in s.desks for p in d.chain})
        at_desk = Find((Where("desks", desks, "has"),), limit=_MOST_STAFF)
        page = await self.views.of(STAFF_AT_DESKS).find(at_desk)
        return await self._recognised([view for _, view in page.items])

    async def _recognised(self, staff: Sequence[StaffView]) -> tuple[Reviewer, ...]:
        """Reviewers, each as the person that their document makes them: a talent who renewed a
        passport is the same person, by whichever of the two they were added to the staff."""
        shown = sorted({one.person for one in staff if one.person is not None})
        of_talents = Find((Where("document", shown, "in"),), limit=_MOST_STAFF)
        further = await self.views.of(DOCUMENTS).find(of_talents)
        persons: dict[str, str] = {}
        for _, document in further.items:
            talent = await self.views.of(PERSONS).get(document.talent_id)
            if talent is not None:
                persons[document.document] = talent.person
        return tuple(
            Reviewer.of(one.account_id, persons.get(one.person or "", one.person), one.desks)
            for one in staff
        )
