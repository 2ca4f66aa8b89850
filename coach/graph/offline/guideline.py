"""Questions about training, health and racing in general: the guidelines answer them, or nobody does."""

from __future__ import annotations

from coach.graph.offline import words as w
from coach.graph.offline.heard import Heard
from coach.graph.offline.reading import Call, Reading, call
from coach.knowledge.lexemes import words

LONGEST = 500  # characters of a question that the tool takes

# How one asks what is right, instead of what was: 얼마나 마셔야 해?
_SHOULD = (
    r"해야|어야|아야|야\s?(?:해|하|돼|되|할)|도\s?(?:돼|되|될|괜찮)|괜찮(?:을까|아|나|은)"
    r"|좋(?:을까|아\?|은가|나요|은지)|어떻게\s?(?:해|하|예방|관리|대처|준비|뛰|달)|방법|하는\s?법|이란\?"
    r"|뭐야|무엇|뭔가요|뭐예요|인가요|일까|효과|도움|필요|왜|위험|안전|권장|권고|지침|가이드|근거|맞아|맞나"
    r"|정말|진짜|사실이|차이|언제부터|며칠|얼마나|몇\s|예방|낫나|나을까|원인|이유|줄이|려면|할까"
    r"|\bshould\b|\bhow (?:much|many|long|often|soon|do|to|can|does|should|far|fast)\b|\bis (?:it|there)\b"
    r"|\bare\b|\bdo(?:es)?\b|\bcan\b|\bwhat(?:'s| is| are| does| do)\b|\bwhy\b|\bwhen\b|\bwhich\b|\bsafe\b"
    r"|\brecommend|\bguidelines?\b|\bevidence\b|\bprevent\b|\bbest way\b|\bneed\b|\bworth\b|\bhelp\b"
    r"|\btrue\b|\bdangerous\b|\bis\b"
)
# What is about this athlete's own records, days or plan is for other tools.
_OWN = (
    r"(?<![가-힣])(?:내|나의|제|나는|저는|난|전)(?![가-힣])|했어|했지|뛰었|달렸|탔어|잤|였어|보여|기록해|적어|바꿔\s?줘"
    rf"|지워|삭제|찾아|비교|연결|동기화|{w.DRAWN}"
    r"|\bmy\b|\bmine\b|\bme\b|\bi (?:ran|did|slept|rode|swam|was|am|had)\b|\bi'm\b|\bi've\b"
    r"|\bdid i\b|\bdo i (?!need)|\bam i\b|\bhave i\b|\bwas i\b|\bshow\b|\blist\b|\bset\b|\bdelete\b"
    r"|\blog\b|\badd\b"
    # a workout of the plan, what depends on this athlete, a number of theirs
    r"|^[^\w가-힣]*왜\s\S{2,8}(?:이야|예요|이에요)[^\w가-힣]*$"
    r"|\bwhy (?:is it|an?|the) \w* ?\w* ?(?:run|session|workout)\b"
    r"|\bdo(?:es)? (?:my )?runs? feel\b|(?:최대\s?산소\s?섭취량|vo2\s?max)(?:은|는|이|가)?\s?(?:얼마|몇)"
    r"|\bchange my\b|\bconnect\b|\bsync\b"
)
# What the coach can compute or look up itself.
_COMPUTED = (
    r"vdot|ctl|atl|tsb|준비도|컨디션|히트맵|훈련\s?페이스|페이스|내일|이번\s?주|지난|다음\s?주|어제|그제|작년|올해|저번"
    r"|지금|예상|목표|계획|\breadiness\b|\bheatmap\b|\btraining paces\b|\bpaces?\b|\btomorrow\b|\byesterday\b"
    r"|\b(?:this|last|next) (?:week|month|year|run|race)\b|\btoday\b|\bplan\b|\bpredict|\bgoal\b"
)
# Of these the guidelines speak and no other tool does.
_TOPICS = frozenset(
    """
    heat heatillness cooling wbgt acclimation cold air mask altitude lightning drink dehydration
    overdrink hyponatremia salt thirst sportsdrink carb carbload protein gut iron vitamin
    supplement doping caffeine alcohol reds fasted nap jetlag arrest cpr screening myocarditis
    covid asthma diabetes nsaid bloodpressure betablocker medication pregnancy postpartum menstrual
    menopause older child bonestress highrisk shin arthritis itb achilles heel cramp doms chafing
    previous physio massage stretching warmup cooldown breathing shoe foottype carbonshoe barefoot
    shoewear tenpercent acwr overtrain polarized walkrun night traffic headphones minutes sedentary
    fade form crosstrain fuel infection injury prevention selfharm health taper strength easy
    intensity interval threshold longrun hrv sleep beginner treadmill heartdisease knee calf foot
    ankle hip hamstring back vo2max cadence
    """.split()  # noqa: SIM905
)


def asked(heard: Heard) -> Reading:
    """Ask the guidelines."""
    return call("guidelines", question=heard.text.strip()[:LONGEST])


def follow(heard: Heard, last: Call) -> Reading | None:
    """Asked where that is from, why, or whether it is true: the same passage once more, with its source."""
    if last.tool != "guidelines" or len(heard.low.split()) > 5 or not heard.has(_DOUBT):
        return None
    return Reading((Call("guidelines", dict(last.args)),))


_DOUBT = (
    r"^[^\w가-힣]*(?:출처|근거|어디서\s?나온|누가\s?그래|정말|진짜|확실|왜)\S*"
    r"(?:\s?(?:뭐|어디|있어|그래|그런|이야|맞아|야)\S*)?[^\w가-힣]*$"
    r"|^[^\w가-힣]*(?:what(?:'s| is) (?:the|your) (?:source|evidence)|says who|who says(?: so| that)?"
    r"|(?:the )?sources?|are you sure|really|is (?:that|it) (?:true|right)"
    r"|why(?: is that| so| not)?|how come)[^\w가-힣]*$"
)


def of_the_body(heard: Heard) -> Reading:
    """Ask them about pain, illness or medicine of the athlete's own: said first is who can judge that."""
    return call("guidelines", question=heard.text.strip()[:LONGEST], symptom=True)


def in_general(heard: Heard) -> Reading | None:
    """A question about people in general, which no record answers."""
    if heard.spans or heard.amounts or heard.has(rf"{_OWN}|{_COMPUTED}"):
        return None
    of_somebody = heard.has(rf"{w.PAIN}|{w.ILLNESS}|{w.MEDICINE}|{w.DIAGNOSES}")
    if of_somebody and not (heard.has(_PREVENTING) and not heard.has(_FELT)):
        return None
    return asked(heard) if _method(heard) else None


# Whether something keeps one from injury is asked about people, unless something hurts.
_PREVENTING = (
    r"(?:부상|다칠|다치).{0,12}(?:예방|줄어|줄이|줄여|막|덜|위험|확률)|(?:예방|줄어|줄이|막).{0,8}부상"
    r"|\b(?:prevent|reduce|lower|avoid)\w*\b.{0,20}\binjur|\binjur\w*.{0,20}\b(?:risk|prevent|rate)"
)
_FELT = r"아프|아파|아팠|아픈|통증|쑤시|욱신|삐끗|\b(?:hurts?|hurting|pain|painful|sore|ache|aching)\b"


def at_last(heard: Heard) -> Reading | None:
    """What nothing else understood, if it asks about something that guidelines speak of."""
    return asked(heard) if not heard.has(_OWN) and _method(heard) else None


def _method(heard: Heard) -> bool:
    if not (heard.asks or heard.low.endswith("?")) or not heard.has(_SHOULD):
        return False
    concepts = {concept for word in words(heard.low, asking=True) for concept in word.concepts}
    return bool(concepts & _TOPICS)
