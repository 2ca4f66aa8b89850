"""The journal: correcting and deleting what was noted, and finding it by what it was about."""

from __future__ import annotations

import re

from coach.domain.literally import sides_said
from coach.graph.offline import words as w
from coach.graph.offline.heard import Heard
from coach.graph.offline.reading import Call, Reading, call

_NOTE = (
    r"메모|일지|일기|적은\s|적어\s?둔\s|쓴\s?(?:거|것)"
    r"|\b(?:last |the |that |my |this )*(?:journal|diary)?\s?(?:note|entry)\b"
    r"|\bwhat i (?:just )?(?:wrote|noted|said)\b"
    r"|\bjournal entry\b"
)
_BACK = (
    r"^(?:아니|아뇨|아니요|아냐|아|앗)[,\s]|아까|방금|정정|잘못\s?적|고쳐|수정|바꿔|바로잡"
    r"|^(?:no|nope|sorry|oops)[,\s]|\b(?:that|it) (?:was|is|should)\b|\bactually\b|\bi meant\b|\bcorrect\b"
    r"|\bchange\b|\bshould (?:say|be)\b|\bi just (?:wrote|noted|said)\b"
)
# Told of a run or a body, not of what was written: a note of its own.
_NEWS = rf"{w.PAIN}|뛰고|달리고|뛰는데|뛰다가|\bafter (?:my|the|a)\b|\bwhile\b"
_RPE = re.compile(
    r"\brpe\s*(?:는|은|가|was|is|of|to|:|=)?\s*(\d{1,2}(?:\.\d)?)|(?:강도|힘듦"
    r"|effort)\s*(?:는|은|was|is|to)?\s*(\d{1,2})"
)
_SCORES = (
    ("pain", r"(?:통증|아픈\s?정도|\bpain\b)\D{0,8}?(\d{1,2}(?:\.\d)?)"),
    ("mood", r"(?:기분|\bmood\b)\D{0,8}?(\d(?:\.\d)?)"),
    ("soreness", r"(?:근육통|뻐근함|\bsoreness\b)\D{0,8}?(\d{1,2}(?:\.\d)?)"),
    ("fatigue", r"(?:피로|피곤함|\bfatigue\b|\btiredness\b)\D{0,8}?(\d{1,2}(?:\.\d)?)"),
    ("stress", r"(?:스트레스|\bstress\b)\D{0,8}?(\d{1,2}(?:\.\d)?)"),
)
_ITS = re.compile(
    r"(?:이?었어|였어|이야|예요|이에요|이었어요|였어요|야|임)[\s.!]*(?:,?\s?고쳐\S*)?$"
    r"|^(?:no, )?(?:actually,? )?(?:it|that) was\b"
)
_RUNS = r"달리기|러닝|런(?=\s|$)|\bruns?\b|\brunning\b"
_LISTED = r"보여|목록|찾아|알려|\bshow\b|\blist\b|\bfind\b|\bwhich\b"
# Named like something to search for: knee pain runs last 3 months, 무릎 아팠던 달리기.
_SEARCH = (
    r"아(?:팠던|픈)\s?(?:달리기|러닝|런|날)(?:들)?[^\w가-힣]*$|\bpain(?:ful)? runs\b|\bruns with\b.*\bpain\b"
    r"|\bruns (?:where|when|in which)\b"
)
_TALK = (
    r"얘기|이야기|언급|(?:적었|썼|말했)(?:지|더라|나|어\??$)"
    r"|\b(?:mention|write|wrote|say|said|talk)\w*\b(?: about)?|\bnotes? (?:about"
    r"|on)\b|\bentries (?:about|on)\b"
)
_SICK = r"감기|몸살|독감|코로나|아팠던|앓|\bsick\b|\bill\b|\bcold\b|\bflu\b|\bfever\b"
_LAST = r"마지막|언제|\bwhen\b|\blast\b"


def correct(heard: Heard) -> Reading | None:
    """Something noted was different, or is to go: 아까 적은 거 RPE 6이야, that was the right knee."""
    asks = heard.asks and not heard.has(r"^what i (?:just )?(?:wrote|noted|said) (?:was|is)\b")
    if asks or heard.has(w.UNDO) or (heard.has(w.NOTE) and not heard.has(_BACK)):
        return None
    of_note = heard.has(_NOTE)
    # "3/10" is a score here, where it could be a day too.
    day = heard.day.start if heard.day and not heard.day.others else None
    if of_note and heard.has(w.DELETE):
        return call("journal_correct", day=day, remove=True)
    if not heard.has(_BACK):
        return None
    if (found := _RPE.search(heard.low)) and of_note:
        return call("journal_correct", day=day, kind="rpe", value=float(found[1] or found[2]))
    for kind, pattern in _SCORES:
        if of_note and (found := heard.search(pattern)):
            return call("journal_correct", day=day, kind=kind, value=float(found[1]))
    part = heard.body[0] if heard.body else None
    side = part.side if part and part.side else next(iter(sorted(sides_said(heard.low))), None)
    if part is None or side is None or heard.has(_NEWS) or not (of_note or _ITS.search(heard.low)):
        return None
    return call("journal_correct", day=day, place=part.name, side=side)


def follow(heard: Heard, last: Call) -> Reading | None:
    """What corrects the note just written, in the words its answer offers: 오른쪽이야, that was RPE 6."""
    words = len(heard.low.split())
    if last.tool not in ("journal_add", "journal_correct") or heard.asks or words > 6 or heard.has(w.UNDO):
        return None
    if heard.has(w.DELETE) and not heard.has(_OTHER_THING) and not heard.spans:
        return call("journal_correct", remove=True)
    for kind, pattern in _SCORES:
        if words <= 5 and not heard.body and (found := heard.search(pattern)) and heard.has(_BARE_SCORE):
            return call("journal_correct", kind=kind, value=float(found[1]))
    if heard.has(rf"{w.PAIN}|{w.DID}|{w.EFFORT}|{w.NOTE}") and not heard.has(rf"{_BACK}|{_BARE_RPE}"):
        return None
    if (found := _RPE.search(heard.low)) and (found[1] or found[2]):
        return call("journal_correct", kind="rpe", value=float(found[1] or found[2]))
    for kind, pattern in _SCORES:
        if found := heard.search(pattern):
            return call("journal_correct", kind=kind, value=float(found[1]))
    part, sides = heard.body[0] if heard.body else None, sorted(sides_said(heard.low))
    if heard.has(_NEWS) or not (heard.has(_BACK) or heard.has(_THE_OTHER)) or not (part or sides):
        return None
    side = part.side if part and part.side else next(iter(sides), None)
    return call("journal_correct", place=part.name if part else None, side=side)


_SCORE = r"\d{1,2}(?:\.\d)?\s?점?(?:이야|야|이었어|였어|예요|이에요|요)?[^\w가-힣]*$"
_BARE_RPE = (
    rf"^[^\w가-힣]*(?:아니\s|아\s|no,? |actually,? )?(?:it was |that was )?(?:rpe|강도)\D{{0,4}}{_SCORE}"
)
_BARE_SCORE = (
    rf"^[^\w가-힣]*(?:아니\s|아\s)?(?:통증|기분|근육통|피로|스트레스)(?:은|는|이|가)?\s?{_SCORE}"
    r"|^[^\w가-힣]*(?:no,? |actually,? )?(?:the )?(?:pain|mood|soreness|fatigue|stress) (?:was|is) (?:an? )?"
    r"\d{1,2}(?:\.\d)?[^\w가-힣]*$"
)
# The whole of a message that says which one it was: 오른쪽이야, the left one, 종아리요.
_THE_OTHER = (
    r"^[^\w가-힣]*(?:그게\s)?\S{1,6}(?:\s?\S{1,5})?(?:이야|야|예요|이에요|이었어|였어|요|입니다)[\s.!~]*$"
    r"|^[^\w가-힣]*(?:it was |that was |i mean |the |my )+(?:\w+ ){0,2}"
    r"(?:one|side|left|right|knee|calf|ankle|hip|foot|achilles)[^\w가-힣]*$"
)
_OTHER_THING = r"달리기|러닝|활동|운동|계획|기억|대회|\b(?:run|activity|plan|race|memory|memories|workout)\b"


def show(heard: Heard) -> Reading | None:
    """What was noted, by what it was about: 무릎 아팠던 달리기 보여줘, 비 맞고 뛴 얘기 언제 적었지."""
    part = heard.body[0] if heard.body else None
    span = heard.period
    dates = {} if span is None else {"start": span.start, "end": span.end}
    if part is not None and heard.has(w.PAIN) and heard.has(_RUNS) and heard.has(rf"{_LISTED}|{_SEARCH}"):
        return call("journal_show", place=part.name, side=part.side or None, runs=True, **dates)
    talked = heard.has(_TALK) and (heard.asks or heard.has(_LISTED))
    if talked and part is not None:
        return call("journal_show", place=part.name, side=part.side or None, **dates)
    if heard.asks and heard.has(_SICK) and heard.has(_LAST) and part is None and not heard.has(_RUNS):
        return call("journal_show", kind="illness", **dates)
    if talked and not heard.spans:
        return call("journal_show", about=heard.text.strip()[:200])
    return None
