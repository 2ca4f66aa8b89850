"""Reading a typed reply to a proposal, in Korean and English, by rules alone.

An approval sends workouts to a watch, so what approves is a closed list: the whole reply must be made of
words that approve. Whatever else stands in it (a condition, a question, a denial, somebody else's words)
makes it something else. To be asked once more costs a moment; an approval that was none costs trust.
"""

from __future__ import annotations

import re
import unicodedata

from coach.domain.plan.reply import english, korean
from coach.domain.plan.reply.model import EditWish, Reply, When, resolve

__all__ = ["EditWish", "Reply", "When", "read_reply", "resolve"]

LONGEST_APPROVAL = 60
LONGEST = 500  # longer is a letter, not a reply
# What may stand around words without changing them.
_DECOR = re.compile(r"[!.,~…♡♥☺😊🙂😀😄😁💪🏃🔥🙏🎉\ufe0f\u200d\u2640\u2642🏻🏼🏽🏾🏿]|(?<!ㅇ)[ㅎㅋ]+|\^\^+")
_THUMBS = re.compile(r"[👍👌🙆✅👏]")
_QUOTED = re.compile(
    r"^\s*[>|▶]|\bforwarded\b|\bfwd?\s*:|전달(된|받은)?\s*(메시지|메세지|글)|[\"“”„«»「」『』《》`]|"
    r"(?<!\w)['‘]|(이)?라고\s*(했|말|하|전|써|적|답)|\b(said|says|told|wrote|writes)\b",
    re.IGNORECASE | re.MULTILINE,
)
_NARROW = {0xFEE0 + code: code for code in range(0x21, 0x7F)} | {0x3000: 0x20}
_ODD = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})


def read_reply(text: str) -> Reply:
    """Tell what a reply to a proposal means; "unclear" wherever the rules do not say."""
    if len(text) > LONGEST or _quoted(text):
        return Reply("unclear")
    plain = _plain(text)
    if not plain:
        return Reply("unclear")
    asks = korean.asks(plain) or english.asks(plain)
    if not asks and len(text.strip()) <= LONGEST_APPROVAL:
        words = re.sub(r"\s+", " ", _DECOR.sub(" ", _THUMBS.sub(" yes ", plain))).strip()
        found = _plain_reply(words)
        if found is not None:
            return found
    edits = (*korean.edits(plain), *english.edits(plain))
    wants_to_know = korean.wants_to_know(plain) or english.wants_to_know(plain)
    if edits and not wants_to_know:
        return Reply("change", edits)
    if asks:
        return Reply("question")
    if korean.wishes(plain) or english.wishes(plain):
        return Reply("change")
    return Reply("unclear")


def _plain_reply(words: str) -> Reply | None:
    """Return an approval or a rejection, where the reply is nothing but that."""
    for language in (korean, english):
        approval = language.approves(words)
        if approval is not None:
            return Reply("approve", bare=approval == "bare")
        rejection = language.rejects(words)
        if rejection is not None:
            return Reply("reject", bare=rejection == "bare")
    return None


def _quoted(text: str) -> bool:
    """Tell whether somebody else's words may stand in it, or signs that hide what is written."""
    signs = (c for c in text if c not in "\n\r\t\u200d")
    return _QUOTED.search(text) is not None or any(unicodedata.category(c) in _ODD for c in signs)


def _plain(text: str) -> str:
    # Not NFKC: that takes ㄴㄴ apart. Full-width letters and signs alone are made narrow.
    narrow = unicodedata.normalize("NFC", text).translate(_NARROW)
    return re.sub(r"[ \t\r]+", " ", narrow.lower()).strip()
