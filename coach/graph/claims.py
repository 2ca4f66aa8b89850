"""Claims about health and training method that nothing supports are said to be an opinion.

A sentence of an outside model that says what helps, harms, takes how long or ought to be done needs a passage
cited in its paragraph. Where there is none, code says after it whose opinion it is. What states the
athlete's own facts, or the plan, is no such claim.
"""

from __future__ import annotations

import re

from coach.text import Lang, say

_SAYS = re.compile(
    r"(?:게|것이|편이|면) (?:더 |가장 )?(?:좋|중요|필요|낫|안전)|"
    r"도움이 (?:돼|되|됩)|해야 (?:해|합|돼)|아야 (?:해|합)|"
    r"예방|위험[이을] |(?:높|낮)여 ?(?:줘|줍|요)|줄여 ?(?:줘|줍|요)|걸려요|걸립니다|"
    r"권장|추천|효과적|효과가|필수|"
    r"\b(?:should|must|ought to|needs? to|helps?|reduces?|prevents?|improves?|lowers?|raises?|"
    r"boosts?|causes?|recommended|is (?:good|bad|best|better|important|essential|safe)|"
    r"takes? (?:about |around )?\S+ (?:hours|days|weeks))\b",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"훈련|회복|부상|통증|수면|잠을|수분|물을|탄수|단백질|스트레칭|근력|강도|이지런|롱런|인터벌|템포|더위|"
    r"휴식|쉬|무릎|발목|근육|카페인|보급|테이퍼|심박|젖산|워밍업|케이던스|면역|"
    r"\b(?:train\w*|recover\w*|injur\w*|pain|sleep\w*|hydrat\w*|drink\w*|carb\w*|protein|stretch\w*|strength\w*|"
    r"easy runs?|long runs?|intervals?|tempo|heat|rest|knees?|ankles?|muscles?|caffeine|fuel\w*|"
    r"taper\w*|heart rate|warm[- ]?up|cadence|mileage|intensity)\b",
    re.IGNORECASE,
)
# Of the athlete, not of everybody; a question claims nothing.
_OWN = re.compile(r"\{ ?f\d|계획|플랜|목표|제 생각|plan\b|planned|in my opinion|I think", re.IGNORECASE)
_SENTENCE = re.compile(r"[^.!?。\n]+(?:[.!?。](?!\s|$)[^.!?。\n]*)*[.!?。]*")
_CITED = re.compile(r"\{ ?g\d{1,7}")


def unsupported(text: str) -> list[int]:
    """Return where the last unsupported claim of each paragraph ends."""
    places, at = [], 0
    for paragraph in re.split(r"(\n\s*\n)", text):
        if not _CITED.search(paragraph):
            ends = [m.end() for m in _SENTENCE.finditer(paragraph) if _is_claim(m.group())]
            places += [at + end for end in ends[-1:]]
        at += len(paragraph)
    return places


def as_opinion(text: str, lang: Lang) -> str:
    """Return a finished text with what is only an opinion called one."""
    for place in reversed(unsupported(text)):
        text = f"{text[:place].rstrip()} {say(lang, 'proof.opinion')}{text[place:]}"
    return text


def _is_claim(sentence: str) -> bool:
    if sentence.rstrip().endswith("?") or _OWN.search(sentence):
        return False
    return _SAYS.search(sentence) is not None and _ABOUT.search(sentence) is not None
