"""The words of questions about fitness, readiness, change, routes, and whether the coach was right."""

from __future__ import annotations

READY = (
    r"준비도|레디니스|(?:오늘|지금|내일)?\s?(?:훈련|인터벌|강훈|운동|달리기)?\s?(?:뛰어도|달려도|운동해도|훈련해도|해도)\s?(?:될까|돼|되나|되겠|괜찮)"
    r"|쉬어야\s?(?:할|하|돼|될)|쉴까|(?:오늘|지금)\s.*\s?준비\s?(?:됐|되었|된)"
    r"|\breadiness\b|\bready to (?:train|run|race|go)\b|\bam i (?:recovered|rested|fresh)\b"
    r"|\bshould i (?:rest|run|train|take (?:a )?(?:day|rest))\b(?! for)|\brecovered enough\b|\brest today\b"
)
NIGHTS = (
    r"평균|빚|부족|규칙|요즘|요새|최근|추세|얼마나\s?자|몇\s?시간|패턴|충분"
    r"|\baverage\b|\bdebt\b|\bregular|\benough\b|\blately\b|\brecent|\bpattern\b|\bhow much (?:do|am) i\b"
)
TRAINING_STATUS = (
    r"훈련\s?(?:상태|흐름|현황|추세)|트레이닝\s?(?:상태|스테이터스)|훈련이?\s?(?:잘\s?되|생산적|먹히)"
    r"|\btraining status\b|\bdetrain|\bis my training (?:working|productive|paying)\b"
)
FITNESS_LEVEL = (
    r"vo2|최대\s?산소|vdot|브이닷|임계\s?속도|크리티컬\s?스피드|체력\s?(?:수준|레벨|나이)|달리기\s?체력|(?:역치|젖산)\s?(?:페이스|심박"
    r"|역치)?.{0,6}(?:얼마|몇|뭐|어떻|알려)"
    r"|\bcritical speed\b|\blactate threshold\b|\brunning fitness\b|\bfitness (?:level|age)\b"
    r"|\bage[- ]?grad"
    r"|\bwhat(?:'s| is) my (?:threshold|lthr)\b"
)
PREDICTED = (
    r"예상.{0,8}(?:기록|시간|타임)|예측|(?:뛰면|나가면|달리면)\s?(?:몇|얼마|어느)|몇\s?분.{0,6}(?:가능|나올)|나올까"
    r"|\bpredict|\bwhat (?:could|can|would) i run\b|\bhow fast (?:could|would) i\b|\brace times?\b"
    r"|\bestimated? (?:time|finish)"
)
MEAN_MAX = (
    r"(?:파워|심박|페이스)\s?(?:커브|프로필)|최대\s?평균|평균\s?최대|파워\s?곡선|심박\s?곡선"
    r"|\bmean[- ]?max|\b(?:power|pace|hr|heart[- ]?rate) (?:duration )?(?:curve|profile)\b"
)
CHANGED = (
    r"달라[졌진지]|변했|변한|변화|바뀌|바뀐|떨어졌|떨어진|줄었|줄어들|늘었|늘어났|올랐|올라갔|좋아졌|나빠졌"
    r"|\bchang(?:ed?|es|ing)\b|\bdropp?(?:ed|ing)\b|\bgone (?:up|down)\b|\bshifted\b|\bimproved\b"
    r"|\bworsened\b|\bshorter\b|\bdifferent\b"
)
ODD = (
    r"이상(?:한\s?(?:점|거|게|것)|\s?징후|\s?신호|치)|특이(?:한|사항)|평소(?:와|랑|하고)\s?(?:다른|달라)"
    r"|\bunusual\b|\banomal|\banything (?:odd|strange|off|different|changed)\b|\bout of the ordinary\b"
    r"|\bwhat(?:'s| has| is) (?:changed|different)\b"
)
BODY = r"몸|내\s?(?:데이터|지표|수치)|\bmy (?:body|data|numbers)\b"
RELATION = (
    r"영향|상관|연관|관계|관련|때문에.{0,12}(?:느려|빨라|떨어)|따라\s?(?:달라|변하|바뀌)|(?:잘|못)\s?자면"
    r"|\baffect|\bcorrelat|\binfluence|\brelation|\bimpact\b|\blinked?\b|\bslow(?:s|er)? (?:me|down)\b"
    r"|\bdoes .* (?:change|help|hurt|make)\b|\bdepend"
)
SAME_ROUTE = (
    r"(?:같은|똑같은|이|그)\s?(?:코스|길|루트|경로|구간)(?:을|를|에서|로|는|은|에)?\s?(?:뛴|달린|기록|몇|얼마|다른|더|비교|여러|\?|$|뛰|보여)"
    r"|\bsame (?:route|course|loop|path|way)\b|\bthis route\b"
)
HEATMAP = (
    r"히트\s?맵|열\s?지도|어디(?:를|서|에서)?\s?(?:가장|제일|많이|주로|자주)|(?:자주|주로|많이)\s?(?:뛰는|달리는)\s?(?:곳|길|장소)"
    r"|\bheat ?maps?\b|\bwhere do i (?:usually|mostly|often|normally|run)\b"
)
WAS_RIGHT = (
    r"(?:예측|예상|준비도|네\s?말|너|코치).{0,14}(?:맞았|맞아\?|맞나|맞는지|정확|틀렸|틀린|믿을\s?만)|성적표|적중"
    r"|\btrack record\b|\bhow (?:accurate|right|reliable|good)\b.*\b(?:you|your|predict|readiness|forecast)"
    r"|\bwere you right\b|\b(?:your|the) predictions? (?:right|correct|accurate|true)\b"
    r"|\bhow often (?:are|were) you\b"
)
