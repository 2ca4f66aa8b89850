"""Names that are words too, and how to tell one from the other."""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Given names that a runner's sentence holds as plain words.
KOREAN = _words("""
    하늘 구름 가을 여름 겨울 보라 바다 나라 이슬 슬기 지혜 사랑 은혜 한결 새벽 아침 노을 별 달 솔 산 강
    빛 힘찬 기쁨 온유 소리 아름 다운 보람 미소 나무 다리 우리 하나 두리 세라 소망 믿음 시내 초롱 한솔
    단비 봄 바람 들 샘 해 가람 마루 누리 진주 수정 주리 미리 고운 정상 기록 시간 선수 대회 오늘 내일
""")
ENGLISH = _words("""
    will mark grace may june april august rose hope faith joy hunter chase pace miles rich bill jack
    frank art drew grant pat sue ray dean rob nick skip dash summer autumn sunny dawn eve star sky river
    forest reed penny carol harmony melody patience mercy charity crystal ruby pearl amber jade iris
    lily heather ivy ginger olive basil sage clay cliff glen heath lane dale ford brook wade miller
    walker runner young long short park king page case don gene guy hank jay lance max mike miss nova
    peg perry pierce rip ross rusty sandy storm trip van wolf major early
""")
# So may a place be called without telling anybody where it is.
PLACES = _words("""
    집 우리집 본가 회사 학교 직장 사무실 헬스장 병원 공원 트랙 운동장
    home house work office school gym park track clinic hospital
""")

_KO_END = r"(?![가-힣])"
# Whatever follows a name in a sentence: particles, titles, and the copula in its shapes.
_KO_AFTER = (
    r"(?:이|가|은|는|을|를|의|에게|한테|께|께서|와|과|랑|도|만|로|으로|부터|까지|보다|처럼|같이|아|야|여|씨|님|군|양"
    r"|형|누나|언니|오빠|선배|코치|네|들|에서|서|입니다|입니당|이에요|예요|에요|이라|라|고|며|인데|이다|다|였|이었|요|임)"
)
KO_WORD_END = rf"(?={_KO_AFTER}{{0,4}}{_KO_END})"
# Said of a person: to them, with a title, or with the 이 that only names take before a particle.
_KO_SAID_TO = (
    rf"(?=(?:씨|님|아|야|군|양|형|누나|언니|오빠|선배|코치님|회원님)(?:{_KO_AFTER}{{0,3}}){_KO_END})"
)
_KO_NAME_I = rf"(?=이(?:가|는|를|랑|도|한테|의|만|에게|네){_KO_END})"
_KO_COPULA = r"(?=(?:이에요|예요|에요|입니다|이야|야|라고|이라고|이라|이고|인데))"
_KO_INTRODUCED = r"(?:(?<=이름은 )|(?<=이름이 )|(?<=이름은)|(?<=저는 )|(?<=나는 )|(?<=난 )|(?<=전 ))"

# What makes "Will" a verb that asks and "Mark" one that bids.
_EN_VERB = (
    r"(?!\s+(?:I|you|we|he|she|it|they|this|that|these|those|there|the|a|an|my|your|our|his|her|its|their|today"
    r"|tomorrow|be|do|have)\b)"
)
_EN_INTRODUCED = (
    r"(?:(?<=I'm )|(?<=I am )|(?<=[Nn]ame is )|(?<=[Nn]ame's )|(?<=[Cc]all me )|(?<=[Hh]i )|(?<=[Hh]ello )"
    r"|(?<=[Hh]ey )|(?<=[Dd]ear )|(?<=[Tt]hanks )|(?<=[Cc]oach )|(?<=[Hh]i, )|(?<=[Tt]hanks, ))"
)
_EN_END = r"(?![A-Za-z0-9])"


def is_hangul(text: str) -> bool:
    """Whether a text holds Korean syllables."""
    return any("가" <= sign <= "힣" for sign in text)


def is_word(name: str) -> bool:
    """Whether a name is a plain word too."""
    return name in KOREAN or name.lower() in ENGLISH or name.lower() in PLACES


def always(name: str) -> re.Pattern[str]:
    """Return what finds a name wherever it stands as a word of its own."""
    escaped = r"\s+".join(re.escape(part) for part in name.split())
    if is_hangul(name):
        # Nothing but a name is that long; shorter ones may begin another word.
        end = "" if len(name.replace(" ", "")) >= 3 else KO_WORD_END
        return re.compile(rf"(?<![가-힣]){escaped}{end}")
    if name.lower() in ENGLISH:
        own = rf"(?<![A-Za-z0-9])(?<!\d )(?:{escaped}){_EN_END}{_EN_VERB}"
        return re.compile(rf"{own}|{_EN_INTRODUCED}(?i:{escaped}){_EN_END}")
    return re.compile(rf"(?<![A-Za-z0-9]){escaped}{_EN_END}", re.IGNORECASE)


def as_a_name(name: str) -> re.Pattern[str]:
    """Return what finds a name that is a word too, only where it is used as a name."""
    escaped = re.escape(name)
    if is_hangul(name):
        left = r"(?<![가-힣])"
        said = rf"{left}{escaped}(?:{_KO_SAID_TO}|{_KO_NAME_I})"
        return re.compile(rf"{said}|{_KO_INTRODUCED}{escaped}{_KO_COPULA}")
    capital = re.escape(name[:1].upper() + name[1:])
    in_a_sentence = rf"(?<=[a-z,] )(?<!\d ){capital}{_EN_END}{_EN_VERB}"
    owner = rf"(?<![A-Za-z0-9]){capital}(?='s\b)"
    return re.compile(rf"{_EN_INTRODUCED}(?i:{escaped}){_EN_END}|{in_a_sentence}|{owner}")


# Surnames of two syllables; all others have one.
_LONG_SURNAMES = ("남궁", "황보", "제갈", "선우", "독고", "사공", "서문", "동방")


def parts_of(name: str) -> list[str]:
    """Return by which parts a person is called, beside the whole name."""
    words = name.split()
    if len(words) > 1:
        least = 1 if is_hangul(name) else 2
        return [word for word in words if len(word) > least or (len(word) == 2)]
    if is_hangul(name) and len(name) >= 3:
        return [name[2:] if name.startswith(_LONG_SURNAMES) and len(name) >= 4 else name[1:]]
    return []
