"""From the folder `policies/` to checked policies."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TypeVar

from shared.policy import classification as c
from shared.policy import identity as i
from shared.policy import payouts as p
from shared.policy import subsidy as s
from shared.policy.base import PolicyError, PolicyFile
from shared.policy.calendar import CalendarFile, CalendarPolicy
from shared.policy.checks import Problem, check_classification, check_identity, check_subsidy
from shared.policy.codes import CodeList, CodeLists
from shared.policy.files import Loaded, PolicyReader, default_folder
from shared.policy.models import Policies
from shared.policy.timeline import Dated, Timeline

F = TypeVar("F", bound=PolicyFile)
P = TypeVar("P", bound=Dated)
Compose = Callable[[str, date, Sequence[PolicyFile]], P]

_CLASSIFICATION: Mapping[str, type[PolicyFile]] = {
    "notice": c.NoticeFile,
    "classes": c.ClassesFile,
    "honours": c.HonoursFile,
    "attachments": c.AttachmentsFile,
    "review": c.ReviewFile,
    "regions": c.RegionsFile,
    "commitment": c.CommitmentFile,
}
_IDENTITY: Mapping[str, type[PolicyFile]] = {
    "commitment": c.CommitmentFile,
    "id_documents": i.IdDocumentsFile,
    "abnormal_list": i.AbnormalListFile,
    "limits": i.LimitsFile,
}

_SUBSIDY: Mapping[str, type[PolicyFile]] = {
    "notice": s.SubsidyNoticeFile,
    "schemes": s.SchemesFile,
    "attachments": s.SubsidyAttachmentsFile,
    "review": s.SubsidyReviewFile,
    "commitment": s.SubsidyCommitmentFile,
    "payouts": p.PayoutsFile,
}


def load_policies(folder: Path | None = None) -> Policies:
    """All policy data below `folder` (default: the city's own).

    Raises `PolicyError` with every problem of every file at once.
    """
    reader = PolicyReader(folder or default_folder())
    classification = _timeline(
        reader, "classification", _CLASSIFICATION, _classification, check_classification
    )
    identity = _timeline(reader, "identity", _IDENTITY, _identity, check_identity)
    subsidy = _timeline(reader, "subsidy", _SUBSIDY, _subsidy, check_subsidy)
    calendar = _calendar(reader)
    codes = _codes(reader)
    if codes is None or reader.problems:
        raise PolicyError(dict.fromkeys(reader.problems))
    return Policies(classification, identity, subsidy, calendar, codes)


def _timeline(
    reader: PolicyReader,
    area: str,
    kinds: Mapping[str, type[PolicyFile]],
    compose: Compose[P],
    check: Callable[[P], Iterable[Problem]],
) -> Timeline[P]:
    """One policy for every day on which a file of the area comes into force."""
    known = {name for kind in kinds for name in reader.names(area, kind)}
    for stray in sorted(set(reader.names(area)) - known):
        reader.problems.append(f"{stray}: no such kind of file; known are {', '.join(kinds)}")
    files = {kind: reader.read_kind(area, kind, model) for kind, model in kinds.items()}
    versions: list[P] = []
    for since, chosen in _combinations(files):
        contents = [one.content for one in chosen.values()]
        policy = compose(_version(since, chosen.values()), since, contents)
        versions.append(policy)
        for kind, where, what in check(policy):
            reader.problems.append(f"{chosen[kind].name}: {where}: {what}")
    return Timeline(tuple(versions))


def _combinations(
    files: Mapping[str, tuple[Loaded[PolicyFile], ...]],
) -> Iterator[tuple[date, dict[str, Loaded[PolicyFile]]]]:
    if not all(files.values()):
        return
    first = max(found[0].content.effective_from for found in files.values())
    days = {one.content.effective_from for found in files.values() for one in found}
    for day in sorted(day for day in days if day >= first):
        yield (
            day,
            {
                kind: [one for one in found if one.content.effective_from <= day][-1]
                for kind, found in files.items()
            },
        )


def _version(since: date, chosen: Iterable[Loaded[PolicyFile]]) -> str:
    digest = hashlib.sha256("".join(one.digest for one in chosen).encode()).hexdigest()
    return f"{since}+{digest[:12]}"


def _one(files: Sequence[PolicyFile], kind: type[F]) -> F:
    return next(one for one in files if isinstance(one, kind))


def _classification(
    version: str, since: date, files: Sequence[PolicyFile]
) -> c.ClassificationPolicy:
    attachments, review = _one(files, c.AttachmentsFile), _one(files, c.ReviewFile)
    return c.ClassificationPolicy(
        version=version,
        effective_from=since,
        notice=_one(files, c.NoticeFile).notice,
        classes=_one(files, c.ClassesFile).classes,
        honours=_one(files, c.HonoursFile).honours,
        files=attachments.files,
        deferral=attachments.deferral,
        attachments=attachments.categories,
        objection=review.objection,
        plans=review.plans,
        reject_reasons=review.reject_reasons,
        end_reasons=review.end_reasons,
        regions=_one(files, c.RegionsFile).regions,
        commitment=_one(files, c.CommitmentFile).commitment,
    )


def _identity(version: str, since: date, files: Sequence[PolicyFile]) -> i.IdentityPolicy:
    limits = _one(files, i.LimitsFile)
    return i.IdentityPolicy(
        version=version,
        effective_from=since,
        commitment=_one(files, c.CommitmentFile).commitment,
        documents=_one(files, i.IdDocumentsFile).documents,
        bars=_one(files, i.AbnormalListFile).bars,
        password=limits.password,
        sms_code=limits.sms_code,
        captcha=limits.captcha,
        address=limits.address,
        session=limits.session,
    )


def _subsidy(version: str, since: date, files: Sequence[PolicyFile]) -> s.SubsidyPolicy:
    schemes, review = _one(files, s.SchemesFile), _one(files, s.SubsidyReviewFile)
    attachments, paid = _one(files, s.SubsidyAttachmentsFile), _one(files, p.PayoutsFile)
    payouts = {name: getattr(paid, name) for name in p.PayoutPolicy.model_fields}
    return s.SubsidyPolicy(
        version=version,
        effective_from=since,
        notice=_one(files, s.SubsidyNoticeFile).notice,
        schemes=schemes.schemes,
        channels=schemes.channels,
        application_types=schemes.application_types,
        files=attachments.files,
        attachments=attachments.categories,
        unit_reminder_working_days=review.unit_reminder_working_days,
        objection=review.objection,
        plans=review.plans,
        reject_reasons=review.reject_reasons,
        commitment=_one(files, s.SubsidyCommitmentFile).commitment,
        payouts=p.PayoutPolicy(**payouts),
    )


def _calendar(reader: PolicyReader) -> CalendarPolicy:
    years: set[int] = set()
    holidays: set[date] = set()
    workdays: set[date] = set()
    for name in reader.names("calendar"):
        loaded = reader.read(name, CalendarFile)
        if loaded is None:
            continue
        if loaded.content.year in years:
            reader.problems.append(f"{name}: year: another file has {loaded.content.year} already")
        years.add(loaded.content.year)
        for holiday in loaded.content.holidays:
            holidays |= holiday.days()
            workdays.update(holiday.workdays)
    if not years:
        reader.problems.append("calendar: no year is there")
    return CalendarPolicy(
        years=frozenset(years), holidays=frozenset(holidays), workdays=frozenset(workdays)
    )


def _codes(reader: PolicyReader) -> CodeLists | None:
    groups = reader.read("data/ethnic_groups.yaml", CodeList)
    levels = reader.read("data/education_levels.yaml", CodeList)
    sexes = reader.read("data/sexes.yaml", CodeList)
    parties = reader.read("data/political_affiliations.yaml", CodeList)
    if groups is None or levels is None or sexes is None or parties is None:
        return None
    return CodeLists(
        ethnic_groups=groups.content,
        education_levels=levels.content,
        sexes=sexes.content,
        political_affiliations=parties.content,
    )
