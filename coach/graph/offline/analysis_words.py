"""The words of questions about fitness, readiness, change, routes, and whether the coach was right."""

from __future__ import annotations

READY = (
    r"준비도|레디니스|컨디션\s?(?:점수|지수)"
    r"|(?:오늘|지금|내일)?\s?(?:훈련|인터벌|강훈|운동|달리기)?\s?(?:뛰어도|달려도|운동해도"
    r"|훈련해도|해도)\s?(?:될까|돼|되나|되는|되겠|괜찮)"
    r"|쉬어야\s?(?:할|하|돼|될)|쉴까|쉬는\s?(?:게|것이|편이)\s?(?:나[을은]|좋|맞)|(?:오늘"
    r"|지금)\s.*\s?준비\s?(?:됐|되었|된)"
    r"|\breadiness\b|\bready (?:to (?:train|run|race|go)|for (?:an? )?(?:hard|long|big|quality"
    r"|key|tempo|interval|workout|session))\b"
    r"|\bam i (?:recovered|rested|fresh)\b|\bgood to (?:train|run|race|go hard)\b|\bcan i (?:go"
    r"|push|train|run)(?: it)? (?:hard|easy|long|today)\b"
    r"|\bshould i (?:rest|run|train|take (?:a )?(?:day|rest))\b(?! for)|\brecovered enough\b|\brest today\b"
)
# "How far should I run?" asks for a plan, not whether to run.
HOW_TO_RUN = r"\b(?:how|what|which|when|where)\b.*\bshould i\b"
NIGHTS = (
    r"평균|빚|부채|부족|규칙|요즘|요새|최근|추세|얼마나\s?자|몇\s?시간|패턴|충분"
    r"|\baverage\b|\bdebt\b|\bregular|\benough\b|\blately\b|\brecent|\bpattern\b|\bhow much (?:do|am) i\b"
)
# What is about sleep without its name.
BEDTIME = (
    r"몇\s?시간\S{0,2}\s?자(?![가-힣])|잠드는|잠자리에|취침|기상\s?시간|\bbed ?time\b|\b(?:go|going) to bed\b"
)
TRAINING_STATUS = (
    r"훈련\s?(?:상태|흐름|현황|추세)|트레이닝\s?(?:상태|스테이터스)|훈련이?\s?(?:잘\s?되|생산적|먹히)"
    r"|\btraining status\b|\bdetrain|\bis my training (?:working|productive|paying)\b|\bam i productive\b"
)
FITNESS_LEVEL = (
    r"vo2|최대\s?산소|vdot|브이닷|임계\s?속도|크리티컬\s?스피드|체력\s?(?:수준|레벨|나이)"
    r"|달리기\s?체력|(?:역치|젖산)\s?(?:페이스|심박"
    r"|역치)?.{0,6}(?:얼마|몇|뭐|어떻|알려)"
    r"|\bcritical speed\b|\blactate threshold\b|\brunning fitness\b|\bfitness (?:level|age)\b|\bhow fit\b"
    r"|\bwhat(?:'s| is) my (?:threshold|lthr)\b"
)
PREDICTED = (
    r"예상.{0,8}(?:기록|시간|타임)|예측|(?:뛰면|나가면|달리면)\s?(?:몇|얼마|어느)"
    r"|몇\s?분.{0,6}(?:가능|나올)|나올까"
    r"|걸릴\s?(?:거|것|까|것\s?같)|몇\s?(?:분|시간).{0,8}(?:뛸|달릴|들어올|완주할)\s?수|\bcapable of\b"
    r"|\bpredict|\bwhat (?:could|can|would) i run\b|\bhow fast (?:could|would|can) i (?:run|race"
    r"|do)\b|\brace times?\b"
    r"|\bestimated?\b.*\b(?:time|finish)|\bworth\b"
)
# A time to get under: 서브4, sub 20; and what says that one asks whether it can be done.
SUB = r"(?:\bsub|서브)[\s-]?(\d{1,3}(?::\d\d)?(?::\d\d)?|쓰리|포)(?!\d)"
POSSIBLE = (
    r"가능|될까|되나|할\s?수\s?있|깰\s?수|깰까|할까|나올까|\bpossible\b|\bcan i\b|\bcould i\b|\bable to\b"
    r"|\brealistic\b|\bdo ?able\b|\bin reach\b"
)
TO_BREAK = (
    r"\b(?:can|could|will) i (?:break|go under|beat|get under|run under)\b|깰\s?수\s?있|안에\s?들어올\s?수"
)
MEAN_MAX = (
    r"(?:파워|심박|페이스)\s?(?:커브|프로필)|최대\s?평균|평균\s?최대|(?:파워|심박|페이스)\s?곡선"
    r"|\bmean[- ]?max|\b(?:power|pace|hr|heart[- ]?rate) (?:duration )?(?:curve|profile)\b"
)
CHANGED = (
    r"달라[졌진지]|변했|변한|변화|바뀌|바뀐|떨어졌|떨어진|줄었|줄어들|늘었|늘어났|올랐|올라갔|좋아졌|나빠졌"
    r"|\bchang(?:ed?|es|ing)\b|\bdropp?(?:ed|ing)\b|\bgone (?:up|down)\b|\bshifted\b|\bimproved\b"
    r"|\bworsened\b|\bshorter\b|\bdifferent\b|\b(?:lower|higher|longer)\b.*\bused to\b"
)
ODD = (
    r"이상(?:한\s?(?:점|거|게|것)|\s?징후|\s?신호|치)|특이(?:한|사항)|평소(?:와|랑|하고)\s?(?:다른|달라)"
    r"|\bunusual\b|\banomal|\banything (?:odd|strange|off|different|changed)\b|\bout of the ordinary\b"
    r"|\bwhat(?:'s| has| is) (?:changed|different)\b"
)
SINCE_RACE = r"대회\s?(?:이후|부터|뒤|후)|\b(?:since|after) (?:my |the )?(?:last )?race\b"
BODY = r"몸|내\s?(?:데이터|지표|수치)|\bmy (?:body|data|numbers)\b"
SHORT_NIGHT = (
    r"(?:6|여섯)\s?시간(?:도|을|이)?\s?(?:못|미만|이하|안|밑)"
    r"|\b(?:under|less than|fewer than|below) (?:6|six)\b"
)
RELATION = (
    r"영향|상관|연관|관계|관련|때문에.{0,12}(?:느려|빨라|떨어)|따라\s?(?:달라|변하|바뀌)|(?:잘|못)\s?자면"
    r"|(?:으?면|을\s?때|ㄹ\s?때|울\s?때|날\S{0,2})\s.{0,12}(?:느려|빨라|빠르|느리|오르|올라|내려"
    r"|떨어|힘들|줄어|늘어)"
    r"|\b(?:slower|faster)\b.*\bin (?:the )?(?:cold|heat|hot|warm|rain|winter|summer)"
    r"|\baffect|\bcorrelat|\binfluence|\brelat(?:ion|ed)|\bimpact\b"
    r"|\blink(?:ed|s)?\b|\bslow(?:s|er)? (?:me|down)\b"
    r"|\bdoes .* (?:change|help|hurt|make|raise|lower|improve|drop)\b|\bdepend"
    r"|\b(?:slower|faster|harder|easier|higher|lower|worse|better)\b.*\b(?:when|if"
    r"|after)\b(?! (?:my |the )?(?:last )?race)"
)
SAME_ROUTE = (
    r"(?:같은|똑같은|이|그)\s?(?:코스|길|루트|경로|구간)(?:을|를|에서|로|는|은|에)?\s?(?:뛴|달린"
    r"|기록|몇|얼마|다른|더|비교|여러|\?|$|뛰|보여|예전|전에)"
    r"|\b(?:same|this|that) (?:route|course|loop|path|way)\b"
)
ROUTE_BEFORE = (
    r"(?<!풀)(?<!풀 )(?<!하프)(?<!하프 )(?:코스|루트|경로)\S{0,2}\s?(?:예전|이전|옛날|그동안"
    r"|다른\s?기록|여러\s?번|또\s|.{0,8}적\s?있)"
    r"|\bother (?:runs|times|activities)\b.*\b(?:route|course|loop|path)\b"
    r"|\b(?:route|course|loop|path)\b.*\bbefore\b"
)
HEATMAP = (
    r"히트\s?맵|열\s?지도|어디(?:를|서|에서)?\s?(?:가장|제일|많이|주로|자주)|(?:자주|주로"
    r"|많이)\s?(?:뛰는|달리는)\s?(?:곳|길|장소)"
    r"|\bheat ?maps?\b|\bwhere do i (?:usually|mostly|often|normally|run)\b"
)
WAS_RIGHT = (
    r"(?:예측|예상|준비도|네\s?말|너|코치).{0,14}(?:맞았|맞아\?|맞나|맞는지|맞긴|맞는\s?편|정확"
    r"|틀렸|틀린|믿을\s?만|믿어도|빗나|어긋)"
    r"|성적표|적중"
    r"|\btrack record\b|\bhow (?:accurate|right|reliable|good|far off)\b.*\b(?:you|your|predict"
    r"|readiness|forecast)"
    r"|\bwere you right\b|\b(?:your|the) predictions? (?:right|correct|accurate|true)\b"
    r"|\bhow often (?:are|were) you\b|\btrust\b.*\b(?:predict|readiness|forecast|you)"
    r"|\b(?:readiness|predictions?|forecasts?)\b.*\bany good\b"
)
AGE_GRADE = r"에이지\s?그레이|연령\s?(?:등급|환산)|\bage[- ]?grad"
INTENSITY = r"강도\s?분포|\bintensity (?:distribution|split|mix)\b|\bpolari[sz]ed|80\s?/\s?20"
EASY_OR_HARD = (
    r"(?:이지|조깅|회복|템포|역치|인터벌|반복|마라톤|레이스|장거리|lsd|엘에스디)\s?(?:런"
    r"|주)?(?:은|는)?\s?페이스"
    r"|\b(?:easy|tempo|threshold|interval|recovery|rep|marathon|long|lsd)(?:[- ]run)?s?\s+pace\b"
    r"|(?:이지런|조깅|회복런|템포런|인터벌|롱런|장거리|lsd|엘에스디)\S{0,2}\s?(?:얼마로|몇으로"
    r"|몇에|어느\s?정도로)"
    r"|\bpace\b.*\b(?:easy|tempo|threshold|intervals?|recovery|long run)s?\b"
    r"|\bhow (?:fast|slow)(?:ly)? should\b.*\b(?:easy|tempo|threshold|intervals?|recovery|long|reps?)\b"
)
