"""Policy data of accounts, sign-in and the abnormal list (manual §3.1, §3.2, §3.5)."""

from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import Field

from shared.policy.base import PolicyData, PolicyFile, Rule, Slug, Text
from shared.policy.classification import CommitmentPolicy

Count = Annotated[int, Field(ge=1)]


class IdDocumentPolicy(Rule):
    """证件类型 on offer; the shape of its number is the identity context's affair.

    `asks_household`: the profile asks for 户籍地址 and 民族; `foreign`: for 外国人工作许可证编号.
    """

    code: Slug
    label: Text
    asks_household: bool = False
    foreign: bool = False


class BarPolicy(Rule):
    """异常名单: how long one kind of false declaration bars, and whether the account ends;
    `object_days` after the decision the person may still object; `restores` says what a lifted
    entry gives back."""

    kind: Literal["registration", "business"]
    label: Text
    years: Count
    ends_account: bool
    object_days: Count
    restores: Text


class PasswordPolicy(Rule):
    """Lengths in characters; `min_score` is zxcvbn's 0-4.

    After `max_failures` an account name and an address together wait `lock_seconds`. After
    `max_failures_per_hour` of one name from everywhere, only addresses that opened it within
    `known_address_days`, or a code by SMS, do. The first must be so much fewer that no single
    address makes the second."""

    min_length: Count
    max_length: Count
    min_score: Annotated[int, Field(ge=0, le=4)]
    max_failures: Count
    lock_seconds: Count
    max_failures_per_hour: Count
    known_address_days: Count


class SmsCodePolicy(Rule):
    """手机验证码: its shape, life, tries, and how many one mobile or one address may ask for."""

    digits: Annotated[int, Field(ge=4, le=8)]
    valid_seconds: Count
    max_tries: Count
    resend_seconds: Count
    per_mobile_per_day: Count
    per_address_per_hour: Count
    per_address_per_day: Count


class CaptchaPolicy(Rule):
    """图形验证码: letters to see or digits to hear, its life, how many one address may ask for."""

    length: Annotated[int, Field(ge=4, le=8)]
    spoken_digits: Annotated[int, Field(ge=4, le=10)]
    valid_seconds: Count
    per_address_per_hour: Count


class AddressPolicy(Rule):
    """What one client address may try, so that guessing over many accounts is slow too."""

    sign_ins_per_hour: Count
    failed_sign_ins_per_hour: Count
    registrations_per_day: Count


class SessionLifePolicy(Rule):
    """A session ends when it was not refreshed for `idle_hours`, and after `longest_hours` at the
    latest."""

    idle_hours: Count
    longest_hours: Count

    @property
    def idle(self) -> timedelta:
        return timedelta(hours=self.idle_hours)

    @property
    def longest(self) -> timedelta:
        return timedelta(hours=self.longest_hours)


class SessionPolicy(PolicyData):
    talent: SessionLifePolicy
    staff: SessionLifePolicy

    def of(self, entrance: str) -> SessionLifePolicy:
        return self.talent if entrance == "talent" else self.staff


class IdDocumentsFile(PolicyFile):
    documents: Annotated[tuple[IdDocumentPolicy, ...], Field(min_length=1)]


class AbnormalListFile(PolicyFile):
    bars: Annotated[tuple[BarPolicy, ...], Field(min_length=1)]


class LimitsFile(PolicyFile):
    password: PasswordPolicy
    sms_code: SmsCodePolicy
    captcha: CaptchaPolicy
    address: AddressPolicy
    session: SessionPolicy


class IdentityPolicy(PolicyData):
    """Everything in force on one day. `version` is what a registration records."""

    version: str
    effective_from: date
    commitment: CommitmentPolicy
    documents: tuple[IdDocumentPolicy, ...]
    bars: tuple[BarPolicy, ...]
    password: PasswordPolicy
    sms_code: SmsCodePolicy
    captcha: CaptchaPolicy
    address: AddressPolicy
    session: SessionPolicy

    def document(self, code: str) -> IdDocumentPolicy | None:
        return next((one for one in self.documents if one.code == code), None)

    def bar(self, kind: Literal["registration", "business"]) -> BarPolicy:
        """The bar of one kind; a policy without it does not load."""
        return next(one for one in self.bars if one.kind == kind)
