"""What a profile must be (manual §3.3.3): whether what is there is right, and what is missing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from services.classification.profile.history import education_faults, entries_missing, work_faults
from services.classification.profile.model import Profile, Sex
from shared.domain.addresses import Places, address_faults, address_missing
from shared.domain.errors import FieldError
from shared.domain.mobiles import e164
from shared.events.personal import Erased
from shared.policy.codes import CodeList

_OLDEST = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class Papers:
    """What the person registered with; birth date and sex where the number holds them."""

    birth_date: date | Erased | None
    sex: Sex | Erased | None
    asks_household: bool
    foreign: bool


@dataclass(frozen=True, slots=True)
class Codes:
    """The values that the form offers."""

    ethnic_groups: CodeList
    education_levels: CodeList
    regions: frozenset[str]
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
        *_personal_faults(profile, papers, today),
        *address_faults("/registered_address", profile.registered_address, codes.places),
        *address_faults("/current_address", profile.current_address, codes.places),
        *_code_faults(profile, codes),
        *work_faults(profile, today),
        *education_faults(profile, codes.education_levels, today),
    ]


def missing(profile: Profile, papers: Papers, places: Places) -> list[FieldError]:
    """Every required field that is not there yet."""
    wanted: dict[str, bool] = {
        "mobile": True,
        "sex": True,
        "birth_date": True,
        "ethnic_group": papers.asks_household,
        "registered_address": papers.asks_household,
        "current_address": True,
        "region": True,
        "highest_education": True,
        "major": True,
        "foreign_work_permit": papers.foreign and not profile.no_work_permit_reason,
        "degree_recognition_number": profile.overseas_degree,
        "work": not profile.no_work_experience,
        "education": True,
    }
    absent = [n for n, wants in wanted.items() if wants and not getattr(profile, n)]
    found = [
        FieldError(f"/{n}", "required", _WORDS.get(n, "此项为必填项，请填写。")) for n in absent
    ]
    for name in ("registered_address", "current_address"):
        found += address_missing(name, getattr(profile, name), places)
    return [*found, *entries_missing(profile)]


_WORDS = {
    "foreign_work_permit": "请填写外国人工作许可证编号；没有的，请说明原因。",
    "degree_recognition_number": "国（境）外学历学位须填写学历学位认证书编号。",
    "work": "请填写毕业后的全部工作经历；尚未工作的，请勾选“暂无工作经历”。",
    "education": "请填写从本（专）科起的教育经历。",
}


def _personal_faults(profile: Profile, papers: Papers, today: date) -> Iterator[FieldError]:
    if profile.mobile and e164(profile.mobile) is None:
        yield FieldError(
            "/mobile",
            "mobile-format",
            "请填写能接收短信的手机号码；境外号码请以 + 和国家代码开头。",
        )
    if profile.sex and papers.sex in ("male", "female") and profile.sex != papers.sex:
        yield FieldError("/sex", "differs-from-document", "性别与身份证件不一致，请核对。")
    born = profile.birth_date
    if born is None:
        return
    if not _OLDEST <= born < today:
        yield FieldError("/birth_date", "date-impossible", "出生日期应早于今天，请核对。")
    elif isinstance(papers.birth_date, date) and born != papers.birth_date:
        message = "出生日期与身份证件不一致，请核对。"
        yield FieldError("/birth_date", "differs-from-document", message)


def _code_faults(profile: Profile, codes: Codes) -> Iterator[FieldError]:
    unknown = "请从列表中选择。"
    if profile.ethnic_group and not codes.ethnic_groups.offers(profile.ethnic_group):
        yield FieldError("/ethnic_group", "unknown-code", unknown)
    if profile.highest_education and not codes.education_levels.offers(profile.highest_education):
        yield FieldError("/highest_education", "unknown-code", unknown)
    if profile.region and profile.region not in codes.regions:
        yield FieldError("/region", "unknown-code", unknown)
