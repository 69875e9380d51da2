"""Work experience and education: entries with dates (manual §3.3.3)."""

from collections.abc import Iterator, Mapping
from datetime import date

from services.classification.profile.model import Profile
from shared.domain.errors import FieldError
from shared.policy.codes import CodeList


def work_faults(profile: Profile, today: date) -> Iterator[FieldError]:
    """What is wrong with the employments."""
    if profile.work and profile.no_work_experience:
        message = "已填写工作经历，不能同时勾选“暂无工作经历”。"
        yield FieldError("/no_work_experience", "contradicts-work", message)
    for index, entry in enumerate(profile.work):
        at = f"/work/{index}"
        yield from _dates(at, entry.since, entry.until, profile.birth_date, today)


def education_faults(profile: Profile, levels: CodeList, today: date) -> Iterator[FieldError]:
    """What is wrong with the courses of study."""
    for index, entry in enumerate(profile.education):
        at = f"/education/{index}"
        if entry.level and not levels.offers(entry.level):
            yield FieldError(f"{at}/level", "unknown-code", "请从列表中选择。")
        yield from _dates(at, entry.since, entry.until, profile.birth_date, today)


def entries_missing(profile: Profile) -> Iterator[FieldError]:
    """What the entries begun still lack."""
    for index, job in enumerate(profile.work):
        wanted = {"employer": job.employer, "position": job.position, "since": job.since}
        yield from _absent(f"/work/{index}", wanted)
    for index, course in enumerate(profile.education):
        wanted = {
            "school": course.school,
            "major": course.major,
            "level": course.level,
            "since": course.since,
            "full_time": None if course.full_time is None else "said",
        }
        yield from _absent(f"/education/{index}", wanted)


def _absent(at: str, wanted: Mapping[str, object]) -> Iterator[FieldError]:
    for name, value in wanted.items():
        if not value:
            yield FieldError(f"{at}/{name}", "required", "此项为必填项，请填写。")


def _dates(
    at: str, since: date | None, until: date | None, born: date | None, today: date
) -> Iterator[FieldError]:
    if since is not None and since > today:
        yield FieldError(f"{at}/since", "date-in-future", "开始日期不能晚于今天。")
    elif since is not None and born is not None and since <= born:
        yield FieldError(f"{at}/since", "date-impossible", "开始日期应晚于出生日期。")
    if until is None:
        return
    if until > today:
        message = "结束日期不能晚于今天；至今仍在的，请留空。"
        yield FieldError(f"{at}/until", "date-in-future", message)
    elif since is not None and until < since:
        yield FieldError(f"{at}/until", "dates-out-of-order", "结束日期不能早于开始日期。")
