"""Rules for Korean: what a sentence says of its speaker that is to be remembered.

Each rule names what it holds in spite of (`Sentence.against`): a surgery is told in the past, "못 뛰어" is a
denial, a goal a wish.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from coach.domain.memory import naming
from coach.domain.memory.own_words import Sentence
from coach.domain.memory.statement import Kind

# kind, what about, value, whether it ends what was known
Found = tuple[Kind, str, dict[str, Any], bool]
Rule = Callable[[Sentence], Iterator[Found]]

_HAVE = (
    r"(?:이|가|도|은|는|을|를)?\s*(?:좀\s*|심하게\s*)?(?:있(?:어|다|음|습|지|는데|거든)|앓|달고|이야"
    r"|이에요|예요|입니다|이다|야$|으로\s?고생|로\s?고생)"
)
_OFTEN = r"원래|만성|고질|자주|항상|늘|맨날|평소"
_WE = re.compile(
    r"^(?:(?:저희?|나|난|전|내|제)(?:는|은|가|도|의)?\s+|요즘\s*(?:은|엔|에는)?\s+|주로\s+|보통\s+"
    r"|그리고\s+|참고로\s+|지금(?:은)?\s+|현재\s+|이제(?:는)?\s+|이젠\s+|요새\s+"
    r"|(?:러닝화|운동화|신발)(?:은|는|로|로는)?\s+|(?:대회|레이스|시합|조깅|훈련|인터벌)(?:\s?(?:때|용"
    r"|화))?(?:는|엔|에는|에|로|로는|은)?\s+)+"
)
_JOBS = (
    r"간호사|간호조무사|의사|한의사|약사|치과의사|수의사|교사|선생님?|교수|강사|소방관|경찰관?|군인"
    r"|개발자|프로그래머|회사원|직장인"
    r"|학생|고등학생|대학생|대학원생|공무원|전업\s?주부|주부|자영업자?|요리사|셰프|기사|디자이너"
    r"|변호사|회계사|엔지니어|프리랜서|승무원|트레이너|기자|연구원|은행원"
)


def surgery(s: Sentence) -> Iterator[Found]:
    had = s.search(r"수술(?:을|도)?\s?(?:했|햇|받았|받은\s?적|한\s?적|하고|받고|함|받음|한\s?지|이력)")
    part = naming.part_named(s.plain)
    if had and part:
        yield "event", naming.key_of(part, "surgery"), {"surgery": True}, False


def injury(s: Sentence) -> Iterator[Found]:
    often = s.search(_OFTEN) is not None
    for place, (ko, _) in naming.INJURIES.items():
        if s.search(rf"(?:{ko}).{{0,14}}?(?:{_HAVE}|만성|고질)") or (often and s.search(ko)):
            side = naming.side_named(s.low)
            yield "injury", f"injury:{place}:{side}" if side else f"injury:{place}", {"has": True}, False
            return
    part = naming.part_named(s.plain)
    if part is None:
        return
    weak = s.search(
        r"안\s?좋(?:아|다|음|은|습)|약해|약한|약합|약하|아파|아픈|부상(?:이|을|도)?\s?(?:잦|자주|있)|시큰"
        r"|말썽"
    )
    if (often and weak) or s.search(r"부상(?:이|도|을)?\s?있|만성(?:이|적)"):
        yield "injury", naming.key_of(part, "injury"), {"has": True}, False


def healed(s: Sentence) -> Iterator[Found]:
    part = naming.part_named(s.plain)
    place = part.name if part else next((p for p, (ko, _) in naming.INJURIES.items() if s.search(ko)), "")
    if place and s.search(
        r"(?:다|완전히|완전|싹|이제)\s?(?:나았|나아졌|낫(?:었|어)|회복(?:했|됐|되었)|괜찮아졌)|완치|완쾌"
        r"|이제(?:는)?\s?(?:하나도\s)?안\s?아파"
    ):
        side = part.side if part and part.side else naming.side_named(s.low)
        yield "injury", f"injury:{place}:{side}" if side else f"injury:{place}", {}, True


def schedule(s: Sentence) -> Iterator[Found]:
    able = (
        r"(?:뛸|달릴|운동\s?할|훈련\s?할|할|러닝\s?할)\s?수\s?있|시간(?:이|을)?\s?(?:돼|되|나|낼\s?수|있"
        r"|남)|가능(?:해|하|합)|뛰어|뛴다|뜁니다|달려|운동해|운동합|훈련해"
    )
    unable = (
        r"못\s?(?:뛰|달|해|운동|훈련|나가)|(?:뛸|달릴|운동\s?할|훈련\s?할|할)\s?수\s?(?:가\s?)?없"
        r"|시간이?\s?(?:없|안\s?(?:돼|나|되))|안\s?(?:돼|됩|되)|불가능|쉬는\s?날"
    )
    only = False
    for name, (ko, _) in naming.TIMES.items():
        if s.search(
            rf"(?:{ko})(?:에|에는|시간|시간대|시간에|하고|한\s?(?:뒤|후))?(?:에)?\s?만\s?.{{0,12}}?(?:{able})"
        ) or s.search(rf"(?:{ko})(?:에|시간에)?\s?밖에\s?.{{0,10}}(?:못|안|없)"):
            only = True
            yield "schedule", f"schedule:{name}", {"may": "only"}, False
    if only:
        return
    for name, (ko, _) in naming.TIMES.items():
        if not s.search(rf"(?:{ko})(?:에|에는|엔|은|는|이|도|에도|마다|,)?(?=[\s,]|$)"):
            continue
        if s.search(rf"(?:{ko}).*(?:{unable})"):
            yield "schedule", f"schedule:{name}", {"may": "no"}, False
        elif (
            s.search(rf"(?:{ko}).*(?:(?:뛸|달릴|운동\s?할|훈련\s?할)\s?수\s?있|시간이?\s?(?:돼|있))")
            and "못" not in s.low
        ):
            yield "schedule", f"schedule:{name}", {"may": "yes"}, False


def gear(s: Sentence) -> Iterator[Found]:
    m = s.search(
        r"^(.{2,40}?)(?:을|를|만|으로|로)?\s?(?:신어(?:요)?|신는다|신습니다|신음|신고\s?(?:뛰|달|있|다녀"
        r"|다닙|훈련).*)[\s.!~,]*$"
    )
    if m and not re.search(r"양말|슬리퍼|스타킹", m[1]):
        # Another clause may stand before it: 아침 러닝을 좋아하고 …
        last = re.split(r"(?<=[가-힣])(?:고|는데|지만|어서|아서)\s+", m[1])[-1]
        name = re.sub(r"(?:을|를|만)$", "", _WE.sub("", last)).strip()
        use = (
            "race"
            if s.search(r"대회|레이스|시합")
            else "training"
            if s.search(r"조깅|훈련|인터벌|이지")
            else ""
        )
        if 2 <= len(name) <= 30:
            yield "gear", f"gear:shoes:{use}" if use else "gear:shoes", {"name": name}, False
    m = s.search(
        rf"((?:{naming.WATCHES})[\w가-힣\s+]{{0,20}}?)(?:을|를)?\s?(?:쓰고\s?있|차고\s?있|차고\s?(?:뛰|달"
        rf"|다)|써(?:요)?[\s.!~,]*$|쓴다|씁니다|사용(?:해|하고|합|중)|차(?:요)?[\s.!~,]*$)"
    )
    if m:
        yield "gear", "gear:watch", {"name": m[1].strip()}, False
    if m := s.search(r"(?:트레드밀|[런러]닝\s?머신)(?:이|은|도)?\s?(있|없)(?:어|다|음|습)"):
        yield "gear", "gear:treadmill", {"has": m[1] == "있"}, False


_EVENTS = (
    ("move", r"이사(?:를|도)?\s?(?:해|하게|할\s?예정|할\s?거|가|갈|합|예정|함)"),
    ("wedding", r"결혼(?:식|을|해|합|할|이|하게|함)"),
    ("travel", r"(?:출장|여행|휴가|연수|파견)(?:을|를)?\s?(?:가|갈|떠나|떠납|있|다녀올|예정|잡혔|간다|갑)"),
    (
        "baby",
        r"(?:아기|아이|애|애기|둘째|첫째|셋째)(?:가|를)?\s?.{0,6}(?:태어나|태어납|나와|낳)|출산(?:해|예정"
        r"|합)",
    ),
    ("exam", r"시험(?:이|을)?\s?(?:있|봐|보|치)"),
    ("job", r"(?:이직|입사|퇴사|입대|제대|복직|휴직)(?:을)?\s?(?:해|하게|할|합|함|예정)"),
    ("surgery", r"수술(?:을)?\s?(?:받아|받을|해|할\s?예정|예정|합)"),
)


def event(s: Sentence) -> Iterator[Found]:
    for name, pattern in _EVENTS:
        if s.search(pattern):
            yield "event", f"event:{name}", {}, False


def manner(s: Sentence) -> Iterator[Found]:
    lasting = r"앞으로|항상|늘|언제나|매번|이제부터"
    answer = r"(?:대답|답변|답|말|대화|얘기|이야기)"
    short, detailed = (
        r"짧게|짧고|간단(?:히|하게)|간결(?:히|하게)|요점만|한\s?줄로",
        r"자세(?:히|하게)|상세(?:히|하게)|길게|구체적으로",
    )
    for length, how in (("short", short), ("long", detailed)):
        if s.search(
            rf"(?:{how}).{{0,4}}{answer}|{answer}\S{{0,2}}.{{0,8}}(?:{how}).{{0,6}}(?:해|하|부탁)"
        ) or (s.search(lasting) and s.search(rf"(?:{how}).{{0,6}}(?:알려|설명|해)")):
            yield "manner", "manner:length", {"length": length}, False
    if s.search(
        r"반말(?:은|을|로)?\s?(?:하지\s?마|쓰지\s?마|싫|말고)|존댓?말(?:로|을|만)?\s?(?:해|하|써|쓰|부탁)"
    ):
        yield "manner", "manner:register", {"register": "polite"}, False
    elif s.search(
        r"반말(?:로|을|만)?\s?(?:좀\s?)?(?:해|하|써|쓰|부탁|편하게|얘기|말|$)|말\s?(?:편하게|놔|놓)"
    ):
        yield "manner", "manner:register", {"register": "casual"}, False
    if s.search(r"(?:이모지|이모티콘)(?:는|은|를|을|도)?\s?.{0,4}(?:쓰지|빼|넣지|하지|그만|말아|없이|싫)"):
        yield "manner", "manner:emoji", {"wanted": False}, False
    elif s.search(r"(?:이모지|이모티콘)(?:는|은|를|을|도)?\s?.{0,6}(?:써|넣어|많이)"):
        yield "manner", "manner:emoji", {"wanted": True}, False
    if s.search(r"칭찬(?:은|을|도)?\s?.{0,4}(?:하지\s?마|그만|빼|필요\s?없|안\s?해)"):
        yield "manner", "manner:praise", {"wanted": False}, False
    m = s.search(
        r"(?:(?:나를|날|저를|앞으로|이제|그냥|나는?|저는?)\s+)*([가-힣a-z]{1,20}?)(?:이?라고)\s?(?:불러"
        r"|부르|해\s?(?:줘|주))"
    )
    if m:
        yield "manner", "manner:name", {"name": m[1]}, False


def preference(s: Sentence) -> Iterator[Found]:
    hate = s.search(
        r"싫(?:어(?:해|하|합|요|[\s.!~,]*$|$)|다|음|습니다)|질색|안\s?좋아(?:해|하|합)|별로\s?(?:야|안"
        r"|예요|에요)|(?:맞지|좋아하지)\s?않|안\s?맞"
    )
    like = s.search(r"좋아(?:해|하|합|함|$)|선호(?:해|하|합)|즐겨|즐깁|제일\s?좋")
    if s.search(r"젤") and s.search(r"속이|배가|탈이|토(?:해|할|하)|못\s?먹|안\s?맞|설사"):
        yield "preference", "preference:gel", {"likes": False}, False
    elif (hate or like) and not s.search(r"하기\s?싫|가기\s?싫|뛰기\s?싫|날씨|컨디션"):
        for name, (ko, _) in naming.LIKED.items():
            if s.search(ko):
                yield "preference", f"preference:{name}", {"likes": hate is None}, False
                return


def fact(s: Sentence) -> Iterator[Found]:
    if (
        m := s.search(
            r"([가-힣a-z]{1,12}?)(?:에|은|는|한테)?\s?알[레러]르?[기지](?:가|이|도|는)?\s?(?:좀\s"
            r"|심하게\s)?(?:있|심|야|이야|예요|입니다)"
        )
    ) and m[1] not in ("나", "저", "난", "전", "나는", "저는", "저도"):
        yield "fact", f"allergy:{m[1]}", {"to": m[1]}, False
    for name, (ko, _) in naming.CONDITIONS.items():
        if s.search(rf"(?:{ko})(?:병|증|이|끼)?(?:{_HAVE}|환자)"):
            yield "fact", f"condition:{name}", {"has": True}, False
            return
    if m := s.search(
        r"([가-힣]{0,8}약)(?:을|도)?\s?(?:매일\s|계속\s|꾸준히\s)?(?:먹고\s?(?:있|다)|복용|먹는다"
        r"|먹어(?:요)?[\s.!~,]*$|먹습)"
    ):
        yield "fact", "medicine", {"name": m[1]}, False
    if m := s.search(
        rf"([가-힣]{{0,6}}\s?(?:{_JOBS}))(?:이야|야|이에요|에요|예요|입니다|임|이다|로\s?(?:일해|일하고"
        rf"|일합|근무))(?:요)?[\s.!~,]*$"
    ):
        yield "fact", "job", {"job": _WE.sub("", m[1]).strip()}, False
    if s.search(
        r"(?:[23삼이]?\s?교대|야간|나이트)\s?(?:근무|제|조)?(?:로|를|을)?\s?(?:근무)?\s?(?:해|하고|있|함"
        r"|합|일해|야|예요|이에요)"
    ):
        yield "fact", "job:shifts", {"shifts": True}, False
    if m := s.search(
        r"(채식|비건|글루텐\s?프리|키토|저탄고지|간헐적\s?단식)(?:을|를|으로)?(?:주의자)?(?:이야|야|이에요"
        r"|예요|입니다|해|하고\s?있|합|\s?식단|\s?중)"
    ):
        yield "fact", "diet", {"diet": m[1]}, False
    if (
        m := s.search(
            r"([가-힣]{2,8}?)(?:에서|에)?\s(?:살아(?:요)?|살고\s?있\S*|삽니다|산다|거주\S*)[\s.!~,]*$"
        )
    ) and m[1] not in (
        "혼자",
        "같이",
        "따로",
        "함께",
        "바쁘게",
        "열심히",
        "가족",
        "부모님이랑",
        "나는",
        "저는",
        "혼자서",
    ):
        yield "fact", "home", {"place": m[1]}, False
    if s.search(
        r"커피(?:는|를|도)?\s?(?:안|못)\s?(?:마셔|마시|먹)|카페인(?:은|에|이)?\s?.{0,4}(?:못|안|민감|약해)"
    ):
        yield "fact", "caffeine", {"takes": False}, False


def goal(s: Sentence) -> Iterator[Found]:
    aim = s.search(r"목표|(?:하|되|깨|달성하|완주하|뛰|나가|빼)고\s?싶(?:어|다|습)|도전(?:할|하고|해)")
    if not aim:
        return
    if s.search(r"\d+\s?(?:kg|킬로|키로|그램).{0,10}(?:빼|감량)|체중|살\s?(?:을\s?)?빼"):
        yield "goal", "goal:weight", {}, False
    elif m := s.search(
        r"(서브\s?[\d쓰포]\S*?|sub\s?-?\d\S*?|\d+\s?시간(?:\s?\d+\s?분)?|\d+\s?분(?:대"
        r"|\s?\d+\s?초)?)(?=[가-힣\s]|$)"
    ):
        yield "goal", "goal:time", {"time": m[1]}, False
    elif m := s.search(r"(풀\s?코스|하프|10\s?k(?:m)?|10킬로|5\s?k(?:m)?|마라톤|울트라|보스턴|철인)"):
        yield "goal", "goal:race", {"race": m[1]}, False


# What each rule holds in spite of.
RULES: tuple[tuple[Rule, frozenset[str]], ...] = (
    (surgery, frozenset({"past", "once"})),
    (healed, frozenset({"past", "denied", "once"})),
    (injury, frozenset({"denied"})),
    (schedule, frozenset({"denied"})),
    (gear, frozenset()),
    (event, frozenset({"once"})),
    (manner, frozenset({"denied", "order"})),
    (preference, frozenset({"denied", "if"})),
    (fact, frozenset({"denied"})),
    (goal, frozenset({"wish", "once"})),
)
