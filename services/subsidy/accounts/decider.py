"""One account at a time; the same one again is nothing new."""

from collections.abc import Sequence
from typing import Final

from services.subsidy.accounts.commands import EnterAccount
from services.subsidy.accounts.events import ACCOUNT, AccountEntered
from shared.domain.decider import Decider


def decide(command: EnterAccount, state: AccountEntered | None) -> Sequence[AccountEntered]:
    same = state is not None and (state.number, state.holder) == (command.number, command.holder)
    if same:
        return []
    return [AccountEntered(**command.model_dump(), ending=command.number[-4:])]


def evolve(state: AccountEntered | None, event: AccountEntered) -> AccountEntered | None:
    return event


INITIAL: Final[AccountEntered | None] = None
DECIDER: Final = Decider(ACCOUNT, INITIAL, decide, evolve)
