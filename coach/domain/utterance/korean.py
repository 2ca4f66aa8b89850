"""What a Korean sentence claims about something it mentions.

Korean denies after the noun ("가슴 통증은 없어", "흉통이나 어지럼증은 없음") or directly before the predicate
("가슴은 안 아파"). So the words after a mention are walked until one ends the clause; a denial met on the
way is meant for the mention. All patterns here match folded text (`reading.fold`).
"""

from __future__ import annotations

import re

from coach.domain.utterance.reading import Mention, fold


def pattern(source: str) -> re.Pattern[str]:
    """Compile a pattern for folded text; " ?" is an optional space."""
    return re.compile(fold(source.replace(" ?", r"\s?")))


_re = pattern


_WORD = re.compile(r"[^\s,.!?;\n]+|[,.!?;\n]")
_CLAUSE_END = _re(
    r"(?:(?<!이)다|요|[^도]어|아|파|퍼|음|픔|네|해|져|함|임|짐|죠|냐|데|대|지만|고|며|니|까|"
    r"(?<!이)(?<!거)나|(?<!에)서|"
    r"길래|더니|든|셔|려|여|워|러|거든|기도|때문에?|때문이야|듯|구나|겠음|됨|남|심|있슴)$"
)
_DENIED = _re(
    r"^(?:(?:하나도|전혀|다|별로)?없|아니|아닌|아님|안(?![쪽에좋심]|\s?(?:없|가시|가셔|사라|나아|나았|"
    r"나으|멈|낫|풀|줄|그|되|돼|됨|된|됐|"
    r"심|좋|떨어|괜찮)))"
)
_DENIED_WITHIN = _re(
    r"(?:은|는|도|이|가|증|통|상|질|림)?없(?:음|어|다|고|는|었|이|네|슴|습|지|구|으|$)|지(?:는|도|"
    r"가)?않|진않|지는안|진안|지안|"
    r"(?:은|는|던|픈|린|진)?(?:건|것은|거는|게|거)?아니(?!면)|아님$|아닌데"
)
_NOT_A_DENIAL = _re(r"없어지(?:지|질)|장난|보통|예사|틀림없|어쩔|끊임")
_UNREMITTING = _re(
    r"(?:없어지|사라지|가시|낫|나아지|멈추|멈추|그치|줄|풀리|떠나|빠지)(?:지|질|지를|지가|지도)$"
)
_LACKING = _re(
    r"(?:수|수가|수도|힘|힘이|정신|정신이|감각|감각이|의식|의식이|기운|기운이|장난|보통|줄|반응|"
    r"반응이|식욕이?)$"
)
_IMAGINED = _re(
    r"(?:으면|다면|하면|면|라면)$|(?:까봐|까바|까봐서)|(?:할|올|을|될|질|날)까(?:봐|바|걱정)|"
    r"기\s?전에|지\s?않(?:게|도록|으려)"
)
_NEARLY = _re("뻔(?:했|햇|함|한|$)")
_DURING_EFFORT = _re(
    r"^(?:뛰|달리|운동|걷|걸|누르|눌|움직|만지|일어|계단|올라|훈련|조깅|숨|서면|앉|딛|디디|짚)"
)
_MAY = _re(r"^수(?:도|가)?$")
_DENIED_BEFORE = _re(r"(?:^|[\s은는이가도,])(?:안|않)\s?(?=[가-힣]{1,8}$)(?!쪽|에)")
_JUST_BEFORE = _re(r"(?:^|[\s,은는이가도])(?:안|않)\s?$")
_NEGATIVE_QUESTION = _re(
    r"(?:아니야|아닌가|아닐까|아니겠|아니냐|아니죠|아니지|아닌지|아닌가요|아니에요|아닐까요|않을까|않나)"
)


def claim(text: str, mention: Mention, sentence_end: int, *, state: bool = False) -> str:
    """Return "said", "denied" or "imagined" (conditional, feared, nearly happened).

    `state`: the mention is a lasting state (pregnant, diabetic), which "안" + verb does not deny.
    """
    if not mention.denies and (
        _DENIED_BEFORE.search(mention.words)
        or _JUST_BEFORE.search(text, max(0, mention.start - 5), mention.start)
    ):
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
        if _NEARLY.search(word) or (_IMAGINED.search(whole) and not (i and _DURING_EFFORT.search(word))):
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


SOMEONE = _re(
    r"(?<![가-힣0-9])(?:우리 ?|옆 ?|앞 ?)?(?:아버지|아빠|아버님|엄마|어머니|어머님|부모님|남편|아내|와이프|"
    r"집사람|신랑|여친|남친|여자 ?친구|남자 ?친구|친구|"
    r"동료|형|형님|누나|언니|오빠|동생|남동생|여동생|할아버지|할머니|외할머니|외할아버지|삼촌|이모|"
    r"고모|사촌|선배|후배|코치|코치님|회원|지인|상사|팀장님?|사람|"
    r"분|러너|선수|참가자|주자|크루원|아들|딸|아이|애|조카|그녀|누|누군가|이웃|환자|행인|어르신|"
    r"아저씨|아주머니|학생|장인|장모|"
    r"시아버지|시어머니|일행|멤버|동호인|가족)(?:들|분|님)?(?:께서|이(?!랑)|가|은|는|도|한명이|"
    r"의)?(?=[\s,]|쓰러|의식|숨|갑자기)"
)
SELF = _re(r"(?<![가-힣])(?:나|난|내|내가|나는|나도|저|저는|제가|제|저도|전|본인)(?=[\s,]|[가-힣]{1,3}[\s,])")
SUBJECT_CHANGES = _re(r"(?:는데|은데|던데|인데|길래|자고|해서|니까|라고|라서|덕분에|때문에|지만)[\s,]")
HEARSAY = _re(
    r"(?:[앗엇졋햇갓왓섯]대|프대|프시대|란대|이래|더라|다고|다던|라던데|다네|다더|다며|시대|하대|든대|"
    r"란다)(?:요|고|는|라|\b|$)"
)
OLD = _re(
    r"(?:작년|재작년|예전|옛날|어릴|어렸을|학창|고등학|고딩|대학교? ?때|군대에서|군 ?시절|과거|한때|"
    r"지난 ?(?:달(?!리|려|린)|해|겨울|여름|봄|가을|시즌)|[12][0-9]{3}년|"
    r"전에는|"
    r"(?:[0-9]+|몇|한|두|세|네|다섯|여섯|십|일|이|삼|오) ?(?:년|개월|달) ?전|(?:첫째|둘째|첫 ?애) ?때|"
    r"임신 ?때)(?!부터|보다|이맘때부터|까지)"
)
STILL = _re(
    r"지금도|아직도?|여전|또(?=[\s가-힣])|계속|요즘|다시|오늘|어제|방금|최근|이번|재발|\b지금 ?(?:막|"
    r"가슴|숨)"
)
RESOLVED = _re(
    r"나았|나앗|완치|회복(?:했|됐|되|함|해서|한)|다 ?낫|괜찮아졌|멀쩡|(?:이제|이젠|지금은|지금|"
    r"현재는?)(?:는)? ?(?:다|완전|아주|전혀)? ?(?:괜찮|안 ?아|"
    r"문제|건강|없|정상|좋아)|"
    r"사라졌|없어졌|재활 ?(?:끝|완료)|완쾌|아니래|아니라고 ?(?:했|함|하)|아니라네|다 ?나아|돌아왔|"
    r"(?:생리|월경)[^.!?\n]{0,6}(?:다시|돌아)|정상으로|"
    r"떨어졌|내렸|음성"
)


def of_someone_else(before: str, words: str = "") -> bool:
    """Whether what stands before a mention makes someone else its subject; `words` are the mention's own."""
    found = list(SOMEONE.finditer(before))
    if not found:
        return False
    between = before[found[-1].end() :] + words
    return not SELF.search(between) and not SUBJECT_CHANGES.search(between)
