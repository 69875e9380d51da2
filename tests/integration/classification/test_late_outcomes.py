"""An application that went on after its approval, before its talent's own stream heard of any of
it: whoever starts another settles the whole of it first."""

from pathlib import Path

import pytest

from services.classification.decider import DECIDER
from services.classification.settling import LEDGER
from services.classification.talent_class.decider import DECIDER as TALENT_CLASSES
from shared.casework.commands import AddNote
from shared.casework.settling import Settling
from shared.events.model import Metadata
from shared.testing.clock import TestClock
from talent.composition import open_platform
from talent.settings import Environment, Settings
from tests.unit.classification import classification_cases as cases
from tests.unit.classification import deferral_cases as deferrals
from tests.unit.classification.test_talent_class_decider import open_application

BEGUN = (
    cases.START.model_copy(update={"profile": cases.PROFILE}),
    cases.choose(),
    *(cases.attach(one) for one in cases.REQUIRED if one != deferrals.CONTRACT),
    deferrals.asking(),
    deferrals.grant(),
    deferrals.approve(),
)
LIFTED = (
    cases.attach(deferrals.CONTRACT, at=deferrals.days(1)),
    deferrals.hand_in(deferrals.days(1)),
    deferrals.accept(deferrals.days(2)),
)
MISSED = (deferrals.observe(deferrals.TOO_LATE),)
NOTE = (AddNote(by=cases.BEATE.party, words="存档", at=deferrals.days(3)),)


@pytest.mark.parametrize(
    ("after", "holds", "outstanding"),
    [((), True, True), (NOTE, True, True), (LIFTED, True, False), (MISSED, False, False)],
)
async def test_what_followed_the_approval_is_settled_with_it(
    tmp_path: Path, after: tuple[object, ...], holds: bool, outstanding: bool
) -> None:
    settings = Settings(data=tmp_path / "data", environment=Environment.DEVELOPMENT)
    platform = await open_platform(settings, TestClock(cases.MONDAY))
    kernel, handler = platform.kernel, platform.kernel.handler
    try:
        await handler.handle(TALENT_CLASSES, "t1", open_application("a1"), said("open"))
        for number, command in enumerate((*BEGUN, *after)):
            await handler.handle(DECIDER, "a1", command, said(str(number)))
        settling = Settling(LEDGER, handler, kernel.store, kernel.codec)
        for again in ("settle", "again"):
            assert await settling.settle("t1", "a1", said(again))
            state, _ = await handler.load(TALENT_CLASSES, "t1")
            assert state.open is None
            assert (state.in_force is not None, state.outstanding is not None) == (
                holds, outstanding,
            )  # fmt: skip
    finally:
        await platform.close()


def said(part: str) -> Metadata:
    return Metadata(command_id=f"command-{part}", actor="test", subject="t1")
