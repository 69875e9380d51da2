"""Everything that the rules look up, by reference: a command carries it, so deciding stays pure."""

from dataclasses import dataclass

from services.subsidy.profile.rules import Codes
from shared.domain.addresses import Places
from shared.domain.calendar import WorkingCalendar
from shared.policy.codes import CodeLists
from shared.policy.subsidy import SubsidyPolicy


@dataclass(frozen=True, slots=True)
class Rulebook:
    """One version of the policy, and what does not change with it."""

    policy: SubsidyPolicy
    lists: CodeLists
    places: Places
    calendar: WorkingCalendar

    @property
    def codes(self) -> Codes:
        return Codes(
            self.lists.ethnic_groups,
            self.lists.political_affiliations,
            frozenset(one.code for one in self.policy.application_types),
            self.places,
        )
