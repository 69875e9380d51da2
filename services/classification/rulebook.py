"""Everything that the rules look up, by reference: a command carries it, so deciding stays pure."""

from dataclasses import dataclass

from services.classification.profile.rules import Codes
from shared.domain.addresses import Places
from shared.domain.calendar import WorkingCalendar
from shared.policy.classification import ClassificationPolicy
from shared.policy.codes import CodeLists


@dataclass(frozen=True, slots=True)
class Rulebook:
    """One version of the policy, and what does not change with it."""

    policy: ClassificationPolicy
    lists: CodeLists
    places: Places
    calendar: WorkingCalendar

    @property
    def codes(self) -> Codes:
        return Codes(
            self.lists.ethnic_groups,
            self.lists.education_levels,
            frozenset(region.code for region in self.policy.regions),
            self.places,
        )
