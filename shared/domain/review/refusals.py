"""Every code with which the review engine refuses, and what it says (Chinese, English)."""

from collections.abc import Mapping
from typing import Final

from shared.domain.errors import DomainError, FieldError

CLOSED: Final = "review-closed"
AWAITING_CORRECTION: Final = "review-awaiting-correction"
NOT_RETURNED: Final = "review-not-returned"
ROUND_OVER: Final = "review-round-over"
UNKNOWN_DESK: Final = "review-desk-unknown"
DESK_NOT_OPEN: Final = "review-desk-not-open"
ALREADY_DECIDED: Final = "desk-already-decided"
CLAIMED_BY_ANOTHER: Final = "claimed-by-another"
NOT_AT_DESK: Final = "not-at-desk"
OWN_CASE: Final = "review-own-case"
DECIDED_AT_ANOTHER_DESK: Final = "decided-at-another-desk"
COLLEAGUE_NOT_ELIGIBLE: Final = "colleague-not-eligible"
NOT_THE_APPLICANT: Final = "not-the-applicant"
UNDER_OBJECTION: Final = "review-under-objection"
NOT_REJECTED: Final = "review-not-rejected"
OBJECTED_ALREADY: Final = "review-objected-already"
OBJECTION_LATE: Final = "review-objection-late"
NO_OBJECTION: Final = "review-no-objection"
OWN_DECISION: Final = "review-own-decision"
INCOMPLETE: Final = "invalid-fields"

MESSAGES: Final[Mapping[str, tuple[str, str]]] = {
    CLOSED: ("该申请的审核已结束。", "The review of this case is over."),
    AWAITING_CORRECTION: (
        "该申请已退回，正等待申请人修改。",
        "The case was returned and waits for the applicant's correction.",
    ),
    NOT_RETURNED: ("该申请未被退回，不能重新提交。", "The case was not returned for correction."),
    ROUND_OVER: (
        "申请已进入新的审核轮次，请刷新后再试。",
        "A new round has begun: read the case again.",
    ),
    UNKNOWN_DESK: ("该申请没有此审核岗位。", "The case has no such desk."),
    DESK_NOT_OPEN: ("该申请尚未到达或已离开此审核岗位。", "The case is not at this desk now."),
    ALREADY_DECIDED: ("此审核岗位已作出决定。", "This desk has decided already."),
    CLAIMED_BY_ANOTHER: ("该申请已由其他审核人员领取。", "Somebody else has claimed the case."),
    NOT_AT_DESK: ("您不在此审核岗位。", "You do not sit at this desk."),
    OWN_CASE: ("不能审核本人的申请。", "Nobody decides on their own case."),
    DECIDED_AT_ANOTHER_DESK: (
        "您已在本轮的另一审核岗位作出决定。",
        "You have decided at another desk of this round.",
    ),
    COLLEAGUE_NOT_ELIGIBLE: (
        "该同事不能在此岗位审核该申请。",
        "That colleague may not decide on this case at this desk.",
    ),
    NOT_THE_APPLICANT: ("只有申请人本人可以办理。", "Only the applicant may do this."),
    UNDER_OBJECTION: (
        "申请人已对审核结果提出异议，正在处理。",
        "The applicant objected to the decision, and the objection is undecided.",
    ),
    NOT_REJECTED: ("只能对未通过的申请提出异议。", "Only a rejection can be objected to."),
    OBJECTED_ALREADY: (
        "对该申请已提出过异议，不能再次提出。",
        "This case was objected to before: once is all.",
    ),
    OBJECTION_LATE: (
        "提出异议的期限为 {until}（含当日），已过期限。可重新申请。",
        "Objections were taken until the end of {until}. You can apply again.",
    ),
    NO_OBJECTION: ("没有待处理的异议。", "No objection waits for an answer."),
    OWN_DECISION: (
        "参与过原审核决定的人员不能办理。",
        "Somebody who took part in the decision cannot decide on it again.",
    ),
}
"""For `register_messages`; `invalid-fields` is the HTTP layer's own."""

_FORBIDDEN: Final = frozenset({NOT_AT_DESK, OWN_CASE, NOT_THE_APPLICANT, OWN_DECISION})


def refusal(code: str, **params: str) -> DomainError:
    """The error of a code: 404 for a desk that is not there, 403 for who may not, else 409."""
    if code == UNKNOWN_DESK:
        return DomainError(code, status=404)
    return DomainError(code, status=403 if code in _FORBIDDEN else 409, params=params)


def incomplete(*fields: FieldError) -> DomainError:
    """A decision that does not say enough (422), with every field at fault."""
    return DomainError(INCOMPLETE, status=422, fields=fields)
