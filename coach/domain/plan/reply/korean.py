"""Korean replies. What denies or asks stands at the end: nothing is read by its beginning."""

from __future__ import annotations

import re
from typing import Literal

from coach.domain.plan.model import WorkoutKind
from coach.domain.plan.reply.model import EditWish, When, Wish

Approval = Literal["plain", "bare"]

_POLITE = r"(?:요|용|여)?"
# "-해", "-할게요", "-합니다", "-해 주세요", "-하자": what says that it shall be done.
_DO = (
    rf"(?:해{_POLITE}|할게{_POLITE}|할께{_POLITE}|할래{_POLITE}|합니다|합니당|하겠습니다|하겠어{_POLITE}|하자|합시다|"
    rf"해줘{_POLITE}|해주세요|해주십시오|하세요|부탁해{_POLITE}|부탁드려{_POLITE}|부탁드립니다|부탁합니다)"
)
# What names the act can mean nothing else, whatever was spoken of before.
_ACT = rf"승인(?:{_DO}|드립니다|드려{_POLITE}|드릴게{_POLITE}|이요|이여|요|이에요|입니다|이야)?"
_VERBS = (
    rf"(?:진행|확정|수락|동의|적용){_DO}",
    r"진행시켜(?:줘(?:요)?|주세요)?",
    r"확정",
    r"수락",
    r"동의",
)
# These say it only of something: "그대로 해줘", "이대로 갈게요".
_AS_IT_IS = (
    rf"(?:이대로|그대로|이렇게|그렇게|이걸로|그걸로)"
    rf"(?:(?:진행|시작)?{_DO}|진행|가자|가죠|가시죠|갈게{_POLITE}|갑시다|가줘{_POLITE}|좋아{_POLITE})"
)
_GOOD = (
    rf"좋아{_POLITE}|좋네{_POLITE}|좋습니다|좋다|완벽해{_POLITE}|완벽합니다|"
    rf"마음에\s?들어{_POLITE}|맘에\s?들어{_POLITE}"
)
_YES = (
    rf"네|넵|넹|네네|넵넵|예|응|응응|웅|어|ㅇㅇ|ㅇㅋ|ㅇㅋㅇㅋ|그래{_POLITE}|괜찮네{_POLITE}|"
    rf"(?:(?:정말|진짜|너무|아주)\s?)?(?:{_GOOD})|"
    rf"오케이|오키|오케|ok|okay|yes|가자|갑시다|가즈아|고고|ㄱㄱ|시작{_DO}|콜|굿"
)
_PLAN = (
    r"(?:이번\s?주|이번|이|그|새|바뀐|수정된|변경된)?\s?"
    r"(?:계획|플랜|제안|일정|훈련\s?계획|변경(?:\s?사항)?|수정안)(?:을|를|은|는|대로|으로|로)?"
)
_PAD = (
    rf"오|와|바뀐\s?[거것]|이거|그거|이걸|그걸|이걸로|그걸로|"
    rf"이대로|그대로|바로|지금|이제|그럼|모두|전부|전체|다|그냥|알겠어{_POLITE}|알겠습니다|"
    rf"코치|코치님|감사합니다|감사해{_POLITE}|고마워{_POLITE}|고맙습니다"
)
_DOING = rf"{'|'.join(_VERBS)}|{_AS_IT_IS}"
_APPROVING = re.compile(
    rf"^(?:(?P<act>{_ACT})|(?P<verb>{_DOING})|(?P<yes>{_YES})|(?P<plan>{_PLAN})|(?P<pad>{_PAD}))(?=\s|$)"
)
_APPROVING_TIGHT = re.compile(
    rf"^(?:{_YES}|(?P<plan>{_PLAN})|{_PAD})*(?:(?P<act>{_ACT})|(?P<verb>{_DOING}))$"
)
_MOST_WORDS = 8

_NOT_DO = (
    rf"(?:안\s?(?:할래|할게|할께|해|하고싶어|하고\s싶어){_POLITE}|안\s?합니다|안\s?하겠습니다|"
    rf"하지\s?(?:마|말자|말아|말아줘|마세요|말아주세요|않을래|않을게|않겠습니다|않을게요){_POLITE})"
)
_REJECTING = re.compile(
    rf"^(?:(?:아니|아니야|아뇨|아니요|아니오|음)\s)?"
    rf"(?:ㄴㄴ|ㄴ|아니|아니야|아니{_POLITE}|아니오|아뇨|싫어{_POLITE}|싫습니다|시러|노|"
    rf"(?:거절|거부|반려|취소)(?:\s?{_DO})?|"
    rf"(?:(?:이|그|이번)?\s?(?:계획|플랜|제안)(?:은|는)?\s)?"
    rf"(?:별로(?:야|예요|에요|네|네요)?|필요\s?없어{_POLITE}|됐어{_POLITE}|"
    rf"(?:마음|맘)에\s?안\s?들어{_POLITE}|그만|그만둘래{_POLITE})|"
    rf"(?:(?:승인|진행|확정|수락|동의|적용)(?:은|는)?\s?)?{_NOT_DO})$"
)

_NAMES_IT = re.compile(r"승인|거절|거부|반려|계획|플랜|제안")

_ASKS = re.compile(
    r"[?]|(?:까|나|냐|(?<!아)니|가)(?:요)?\s*[.!~]*$|(?:을|ㄹ|할|될|갈|뛸)지\s*(?:모르|궁금)|"
    r"궁금|어때|어떨|어떻게|왜\b|왜\s|뭐[가야지예]|무슨|무엇|언제|얼마|몇\s|되나|될까|인가|건가|는지|"
    r"(?:뭔|어느|누가)"
)
_WANTS_TO_KNOW = re.compile(
    r"어때|어떨|어떻게|왜\b|왜\s|뭐[가야지예]|무슨|무엇|언제|얼마|몇\s|궁금|는지|면\s*(?:어|안|돼|되|괜)"
)

_DAYS = "월화수목금토일"
_KINDS: tuple[tuple[str, WorkoutKind], ...] = (
    (r"롱\s?런|장거리|lsd", WorkoutKind.long),
    (r"인터벌", WorkoutKind.interval),
    (r"템포|역치|지속주", WorkoutKind.threshold),
    (r"회복\s?(?:런|주|조깅)", WorkoutKind.recovery),
    (r"이지\s?(?:런|조깅)?|조깅", WorkoutKind.easy),
    (r"언덕|힐\s?(?:런|훈련|반복)", WorkoutKind.hills),
    (r"스트라이드|질주", WorkoutKind.strides),
    (r"파틀렉|파트렉|변속주", WorkoutKind.fartlek),
    (r"빌드\s?업|가속주", WorkoutKind.progression),
    (r"근력|보강", WorkoutKind.strength),
    (r"대회\s?페이스|마라톤\s?페이스", WorkoutKind.marathon),
)
_DAY = re.compile(
    rf"(?P<week>이번\s?주|금주|다음\s?주|담주|차주)?\s?(?P<weekday>[{_DAYS}])(?:요일|욜)(?P<to>로|으로|에)?|"
    r"(?P<ahead>오늘|내일|모레)(?P<to2>로|으로)?|"
    r"(?:(?P<month>1[0-2]|0?[1-9])\s?(?:월|/)\s?)(?P<day>3[01]|[12]\d|0?[1-9])(?!\d)(?:\s?일)?(?P<to3>로|으로|에)?"
)
_AHEAD = {"오늘": 0, "내일": 1, "모레": 2}
_AMOUNT = re.compile(
    r"(?P<n>\d+(?:\.\d+)?)\s?(?P<unit>km|k|킬로|키로|분|시간)(?:미터)?(?:만|로|으로|짜리|까지)"
)
_WISHES: tuple[tuple[Wish, str], ...] = (
    (
        "easier",
        r"쉽게|쉬운|쉬웠|가볍게|가벼운|살살|약하게|천천히|편하게|편한|강도(?:를|만|는)?\s?(?:낮|내|줄)|"
        r"이지(?:런)?(?:으)?로\s?바꿔",
    ),
    ("swap", r"맞바꿔|맞바꾸|서로\s?바꿔|서로\s?바꾸|바꿔|바꾸|교환|스왑"),
    ("move", r"옮겨|옮기|옮길|미뤄|미루|미룰|당겨|당기|땡겨|이동|변경"),
    (
        "drop",
        r"빼|뺄|쉬(?:고|어|자|게|는|려|기|면|겠)|쉴|휴식|없애|삭제|지워|건너\s?뛰|취소|"
        r"못\s?(?:뛰|달|해|하|나)|안\s?(?:뛸|뛰|달릴)",
    ),
    ("shorter", r"짧게|짧은|짧았|줄여|줄이|줄일|줄였|단축|적게|덜\s?뛰"),
    ("longer", r"길게|긴\s?걸로|길었|늘려|늘리|늘릴|늘렸|더\s?많이"),
)
_WISH = re.compile("|".join(f"(?P<{wish}>{words})" for wish, words in _WISHES))
_DENIED = re.compile(
    r"^[가-힣]{0,2}지\s?(?:마|말|않|는\s?마|도\s?마)|^\s?(?:필요|건|거)\s?(?:는|는\s)?\s?(?:없|아니)"
)


def approves(words: str) -> Approval | None:
    """Tell whether words, without marks around them, do nothing but approve.

    Plain is only what names the act or the plan: "그렇게 해줘" is of whatever was spoken of last.
    """
    tight = _APPROVING_TIGHT.match(words.replace(" ", ""))
    if tight and len(words.split()) <= _MOST_WORDS:
        return "plain" if tight["act"] or tight["plan"] else "bare"
    rest, said = words, set[str]()
    for _ in range(_MOST_WORDS):
        found = _APPROVING.match(rest)
        if found is None:
            return None
        said |= {name for name, part in found.groupdict().items() if part is not None}
        rest = rest[found.end() :].lstrip()
        if not rest:
            if "act" in said or {"verb", "plan"} <= said:
                return "plain"
            return "bare" if said & {"verb", "yes"} else None
    return None


def rejects(words: str) -> Approval | None:
    """Tell whether words do nothing but reject, as `approves` does: "아니요" may answer anything."""
    if _REJECTING.match(words) is None:
        return None
    return "plain" if _NAMES_IT.search(words) else "bare"


def asks(text: str) -> bool:
    return _ASKS.search(text) is not None


def wants_to_know(text: str) -> bool:
    """Tell whether it asks about something, and not politely for something ("줄여 줄래?")."""
    return _WANTS_TO_KNOW.search(text) is not None


def wishes(text: str) -> bool:
    """Tell whether some change is wished for, of whatever."""
    return any(not _denied(text, m) for m in _WISH.finditer(text))


def edits(text: str) -> tuple[EditWish, ...]:
    """Return the changes that are wished for and whose day or workout is named; a verb ends each."""
    found: list[EditWish] = []
    start = 0
    for match in _WISH.finditer(text):
        part, start = text[start : match.start()], match.end()
        if _denied(text, match):
            return ()
        found += _edits_of(match.lastgroup or "", part)
    return tuple(found)


def _denied(text: str, match: re.Match[str]) -> bool:
    return _DENIED.match(text[match.end() :]) is not None


def _edits_of(wish: str, part: str) -> list[EditWish]:
    days = [(_when(m), bool(m["to"] or m["to2"] or m["to3"])) for m in _DAY.finditer(part)]
    kind = next((k for words, k in _KINDS if re.search(words, part)), None)
    to_m, to_s = _amount(part)
    if wish in ("move", "swap"):
        whens = [when for when, _ in days]
        if days and days[-1][1] and (len(days) == 2 or (len(days) == 1 and kind)):
            return [EditWish("move", whens[0] if len(days) == 2 else None, kind, whens[-1])]
        if wish == "swap" and len(days) == 2:
            return [EditWish("swap", whens[0], None, whens[1])]
        return []
    name: Wish = next(w for w, _ in _WISHES if w == wish)
    if days:
        return [EditWish(name, when, kind, to_m=to_m, to_s=to_s) for when, _ in days]
    return [EditWish(name, None, kind, to_m=to_m, to_s=to_s)] if kind else []


def _when(m: re.Match[str]) -> When:
    if m["weekday"]:
        week = None if not m["week"] else 0 if m["week"][0] in "이금" else 1
        return When(weekday=_DAYS.index(m["weekday"]), week=week)
    if m["ahead"]:
        return When(ahead=_AHEAD[m["ahead"]])
    return When(month=int(m["month"]), day_of_month=int(m["day"]))


def _amount(part: str) -> tuple[float | None, float | None]:
    found = _AMOUNT.search(part)
    if found is None:
        return None, None
    n = float(found["n"])
    if found["unit"] in ("분", "시간"):
        return None, n * (60 if found["unit"] == "분" else 3600)
    return 1000 * n, None
