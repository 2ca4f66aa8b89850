"""What rules of both languages look for by name: times, conditions, liked things. Name → Korean, English."""

from __future__ import annotations

from coach.domain.body import BodyPart, body_parts

TIMES: dict[str, tuple[str, str]] = {
    "dawn": (r"새벽", r"\b(?:at )?dawn\b"),
    "morning": (r"아침|오전", r"\bmornings?\b|\bbefore work\b"),
    "lunch": (r"점심", r"\blunch(?:time)?(?: break)?\b"),
    "afternoon": (r"오후", r"\bafternoons?\b"),
    "evening": (r"저녁|퇴근", r"\bevenings?\b|\bafter work\b"),
    "night": (r"밤(?:에|엔|은|늦)", r"\b(?:at )?nights?\b"),
    "weekday": (r"평일|주중", r"\bweekdays?\b"),
    "weekend": (r"주말", r"\bweekends?\b"),
    **{
        name: (rf"{ko}요일", rf"\b{en}s?\b")
        for name, ko, en in (
            ("mon", "월", "monday"),
            ("tue", "화", "tuesday"),
            ("wed", "수", "wednesday"),
            ("thu", "목", "thursday"),
            ("fri", "금", "friday"),
            ("sat", "토", "saturday"),
            ("sun", "일", "sunday"),
        )
    },
}
OF_THE_DAY = frozenset({"dawn", "morning", "lunch", "afternoon", "evening", "night"})

CONDITIONS: dict[str, tuple[str, str]] = {
    "asthma": (r"천식", r"\basthma(?:tic)?\b"),
    "diabetes": (r"당뇨", r"\bdiabet(?:es|ic)\b"),
    "hypertension": (r"고혈압", r"\bhypertension\b|\bhigh blood pressure\b"),
    "low_blood_pressure": (r"저혈압", r"\blow blood pressure\b"),
    "thyroid": (r"갑상선", r"\bthyroid\b|\bhypothyroid\w*\b|\bhyperthyroid\w*\b"),
    "anaemia": (r"빈혈", r"\bana?emi[ac]\b|\biron deficien\w+\b"),
    "heart": (
        r"심장병|심장\s?질환|부정맥|심방\s?세동",
        r"\bheart (?:condition|disease)\b|\barrhythmia\b|\bafib\b",
    ),
    "epilepsy": (r"뇌전증|간질", r"\bepilep\w+\b"),
    "arthritis": (r"관절염|류마티스", r"\barthritis\b"),
    "crohn": (r"크론", r"\bcrohn'?s\b"),
    "ibs": (r"과민성\s?(?:대장|장)", r"\bibs\b|\birritable bowel\b"),
}

# Injuries that name their place.
INJURIES: dict[str, tuple[str, str]] = {
    "sole": (r"족저\s?근막염", r"\bplantar fasciitis\b"),
    "it_band": (r"장경\s?인대(?:염|\s?증후군)|장경인대", r"\bit ?band(?: syndrome)?\b|\bitbs?\b"),
    "achilles": (r"아킬레스(?:건)?염|아킬레스건병", r"\bachilles tend\w+\b"),
    "shin": (r"신\s?스플린트|정강이\s?통증", r"\bshin splints?\b"),
    "knee": (
        r"러너스\s?니|슬개건염|연골\s?연화증|반월판|반월상|십자\s?인대",
        r"\brunner'?s knee\b|\bpatell\w+ tend\w+\b|\bmeniscus\b|\b[ap]cl\b",
    ),
    "lower_back": (r"디스크|추간판", r"\b(?:herniated|slipped|bulging) dis[ck]\b|\bsciatica\b"),
    "foot": (r"지간\s?신경종", r"\bmorton'?s neuroma\b"),
    "toe": (r"무지\s?외반", r"\bbunions?\b"),
}

LIKED: dict[str, tuple[str, str]] = {
    "track": (r"트랙", r"\btrack\b"),
    "trail": (r"트레일|산길|산악", r"\btrails?\b"),
    "treadmill": (r"트레드밀|[런러]닝\s?머신", r"\btreadmills?\b"),
    "interval": (r"인터벌", r"\bintervals?\b"),
    "tempo": (r"템포", r"\btempos?\b"),
    "long_run": (r"롱런|장거리|lsd", r"\blong runs?\b"),
    "hills": (r"언덕|오르막|업힐", r"\bhills?\b|\buphill\b"),
    "alone": (r"혼자", r"\b(?:alone|by myself|solo)\b"),
    "company": (r"같이|함께|크루", r"\bwith (?:others|people|a group|friends)\b|\bgroup runs?\b"),
    "heat": (r"더위|더운", r"\bheat\b|\bhot weather\b"),
    "cold": (r"추위|추운", r"\bcold\b"),
    "rain": (r"비\s?(?:오는|맞)", r"\brain\b"),
    "music": (r"음악", r"\bmusic\b"),
    "strength": (r"근력|웨이트", r"\bstrength\b|\bweights\b|\bgym\b"),
    "swimming": (r"수영", r"\bswimming\b"),
    "cycling": (r"자전거|사이클", r"\bcycling\b|\bbiking\b"),
    "marathon": (r"풀\s?코스|마라톤", r"\bmarathons?\b"),
    "gel": (r"(?:에너지\s?|파워\s?)?젤", r"\bgels?\b"),
    "morning": (r"아침", r"\bmorning (?:runs?|running)\b|\brunning in the mornings?\b"),
    "evening": (r"저녁", r"\bevening (?:runs?|running)\b|\brunning in the evenings?\b"),
}
WATCHES = (
    r"가민|코로스|순토|폴라|애플\s?워치|갤럭시\s?워치|핏빗|어메이즈핏|샤오미|garmin|coros|suunto|polar"
    r"|apple watch|galaxy watch|fitbit|amazfit|wahoo|forerunner|fenix|포러너|피닉스"
)


def key_of(part: BodyPart, what: str) -> str:
    """Return what a statement about a part of the body is about: "injury:knee:left"."""
    return f"{what}:{part.name}:{part.side}" if part.side else f"{what}:{part.name}"


def part_named(plain: str) -> BodyPart | None:
    """Return the part of the body that a text in normal form names first."""
    return next(iter(body_parts(plain)), None)


def side_named(low: str) -> str:
    """Return which side is spoken of, wherever it stands in a sentence."""
    left = "왼" in low or "left" in low
    right = "오른" in low or "right" in low
    return "left" if left and not right else "right" if right and not left else ""
