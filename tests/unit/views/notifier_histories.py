"""Histories of the notifier's messages."""

from datetime import datetime, timedelta

from hypothesis import strategies as st

from services.notifier.commands import (
    DelayMessage,
    RecordOutcome,
    RecordReceipt,
    RedriveMessage,
    RequestMessage,
    StartAttempt,
    SuppressMessage,
)
from services.notifier.decider import MESSAGES
from services.notifier.events import MESSAGE, PREFERENCE, Language
from services.notifier.preferences import PREFERENCES, ChoosePreference
from shared.testing.interleavings import History
from tests.unit.classification import classification_cases as cases
from tests.unit.views.played import NUMBERS, Menu, played


def messages(id: str, talent: str) -> st.SearchStrategy[History]:
    def outcome(reference: str, pick: int, at: datetime) -> RecordOutcome:
        words = ("taken", "refused", "retry", "unknown")
        return RecordOutcome.model_validate(
            {"at": at, "reference": reference, "outcome": words[pick % 4], "learnt_from": "answer"}
        )

    request = RequestMessage(
        at=cases.MONDAY, template="t", recipient=talent, subject=talent, number="account",
        mobile=NUMBERS[0], text=f"secret-{talent}-text", params={"name": f"secret-{talent}-name"},
        text_en=f"secret-{talent}-english", params_en={"name": f"secret-{talent}-name"},
        cause_id="e", cause_type="a.b.v1", cause_stream=f"talent-{talent}", cause_version=1,
    )  # fmt: skip
    menu: Menu = (
        lambda _, pick, at: StartAttempt(
            at=at, reference=f"r{pick}", provider="p", mobile=NUMBERS[pick % 3]
        ),
        lambda state, pick, at: (
            outcome(state.attempt.reference, pick, at) if hasattr(state, "attempt") else None
        ),
        lambda _, pick, at: outcome(f"r{pick}", pick, at),
        lambda _, pick, at: RecordReceipt(
            at=at,
            reference=f"r{pick}",
            provider="p",
            delivered=pick % 2 == 0,
            code="c",
            reported_at=at,
            routes=("p", "q"),
        ),
        lambda _, pick, at: DelayMessage(at=at, why="quiet-hours", until=at + timedelta(hours=1)),
        lambda _, pick, at: SuppressMessage(at=at, why="no-number") if pick == 0 else None,
        lambda _, pick, at: RedriveMessage(at=at, by="operator", reason=f"secret-{talent}-why"),
    )
    events = played(MESSAGES, (request,), menu, 10)
    secrets = (f"secret-{talent}",)
    return events.map(lambda made: History(MESSAGE.stream(id), talent, made, secrets))


def preferences(account: str) -> st.SearchStrategy[History]:
    def choose(_: object, pick: int, at: datetime) -> ChoosePreference:
        email = f"secret-{account}@example.com" if pick % 2 else None
        language: Language = "en" if pick > 2 else "zh"
        return ChoosePreference(at=at, account_id=account, language=language, email=email)

    events = played(PREFERENCES, (choose(None, 3, cases.MONDAY),), (choose,), 3)
    secrets = (f"secret-{account}",)
    return events.map(lambda made: History(PREFERENCE.stream(account), account, made, secrets))
