"""Real names, as documents print them, and account names, as people choose them (manual §3.1)."""

import re
import unicodedata

from services.identity.rules.faults import Invalid

SHORTEST_NAME, LONGEST_NAME = 2, 60

# Input methods offer many dots; documents print U+00B7.
_DOTS = re.compile(r"\s*[·•‧∙⋅・.]\s*")
# Whole planes rather than the letters that Python's Unicode data knows: extensions for rare names
# are newer than it. No private use area: what it shows depends on the font.
_HAN = r"〇\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
_CHINESE = re.compile(rf"[{_HAN}]+(?:·[{_HAN}]+)*")
_HAS_HAN = re.compile(rf"[{_HAN}]")
_LATIN_MARKS = frozenset(" -'.,")


def parse_real_name(text: str) -> str:
    """A Chinese name (`欧阳示例`, `阿卜杜拉·示例`) or one in Latin letters (`O'Example, Anna`).

    Comes back in NFKC, with one kind of dot and apostrophe and no superfluous blanks, so that equal
    names compare equal. 2 to 60 characters. Raises `Invalid`.
    """
    name = " ".join(unicodedata.normalize("NFKC", text).split())
    if any(unicodedata.category(c) in ("Cc", "Cf", "Co", "Cs") for c in name):
        raise Invalid("name-characters", "姓名中含有无法识别的字符，请删除后重新填写。")
    name = _latin(name) if not _HAS_HAN.search(name) else _chinese(name)
    if not SHORTEST_NAME <= len(name) <= LONGEST_NAME:
        raise Invalid("name-length", f"姓名应为 {SHORTEST_NAME} 至 {LONGEST_NAME} 个字符。")
    return name


def _chinese(name: str) -> str:
    name = _DOTS.sub("·", name).replace(" ", "")
    if not _CHINESE.fullmatch(name):
        raise Invalid("name-characters", "姓名应与证件一致，只能使用汉字和间隔号“·”。")
    return name


def _latin(name: str) -> str:
    name = re.sub(r"[’‘ʼ`´]", "'", name)
    name = re.sub(r"[‐-―−]", "-", name)
    if not all(_is_latin(c) or c in _LATIN_MARKS for c in name) or not name[:1].isalpha():
        raise Invalid(
            "name-characters",
            "姓名应与证件一致，只能使用汉字，或使用拉丁字母、空格、连字符和撇号。",
        )
    return name


def _is_latin(character: str) -> bool:
    return character.isalpha() and unicodedata.name(character, "").startswith("LATIN ")


_ACCOUNT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]{3,31}")
_LOOKS_LIKE_A_NUMBER = re.compile(
    r"[0-9]+"  # a mobile, a Taiwan permit, any all-digit name
    r"|[0-9]{17}x"  # a resident identity card
    r"|[a-z]{3}[0-9]{12}"  # an earlier foreigner's permanent residence card
    r"|[hm][0-9]{8}(?:[0-9]{2})?"  # a Hong Kong and Macao permit
    r"|[eg][a-z0-9][0-9]{7}"  # a Chinese passport
)


def parse_account_name(text: str) -> str:
    """An account name as it is displayed; `account_key` of it is what must be unique.

    4 to 32 letters, digits, `_`, `.`, `-`, beginning with a letter or digit. It must not look like
    a mobile or a document's number: it is shown, and those are personal. Raises `Invalid`.
    """
    name = unicodedata.normalize("NFKC", text).strip()
    if not _ACCOUNT.fullmatch(name):
        raise Invalid(
            "account-format",
            "账号应为 4 至 32 位字母、数字、下划线、点或连字符，并以字母或数字开头。",
        )
    if _LOOKS_LIKE_A_NUMBER.fullmatch(re.sub(r"[_.\-]", "", name.lower())):
        raise Invalid(
            "account-looks-like-number", "账号不能是纯数字、手机号码或证件号码，请加入字母。"
        )
    return name


def account_key(text: str) -> str:
    """The form in which account names are compared, and looked up at sign-in. Never raises."""
    return unicodedata.normalize("NFKC", text).strip().casefold()
