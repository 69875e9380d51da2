"""How a person wants to be told: one stream an account, the last choice holds."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from pydantic import BaseModel, ConfigDict

from services.notifier.events import PREFERENCE, Language, PreferenceChosen
from shared.domain.decider import Decider


class ChoosePreference(BaseModel):
    """`email`: where mail goes, None for no mail."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: datetime
    account_id: str
    language: Language
    email: str | None


Preferences = PreferenceChosen | None


def decide(command: ChoosePreference, chosen: Preferences) -> Sequence[PreferenceChosen]:
    """Choosing the same again is nothing."""
    now = (chosen.language, chosen.email) if chosen else ("zh", None)
    if now == (command.language, command.email):
        return []
    return [
        PreferenceChosen(
            account_id=command.account_id,
            language=command.language,
            email=command.email,
            chosen_at=command.at,
        )
    ]


def evolve(_: Preferences, event: PreferenceChosen) -> Preferences:
    """The last choice."""
    return event


PREFERENCES: Final[Decider[ChoosePreference, Preferences, PreferenceChosen]] = Decider(
    PREFERENCE, None, decide, evolve
)
