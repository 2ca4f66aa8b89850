"""What a Korean sentence claims about something it mentions.

Korean denies after the noun ("가슴 통증은 없어", "흉통이나 어지럼증은 없음") or directly before the predicate
("가슴은 안 아파"). So the words after a mention are walked until one ends the clause; a denial met on the
way is meant for the mention. All patterns here match folded text (`reading.fold`).
"""

from __future__ import annotations

import re

from coach.domain.utterance.reading import Mention, fold


def _re(pattern: str) -> re.Pattern[str]:
    return re.compile(fold(pattern))


_WORD = re.compile(r"[^\s,.!?;\n]+|[,.!?;\n]")
_CLAUSE_END = _re(
    r"(?:(?<!이)다|요|[^도]어|아|파|퍼|음|픔|네|해|져|함|임|짐|죠|냐|데|대|지만|고|며|니|까|(?<!이)(?<!거)나|(?<!에)서|"
    r"길래|더니|든|셔|려|여|워|러|거든|기도|때문에?|때문이야|듯|구나|겠음|됨|남|심|있슴)$"
)
_DENIED = _re(
    r"^(?:(?:하나도|전혀|다|별로)?없|아니|아닌|아님|안(?![쪽에좋심]|\s?(?:없|가시|가셔|사라|나아|나았|나으|멈|낫|풀|줄|그|되|돼|"
    r"심|좋|떨어|괜찮)))"
)
_DENIED_WITHIN = _re(
    r"(?:은|는|도|이|가|증|통|상|질|림)?없(?:음|어|다|고|는|었|이|네|슴|습|지|구|으|$)|지(?:는|도|가)?않|진않|지는안|진안|지안|"
    r"(?:은|는|던|픈|린|진)?(?:건|것은|거는|게|거)?아니(?!면)|아님$|아닌데"
)
_NOT_A_DENIAL = _re(r"없어지(?:지|질)|장난|보통|예사|틀림없|어쩔|끊임")
_UNREMITTING = _re(
    r"(?:없어지|사라지|가시|낫|나아지|멈추|멈추|그치|줄|풀리|떠나|빠지)(?:지|질|지를|지가|지도)$"
)
_LACKING = _re(
    r"(?:수|수가|수도|힘|힘이|정신|정신이|감각|감각이|의식|의식이|기운|기운이|장난|보통|줄|반응|반응이|식욕이?)$"
)
_IMAGINED = _re(
    r"(?:으면|다면|하면|면|라면)$|(?:까봐|까바|까봐서)|(?:할|올|을|될|질|날)까(?:봐|바|걱정)|기\s?전에|지\s?않(?:게|도록|으려)"
)
_NEARLY = _re("뻔(?:했|햇|함|한|$)")
_DURING_EFFORT = _re(
    r"^(?:뛰|달리|운동|걷|걸|누르|눌|움직|만지|일어|계단|올라|훈련|조깅|숨|서면|앉|딛|디디|짚)"
)
_MAY = _re(r"^수(?:도|가)?$")
_DENIED_BEFORE = _re(r"(?:^|[\s은는이가도,])(?:안|않)\s?(?=[가-힣]{1,8}$)(?!쪽|에)")
_NEGATIVE_QUESTION = _re(
    r"(?:아니야|아닌가|아닐까|아니겠|아니냐|아니죠|아니지|아닌지|아닌가요|아니에요|아닐까요|않을까|않나)"
)


def claim(text: str, mention: Mention, sentence_end: int, *, state: bool = False) -> str:
    """Return "said", "denied" or "imagined" (conditional, feared, nearly happened).

    `state`: the mention is a lasting state (pregnant, diabetic), which "안" + verb does not deny.
    """
    if not mention.denies and _DENIED_BEFORE.search(mention.words):
        return "denied"
    rest = text[mention.end : min(sentence_end, mention.end + 60)]
    words = _WORD.findall(rest)
    if rest[:1] in ("", " ", ",", ".", "!", "?", "\n"):
        words.insert(0, "")
    last = mention.words[-2:].strip()
    for i, word in enumerate(words[:8]):
        if word in ".!?;\n" and word:
            break
        if word == ",":
            if i <= 1 and _CLAUSE_END.search(last + words[0]):
                break
            continue
        whole = last + word if i == 0 else word
        before = words[i - 1] if i else ""
        if _NOT_A_DENIAL.search(word):
            break
        question = _NEGATIVE_QUESTION.search(word) is not None and "?" in text[mention.end : sentence_end]
        if question or re.search(fold("아닌가|아닐까|않을까|않나"), word):
            return "said"
        if i and _DENIED.search(word) and not (state and word.startswith("안")):
            ahead = word + " " + " ".join(words[i + 1 : i + 2])
            if _UNREMITTING.search(before) or _LACKING.search(before) or not _DENIED.search(ahead):
                break
            return "denied"
        if _DENIED_WITHIN.search(word) and not (i and _LACKING.search(word.split(fold("없"))[0])):
            return "denied"
        if _NEARLY.search(word) or _IMAGINED.search(whole) and not (i and _DURING_EFFORT.search(word)):
            return "imagined"
        if i and _MAY.search(word) and re.match(fold("있"), "".join(words[i + 1 : i + 2])):
            return "imagined"
        if _CLAUSE_END.search(whole) and len(whole) > 1:
            if (
                re.search(fold("데$"), whole)
                and i + 1 < len(words)
                and re.match(fold("없|는 없|도 없"), words[i + 1])
            ):
                return "denied"
            break
    return "said"
