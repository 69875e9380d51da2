"""Which passwords are good enough: NIST SP 800-63B §5.1.1.2, long and not guessable.

No rule asks for capitals, digits or symbols, and none makes passwords expire: SP 800-63B advises
against both, since they make passwords worse.
"""

import threading
import unicodedata
from collections.abc import Iterable, Mapping

from zxcvbn import zxcvbn
from zxcvbn.matching import L33T_TABLE, RANKED_DICTIONARIES

from services.identity.rules.faults import Invalid
from shared.policy.models import PasswordPolicy

# zxcvbn's time grows faster than the length, and it refuses more than 72 itself. A beginning is
# never harder to guess than the whole, so judging the beginning alone lets nothing weak pass.
_JUDGED_LENGTH = 72
# It also tries every reading of the characters that may stand for a letter: 72 of many kinds keep
# it busy for seconds, which anybody could send. Such a password shows its worth in fewer.
_STAND_INS = frozenset(character for row in L33T_TABLE.values() for character in row)
_MANY_STAND_INS = 8
_JUDGED_LENGTH_OF_MANY = 24
# zxcvbn keeps a call's `user_inputs` in a dictionary of the module.
_zxcvbn_lock = threading.Lock()

_HELP: Mapping[str, str] = {
    "dictionary": "避免常见的密码、单词、姓名，以及您的账号或手机号码",
    "spatial": "避免键盘上相邻的按键",
    "repeat": "避免重复的字符或词",
    "sequence": "避免 abc、6543 这样的连续字符",
    "regex": "避免年份",
    "date": "避免日期和生日",
}


def normalise_password(password: str) -> str:
    """NFKC, as SP 800-63B asks: the same characters however a keyboard encodes them."""
    return unicodedata.normalize("NFKC", password)


def check_password(password: str, policy: PasswordPolicy, own_words: Iterable[str] = ()) -> str:
    """The normalised password, or `Invalid` with a sentence that says what would help.

    The policy's lengths are in code points. `own_words` are the account name, the real name, the
    mobile: what somebody who knows the person tries first. Takes up to 200 ms of processor time:
    call it in a thread.
    """
    normal = normalise_password(password)
    if len(normal) < policy.min_length:
        least = policy.min_length
        raise Invalid("password-short", f"密码至少需要 {least} 个字符；几个不相关的词最好记。")
    if len(normal) > policy.max_length:
        raise Invalid("password-long", f"密码最多 {policy.max_length} 个字符。")
    if any(unicodedata.category(c) in ("Cc", "Cs") for c in normal):
        raise Invalid("password-characters", "密码中含有无法输入的控制字符，请重新输入。")
    score, patterns = _judge(_judged(normal), _parts(own_words))
    if score < policy.min_score:
        advice = [_HELP[p] for p in dict.fromkeys(patterns) if p in _HELP]
        advice.append("加长密码，多用几个不相关的词")
        raise Invalid("password-weak", f"密码容易被猜到。建议：{'；'.join(advice)}。")
    return normal


def _judged(password: str) -> str:
    beginning = password[:_JUDGED_LENGTH]
    many = len(_STAND_INS.intersection(beginning)) > _MANY_STAND_INS
    return beginning[:_JUDGED_LENGTH_OF_MANY] if many else beginning


def _parts(words: Iterable[str]) -> list[str]:
    """Each word whole and in its parts: of `+8613800000000` people type the last eleven digits."""
    parts: dict[str, None] = {}
    for word in words:
        normal = normalise_password(word).strip()
        national = normal.removeprefix("+86")
        pieces = (normal, national, national[-8:], national[-6:], *normal.split())
        parts.update(dict.fromkeys(p for p in pieces if len(p) >= 2))
    return list(parts)


def _judge(password: str, own_words: list[str]) -> tuple[int, list[str]]:
    """zxcvbn's score (0 to 4) and the patterns it found."""
    with _zxcvbn_lock:
        try:
            result = zxcvbn(password, user_inputs=own_words)
        finally:
            # Nobody's name and mobile may stay behind in a library's global.
            RANKED_DICTIONARIES["user_inputs"] = {}
    return result["score"], [match["pattern"] for match in result["sequence"]]
