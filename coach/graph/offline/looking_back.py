"""Asked to look back on a week or a month, or what deserves attention now."""

from __future__ import annotations

from coach.graph.offline import words as w
from coach.graph.offline.heard import Heard
from coach.graph.offline.reading import Reading, call

LOOK_BACK = (
    r"돌아\s?(?:보|봐|볼)|되돌아\s?(?:보|봐)|회고|총평|리뷰\s?(?:해|좀|부탁|$)|(?:정리|요약)\s?(?:좀\s?)?(?:해|부탁|$)"
    r"|\blook(?:ing)? back (?:on|at|over)\b|\brecap\b|\breview (?:of )?(?:my|the|last|this)\b"
    r"|\bsum(?:mar[iy][sz]?e?)?(?: up)? (?:of )?(?:my|the|last|this)\b|\bsummary of (?:my|the|last|this)\b"
    r"|\bhow did (?:my|the|last|this) (?:(?:last|past|training|running) )?(?:week|month)(?: of \w+)? go\b"
    r"|\b(?:weekly|monthly) (?:review|recap|summary)\b"
)
ATTENTION = (
    r"(?:뭐|뭘|무엇|무얼|어떤 걸?|어떤 점)(?:를|을|에)?\s?(?:더\s?)?"
    r"(?:신경\s?(?:쓰|쓸|써)|주의|조심|챙기|챙길|챙겨)"
    r"|(?:신경\s?(?:쓸|써야)|주의할|조심할|챙길|챙겨야)\s?(?:할\s?)?(?:게|거|것|점|건)"
    r"|\bwhat (?:should|do) i (?:need to )?"
    r"(?:pay attention to|watch(?: out)? for|look out for|mind|keep an eye on)\b"
    r"|\banything (?:i should )?(?:to )?(?:pay attention to|watch(?: out)? for|look out for|keep an eye on)\b"
    r"|인사이트|(?:요즘|최근)\s?(?:내\s?|나\s?)?(?:훈련|러닝|달리기)(?:은|는|이)?\s?(?:좀\s?)?(?:어때|어떤|어떻|잘\s?(?:되|하))"
    r"|\b(?:any|show(?: me)?(?: my| the)?|what are (?:my|the)) insights?\b"
    r"|\bhow(?:'s| is) (?:my )?(?:training|running) (?:going|coming along)\b"
    r"|\bwhat needs (?:my )?attention\b|\bany recommendations? for me\b"
)
# Another thing is to be summed up, looked at or minded.
_ELSE = (
    r"대화|채팅|계획|플랜|대회|레이스|부상|신발|옷|메모|일지|기억|더위|추위|먹"
    r"|\bchat\b|\bconversation\b|\bplan\b|\brace\b|\bshoes?\b|\bjournal\b|\bnotes?\b|\bheat\b|\bcold\b|\beat"
)
_MONTH = r"달|월간|한\s?달|\d+\s?월|\bmonth"
_WEEK = r"주|주간|\bweek"


def insights(heard: Heard) -> Reading | None:
    """지난주 정리해줘, 이번 달 돌아보기, how did my month go, 요즘 뭐 신경 쓸까."""
    if heard.has(_ELSE) or heard.has(w.COMPARE):
        return None
    if heard.has(ATTENTION):
        return None if heard.period else call("insights", span="now")
    if not heard.has(LOOK_BACK):
        return None
    span = heard.period
    if span is not None:
        days = (span.end - span.start).days + 1
        if days == 7:
            return call("insights", span="week", day=span.start)
        # "This month" ends today.
        if heard.has(_MONTH) and days <= 31 and span.start.day == 1:
            return call("insights", span="month", day=span.start)
        return None if days > 7 or span.is_day else call("insights", span="week", day=span.start)
    if heard.has(_MONTH):
        return call("insights", span="month")
    return call("insights", span="week") if heard.has(_WEEK) or heard.has(r"^.{0,12}(?:돌아|회고)") else None
