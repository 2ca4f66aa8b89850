"""Where passwords stand in what a person types: beside the words for them, and beside an address."""

from __future__ import annotations

import re
from collections.abc import Iterator

Span = tuple[int, int]

EMAIL = re.compile(
    r"(?<![A-Za-z0-9_.+-])[A-Za-z0-9_.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5}"
)
_CUE = re.compile(
    r"(?:비밀\s?번호|비번|패스\s?워드|암호(?!화))(?P<ko>은요|는요|은|는|이|가|을|를|도)?"
    r"|(?<![a-z])(?:password|passwd|passcode|passphrase|pwd|pw)(?![a-z])(?P<mixed>은요|는요|은|는|이|가"
    r"|을|를)?"
    r"|(?<![a-z])(?:pass|pin)(?=\s*[:=])|(?<![a-z])pin(?=\s+is\b)",
    re.IGNORECASE,
)
# Between the word and what follows it.
_ABOUT = re.compile(
    r"\s+(?:for|of|on)\s+(?:my\s+|the\s+)?\w+(?:\s+account)?(?=\s+(?:is|was)\b|\s*[:=])|\s+(?:영어로"
    r"|소문자로|대문자로|숫자로|아마)",
    re.IGNORECASE | re.ASCII,
)
_PLAINLY = re.compile(r"[\"']?\s*(?:[:=→(]|->|-(?=\s))\s*")  # password: …
_SAID = re.compile(r"(?:\s+(?:is|was|to|from|be)\s+(?:now\s+)?|'s\s+)", re.IGNORECASE)  # the password is …
_QUOTED = re.compile(r"\s*(?:\"([^\"\n]{1,100})\"|'([^'\n]{1,100})'|“([^”\n]{1,100})”|‘([^’\n]{1,100})’)")
_WORDS = re.compile(r"(?:[a-z]+ ){2,5}[a-z]+(?=[.!]?\s*(?:$|\n))")  # correct horse battery staple
_LATIN = re.compile(r"[!-~]+(?:[가-힣]+[!-~]*[A-Za-z0-9!@#$%^&*]+)?")
_HANGUL = re.compile(r"[가-힣!-~]+")
_ENDING = re.compile(
    r"(?:이에요|이예요|예요|에요|입니다|이야|야|임|이라고|라고|이고요|고요|이고|인데|으로|요|로|고)[.!~]*$"
)
_COPULA = re.compile(r"(?:이에요|이예요|예요|에요|입니다|이야|야|임)[.!~]*$")
_FOLLOWS = re.compile(r"\s*(?:아니면|또는|혹은|\bor\b|/|,)\s*", re.IGNORECASE)
_TO = re.compile(r"\s+to\s+", re.IGNORECASE)
_BEFORE_KO = re.compile(
    r"(?<![!-~])([!-~]{4,100})(?:이|가)?\s*(?:이게\s*|이거\s*)?(?:내\s*|제\s*|가민\s*|스트라바\s*)*"
    r"(?:비밀\s?번호|비번|패스워드|암호)(?=이?야|예요|이에요|입니다|임|$)"
)
_BEFORE_EN = re.compile(
    r"(?<!\S)(\S{4,100})\s+is\s+(?:my|the)\s+(?:\w+\s+)?(?:password|passwd|pw|pwd)\b", re.IGNORECASE
)
_BESIDE = re.compile(EMAIL.pattern + r"(?:\s*[/,:|]\s*|\s+)([!-~]{6,100})")

_COUNTED = re.compile(r"\s?(?:년|월|일|번|자|글자|시|분|초|개|회|차|킬로|키로|미터|명|위|등|점|km)")
_FIGURE = re.compile(
    r"\d+(?:[.,:'/-]\d+)*(?:\"|'|km|k|m|mi|bpm|spm|w|kg|h|min|s|%|x\d+m?|/km|/mi)*"
    r"|\d{4}-\d\d-\d\d|20\d\d[01]\d[0-3]\d",
    re.IGNORECASE,
)
_NOT_A_PASSWORD = re.compile(
    r"wrong|not|incorrect|the|my|in|on|a|an|required|needed|too|same|still|being|changed|expired|lost"
    r"|forgotten|invalid|correct|right|never|stored|safe|secure|what|weak|strong|set|reset|missing"
    r"|empty|unknown|secret|hidden|also|no|now|here|there|working|ok|okay|fine|good|bad|gone|removed"
    r"|saved|kept|encrypted|hashed|used|for|of|and|or|but|from|with|without|is|was|it|its|that|this"
    r"|please|your|our|their|yours|mine|something|anything|nothing|different|another|new|old|long"
    r"|short|yes|true|false|null|none|protected|refused|rejected|accepted|asked|shown|typed|entered"
    r"|sent|only|always|ever|just|already|really|very|garmin|strava|google|apple|email|e-mail|mail|app"
    r"|web|id|ios|pc|mfa|otp|api|login|account|https|http|없음|모름|잊음|필요|변경|확인|입력|오류|틀림"
    r"|뭐|뭔데|뭐야|뭐예요|어디|언제|왜|이거|그거|저거|이것|그것|비밀|안전|같은|거|것|나중|다음|여기"
    r"|거기|아니|아직|다시|따로|절대|그대로|무엇|누구|얼마|몇|그게|이게|정말|진짜|이제|방금|아까|못|안",
    re.IGNORECASE,
)


def find(text: str) -> Iterator[Span]:
    """Yield where passwords stand, in no order."""
    for cue in _CUE.finditer(text):
        yield from _after(text, cue)
    for pattern in (_BEFORE_KO, _BEFORE_EN):
        for match in pattern.finditer(text):
            if _strong(match[1]):
                yield _trimmed(text, *match.span(1))
    for match in _BESIDE.finditer(text):
        start, end = _trimmed(text, *match.span(1))
        word = text[start:end]
        if len(word) >= 6 and _strong(word) and re.search("[A-Za-z]", word):
            yield start, end


def _after(text: str, cue: re.Match[str]) -> Iterator[Span]:
    at = cue.end()
    if about := _ABOUT.match(text, at):
        at = about.end()
    plainly = _PLAINLY.match(text, at)
    said = None if plainly else _SAID.match(text, at)
    particle = bool(cue["ko"] or cue["mixed"])
    at = (plainly or said or re.compile(r"\s*").match(text, at) or cue).end()
    sure = bool(plainly or said) or EMAIL.search(text[max(0, cue.start() - 40) : cue.start()]) is not None
    if address := EMAIL.match(text, at):  # id/pw: hana@example.com / …
        gap = re.compile(r"\s*[/,|]\s*|\s+").match(text, address.end())
        if gap is None:
            return
        at, sure = gap.end(), True
    value = _value(text, at, sure=sure, particle=particle, plainly=bool(plainly))
    while value is not None:
        yield value
        gap = _FOLLOWS.match(text, value[1]) or (_TO.match(text, value[1]) if said else None)
        value = _value(text, gap.end(), sure=False, particle=False, plainly=False) if gap else None


def _value(text: str, at: int, *, sure: bool, particle: bool, plainly: bool) -> Span | None:
    """Return the password that begins at `at`, or None where another word does."""
    if quoted := _QUOTED.match(text, at):
        group = next(i for i, content in enumerate(quoted.groups(), 1) if content is not None)
        content = quoted[group]
        named = sure or particle or re.search(r"[A-Za-z0-9\s]", content)
        return quoted.span(group) if named and content.strip() and "\ue000" not in content else None
    if (sure and plainly) and (words := _WORDS.match(text, at)):
        return words.span()
    if latin := _LATIN.match(text, at):
        start, end = _trimmed(text, *latin.span())
        word = text[start:end]
        if end == start or _NOT_A_PASSWORD.fullmatch(word) or not re.search("[A-Za-z0-9]", word):
            return None
        if word.isdecimal() and (len(word) < 4 or _COUNTED.match(text, end)):
            return None
        if _strong(word):
            return start, end
        if sure:
            return (start, end) if len(word) >= 3 and not _FIGURE.fullmatch(word) else None
        ends = re.compile(rf"{_COPULA.pattern[:-1]}|\s*[.!]?\s*$").match(text, end)
        ends = ends or re.search(r"[!@#$%^&*]", text[start : latin.end()])
        return (start, end) if particle and ends and len(word) >= 3 else None
    if hangul := _HANGUL.match(text, at):
        word = hangul[0]
        bare = _ENDING.sub("", word)
        if len(bare) < 2 or _NOT_A_PASSWORD.fullmatch(bare) or _NOT_A_PASSWORD.fullmatch(word):
            return None
        mixed = re.search(r"[A-Za-z0-9]", bare) is not None and not _COUNTED.search(bare)
        stated = plainly or (
            particle and len(bare) >= 4 and _COPULA.search(word) and not text[hangul.end() :].strip()
        )
        return (at, at + len(bare)) if mixed or stated else None
    return None


def _strong(word: str) -> bool:
    """Whether a word looks chosen to be a password: letters with digits or signs, or a PIN."""
    if len(word) < 4 or (_FIGURE.fullmatch(word) and not re.fullmatch(r"\d{4,7}", word)):
        return False
    if (
        EMAIL.fullmatch(word)
        or "://" in word
        or re.search(r"\.(?:fit|gpx|tcx|zip|csv|json|xml)$", word, re.I)
    ):
        return False
    core = word.rstrip("?!.,~")
    letters, digits = re.search("[A-Za-z]", core), re.search("[0-9]", core)
    return bool((letters and digits) or re.search(r"[!@#$%^&*_+~?=|\\]", core) or core.isdecimal())


def _trimmed(text: str, start: int, end: int) -> Span:
    """Return the span without the punctuation of the sentence around it."""
    while (end > start and text[end - 1] in ".,;:\"'}]") or (
        end > start and text[end - 1] == ")" and "(" not in text[start:end]
    ):
        end -= 1
    while start < end and text[start] in "\"'({[":
        start += 1
    return start, end
