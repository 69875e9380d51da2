"""Policy data of what is paid: amounts, periods, ends, banks (manual §2, §3.4.5 发放记录)."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from shared.domain.money import Yuan
from shared.policy.base import PolicyData, PolicyFile, Rule, Slug, TalentClassCode, Text
from shared.policy.classification import RowCode

Cycle = Literal["month", "year"]
Paid = Literal["afterwards", "in-advance"]
Then = Literal["stop", "pro-rata", "claw-back"]


class AmountPolicy(Rule):
    """What a period brings, and how many there are. A rule fits the named classes, of them the
    named rows and highest educations (GB/T 4658); None asks for none. `full_time`: only if the
    highest education was. `due_day`: the day of the month after the period (`afterwards`) or after
    its first day (`in-advance`)."""

    scheme: Literal["living-allowance", "housing-subsidy"]
    classes: Annotated[tuple[TalentClassCode, ...], Field(min_length=1)]
    rows: tuple[RowCode, ...] | None = None
    educations: tuple[str, ...] | None = None
    full_time: bool | None = None
    amount: Yuan
    cycle: Cycle
    periods: Annotated[int, Field(ge=1, le=120)]
    paid: Paid
    due_day: Annotated[int, Field(ge=1, le=28)]

    def fits(
        self, talent_class: str, row: str, education: str | None, full_time: bool | None
    ) -> bool:
        """Whether it is the rule for such a talent."""
        return (
            talent_class in self.classes
            and (self.rows is None or row in self.rows)
            and (self.educations is None or education in self.educations)
            and (self.full_time is None or full_time == self.full_time)
        )

    @property
    def conditional(self) -> bool:
        """Whether somebody of its classes may fall through it."""
        return not (self.rows is None and self.educations is None and self.full_time is None)


class EndingPolicy(Rule):
    """What becomes of the rest when a schedule ends. `stop`: nothing more is paid, not even what
    fell due and is in no payment file yet; `pro-rata`: the running period up to the last day;
    `claw-back`: nothing more, and what was paid is claimed back."""

    reason: Slug
    label: Text
    then: Then


class EmploymentPolicy(Rule):
    """A unit's word, or a contribution record, counts so many months after its own. Who left a unit
    and works for another within `resume_within_months` is paid on."""

    valid_months: Annotated[int, Field(ge=1, le=60)]
    resume_within_months: Annotated[int, Field(ge=0, le=60)]


class RetentionPolicy(Rule):
    """Vouchers of paid money are kept so long after the last payment."""

    years: Annotated[int, Field(ge=1, le=100)]


class BankPolicy(Rule):
    """A bank, and the first digits of its cards' numbers (BIN, ISO/IEC 7812)."""

    code: Slug
    name: Text
    prefixes: Annotated[
        tuple[Annotated[str, Field(pattern=r"^[0-9]{4,10}$")], ...], Field(min_length=1)
    ]


class FailurePolicy(Rule):
    """Why a bank pays nothing; `account`: nothing is tried again before another account is
    entered."""

    code: Slug
    label: Text
    account: bool


class PayoutsFile(PolicyFile):
    amounts: Annotated[tuple[AmountPolicy, ...], Field(min_length=1)]
    employment: EmploymentPolicy
    endings: tuple[EndingPolicy, ...]
    retention: RetentionPolicy
    failures: Annotated[tuple[FailurePolicy, ...], Field(min_length=1)]
    banks: Annotated[tuple[BankPolicy, ...], Field(min_length=1)]


class PayoutPolicy(PolicyData):
    """What is in force on one day."""

    amounts: tuple[AmountPolicy, ...]
    employment: EmploymentPolicy
    endings: tuple[EndingPolicy, ...]
    retention: RetentionPolicy
    failures: tuple[FailurePolicy, ...]
    banks: tuple[BankPolicy, ...]

    def amount(
        self,
        scheme: str,
        talent_class: str,
        row: str,
        education: str | None,
        full_time: bool | None,
    ) -> AmountPolicy | None:
        """The first rule that fits."""
        mine = (one for one in self.amounts if one.scheme == scheme)
        return next((r for r in mine if r.fits(talent_class, row, education, full_time)), None)

    def then(self, reason: str) -> Then:
        """What an end for a reason brings; one that nobody thought of pays nothing more."""
        return next((one.then for one in self.endings if one.reason == reason), "stop")

    def failure(self, code: str) -> FailurePolicy | None:
        return next((one for one in self.failures if one.code == code), None)

    def bank_of(self, number: str) -> BankPolicy | None:
        """The bank with the longest prefix of a card's number."""
        fitting = [(p, b) for b in self.banks for p in b.prefixes if number.startswith(p)]
        return max(fitting, key=lambda found: len(found[0]))[1] if fitting else None

    def retained_until(self, paid_on: date) -> date:
        """The last day on which a payment's vouchers are kept."""
        return date(paid_on.year + self.retention.years, 12, 31)
