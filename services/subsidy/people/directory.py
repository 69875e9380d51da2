"""Looking people, classes and units up in subsidy's own views."""

from dataclasses import dataclass

from services.identity.readings.people import People
from services.subsidy.commands import ClassInForce
from services.subsidy.people.classes import CLASSES, KNOWN, ClassView, KnownProfile
from services.subsidy.people.units import UNITS
from services.subsidy.profile.model import Profile, Unit
from shared.events.personal import readable


@dataclass(frozen=True)
class Directory(People):
    async def in_force(self, talent_id: str) -> ClassInForce | None:
        """The class of a talent now."""
        return (await self.class_of(talent_id)).in_force

    async def class_of(self, talent_id: str) -> ClassView:
        """The same, with what is outstanding for it."""
        return await self.views.of(CLASSES).get(talent_id) or ClassView()

    async def known(self, talent_id: str) -> KnownProfile:
        """What a talent told classification, as far as the form asks for it."""
        found = await self.views.of(KNOWN).get(talent_id)
        said = None if found is None else readable(found.said)
        return said or KnownProfile()

    async def units(self, *profiles: Profile) -> tuple[Unit, ...]:
        """Those that profiles name, as far as they are known."""
        named = {id for one in profiles for id in (one.recruiting_unit, one.host_unit) if id}
        found = []
        for id in sorted(named):
            view = await self.views.of(UNITS).get(id)
            if view is not None:
                values = view.model_dump(exclude={"approved", "grams"})
                found.append(Unit(**values, open=view.approved))
        return tuple(found)
