"""Whatever talents, units, authorities and time do to an application, its rules hold."""

from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.subsidy.commands import ApplicationCommand, ClassInForce
from services.subsidy.decider import DECIDER
from services.subsidy.entitlements.decider import DECIDER as TALENTS
from services.subsidy.events import (
    ApplicationApproved,
    ApplicationEvent,
    ApplicationReturned,
    ApplicationSubmitted,
    AttachmentAdded,
    AttachmentRemoved,
    DeskApproved,
    ProfileSaved,
)
from services.subsidy.policies import class_fits
from services.subsidy.reactions import outcome_of
from services.subsidy.state import Application, ApplicationState
from shared.domain.errors import DomainError
from shared.domain.review.application import Status
from shared.domain.review.intentions import Approve, Escalate, PassUp, Reject, Return
from tests.unit.subsidy import subsidy_cases as cases
from tests.unit.subsidy.test_entitlements_decider import LIVING, housing, opening

FINAL = (Status.APPROVED, Status.REJECTED, Status.WITHDRAWN, Status.ENDED)
CLASSES = st.sampled_from([None, "A", "D", "E", "F"])


class Applications(RuleBasedStateMachine):
    """One application, everybody who has to do with it, and a class that comes and goes."""

    def __init__(self) -> None:
        super().__init__()
        self.now = cases.MONDAY
        self.history: list[ApplicationEvent] = []
        self.state: ApplicationState = DECIDER.initial
        self.granting: ClassInForce | None = None
        self.final: tuple[Status, int] | None = None
        self.locked_when: list[tuple[ApplicationEvent, Application]] = []

    def put(self, command: ApplicationCommand) -> None:
        before = self.state
        try:
            events = DECIDER.decide(command, before)
        except DomainError:
            return
        for event in events:
            if isinstance(before, Application):
                self.locked_when.append((event, before))
            self.state = DECIDER.evolve(self.state, event)
        self.history += events
        again = DECIDER.decide(command, self.state) if self.repeatable(command) else ()
        assert list(again) == []

    @staticmethod
    def repeatable(command: ApplicationCommand) -> bool:
        """Commands that say what is to be, so that saying it twice is saying it once."""
        return type(command).__name__ in ("EndApplication", "WithdrawApplication", "ReplaceMobile")

    @initialize(
        house=st.booleans(), dispatched=st.booleans(), many=st.sampled_from([1, 3, 4, 4, 4])
    )
    def begin(self, house: bool, dispatched: bool, many: int) -> None:
        fact = cases.HOUSING if house else cases.STARTED
        channel = "high-level" if house else "f"
        changes: dict[str, Any] = dict(cases.DISPATCHED) if dispatched else {}
        changes |= cases.SIGNED_BEFORE if house else {}
        first: list[ApplicationCommand] = [
            cases.start(fact, channel, cases.profile_with(**changes)),
            cases.attach("labour_contract"),
            cases.attach("contribution_record", month="2026-03"),
            cases.submit(),
            cases.yes(cases.AT_HOST),
            cases.yes(cases.AT_AGENCY) if dispatched else cases.submit(),
        ]
        self.granting = cases.in_force("D" if house else "F")
        for command in first[:many]:
            self.put(command)

    @rule(days=st.sampled_from([1, 8, 30, 120]))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule(letter=CLASSES)
    def the_class_changes(self, letter: str | None) -> None:
        row = "E1" if letter == "E" else letter
        self.granting = None if letter is None else cases.in_force(letter, row)

    @rule(month=st.sampled_from(["2026-02", "2026-03", "2026-05"]), number=st.integers(1, 4))
    def a_file_is_added(self, month: str, number: int) -> None:
        self.put(cases.attach("contribution_record", number, at=self.now, month=month))
        self.put(cases.attach("labour_contract", number, at=self.now))

    @rule(category=st.sampled_from(["labour_contract", "contribution_record"]), n=st.integers(1, 4))
    def a_file_is_removed(self, category: str, n: int) -> None:
        self.put(cases.remove(category, n, at=self.now))

    @rule(
        fields=st.fixed_dictionaries(
            {},
            optional={
                "position": st.sampled_from(["工程师", "教师", None]),
                "host_unit": st.sampled_from(["host", "other", "nobody"]),
                "recruiting_unit": st.sampled_from(["agency", None]),
                "dispatch": st.booleans(),
            },
        )
    )
    def a_profile_is_saved(self, fields: dict[str, Any]) -> None:
        self.put(cases.save(at=self.now, **fields))

    @rule(channel=st.sampled_from(["f", "high-level"]))
    def a_channel_is_chosen(self, channel: str) -> None:
        self.put(cases.choose(channel, at=self.now))

    @rule(barred=st.booleans())
    def it_is_submitted(self, barred: bool) -> None:
        until = self.now.date() + timedelta(days=9) if barred else None
        self.put(cases.submit(at=self.now, barred_until=until))

    @precondition(lambda self: self.review is not None and self.review.undecided)
    @rule(
        who=st.integers(0, 3), pick=st.integers(0, 1), anybody=st.sampled_from([0, 0, 0, 1]),
        verdict=st.sampled_from(["yes", "yes", "yes", "yes", "back", "back", "no"]),
        field=st.sampled_from(["/profile/position", "/profile/dispatch", "/channel"]),
    )  # fmt: skip
    def a_desk_decides(self, who: int, pick: int, anybody: int, verdict: str, field: str) -> None:
        assert self.review is not None
        desk = self.review.undecided[pick % len(self.review.undecided)]
        able = [one for one in cases.STAFF if one.desks & set(self.review.may_decide(desk))]
        asked = cases.STAFF if anybody or not able else able
        said: dict[str, Any] = {"desk": desk.name, "by": asked[who % len(asked)], "at": self.now}
        named = {"fields": (field,), "attachments": ("labour_contract",), "words": "请更正"}
        match verdict:
            case "yes":
                self.put(cases.review(Approve(**said), self.granting))
            case "back":
                self.put(cases.review(Return(**said, **named)))
            case _:
                self.put(cases.review(Reject(**said, reason="other", words="不符")))

    @rule()
    def the_ticker_escalates(self) -> None:
        self.put(cases.review(Escalate(at=self.now)))

    @rule(many=st.integers(0, 6))
    def somebody_leaves(self, many: int) -> None:
        self.put(cases.review(PassUp(staff=cases.STAFF[:many], at=self.now)))

    @precondition(lambda self: len(self.history) > 12)
    @rule(ends=st.booleans())
    def it_is_given_up(self, ends: bool) -> None:
        self.put(cases.end() if ends else cases.withdraw())

    @property
    def review(self) -> Any:
        return self.state.review if isinstance(self.state, Application) else None

    @invariant()
    def what_is_over_stays_over(self) -> None:
        if self.final is not None:
            assert isinstance(self.state, Application)
            assert (self.state.status, len(self.history)) == self.final
        elif isinstance(self.state, Application) and self.state.status in FINAL:
            self.final = (self.state.status, len(self.history))

    @invariant()
    def what_is_submitted_changes_only_where_it_was_returned(self) -> None:
        for event, before in self.locked_when:
            match event:
                case ProfileSaved() | AttachmentRemoved():
                    assert before.status in (Status.DRAFT, Status.RETURNED)
                case AttachmentAdded(category=category):
                    assert before.unlocked.category(category)
                case _:
                    pass
        self.locked_when.clear()

    @invariant()
    def a_grant_has_every_desk_s_yes_by_different_people_and_a_class_that_fits(self) -> None:
        if not self.history or not isinstance(self.history[-1], ApplicationApproved):
            return
        granted, review = self.history[-1], self.review
        desks = [desk.name for stage in review.plan.stages for desk in stage.desks]
        assert set(desks) == set(review.decisions)
        assert {made.kind for made in review.decisions.values()} == {"approved"}
        people = [made.by.person for made in review.decisions.values()]
        assert len(people) == len(set(people))
        assert "p1" not in people
        scheme, letter = granted.scheme, granted.talent_class
        assert class_fits(cases.POLICY, scheme, granted.channel, letter)
        submitted = [e for e in self.history if isinstance(e, ApplicationSubmitted)][-1]
        assert granted.units == submitted.units

    @invariant()
    def units_decide_before_the_authority(self) -> None:
        since: list[str] = []
        for event in self.history:
            match event:
                case ApplicationSubmitted(standing=standing):
                    since = [desk for desk in since if desk.split(":")[0] in standing]
                case DeskApproved(desk=desk):
                    if desk.startswith("authority"):
                        assert "unit-review:host_unit" in since
                    since.append(desk)
                case ApplicationReturned(fields=fields):
                    assert "/profile/dispatch" not in fields or "/profile/host_unit" in fields
                case _:
                    pass

    @invariant()
    def the_talent_s_own_stream_follows_to_one_end(self) -> None:
        if self.final is None:
            return
        scheme = self.state.started.scheme  # type: ignore[union-attr]
        kind = LIVING if scheme == "living-allowance" else housing()
        talent = TALENTS.initial
        commands = [outcome_of("a1", event) for event in self.history]
        for command in (opening("a1", **kind), *commands, *commands):
            for made in () if command is None else TALENTS.decide(command, talent):
                talent = TALENTS.evolve(talent, made)
        assert not talent.open
        assert len(talent.granted) == (self.final[0] is Status.APPROVED)


TestApplications = Applications.TestCase
TestApplications.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
