"""The talent's own stream: one open application of a kind, and what was granted once, once."""

from datetime import timedelta
from typing import Any

from services.subsidy.entitlements.commands import (
    CloseApplication,
    EndEntitlements,
    Grant,
    OpenApplication,
)
from services.subsidy.entitlements.decider import DECIDER
from services.subsidy.events import (
    ApplicationClosed,
    ApplicationOpened,
    EntitlementEnded,
    EntitlementGranted,
)
from shared.testing.scenario import given as given_of
from tests.unit.subsidy.subsidy_cases import MONDAY, PROFILE

LIVING = {"scheme": "living-allowance", "window": None}


def given(*events: Any) -> Any:
    return given_of(DECIDER, *events)


def housing(window: str = "2026") -> dict[str, Any]:
    return {"scheme": "housing-subsidy", "window": window}


def opening(id: str, **of: Any) -> OpenApplication:
    once = "once" if of["scheme"] == "living-allowance" else "every-window"
    return OpenApplication(application_id=id, granted=once, at=MONDAY, **of)


def opened(id: str, attempt: int = 1, **of: Any) -> ApplicationOpened:
    return ApplicationOpened(application_id=id, attempt=attempt, at=MONDAY, **of)


def closing(id: str, outcome: str = "rejected") -> CloseApplication:
    return CloseApplication.model_validate({"application_id": id, "outcome": outcome, "at": MONDAY})


def closed(id: str, outcome: str = "rejected", scheme: str = "living-allowance") -> Any:
    return ApplicationClosed.model_validate(
        {"application_id": id, "scheme": scheme, "outcome": outcome, "at": MONDAY}
    )


TERMS: dict[str, Any] = {
    "first_contract": PROFILE.first_contract, "channel": "f", "talent_class": "F", "row": "F",
    "class_application_id": "c1", "highest_education": "21", "full_time": True,
    "policy_version": "1", "at": MONDAY,
}  # fmt: skip


def granting(id: str, **of: Any) -> Grant:
    return Grant(application_id=id, **of, **TERMS)


def granted(id: str, **of: Any) -> EntitlementGranted:
    return EntitlementGranted(application_id=id, **of, **TERMS)


def ended(id: str, scheme: str = "living-allowance") -> EntitlementEnded:
    return EntitlementEnded.model_validate(
        {"application_id": id, "scheme": scheme, "reason": "class-ended", "at": MONDAY}
    )


END = EndEntitlements(reason="class-ended", at=MONDAY)


def test_two_applications_of_one_kind_are_not_open_at_once() -> None:
    one = given().when(opening("a1", **LIVING)).then(opened("a1", **LIVING))
    one.when(opening("a1", **LIVING)).then_nothing()
    refusal = one.when(opening("a2", **LIVING)).then_rejected("application-open")
    assert refusal.params == {"id": "a1"}


def test_the_two_allowances_do_not_stand_in_each_other_s_way() -> None:
    given(opened("a1", **LIVING)).when(opening("a2", **housing())).then(opened("a2", **housing()))


def test_after_a_rejection_one_may_apply_again_and_the_attempts_count_by_scheme() -> None:
    given(opened("a1", **LIVING), closed("a1"), opened("h1", **housing())).when(
        opening("a2", **LIVING)
    ).then(opened("a2", 2, **LIVING))


def test_what_was_granted_for_good_is_not_granted_again_while_it_lasts() -> None:
    history = (opened("a1", **LIVING), granted("a1", **LIVING), closed("a1", "approved"))
    given(*history).when(opening("a2", **LIVING)).then_rejected("subsidy-granted")
    given(*history, ended("a1")).when(opening("a2", **LIVING)).then(opened("a2", 2, **LIVING))


def test_what_is_granted_once_a_window_is_granted_again_in_the_next() -> None:
    history = (
        opened("a1", **housing()), granted("a1", **housing()),
        closed("a1", "approved", "housing-subsidy"),
    )  # fmt: skip
    given(*history).when(opening("a2", **housing())).then_rejected("subsidy-granted")
    ended_since = (*history, ended("a1", "housing-subsidy"))
    # It may have been paid, whatever became of it later.
    given(*ended_since).when(opening("a2", **housing())).then_rejected("subsidy-granted")
    given(*history).when(opening("a2", **housing("2027"))).then(opened("a2", 2, **housing("2027")))


def test_a_grant_closes_its_application_once() -> None:
    command = granting("a1", **LIVING)
    begun = given(opened("a1", **LIVING))
    done = begun.when(command).then(granted("a1", **LIVING), closed("a1", "approved"))
    done.when(command).then_nothing()
    given().when(command).then_nothing()


def test_only_the_application_that_is_open_is_closed() -> None:
    begun = given(opened("a1", **LIVING), opened("h1", **housing()))
    begun.when(closing("a0")).then_nothing()
    after = begun.when(closing("h1")).then(closed("h1", scheme="housing-subsidy"))
    after.when(closing("h1")).then_nothing()


def test_the_end_of_the_class_ends_what_lasts_and_nothing_twice() -> None:
    history = (
        opened("a1", **LIVING), granted("a1", **LIVING), closed("a1", "approved"),
        opened("h1", **housing()), granted("h1", **housing()),
        closed("h1", "approved", "housing-subsidy"), ended("h1", "housing-subsidy"),
    )  # fmt: skip
    given(*history).when(END).then(ended("a1")).when(END).then_nothing()


LATER = MONDAY + timedelta(days=2)


def reopening(id: str, **of: Any) -> OpenApplication:
    return opening(id, **of).model_copy(update={"attempt": 1, "at": LATER})


def test_an_objection_opens_the_application_again_as_the_attempt_that_it_was() -> None:
    again = ApplicationOpened(application_id="a1", attempt=1, at=LATER, **LIVING)
    history = (opened("a1", **LIVING), closed("a1"), opened("a2", 2, **LIVING), closed("a2"))
    case = given(*history).when(reopening("a1", **LIVING)).then(again)
    case.when(reopening("a1", **LIVING)).then_nothing()
    # The rejection that it is about may be delivered late.
    case.when(closing("a1")).then_nothing()
    case.when(closing("a1", "ended")).then(closed("a1", "ended")).when(
        opening("a3", **LIVING)
    ).then(opened("a3", 3, **LIVING))


def test_an_objection_waits_for_no_other_application_of_the_scheme() -> None:
    history = (opened("a1", **LIVING), closed("a1"), opened("a2", 2, **LIVING))
    given(*history).when(reopening("a1", **LIVING)).then_rejected("application-open")
