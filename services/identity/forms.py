"""What is sent in, and how its fields are checked: every field at fault at once."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated

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
    mobile: Line
    captcha: CaptchaAnswer
    code: Line
    document_number: Line
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
        kind = _document_type(form.document_type, policy)
        with faults.at("/document_number"):
            document = parse_document(kind, form.document_number, today)
    with faults.at("/name"):
        name = parse_real_name(form.name)
    with faults.at("/mobile"):
        mobile = parse_mobile(form.mobile)
    with faults.at("/account_name"):
        account = parse_account_name(form.account_name)
    own = (form.account_name, form.name, form.mobile, form.document_number)
    password = await new_password(faults, "password", form.password, form.password_again, own)
    if not form.commitment:
        faults.add("/commitment", "commitment-missing", "请阅读并勾选个人申请承诺。")
    faults.raise_if_any()
    return Registrant(document, name, mobile, account, password)


async def new_password(
    faults: Faults, name: str, password: str, again: str, own_words: Iterable[str]
) -> str:
    """The checked password; faults go to `/<name>` and `/<name>_again`."""
    checked = ""
    with faults.at(f"/{name}"):
        checked = await asyncio.to_thread(check_password, password, tuple(own_words))
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


def _document_type(text: str, policy: IdentityPolicy) -> DocumentType:
    if policy.document(text) is None or text not in set(DocumentType):
        raise Invalid("document-type-unknown", "请选择证件类型。")
    return DocumentType(text)
