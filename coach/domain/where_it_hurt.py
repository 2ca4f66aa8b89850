"""Where it hurt, as people answer when they are asked: "오른쪽 무릎 3점", "knee, 3 out of 10", "both calves".

The question said already that something hurt, so the answer need not.
"""

from __future__ import annotations

import re
import unicodedata

from coach.domain.felt import is_request
from coach.domain.journal import Said, extract
from coach.domain.redflags import RedFlag, check

LONGEST = 200  # characters of an answer; who writes more tells a story, which is the journal's
OF_PAIN = ("pain", "soreness")
_OUT_OF = re.compile(r"(?<!\d)10\s?중(?:에서?|의)?\s?(?=\d)")
_HANGUL = re.compile(r"[가-힣]")


def read_where(message: str) -> tuple[Said, ...]:
    """Return the pains that an answer names, with the body's part; none where it is no such answer."""
    text = " ".join(unicodedata.normalize("NFC", message).split())
    if not text or len(text) > LONGEST or text.startswith("/") or is_request(text):
        return ()
    for whole in (_OUT_OF.sub("10점 만점에 ", text), _said_out(text)):
        found = tuple(said for said in extract(whole) if said.kind in OF_PAIN and said.where)
        if found:
            return found
    return ()


def alarming(message: str) -> RedFlag | None:
    """Return what the guard sees in an answer and what was asked: "가슴이요" is pain in the chest."""
    found = read_where(message)
    if any(said.where == "chest" and said.value != 0 for said in found):
        return check("가슴이 아팠어")
    return check(_said_out(message)) if found else None


def _said_out(answer: str) -> str:
    text = answer.rstrip(".!~ ")
    if not _HANGUL.search(text):
        return f"pain in {text}"
    # What stands behind a comma is about the same pain.
    return f"{' '.join(_OUT_OF.sub('10점 만점에 ', text).replace(',', ' ').split())} 아팠어"
