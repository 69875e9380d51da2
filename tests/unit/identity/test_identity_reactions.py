"""What the events of applications mean for a talent's account."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.classification import events as c
from services.identity.commands import PlaceHold, ReleaseHold
from services.identity.listing.commands import Propose
from services.identity.listing.events import ListingProposed
from services.identity.reactions import reactions
from services.subsidy import events as s
from shared.domain.review.reviewer import Party
from shared.events.model import Event, Metadata, Recorded

REACTION, OF_SUBSIDY = reactions()
AT = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)  # 01:00 of the next day in Shanghai
HOLD = PlaceHold(context="classification", reference="a1", reason="open-case")
RELEASE = ReleaseHold(context="classification", reference="a1")


def told(event: Event) -> list[Any]:
    metadata = Metadata("c1", actor="x", subject="t1")
    recorded = Recorded(event, "e1", c.APPLICATION.stream("a1"), 1, 1, AT, metadata)
    dispatches = REACTION.react(recorded)
    assert {(d.id, d.subject) for d in dispatches} <= {("t1", "t1"), ("classification-a1", "t1")}
    return [d.command for d in dispatches]


def rejected(*, false: bool) -> c.ApplicationRejected:
    return c.ApplicationRejected(
        at=AT, desk="d", by=Party(account_id="r1"), reason="x", words="y", false_declaration=false
    )


def test_a_submitted_application_holds_the_account() -> None:
    assert told(c.ApplicationSubmitted.model_construct()) == [HOLD]


@pytest.mark.parametrize(
    "event",
    [
        c.ApplicationApproved.model_construct(),
        c.ApplicationWithdrawn(at=AT),
        c.ApplicationEnded(at=AT, reason="talent-listed"),
        rejected(false=False),
    ],
)
def test_whatever_ends_it_releases_the_account(event: Event) -> None:
    assert told(event) == [RELEASE]


def test_a_false_declaration_is_proposed_for_the_list_before_the_hold_goes() -> None:
    proposed = ListingProposed(
        entry_id="classification-a1", talent_id="t1", kind="business",
        reason="人才分类认定申报材料不实", evidence=(), application_id="a1", ends_class=False,
        by=Party(account_id="r1"), at=AT,
    )  # fmt: skip
    held = PlaceHold(context="identity", reference="classification-a1", reason="open-case")
    assert told(rejected(false=True)) == [held, Propose(fact=proposed), RELEASE]


def test_everything_in_between_changes_nothing() -> None:
    settling = {
        c.ApplicationSubmitted, c.ApplicationApproved, c.ApplicationRejected,
        c.ApplicationWithdrawn, c.ApplicationEnded,
    }  # fmt: skip
    others = [e for e in c.EVENTS[:18] if e not in settling]
    assert [told(e.model_construct()) for e in others] == [[]] * len(others)


def test_a_false_declaration_for_an_allowance_is_proposed_as_well() -> None:
    rejected = s.ApplicationRejected(
        at=AT, desk="d", by=Party(account_id="r1"), reason="x", words="y", false_declaration=True
    )
    metadata = Metadata("c1", actor="x", subject="t1")
    recorded = Recorded(rejected, "e1", s.APPLICATION.stream("a1"), 1, 1, AT, metadata)
    _, proposed, release = [d.command for d in OF_SUBSIDY.react(recorded)]
    assert (proposed.fact.entry_id, proposed.fact.reason) == ("subsidy-a1", "人才补贴申报材料不实")
    assert release == ReleaseHold(context="subsidy", reference="a1")
