"""What an English sentence claims about something it mentions.

English denies before the noun: a denial reaches over filler words and over a list ("no chest pain,
dizziness or nausea"), but not over another verb ("couldn't finish because my chest hurt").
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from coach.domain.utterance.reading import Mention

_WORD = re.compile(r"[\w']+|[,;.!?\n]")
_CUT = re.compile(
    r"\b(?:but|however|although|though|except|because|since|then|so|yet|just|only|while)\b|[;.!?\n]"
)
_DENIAL = re.compile(
    r"^(?:no|not|never|without|zero|none|neither|nor|isn'?t|wasn'?t|aren'?t|weren'?t|don'?t|doesn'?t|"
    r"didn'?t|haven'?t|hasn'?t|"
    r"hadn'?t|denies|deny|free)$"
)
_FILLER = frozenset({
    ",",
    "a", "an", "any", "real", "really", "have", "has", "had", "having", "feel", "felt", "feeling",
    "get", "got", "getting", "experience", "experienced", "experiencing", "notice", "noticed",
    "noticing", "been", "be", "being", "is", "was", "were", "it", "its", "that", "this", "the", "or",
    "and", "nor", "of", "from", "actual", "actually", "think", "thought", "ever", "even", "my", "i",
    "i'm", "more", "sign", "signs", "much", "so", "all", "at", "significant", "bad", "severe", "major",
    "kind", "sort", "type", "like", "sudden", "new", "weird", "unusual", "chest", "leg", "legs", "arm",
    "head", "heart", "left", "right", "side", "pain", "pains", "symptom", "symptoms", "issues", "issue",
    "problem", "problems", "anything", "in", "there", "nausea", "fever", "cough", "swelling",
    "dizziness", "dizzy", "vomiting", "nothing", "feels", "to", "with", "do", "want", "anymore",
    "suffer", "suffering", "history", "diagnosis", "known", "weakness", "numbness", "shortness",
    "breath", "single", "trace",
})  # fmt: skip
_INNER_DENIAL = re.compile(r"\b(?:not|no|never|isn'?t|wasn'?t|aren'?t|doesn'?t|didn'?t|don'?t|without)\b")
_INTENSIFIED = re.compile(
    r"\bnot only\b|\bno (?:joke|idea|doubt|wonder)\b|\bnot (?:sure|certain)\b|don'?t know|no matter"
)
_IMAGINED = re.compile(
    r"\b(?:if|what if|in case|unless|to avoid|avoid|avoiding|prevent|prevents|preventing|worried about|"
    r"worry about|"
    r"afraid of|scared of|fear of|fear|could cause|can cause|causing|risk of|risks of|might get|"
    r"could get|so i don'?t|"
    r"to not|without)\b[^.!?\n;]{0,45}$"
)
_DURING_EFFORT = re.compile(
    r"\b(?:run|running|walk|jog|exercise|push|go|climb|speed|sprint|train|stand|press|hop|do|touch|sit|"
    r"breathe|lie|try|move)\b"
)
_PAST_HEALTH = re.compile(r"^[^.!?\n;]{0,12}\b(?:is|was) (?:gone|fine)\b")


def claim(text: str, mention: Mention, sentence_start: int, others: Sequence[Mention] = ()) -> str:
    """Return "said", "denied" or "imagined". `others` are further mentions a denial may list."""
    if not mention.denies and _INNER_DENIAL.search(mention.words) and not _INTENSIFIED.search(mention.words):
        return "denied"
    before = text[max(sentence_start, mention.start - 120) : mention.start]
    cut = 0
    for found in _CUT.finditer(before):
        cut = found.end()
    clause = before[cut:]
    if not _INTENSIFIED.search(clause) and _denied(clause, mention.start - len(clause), others):
        return "denied"
    imagined = _IMAGINED.search(clause)
    real = imagined and re.search(r"\b(?:this|these)\b", imagined.group())
    if (
        imagined
        and not real
        and not (imagined.group().startswith(("if", "what if")) and _DURING_EFFORT.search(imagined.group()))
    ):
        return "imagined"
    return "said"


def _denied(clause: str, offset: int, others: Sequence[Mention]) -> bool:
    """Walk back from the mention over fillers and other mentions to a denial."""
    for word in reversed(list(_WORD.finditer(clause))):
        if _DENIAL.match(word.group()):
            return True
        at = offset + word.start()
        listed = any(o.start <= at < o.end for o in others)
        if not listed and word.group() not in _FILLER:
            return False
    return False


SOMEONE = re.compile(
    r"\b(?:my|our|his|her|a|an|the|this|that|some|another|one)\s+(?:[\w-]+\s+){0,2}?(?:dad|father|mom|"
    r"mum|mother|wife|husband|partner|"
    r"girlfriend|boyfriend|friend|buddy|mate|brother|sister|son|daughter|grand\w+|uncle|aunt|cousin|"
    r"coach|boss|coworker|colleague|"
    r"neighbou?r|teammate|runner|guy|man|woman|lady|girl|boy|kid|person|athlete|patient|stranger|dog|"
    r"parents|child|"
    r"bloke|racer|competitor|participant|roommate|relative|family)s?(?:'s)?\b|(?:^|[.!?,] )(?:old |"
    r"young |some )?(?:man|woman|guy|lady|runner|kid|girl|boy)\b|\b(?:grandma|grandpa|granny|grandad|"
    r"mom|dad|mum)\b|\b(?:he|she|someone|somebody|they|people|runners|he's|she's|his|her)\b"
)
SELF = re.compile(
    r"(?<!next to )(?<!beside )(?<!front of )(?<!ahead of )(?<!behind )(?<!near )(?<!with )(?<!by )(?<!past )"
    r"\b(?:i|i'm|im|i've|ive|me|my|mine|i'd|i'll|myself)\b(?!\s+(?:[\w-]+\s+)?(?:dad|father|mom|mum|"
    r"mother|wife|husband|partner|girlfriend|boyfriend|"
    r"friend|buddy|mate|brother|sister|son|daughter|grand\w+|uncle|aunt|cousin|coach|boss|coworker|"
    r"colleague|neighbou?r|teammate|roommate|parents|"
    r"family|kid|club|team|group|gym|office|work|class|town|street|company)\b)"
)
OLD = re.compile(
    r"(?<!since )(?<!than )(?:\b(?:last (?:year|season|summer|winter|spring|fall|autumn|month)|(?:\d+|"
    r"a few|few|a couple of|couple of|two|three|four|five|six|several|many|ten) "
    r"(?:years?|months?) ago|years ago|months ago|in (?:19|20)\d\d|back in|as a (?:kid|child|teen\w*)|"
    r"used to|when i was (?:a kid|young\w*|in|pregnant|\d+)|in college|"
    r"in high school|previous(?:ly)?|long ago|once had|my first pregnancy|an? old|childhood)\b)"
)
STILL = re.compile(
    r"\b(?:still|again|today|currently|these days|this (?:morning|week)|lately|right now|yesterday|"
    r"came back|is back|recurr\w*|ever since)\b"
)
RESOLVED = re.compile(
    r"\b(?:healed|recovered|fully better|all better|(?:fine|ok|okay|good|gone|better|normal|healthy|"
    r"clear|great) (?:now|since|again)|went away|no longer|resolved|back to normal|"
    r"over it|cleared|now (?:it'?s |i'?m |they'?re )?(?:fine|gone|ok|okay|good|healed|all good)|"
    r"came back normal|is gone|got over|tested negative|(?:periods?|cycle) (?:is |"
    r"are )?(?:came )?back)\b"
)


def of_someone_else(before: str, words: str = "") -> bool:
    """Whether what stands before a mention makes someone else its subject; `words` are the mention's own."""
    found = list(SOMEONE.finditer(before))
    return bool(found) and SELF.search(before[found[-1].end() :] + words) is None
