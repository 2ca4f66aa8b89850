"""When the coach may speak first: 체크인 토요일 9시에 해줘, stop the notes after runs, 일주일 조용히 해줘."""

from __future__ import annotations

from coach.graph.offline.heard import Heard
from coach.graph.offline.reading import Reading, call

_KINDS = (
    (
        "weekly",
        r"(?:주간\s?)?체크인|주간\s?(?:이야기|리포트|보고)|한\s?주\s?이야기"
        r"|\b(?:weekly )?check-?ins?\b|\bweekly (?:message|report)s?\b",
    ),
    (
        "after_run",
        r"(?:달리고|달린|뛰고|뛴|러닝|운동)\s?(?:나서|나면|뒤|후|다음)(?:에|마다)?"
        r".*(?:메시지|메세지|문자|한마디|연락|알림|물어|묻)"
        r"|\b(?:notes?|messages?|questions?|words?)\b.*\bafter (?:my |a |each |every )?runs?\b"
        r"|\bafter[- ]run (?:notes?|messages?|questions?)\b"
        r"|\bask(?:ing)? me after (?:my |a |each |every )?runs?\b",
    ),
    (
        "morning",
        r"아침\s?(?:한마디|메시지|메세지|알림)"
        r"|아침(?:마다|에|\s?[0-9]{1,2}\s?시).*(?:알려|보내|메시지|메세지|알림|한마디|연락)"
        r"|\bmorning (?:line|message|note|text)s?\b"
        r"|\b(?:tell|text|message|write) me (?:every|each|in the) morning\b",
    ),
    (
        "race",
        r"(?:대회|레이스)\s?(?:알림|메시지|메세지|카운트다운)"
        r"|\brace (?:countdowns?|messages?|reminders?)\b",
    ),
    ("silence", r"안부\s?(?:메시지|메세지|인사|연락)|\bhello messages?\b"),
    ("alert", r"(?:이상|심박|변화|변이도)\s?(?:알림|경고)|경고\s?(?:알림|메시지)|\balerts?\b"),
    (
        "all",
        r"알림|(?:먼저|네가|니가|코치가)\s?(?:보내|거|하)는?\s?(?:메시지|메세지|말|연락)"
        r"|\bnotifications?\b|\bmessages?\b",
    ),
)
_OFF = (
    r"꺼|끄|그만|하지\s?마|보내지\s?마|묻지\s?마|필요\s?없|안\s?보내|안\s?해도|빼"
    r"|\b(?:turn|switch) (?:it |them |the )?.*\boff\b|\bstop\b|\bno more\b|\bdon'?t\b|\bdisable\b|\bmute\b"
)
_ON = (
    r"켜|다시\s?(?:보내|해|받)|받고\s?싶|보내\s?(?:줘|주|도|$)|알려\s?(?:줘|주)|해\s?(?:줘|주|도)"
    r"|\b(?:turn|switch) .*\bon\b|\b(?:send|tell|text|message|write) me\b|\b(?:enable|resume|start)\b"
)
_QUIET = (
    r"조용히\s?(?:해|있어|좀|지내)|(?:말|연락|메시지|메세지|알림)\w*\s?(?:걸지|하지|보내지|주지)\s?마|알림.*(?:꺼|끄|쉬)"
    r"|\b(?:be|stay|keep) quiet\b"
    r"|\b(?:don'?t|stop) (?:message|messaging|text|texting|write|writing|contact)\w*\b"
    r"|\bpause (?:the |all |your )?(?:messages|notifications|check-?ins)\b"
)
_SHOWN = (
    r"(?:언제|몇\s?시|무슨\s?요일).*(?:체크인|먼저\s?(?:말|연락|메시지))"
    r"|(?:체크인|먼저\s?(?:말|연락)).*(?:언제|몇\s?시|설정|시간\s?(?:보여|알려))"
    r"|\bwhen (?:do|will|are) you (?:check(?:ing)? in|message|write|text)\b"
    r"|\bcheck-?in (?:settings|times?)\b|\bwhen is (?:the|my) (?:weekly )?check-?in\b"
)
_DAYS = "월화수목금토일"
_EN_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SPANS = (
    (r"(\d{1,2})\s?(?:일|days?)(?:\s?(?:간|동안|만))?", 1),
    (r"(?:일주일|한\s?주|1\s?주)(?:\s?(?:간|동안|만))?|\b(?:a|one|1) week\b", 7),
    (r"(?:이\s?주일?|두\s?주|2\s?주)(?:\s?(?:간|동안|만))?|\b(?:two|2) weeks\b", 14),
    (r"하루(?:만|\s?동안)?|\b(?:a|one) day\b", 1),
    (r"사흘", 3),
    (r"한\s?달|\b(?:a|one) month\b", 30),
)


def read(heard: Heard) -> Reading | None:
    """Return the change of when the coach speaks first, or the look at it, that was asked for; else None."""
    if heard.has(_SHOWN):
        return call("checkins")
    if heard.has(_QUIET) and (days := _days(heard)) is not None:
        return call("checkins", pause_days=days)
    kind = next((name for name, pattern in _KINDS if heard.has(pattern)), None)
    if kind is None:
        return None
    if heard.has(_OFF):
        return call("checkins", kind=kind, on=False)
    day, at = _weekday(heard), _time(heard)
    if kind == "weekly" and (day is not None or at) and not heard.has(r"\?$|언제|\bwhen\b"):
        given = {"day": day, "at": at}
        return call(
            "checkins", kind="weekly", on=True, **{k: v for k, v in given.items() if v not in (None, "")}
        )
    if kind == "morning" and at and heard.has(_ON):
        return call("checkins", kind="morning", on=True, at=at)
    return call("checkins", kind=kind, on=True) if heard.has(_ON) else None


def _days(heard: Heard) -> int | None:
    for pattern, days in _SPANS:
        if m := heard.search(pattern):
            return min(60, int(m[1])) if m.re.groups and m[1] else days
    return None


def _weekday(heard: Heard) -> int | None:
    if m := heard.search(rf"([{_DAYS}])요일"):
        return _DAYS.index(m[1])
    if m := heard.search(rf"\b({'|'.join(_EN_DAYS)})s?\b"):
        return _EN_DAYS.index(m[1])
    return None


def _time(heard: Heard) -> str:
    """Return the time of day that was named as HH:MM; an evening's hours are after noon."""
    if m := heard.search(r"(오전|오후|아침|저녁|밤|낮)?\s?(\d{1,2})\s?시(?:\s?(반|(\d{1,2})\s?분))?"):
        minute = 30 if m[3] == "반" else int(m[4] or 0)
        return _clock(int(m[2]), minute, late=m[1] in ("오후", "저녁", "밤", "낮") and int(m[2]) != 12)
    if m := heard.search(r"\b(\d{1,2})(?::(\d{2}))?\s?(am|pm|a\.m|p\.m)\b"):
        return _clock(int(m[1]) % 12, int(m[2] or 0), late=m[3][0] == "p")
    if m := heard.search(r"\b(\d{1,2}):(\d{2})\b"):
        return _clock(int(m[1]), int(m[2]))
    return ""


def _clock(hour: int, minute: int, *, late: bool = False) -> str:
    hour += 12 if late and hour < 12 else 0
    return f"{hour:02d}:{minute:02d}" if hour < 24 and minute < 60 else ""
