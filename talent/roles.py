"""What one process of a fleet does: which contexts, and whether it answers, works, or neither."""

from dataclasses import dataclass
from typing import Final

CONTEXTS: Final = ("identity", "classification", "subsidy", "notifier")


@dataclass(frozen=True, slots=True)
class Role:
    """`contexts` in this process; `answers` requests; `works`: folds views, reacts, relays, watches
    deadlines. An operator's command does neither."""

    contexts: tuple[str, ...] = CONTEXTS
    answers: bool = True
    works: bool = True

    @property
    def name(self) -> str:
        return "+".join(self.contexts)

    def has(self, context: str) -> bool:
        return context in self.contexts


WHOLE: Final = Role()
OPERATOR: Final = Role(answers=False, works=False)


def serving(context: str) -> Role:
    """`talent serve`: HTTP alone."""
    return Role((_known(context),), works=False)


def working(context: str) -> Role:
    """`talent work`: everything but HTTP."""
    return Role((_known(context),), answers=False)


def _known(context: str) -> str:
    if context not in CONTEXTS:
        known = "、".join(CONTEXTS)
        raise ValueError(f"没有这个服务 / no such context: {context!r} ({known})")
    return context
