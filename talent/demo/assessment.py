"""§3.3: a class is applied for, returned, corrected, and approved by a second reviewer."""

import time
from typing import Any, Final

from talent.demo.client import Browser, DemoFailed
from talent.demo.office import Office
from talent.demo.papers import document, scan
from talent.demo.people import Person
from talent.demo.timeline import Timeline

_BASE: Final = "/api/classification"
_WRONG: Final = (
    "毕业证书上的专业为“材料物理与化学”，与填写的不一致；劳动合同缺少签章页，请重新上传。"
)


def apply(
    talent: Browser, person: Person, timeline: Timeline, deferral: dict[str, Any] | None = None,
    row: str = "E2",
) -> str:  # fmt: skip
    """§3.3.1-3.3.5: everything up to the submission; the application's id. With `deferral` its
    categories are left out, and asked to follow later."""
    catalogue = talent.call("GET", f"{_BASE}/catalogue")
    started = talent.call("POST", f"{_BASE}/applications", expect=201, json={"kind": "new"})
    at = f"{_BASE}/applications/{started['application_id']}"
    honours = [h for h in catalogue["honours"] if (h["row"] or h["talent_class"]) == row]
    timeline.said("荣誉资质 / honours", honours[0]["text"])
    chosen = {"row": row, "honours": [honours[0]["code"]]}
    talent.call("PUT", f"{at}/class", json=chosen)
    talent.call("PUT", f"{at}/profile", json=profile(person))
    needed = [c for c in catalogue["attachments"] if row[0] in c["required_for"]]
    later = () if deferral is None else deferral["categories"]
    for seal, category in enumerate(c for c in needed if c["code"] not in later):
        upload(talent, at, category, seal)
    done = _submit(talent, at, catalogue, deferral)
    look(talent, at, done, timeline)
    return str(started["application_id"])


def review(office: Office, talent: Browser, id: str, timeline: Timeline) -> str:
    """The first reviewer claims it and sends it back (§3.3.7); the token of what was written."""
    lines = office.district.call("GET", f"{_BASE}/reviews")["items"]
    timeline.view("待办 / worklist", f"{len(lines)} 件，{lines[-1]['name']} {lines[-1]['row']}")
    office.district.call("POST", f"{_BASE}/reviews/{id}/claim")
    wrong = {"fields": ["major"], "attachments": ["labour_contract"], "words": _WRONG}
    done = office.district.call("POST", f"{_BASE}/reviews/{id}/return", json=wrong)
    look(talent, f"{_BASE}/applications/{id}", done, timeline)
    return str(done["version"])


def correct(talent: Browser, id: str, timeline: Timeline) -> None:
    """Exactly what was named is open; everything else stays locked."""
    at, catalogue = f"{_BASE}/applications/{id}", talent.call("GET", f"{_BASE}/catalogue")
    talent.call("PUT", f"{at}/profile", expect=409, json={"region": "fancheng"})
    talent.call("PUT", f"{at}/profile", json={"major": "材料物理与化学"})
    contract = next(c for c in catalogue["attachments"] if c["code"] == "labour_contract")
    upload(talent, at, contract, 9)
    look(talent, at, _submit(talent, at, catalogue), timeline)


def approve(office: Office, talent: Browser, id: str, timeline: Timeline) -> None:
    """The district, then the talent office as the authority (§3.4.2): the class is in force."""
    at = f"{_BASE}/applications/{id}"
    done = office.district.call(
        "POST", f"{_BASE}/reviews/{id}/approve", json={"words": "补正属实。"}
    )
    look(talent, at, done, timeline)
    done = office.authority.call("POST", f"{_BASE}/reviews/{id}/approve", json={})
    look(talent, at, done, timeline)


def class_of(talent: Browser) -> str:
    """The class in force, which follows the approval within moments. DemoFailed if none comes."""
    for _ in range(400):
        mine = talent.call("GET", f"{_BASE}/me")
        if mine["in_force"] is not None:
            return str(mine["in_force"]["talent_class"])
        time.sleep(0.05)
    raise DemoFailed("no class in force")


def profile(person: Person) -> dict[str, Any]:
    """§3.3.3, every starred field; sex and birth date come with the identity card."""
    home = {"province": "42", "city": "4206", "county": "420602", "township": "420602004"}
    return {
        "mobile": person.mobile,
        "ethnic_group": "01",
        "registered_address": home | {"line": "檀溪路176号"},
        "current_address": home | {"line": "卧龙大道12号3栋502室"},
        "region": "xiangcheng",
        "highest_education": "14",
        "major": "材料学",
        "graduation_certificate_number": "104871202202000137",
        "work": [
            {"employer": "襄阳汉江新材料有限公司", "position": "研发工程师", "since": "2022-07-11"}
        ],
        "education": [
            {
                "school": "华中科技大学", "major": "材料物理与化学", "level": "14",
                "full_time": True, "since": "2019-09-01", "until": "2022-06-30",
            }
        ],
    }  # fmt: skip


def upload(talent: Browser, at: str, category: dict[str, Any], seal: int, month: str = "") -> None:
    name = category["label"] + (".png" if seal % 2 else ".pdf")
    data = scan(seal) if seal % 2 else document(seal)
    talent.call(
        "POST", f"{at}/attachments", expect=201,
        data={"category": category["code"]} | ({"month": month} if month else {}),
        files={"file": (name, data)},
    )  # fmt: skip


def _submit(
    talent: Browser, at: str, catalogue: dict[str, Any], deferral: dict[str, Any] | None = None
) -> dict[str, Any]:
    form = {"commitment": True, "commitment_version": catalogue["commitment"]["version"]}
    done: dict[str, Any] = talent.call("POST", f"{at}/submit", json=form | {"deferral": deferral})
    return done


def look(talent: Browser, at: str, done: dict[str, Any], timeline: Timeline) -> None:
    """The talent's view, waited for until it shows what was written."""
    seen = talent.read(at, done["version"])
    where = "、".join(seen["waiting_at"])
    remark = f"：{seen['remark']}" if seen["status"] == "returned" else ""
    timeline.view("我的申请 / my application", f"{seen['status_label']} {where}{remark}")
