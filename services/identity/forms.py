"""What is sent in, and how its fields are checked: every field at fault at once."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from services.identity.captcha import CaptchaService
from services.identity.policies import Entrance
from services.identity.rules.documents import Document, DocumentType, parse_document
from services.identity.rules.faults import INVALID_FIELDS, Faults, Invalid
from services.identity.rules.mobiles import parse_mobile
from services.identity.rules.names import parse_account_name, parse_real_name
from services.identity.rules.passwords import check_password
from shared.domain.errors import DomainError, FieldError
from shared.policy.models import IdentityPolicy

Line = Annotated[str, StringConstraints(max_length=200)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


class Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class CaptchaAnswer(Form):
    id: Line
    answer: Line


class RegistrationForm(Form):
    """§3.1: every field of the registration page; `commitment` is the ticked 个人申请承诺."""

    document_type: Line
    document_number: Line
    name: Line
    mobile: Line
    account_name: Line
    password: Line
    password_again: Line
    captcha: CaptchaAnswer
    code: Line
    commitment: bool


class SmsCodeForm(Form):
    """Which code is wanted; a captcha pays for it."""

    purpose: Line
    entrance: Entrance = "talent"
    mobile: Line
    captcha: CaptchaAnswer


class PasswordForm(Form):
    old: Line
    new: Line
    new_again: Line


class ResetForm(Form):
    """A talent gives the document's number; staff the account name, and the document's number
    where it was given when they were added."""

    entrance: Entrance = "talent"
    mobile: Line
    captcha: CaptchaAnswer
    code: Line
    document_number: Line | None = None
    account_name: Line | None = None
    new: Line
    new_again: Line


class MobileForm(Form):
    """The password, or a code to the old number (`old_code`)."""

    old: Line
    new: Line
    new_code: Line
    old_code: Line | None = None
    password: Line | None = None


class ErasureForm(Form):
    """The password, or a code to the mobile."""

    password: Line | None = None
    code: Line | None = None


class ReclaimForm(Form):
    """The document as its holder shows it, and what the desk found."""

    document_type: Line
    document_number: Line
    reason: Words


class MobileCodeForm(Form):
    mobile: Line


class MobileAssistanceForm(Form):
    """`code` came to the new number; `document_number` is the shown document's."""

    mobile: Line
    code: Line
    document_number: Line
    reason: Words


class StaffMobileForm(Form):
    """`code` came to the new number."""

    mobile: Line
    code: Line
    reason: Words


class DocumentForm(Form):
    """The document that takes the place of the one registered."""

    why: Literal["renewed", "corrected"]
    document_type: Line
    document_number: Line
    reason: Words


@dataclass(frozen=True, slots=True)
class Registrant:
    """A form whose fields are all right, normalised."""

    document: Document
    name: str = field(repr=False)
    mobile: str = field(repr=False)
    account_name: str = field(repr=False)
    password: str = field(repr=False)


async def check_registration(
    form: RegistrationForm, policy: IdentityPolicy, today: date
) -> Registrant:
    """Raises DomainError `invalid-fields` (422) with every field at fault."""
    faults = Faults()
    with faults.at("/document_type"):
        kind = document_type(form.document_type, policy)
        with faults.at("/document_number"):
            document = parse_document(kind, form.document_number, today)
    with faults.at("/name"):
        name = parse_real_name(form.name)
    with faults.at("/mobile"):
        mobile = parse_mobile(form.mobile)
    with faults.at("/account_name"):
        account = parse_account_name(form.account_name)
    own = (form.account_name, form.name, form.mobile, form.document_number)
    password = await new_password(
        faults, policy, "password", form.password, form.password_again, own
    )
    if not form.commitment:
        faults.add("/commitment", "commitment-missing", "请阅读并勾选个人申请承诺。")
    faults.raise_if_any()
    return Registrant(document, name, mobile, account, password)


async def new_password(
    faults: Faults, policy: IdentityPolicy, name: str, password: str, again: str,
    own_words: Iterable[str],
) -> str:  # fmt: skip
    """The checked password; faults go to `/<name>` and `/<name>_again`."""
    checked = ""
    with faults.at(f"/{name}"):
        checked = await asyncio.to_thread(
            check_password, password, policy.password, tuple(own_words)
        )
    if password != again:
        faults.add(f"/{name}_again", "passwords-differ", "两次输入的密码不一致。")
    return checked


def mobile_of(text: str, pointer: str = "/mobile") -> str:
    """E.164. Raises DomainError `invalid-fields` (422)."""
    faults = Faults()
    mobile = ""
    with faults.at(pointer):
        mobile = parse_mobile(text)
    faults.raise_if_any()
    return mobile


async def require_captcha(captchas: CaptchaService, given: CaptchaAnswer) -> None:
    """Use a captcha up. Raises DomainError `invalid-fields` (422) for a wrong or used one."""
    if not await captchas.consume(given.id, given.answer):
        raise refused("/captcha/answer", "captcha-wrong", "图形验证码不正确或已失效，请换一张。")


def code_wrong(pointer: str = "/code") -> DomainError:
    """One answer for a wrong, used, expired or never sent code."""
    return refused(pointer, "code-wrong", "手机验证码不正确或已失效，请核对或重新获取。")


def refused(pointer: str, code: str, message: str) -> DomainError:
    """One field at fault (422)."""
    return DomainError(INVALID_FIELDS, status=422, fields=(FieldError(pointer, code, message),))


def document_type(text: str, policy: IdentityPolicy) -> DocumentType:
    """One of those on offer. Raises Invalid."""
    if policy.document(text) is None or text not in set(DocumentType):
        raise Invalid("document-type-unknown", "请选择证件类型。")
    return DocumentType(text)
