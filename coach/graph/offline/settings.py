"""Changes of the profile that an athlete says: 최대심박 188로 바꿔줘, speak Korean, 나 88년생이야."""

from __future__ import annotations

import re
from zoneinfo import available_timezones

from coach.graph.offline.heard import Heard
from coach.graph.offline.reading import Reading, call, reply
from coach.text.formats import M_PER_MILE

_ZONES = {
    "Asia/Seoul": r"서울|한국|\bseoul\b|\bkorea\b",
    "Asia/Tokyo": r"도쿄|동경|일본|\btokyo\b|\bjapan\b",
    "Asia/Shanghai": r"상하이|베이징|중국|\bshanghai\b|\bbeijing\b",
    "Asia/Hong_Kong": r"홍콩|\bhong kong\b",
    "Asia/Singapore": r"싱가포르|\bsingapore\b",
    "Asia/Bangkok": r"방콕|태국|\bbangkok\b",
    "Asia/Ho_Chi_Minh": r"호치민|하노이|베트남|\bhanoi\b|\bvietnam\b",
    "Australia/Sydney": r"시드니|\bsydney\b",
    "Europe/London": r"런던|영국|\blondon\b",
    "Europe/Paris": r"파리|프랑스|\bparis\b",
    "Europe/Berlin": r"베를린|독일|\bberlin\b",
    "America/New_York": r"뉴욕|\bnew york\b",
    "America/Chicago": r"시카고|\bchicago\b",
    "America/Los_Angeles": r"로스앤젤레스|엘에이|샌프란|시애틀|\blos angeles\b|\bsan francisco\b|\bseattle\b",
    "America/Vancouver": r"밴쿠버|\bvancouver\b",
    "America/Toronto": r"토론토|\btoronto\b",
    "Pacific/Honolulu": r"하와이|호놀룰루|\bhonolulu\b|\bhawaii\b",
}
_HR_MAX = r"최대\s?심박|맥스\s?심박|\bhr\s?max\b|\bmax(?:imum|imal)?\.?\s+(?:hr|heart[- ]?rate)\b"
_HR_REST = (
    r"안정\s?시?\s?심박|쉴\s?때\s?심박|휴식\s?시?\s?심박|\bresting\s+(?:hr|heart[- ]?rate"
    r"|pulse)\b|\brhr\b|\bhr\s?rest\b"
)
_LTHR = r"역치\s?심박|젖산\s?역치(?!\s?페이스)|\blthr\b|\b(?:lactate )?threshold\s+(?:hr|heart[- ]?rate)\b"
_THRESHOLD_PACE = r"역치\s?페이스|\b(?:lactate )?threshold pace\b|\bt[- ]pace\b|\blt pace\b"
_POWER = r"역치\s?파워|\bftp\b|\b(?:threshold|critical) power\b"
_RIDING = r"자전거|사이클|라이딩|\b(?:bike|cycling|riding)\b"
_SWIM_PACE = (
    r"수영\s?역치\s?페이스|역치\s?수영\s?페이스|\bcss\b"
    r"|\bcritical swim(?:ming)? (?:speed|pace)\b|\bthreshold swim(?:ming)? pace\b"
    r"|\bswim(?:ming)? threshold pace\b"
)
_KNOWN = (
    rf"{_HR_MAX}|{_LTHR}|{_THRESHOLD_PACE}|{_POWER}|{_SWIM_PACE}|몇\s?살|몇\s?년생|내\s?(?:나이|생년)"
    r"|\bmy (?:age(?![- ]?grad)|birth year)\b|\bhow old am i\b"
)
_KO_DAYS, _EN_DAYS = (
    "월화수목금토일",
    ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
)


def _change(field: str, value: str | int) -> Reading:
    return call("profile_change", field=field, value=str(value))


def read(heard: Heard) -> Reading | None:
    """Return the change (or the look at a setting) that was asked for, or None."""
    return (
        _language(heard) or _units(heard) or _week_start(heard) or _time_zone(heard)
        or _heart(heard) or _power(heard) or _swim_pace(heard) or _threshold_pace(heard)
        or _person(heard) or _shown(heard)
    )  # fmt: skip


def _language(heard: Heard) -> Reading | None:
    said = r"말|답|대답|해|하자|바꿔|변경|설정|얘기|이야기"
    if heard.has(rf"(?:영어|영문)(?:로|으로)\s*(?:{said}|$)|언어.*영어") or heard.has(
        r"\b(?:speak|talk|answer|reply|respond|switch|change|use|language)\b.*\benglish\b|\bin english\b"
    ):
        return _change("lang", "en")
    if heard.has(rf"(?:한국어|한국말|한글|우리말)(?:로|으로)\s*(?:{said}|$)|언어.*한국어") or heard.has(
        r"\b(?:speak|talk|answer|reply|respond|switch|change|use|language)\b.*\bkorean\b|\bin korean\b"
    ):
        return _change("lang", "ko")
    return None


def _units(heard: Heard) -> Reading | None:
    if heard.spans or heard.amounts:
        return None
    order = (
        r"\b(?:use|switch(?: me)? to|show(?: me)?(?: distances?| everything)? in"
        r"|change (?:the |my )?units? to|units?\s*:?|prefer|in)\s+(?:in\s+"
        r"|to\s+|are\s+)?"
    )
    if heard.has(r"(?:마일|야드)(?:로|법으로|\s?단위)|단위.*(?:마일|야드)") or heard.has(
        order + r"(?:miles|imperial)\b"
    ):
        return _change("units", "imperial")
    if heard.has(r"(?:킬로미터|킬로|미터법|km)(?:로|으로|\s?단위)|단위.*(?:킬로|미터|km)") or heard.has(
        order + r"(?:km|kilomet(?:er|re)s|metric)\b"
    ):
        return _change("units", "metric")
    return None


def _week_start(heard: Heard) -> Reading | None:
    if not heard.has(
        r"(?:주|한\s?주|일주일).*(?:시작|부터)|시작\s?요일|\bweeks?\b.*\bstart|\bstart\w*\b.*\bweeks?\b"
    ):
        return None
    if heard.has(r"몇|얼마|\bhow\b"):
        return None
    if m := heard.search(rf"([{_KO_DAYS}])요일"):
        return _change("week_start", _KO_DAYS.index(m[1]))
    if m := heard.search(rf"\b({'|'.join(_EN_DAYS)})s?\b"):
        return _change("week_start", _EN_DAYS.index(m[1]))
    return None


def _time_zone(heard: Heard) -> Reading | None:
    if not heard.has(r"시간대|타임\s?존|\btime\s?zone\b|\btz\b"):
        return None
    if m := heard.search(r"\b([a-z]+/[a-z_/+-]+\d*)\b"):
        for name in available_timezones():
            if name.lower() == m[1]:
                return _change("tz", name)
    for name, pattern in _ZONES.items():
        if heard.has(pattern):
            return _change("tz", name)
    return call("profile_show") if heard.asks else reply("ask_tz")


def _heart(heard: Heard) -> Reading | None:
    for field, pattern in (("lthr_bpm", _LTHR), ("hr_max_bpm", _HR_MAX), ("hr_rest_bpm", _HR_REST)):
        m = heard.search(rf"(?:{pattern})(?:수)?[^\d?]*?(\d{{2,3}})(?!\d|:|일|월|주|\s?(?:km|킬로|분))")
        if m is None:
            continue
        ordered = heard.has(
            r"바꿔|바꾸|변경|수정|설정|고쳐|해\s?줘|입력|\bset\b|\bchange\b|\bupdate\b|\bcorrect\b|\buse\b"
        )
        if heard.has(r"맞(?:아|나|지)|\bright\?|\bcorrect\?") or (heard.low.endswith("?") and not ordered):
            return call("profile_show")
        measured = heard.has(r"이었|였|나왔|찍었|\bwas\b|\bhit\b|\bgot\b") and not ordered
        if measured:  # what one day or run showed changes no setting
            return None
        return _change(field, m[1])
    return None


def _power(heard: Heard) -> Reading | None:
    """Threshold power: of running, or of riding when that is named."""
    m = heard.search(rf"(?:{_POWER})[^\d?]*?(\d{{2,3}})(?!\d|:|일|월|주|\s?(?:km|킬로|분))")
    if m is None or heard.low.endswith("?"):
        return None
    return _change("ride_threshold_power_w" if heard.has(_RIDING) else "threshold_power_w", m[1])


def _swim_pace(heard: Heard) -> Reading | None:
    """Critical swim speed, as a pace per 100 m."""
    m = heard.search(rf"(?:{_SWIM_PACE})\D*?(\d)(?::|분\s?|')(\d\d)")
    if m is None or heard.low.endswith("?"):
        return None
    yards = heard.has(r"야드|\byards?\b|\byd\b")
    return _change("swim_threshold_pace", f"{m[1]}:{m[2]}{'/yd' if yards else ''}")


def _threshold_pace(heard: Heard) -> Reading | None:
    if not heard.has(_THRESHOLD_PACE):
        return None
    pace = next((a for a in heard.amounts if a.kind == "pace_s_per_km"), None)
    seconds, per_mile = heard.value("duration_s"), heard.units == "imperial"
    if pace:
        seconds, per_mile = pace.value * (M_PER_MILE / 1000 if pace.per == "mi" else 1), pace.per == "mi"
    if seconds is None or not 90 <= seconds <= 1200:
        return None
    m, s = divmod(round(seconds), 60)
    return _change("threshold_pace", f"{m}:{s:02d}{'/mi' if per_mile else ''}")


def _person(heard: Heard) -> Reading | None:
    m = heard.search(
        r"(?<!\d)((?:19|20)\d\d|[0-9]\d)\s?년\s?(?:\d+월\s?)?(?:\d+일\s?)?(?:에\s?)?(?:생|에?\s?태어)"
    ) or heard.search(
        r"\bborn (?:in |on )?.*?((?:19|20)\d\d)\b|\bbirth ?year\b\D*((?:19"
        r"|20)\d\d)\b|(?:생년|출생\s?(?:연도|년도))\D*((?:19|20)\d\d)"
    )
    if m:
        year = int(next(g for g in m.groups() if g))
        if year < 100:
            year += 2000 if year <= (heard.cal.today.year - 5) % 100 else 1900
        return _change("birth_year", year)
    if heard.search(
        r"(?:나|난|저|전|저는|나는|만)\s?\d{2}\s?(?:살|세)(?:이|예|입|야"
        r"|이에|$)|\bi(?:'m| am) \d{2}(?: years? old)?[.!]?$"
    ):
        return reply("ask_birth_year")
    me = r"(?:^|\s)(?:나|난|나는|저|전|저는|내\s?성별은?|제\s?성별은?|성별은?|성별)\s*"
    if heard.search(me + r"(?:여자|여성|여)(?=이|예|야|입|$|[.!로으])") or heard.search(
        r"\bi(?:'m| am) (?:a )?(?:female|woman|girl)\b|\b(?:sex|gender)\b.*\bfemale\b"
    ):
        return _change("sex", "female")
    if heard.search(me + r"(?:남자|남성|남)(?=이|예|야|입|$|[.!로으])") or heard.search(
        r"\bi(?:'m| am) (?:a )?(?:male|man|guy)\b|\b(?:sex|gender)\b.*\bmale\b"
    ):
        return _change("sex", "male")
    return _name(heard)


def _name(heard: Heard) -> Reading | None:
    for pattern in (
        (
            r"(?:내|제|나의)\s?이름(?:은|을)\s*['\"]?([^\s'\"?]{1,30}?)['\"]?(?:이야"
            r"|야|이에요|예요|입니다|이라고|라고|으로|로)(?:\W|\s|$)"
        ),
        r"(?:나를|날|저를)\s*['\"]?([^\s'\"?]{1,30}?)['\"]?(?:이라고|라고)\s?(?:불러|해)",
    ):
        if m := re.search(pattern, heard.text):
            return _change("name", m[1])
    m = re.search(
        (
            r"\b(?:call me|my name is|my name's)\s+['\"]?([A-Za-z가-힣][\w' -]{0,30}?)['\"]?\s*(?:please"
            r"|from now on)?[.!]*$"
        ),
        heard.text,
        re.I,
    )
    return _change("name", m[1].strip()) if m else None


def _shown(heard: Heard) -> Reading | None:
    """A question about a setting: 내 최대심박 몇이야?"""
    if heard.asks and not heard.spans and heard.has(_KNOWN) and not heard.has(r"어제|달리기|러닝|\brun\b"):
        return call("profile_show")
    return None
