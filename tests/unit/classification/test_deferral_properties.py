"""Whatever talents, desks and time do to an application with a deferral, its rules hold; and the
talent's own stream, which hears of it late, follows."""

from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.classification.commands import ApplicationCommand
from services.classification.decider import DECIDER
from services.classification.deferral.events import (
    DeferralMissed,
    DeferralReminded,
    SupplementAccepted,
    SupplementSubmitted,
)
from services.classification.deferral.state import Deferral, Standing
from services.classification.events import (
    ApplicationApproved,
    ApplicationEvent,
    AttachmentAdded,
    ClassEnded,
    MaterialsReleased,
    TalentClassEvent,
)
from services.classification.reactions import outcome_of, react_to_release
from services.classification.state import Application, ApplicationState
from services.classification.talent_class.commands import EndClass, TalentClassCommand
from services.classification.talent_class.decider import DECIDER as TALENTS
from services.classification.talent_class.decider import TalentClass
from shared.domain.calendar import shanghai_date
from shared.domain.errors import DomainError
from shared.domain.review.application import Status
from shared.domain.review.intentions import Approve, Escalate, Reject, Return
from shared.domain.review.state import Review
from shared.events.model import Metadata, Recorded
from tests.unit.classification import classification_cases as cases
from tests.unit.classification import deferral_cases as deferrals
from tests.unit.classification.deferral_cases import CONTRACT, INSURANCE
from tests.unit.classification.test_talent_class_decider import grant, open_application

CATEGORIES = st.sets(st.sampled_from([CONTRACT, INSURANCE]), min_size=1).map(sorted)
WHO = st.sampled_from([cases.BEATE, cases.BEATE, cases.OTTO, cases.DORA])
PERIODS = st.sampled_from([30, 60, 90])


class Deferred(RuleBasedStateMachine):
    """One application of a talent, everybody who has to do with it, and the talent's own stream."""

    def __init__(self) -> None:
        super().__init__()
        self.now = cases.MONDAY
        self.history: list[ApplicationEvent] = []
        self.state: ApplicationState = DECIDER.initial
        self.unheard: list[ApplicationEvent] = []
        self.talent = TALENTS.initial
        self.told: list[TalentClassEvent] = []
        self.files = 10

    def put(self, command: ApplicationCommand) -> None:
        before = self.state
        try:
            events = DECIDER.decide(command, before)
        except DomainError:
            return
        for event in events:
            self.check(event, self.state)
            self.state = DECIDER.evolve(self.state, event)
        self.history += events
        self.unheard += events
        if type(command).__name__ in ("SubmitSupplement", "AcceptSupplement", "ObserveDeferral"):
            assert list(DECIDER.decide(command, self.state)) == []

    def tell(self, command: TalentClassCommand) -> None:
        for event in TALENTS.decide(command, self.talent):
            self.talent = TALENTS.evolve(self.talent, event)
            self.told.append(event)
            metadata = Metadata(command_id="c", actor="x", subject="t1")
            recorded = Recorded(event, "e", "talentClass-t1", 1, 1, self.now, metadata)
            for dispatch in react_to_release(recorded):
                if dispatch.id == "a1":
                    self.put(dispatch.command)

    @property
    def deferral(self) -> Deferral | None:
        return self.state.deferral if isinstance(self.state, Application) else None

    @property
    def review(self) -> Review | None:
        return self.state.review if isinstance(self.state, Application) else None

    @initialize(district=st.booleans(), begun=st.sampled_from([0, 1, 2, 2, 3, 4, 4, 4, 4]))
    def begin(self, district: bool, begun: int) -> None:
        region = "xiangcheng" if district else "city-organs"
        desk = cases.DISTRICT if district else cases.BUREAU
        by = cases.DORA if district else cases.BEATE
        self.tell(open_application("a1"))
        first: list[ApplicationCommand] = [
            cases.START.model_copy(update={"profile": cases.profile_with(region=region)}),
            cases.choose(),
            *(cases.attach(c) for c in ("id_document", "education_certificates")),
        ]
        more: list[ApplicationCommand] = [
            deferrals.asking(CONTRACT, INSURANCE),
            deferrals.grant(CONTRACT, INSURANCE, desk=desk, by=by),
            cases.review(Approve(desk=desk, by=by, at=self.now)),
            cases.review(Approve(desk=cases.BUREAU, by=cases.BEATE, at=self.now)),
        ]
        for command in first + more[:begun]:
            self.put(command)
        if begun == len(more):
            self.the_talents_own_stream_hears()

    # Time, and what hears of it.

    @rule(days=st.sampled_from([0.3, 1, 5, 22, 29, 31]))
    def time_passes(self, days: float) -> None:
        self.now += timedelta(days=days)

    @rule()
    def the_clock_is_looked_at(self) -> None:
        self.put(deferrals.observe(self.now))

    @precondition(lambda self: self.deferral is not None and self.deferral.next_instant is not None)
    @rule()
    def the_clock_does_what_is_next(self) -> None:
        assert self.deferral is not None
        self.now = max(self.now, self.deferral.next_instant or self.now)
        self.put(deferrals.observe(self.now))

    @rule()
    def the_talents_own_stream_hears(self) -> None:
        heard, self.unheard = self.unheard, []
        for event in heard:
            command = outcome_of("a1", event)
            if command is not None:
                self.tell(command)

    @rule()
    def what_was_heard_is_heard_again(self) -> None:
        if self.unheard:
            return
        before = (self.talent.in_force, self.talent.open)
        for event in self.history:
            command = outcome_of("a1", event)
            if command is not None:
                self.tell(command)
        assert (self.talent.in_force, self.talent.open) == before

    # The talent.

    @rule(category=st.sampled_from([CONTRACT, CONTRACT, INSURANCE, "other"]))
    def a_file_is_added(self, category: str) -> None:
        self.files += 1
        self.put(cases.attach(category, self.files, at=self.now))

    @rule(number=st.integers(11, 20), category=st.sampled_from([CONTRACT, INSURANCE]))
    def a_file_is_removed(self, number: int, category: str) -> None:
        self.put(cases.remove(category, number, at=self.now))

    @rule(categories=CATEGORIES, days=PERIODS)
    def it_is_submitted_with_a_request(self, categories: list[str], days: int) -> None:
        self.put(deferrals.asking(*categories, days=days, at=self.now))

    @rule()
    def it_is_submitted(self) -> None:
        self.put(cases.submit(at=self.now))

    @rule()
    def a_supplement_is_handed_in(self) -> None:
        for category in () if self.deferral is None else self.deferral.outstanding:
            self.a_file_is_added(category)
        self.put(deferrals.hand_in(self.now))

    @rule()
    def an_unfinished_supplement_is_handed_in(self) -> None:
        self.put(deferrals.hand_in(self.now))

    @precondition(lambda self: len(self.history) > 14)
    @rule(how=st.sampled_from(["withdrawn", "ended", "class-ended", "changed"]))
    def it_is_given_up(self, how: str) -> None:
        match how:
            case "withdrawn":
                self.put(cases.withdraw())
            case "ended":
                self.put(cases.end())
            case "class-ended":
                self.tell(EndClass(reason="talent-erased", at=self.now))
            case _:
                self.a_change_is_approved()

    def a_change_is_approved(self) -> None:
        if self.talent.in_force is not None and self.talent.open is None:
            self.tell(open_application("a2", "change"))
            self.tell(grant("a2", "D"))

    # The desks.

    @precondition(lambda self: self.review is not None and bool(self.review.undecided))
    @rule(
        who=WHO, what=st.sampled_from(["grant", "grant", "decline", "yes", "yes", "back", "no"]),
        categories=CATEGORIES, days=st.sampled_from([7, 30, 180, 200]),
    )  # fmt: skip
    def a_desk_decides(self, who: object, what: str, categories: list[str], days: int) -> None:
        assert self.review is not None
        desk = self.review.undecided[0].name
        at, words = self.now, "请补充"
        said = {"desk": desk, "by": who, "at": at}
        match what:
            case "grant":
                self.put(
                    deferrals.grant(*categories, days=days, words=words, by=who, desk=desk, at=at)  # type: ignore[arg-type]
                )
            case "decline":
                self.put(deferrals.decline(by=who, desk=desk).model_copy(update={"at": at}))  # type: ignore[arg-type]
            case "yes":
                self.put(cases.review(Approve.model_validate(said)))
            case "back":
                named = {"attachments": (CONTRACT,), "words": words}
                self.put(cases.review(Return.model_validate(said | named)))
            case _:
                reason = {"reason": "other", "words": words}
                self.put(cases.review(Reject.model_validate(said | reason)))

    @precondition(lambda self: self.deferral is not None)
    @rule(who=WHO, what=st.sampled_from(["accept", "return", "extend"]), days=st.integers(1, 99))
    def a_supplement_is_reviewed(self, who: object, what: str, days: int) -> None:
        match what:
            case "accept":
                self.put(deferrals.accept(self.now, by=who))  # type: ignore[arg-type]
            case "return":
                self.put(deferrals.send_back(at=self.now, by=who))  # type: ignore[arg-type]
            case _:
                last_day = shanghai_date(self.now) + timedelta(days=days)
                self.put(deferrals.extend(last_day, by=who, at=self.now))  # type: ignore[arg-type]

    @rule()
    def a_stage_escalates(self) -> None:
        self.put(cases.review(Escalate(at=self.now)))

    # What holds.

    def check(self, event: ApplicationEvent, before: ApplicationState) -> None:
        if not isinstance(before, Application):
            return
        deferral, there = before.deferral, {a.category for a in before.attachments.values()}
        match event:
            case ApplicationApproved(outstanding=outstanding):
                required = {
                    one.code
                    for one in cases.POLICY.required_attachments("F", before.profile.region or "")  # type: ignore[union-attr]
                }
                lifted = deferral is not None and deferral.standing is Standing.LIFTED
                assert required <= there | set(outstanding) or lifted
                assert deferral is None or deferral.standing is not Standing.ASKED
            case SupplementSubmitted(categories=categories):
                assert set(categories) <= there
                assert deferral is not None
                assert not deferral.over_at(event.at)
            case SupplementAccepted():
                assert deferral is not None
                assert deferral.standing is Standing.HANDED_IN
            case DeferralMissed():
                assert deferral is not None
                assert deferral.over_at(event.at)
                assert before.status in (Status.IN_REVIEW, Status.RETURNED, Status.APPROVED)
            case DeferralReminded(last_day=last_day, days_left=left):
                assert deferral is not None
                assert last_day - shanghai_date(event.at) <= timedelta(days=left)
            case AttachmentAdded(category=category) if before.review is not None:
                waits = deferral is not None and deferral.standing is Standing.OPEN
                assert before.status is Status.RETURNED or waits
                assert (
                    category in before.outstanding
                    or before.unlocked.category(category)
                    or (before.status is Status.RETURNED)
                )
            case _:
                pass

    @invariant()
    def a_deferral_is_over_where_its_application_is(self) -> None:
        if not isinstance(self.state, Application) or self.deferral is None:
            return
        if self.state.over and self.state.status is not Status.APPROVED:
            assert not self.deferral.live
            assert self.deferral.standing is not Standing.ASKED
            assert self.deferral.next_instant is None

    @invariant()
    def a_running_clock_always_comes_to_an_end(self) -> None:
        if self.deferral is None:
            return
        running = self.deferral.standing is Standing.OPEN
        reviewed = self.deferral.standing is Standing.HANDED_IN and not self.deferral.late
        assert (self.deferral.next_instant is not None) == (running or reviewed)

    @invariant()
    def no_last_day_is_reminded_of_twice(self) -> None:
        reminded = [e for e in self.history if isinstance(e, DeferralReminded)]
        since = [e for e in self.history if type(e).__name__ in _STARTS]
        assert len(reminded) <= 4 * max(len(since), 1)

    @invariant()
    def once_all_is_heard_the_class_is_what_the_application_says(self) -> None:
        if self.unheard or not isinstance(self.state, Application):
            return
        talent, deferral = self.talent, self.deferral
        mine = talent.in_force is not None and talent.in_force.application_id == "a1"
        ended = [e.application_id for e in self.told if isinstance(e, ClassEnded)]
        missed = deferral is not None and deferral.standing is Standing.MISSED
        assert self.state.over == (talent.open is None or talent.open.application_id != "a1")
        assert not (missed and mine)
        if mine:
            outstanding = () if talent.outstanding is None else talent.outstanding.categories
            assert outstanding == self.state.outstanding
            assert self.state.status is Status.APPROVED
        if talent.outstanding is not None:
            assert deferral is not None
            assert talent.outstanding.last_day == deferral.running_to
        assert ended.count("a1") <= 1
        gone = [e for e in self.told if isinstance(e, MaterialsReleased)]
        assert len(gone) <= 1
        assert isinstance(talent, TalentClass)


_STARTS = ("DeferralGranted", "DeferralExtended", "SupplementReturned")

TestDeferred = Deferred.TestCase
TestDeferred.settings = settings(max_examples=200, stateful_step_count=30, deadline=None)
