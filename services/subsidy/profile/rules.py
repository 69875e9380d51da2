"""What a profile must be (manual §3.4.3): whether what is there is right, and what is missing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from services.subsidy.profile.model import Profile, Sex
from shared.domain.addresses import Places, address_faults, address_missing
from shared.domain.errors import FieldError
from shared.domain.mobiles import e164
from shared.events.personal import Erased
from shared.policy.codes import CodeList

_OLDEST = date(1900, 1, 1)
# RFC 5321 in the shape that people have; whether it is theirs, only a letter could tell.
_EMAIL = re.compile(r"[^@\s\x00-\x1f]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")
_PARTY = frozenset({"01", "02"})


@dataclass(frozen=True, slots=True)
class Papers:
    """What the person registered with; birth date and sex where the number holds them."""

    birth_date: date | Erased | None
    sex: Sex | Erased | None
    asks_household: bool


@dataclass(frozen=True, slots=True)
class Codes:
    """The values that the form offers."""

    ethnic_groups: CodeList
    political_affiliations: CodeList
    application_types: frozenset[str]
    places: Places


def normalised(profile: Profile) -> Profile:
    """With the mobile in E.164 where it is one, and empty lines as nothing."""
    values = {n: None if v == "" else v for n, v in dict(profile).items()}
    number = e164(profile.mobile or "")
    if number is not None:
        values["mobile"] = number
    return Profile(**values)


def faults(profile: Profile, papers: Papers, codes: Codes, today: date) -> list[FieldError]:
    """Everything that is there and wrong; pointers are `/<field>` and below."""
    return [
        *_date_faults(profile, papers, today),
        *_contact_faults(profile, papers),
        *address_faults("/registered_address", profile.registered_address, codes.places),
        *address_faults("/current_address", profile.current_address, codes.places),
        *_code_faults(profile, codes),
    ]


def missing(profile: Profile, papers: Papers, places: Places) -> list[FieldError]:
    """Every required field that is not there yet. Holders of other papers are not asked for what
    a Chinese household register says."""
    household = papers.asks_household
    wanted: dict[str, bool] = {
        "first_contract": True,
        "sex": True,
        "birth_date": True,
        "native_place": household,
        "ethnic_group": household,
        "mobile": True,
        "email": True,
        "political_affiliation": household,
        "application_type": True,
        "registered_address": household,
        "current_address": True,
        "position": True,
        "recruiting_unit": profile.dispatch is True,
        "host_unit": True,
    }
    absent = [n for n, wants in wanted.items() if wants and not getattr(profile, n)]
    if profile.dispatch is None:
        absent.append("dispatch")
    found = [
        FieldError(f"/{n}", "required", _WORDS.get(n, "此项为必填项，请填写。")) for n in absent
    ]
    for name in ("registered_address", "current_address"):
        found += address_missing(name, getattr(profile, name), places)
    return found


_WORDS = {
    "first_contract": "请填写来襄首次签订劳动合同的时间。",
    "dispatch": "请选择是否劳务派遣（服务外包）。",
    "recruiting_unit": "劳务派遣（服务外包）人才请在引进单位中选择所在劳务派遣公司。",
    "host_unit": "请选择当前所在的用工单位。",
}


def _date_faults(profile: Profile, papers: Papers, today: date) -> Iterator[FieldError]:
    born = profile.birth_date
    if born is not None and not _OLDEST <= born < today:
        yield FieldError("/birth_date", "date-impossible", "出生日期应早于今天，请核对。")
    elif born is not None and isinstance(papers.birth_date, date) and born != papers.birth_date:
        message = "出生日期与身份证件不一致，请核对。"
        yield FieldError("/birth_date", "differs-from-document", message)
    for name, label in (("first_contract", "签订时间"), ("joined_party_on", "入党时间")):
        day = getattr(profile, name)
        if day is not None and day > today:
            yield FieldError(f"/{name}", "date-in-future", f"{label}不能晚于今天。")
        elif day is not None and born is not None and day <= born:
            yield FieldError(f"/{name}", "date-impossible", f"{label}应晚于出生日期。")


def _contact_faults(profile: Profile, papers: Papers) -> Iterator[FieldError]:
    if profile.mobile and e164(profile.mobile) is None:
        message = "请填写能接收短信的手机号码；境外号码请以 + 和国家代码开头。"
        yield FieldError("/mobile", "mobile-format", message)
    if profile.email and not _EMAIL.fullmatch(profile.email):
        yield FieldError("/email", "email-format", "请填写有效的邮箱地址。")
    if profile.sex and papers.sex in ("male", "female") and profile.sex != papers.sex:
        yield FieldError("/sex", "differs-from-document", "性别与身份证件不一致，请核对。")


def _code_faults(profile: Profile, codes: Codes) -> Iterator[FieldError]:
    unknown = "请从列表中选择。"
    if profile.ethnic_group and not codes.ethnic_groups.offers(profile.ethnic_group):
        yield FieldError("/ethnic_group", "unknown-code", unknown)
    affiliation = profile.political_affiliation
    if affiliation and not codes.political_affiliations.offers(affiliation):
        yield FieldError("/political_affiliation", "unknown-code", unknown)
    if profile.joined_party_on and affiliation and affiliation not in _PARTY:
        message = "只有中共党员（含预备党员）填写入党时间。"
        yield FieldError("/joined_party_on", "not-a-member", message)
    if profile.application_type and profile.application_type not in codes.application_types:
        yield FieldError("/application_type", "unknown-code", unknown)
