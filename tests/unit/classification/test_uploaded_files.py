"""What may be uploaded, told by its content, and under which name it is shown (§3.3.4)."""

import hashlib
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.casework.files import key_of, prefix_of
from shared.domain.errors import DomainError
from shared.http.files import checked, shown_name
from tests.unit.classification.classification_cases import POLICY

PDF = b"%PDF-1.7\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
JPEG = b"\xff\xd8\xff\xe0" + bytes(64)
ZIP = b"PK\x03\x04" + bytes(64)
FILES = POLICY.files


def refused(data: bytes, name: str = "证明.pdf") -> DomainError:
    with pytest.raises(DomainError) as raised:
        checked(name, data, FILES)
    return raised.value


@pytest.mark.parametrize(
    ("data", "media_type", "ending"),
    [
        (PDF, "application/pdf", ".pdf"),
        (PNG, "image/png", ".png"),
        (JPEG, "image/jpeg", ".jpg"),
    ],
)
def test_a_file_is_what_its_content_says(data: bytes, media_type: str, ending: str) -> None:
    kept = checked("证明.exe", data, FILES)
    assert (kept.name, kept.media_type, kept.data) == (f"证明{ending}", media_type, data)
    assert kept.sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(
    "data",
    [
        ZIP,
        b"MZ" + bytes(64),
        b"<html><script>alert(1)</script></html>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a" + bytes(64),
        b"just text",
        b" " + PDF,
    ],
)
def test_nothing_else_is_taken_whatever_it_is_called(data: bytes) -> None:
    refusal = refused(data, "身份证.pdf")
    assert (refusal.code, refusal.status) == ("file-type-not-allowed", 415)


def test_an_empty_file_is_refused_as_empty() -> None:
    assert (refused(b"").code, refused(b"").status) == ("file-empty", 422)


def test_a_file_may_be_as_large_as_the_policy_says_and_no_larger() -> None:
    small = FILES.model_copy(update={"max_bytes": len(PDF)})
    assert checked("证明.pdf", PDF, small).data == PDF
    refusal = refused(PDF + bytes(FILES.max_bytes))
    assert (refusal.code, refusal.status, refusal.params) == (
        "file-too-large", 413, {"megabytes": 20},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("劳动合同.pdf", "劳动合同.pdf"),
        ("劳动合同.PDF", "劳动合同.pdf"),
        ("劳动合同", "劳动合同.pdf"),
        ("合同.最终.docx", "合同.最终.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\用户\\我\\合同.pdf", "合同.pdf"),
        ("合同\r\nX-Evil: 1.pdf", "合同X-Evil_ 1.pdf"),
        ("合同\x00\x1b[31m.pdf", "合同[31m.pdf"),
        ("fdp\u202etca\u2066.exe", "fdptca.pdf"),
        ('a<b>"c"|d?*.pdf', "a_b__c__d__.pdf"),
        ("...", "附件.pdf"),
        (".pdf", "pdf.pdf"),
        ("", "附件.pdf"),
        ("/", "附件.pdf"),
        (" 合同 .pdf", "合同.pdf"),
        ("e\u0301.pdf", "é.pdf"),
        ("长" * 500 + ".pdf", "长" * 120 + ".pdf"),
    ],
)
def test_a_name_is_shown_without_what_could_deceive(given_name: str, shown: str) -> None:
    assert shown_name(given_name, "application/pdf") == shown


@given(st.text())
def test_any_name_becomes_a_safe_one(name: str) -> None:
    shown = shown_name(name, "image/png")
    assert shown.endswith(".png")
    assert 4 < len(shown) <= 124
    assert not set(shown) & set('\\/:*?"<>|')
    assert not any(unicodedata.category(c)[0] == "C" for c in shown)
    assert shown[0] not in ". "
    assert shown_name(shown, "image/png") == shown


def test_all_files_of_a_person_are_under_one_prefix() -> None:
    assert key_of("classification", "t1", "a1", "x") == "classification/t1/a1/x"
    assert key_of("classification", "t1", "a1", "x").startswith(prefix_of("classification", "t1"))
    assert not key_of("classification", "t10", "a1", "x").startswith(
        prefix_of("classification", "t1")
    )
