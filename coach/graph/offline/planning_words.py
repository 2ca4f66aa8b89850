"""The words of goals and plans, Korean and English side by side, as patterns over normalised text."""

from __future__ import annotations

# 계획 of training, and not of a holiday; "program" alone may be software.
A_PLAN = (
    r"(?<!여행)(?<!여행 )(?<!휴가)(?<!휴가 )(?:계획|플랜)|훈련\s?(?:표|스케줄|일정|프로그램)"
    r"|러닝\s?(?:스케줄|프로그램)"
    r"|\b(?:training |running |marathon |race |my |the |half |10k |5k |this |a )(?:plan"
    r"|schedule|program(?:me)?)\b|\bplans?\b"
)
MAKE = (
    r"짜\s?(?:줘|주|줄|달|봐|볼|고|야)|세워\s?(?:줘|주|줄|달|봐)|세우고|만들어\s?(?:줘|주|줄"
    r"|달|봐)|작성해|잡아\s?(?:줘|주)|뽑아\s?(?:줘|주)"
    r"|추천해|부탁|필요해|받고\s?싶|받아\s?보고|(?:계획|플랜|프로그램"
    r"|훈련표)\s?(?:좀\s?)?(?:줘|주세요)|시작하자|시작할래"
    r"|\bmake\b|\bcreate\b|\bbuild\b|\bwrite\b|\bgenerate\b|\bgive me\b|\bset up\b"
    r"|\bput together\b|\bneed\b|\bwant\b"
    r"|\bi'd like\b|\bcan i (?:get|have)\b|\bhelp me (?:with|plan|train)\b|\bdesign\b"
)
DONT = (
    r"지\s?마|말고|말아|말자|안\s?할|않을|(?<!쉬지 )않고|필요\s?(?:가\s?)?없|싫|관심\s?없"
    r"|아직은?\s?(?:아니|됐|괜찮)|나중에|못\s?할|안\s?해도"
    r"|\bdon'?t\b|\bdo not\b|\bno need\b|\bnever\b|\bwithout\b|\bnot (?:now|yet|interested"
    r"|going)\b|\bno (?:plan|thanks)\b"
    r"|\binstead of (?:a |the )?plan\b|\bwon'?t\b"
)
OTHERS = (
    r"친구|남편|아내|와이프|동생|누나|언니|오빠|(?<![가-힣])형(?:이|은|의)|아들|딸"
    r"|우리\s?(?:애|아이)|엄마|아빠|동료|선배|후배|(?:하|한|했)대(?:요)?[.!?~ ]*$"
    r"|\bmy (?:friend|wife|husband|son|daughter|kid|brother|sister|mom|mum|dad|boss|colleague|partner)s?\b"
    r"|\b(?:he|she|they) (?:is|are|was|wants?|runs?|has|ha[sd])\b"
)
SIGNED_UP = r"신청했|등록했|접수했|\bsigned up\b|\bentered\b|\bregistered\b"
PAST = (
    r"(?:했|갔|였|었|났|봤|졌|렸|왔|췄)(?:어|다|지|음|는데|네|던|습니다|어요)[ ]*(?:$|[,.?!~])"
    r"|작년|지난|저번|어제|그저께|\blast (?:week|month|year|time|night|spring|summer|autumn|fall|winter)\b"
    r"|\byesterday\b|\bago\b|\bi (?:ran|did|was|had|finished|used to|went)\b|\bdid i\b"
)
QUESTION = (
    r"\?\s*$|[까나니](?:요)?\s*[.!?~ ]*$|(?:한가|인가|을까|ㄹ까)|^(?:what|how|when|why|where|which"
    r"|is|are|do|does|did|can|could|should|would|will)\b"
)

# What is trained for
AIMING = (
    r"준비(?:하고\s?싶|하려|할래|할게|하는데|하는\s?중|중|해\s?보|하자|하고\s?있|를?\s?(?:하"
    r"|시작)|해야|해\s?줘|$)|목표|도전|(?:나가|나갈|출전|참가)"
    r"|뛰고\s?싶|달리고\s?싶|완주하고\s?싶|하고\s?싶|해\s?보고\s?싶|신청했|등록했|접수했"
    r"|뛸\s?(?:거|예정|생각)|달릴\s?(?:거|예정)"
    r"|\btrain(?:ing)? for\b|\bprepar(?:e|ing) (?:for|me)\b|\bwant to (?:run|do|train|finish"
    r"|race|break)\b|\bsigned up\b|\bentered\b"
    r"|\bregistered\b|\bgoal\b|\baim(?:ing)? (?:for|to)\b|\btarget\b|\bi'm (?:running|doing"
    r"|racing)\b|\bplanning to (?:run|do)\b"
    r"|\b(?:would|i'd) like to (?:run|do|train|finish)\b|\bmy (?:next )?(?:race|marathon) is\b"
    r"|\bget (?:me )?ready for\b|\bi have a\b"
)
A_RACE = (
    r"대회|마라톤|레이스|풀\s?코스|하프|서브\s?\d|\brac(?:e|ing)\b|\bmarathons?\b|\bhalf\b"
    r"|\bsub[- ]?\d|\b(?:5|10)\s?k\b|\d\s?k(?:m)?\b"
)
COUCH = (
    r"\bcouch[- ]to[- ]5k\b|\bc25k\b|\bnever run before\b|\b(?:start|begin) running\b"
    r"|\bcomplete beginner\b|\bnew to running\b"
    r"|카우치|런데이|(?:달리기|러닝)\S{0,2}\s?(?:처음|시작하고\s?싶|시작하려|입문)|(?:처음"
    r"|이제)\s?(?:달리기|러닝)|(?:런|달리기)\s?(?:린이|초보)|왕초보"
    r"|안\s?쉬고\s?5\s?(?:km|킬로|키로)|쉬지\s?않고\s?5\s?(?:km|킬로|키로)"
)
RETURNING = (
    r"부상(?:에서|\s?후|\s?이후|\s?뒤|\s?복귀).{0,12}(?:복귀|돌아|다시|시작|계획|훈련)"
    r"|복귀\s?(?:훈련|계획|플랜|프로그램)"
    r"|\breturn(?:ing)? (?:to running |to run )?(?:from|after) (?:an? |my )?(?:injury|break)\b"
    r"|\b(?:coming|get(?:ting)?) back (?:to running )?(?:from|after) (?:an? |my )?injury\b"
    r"|\breturn[- ]to[- ]run(?:ning)?\b"
)
BASE = (
    r"(?:기초|베이스)\s?(?:체력|훈련|빌딩|쌓|다지|만들)|마일리지\s?(?:를\s?)?(?:늘리|쌓|올리)"
    r"|\bbase (?:building|training|phase|plan)\b|\bbuild (?:a|my|an aerobic) base\b"
    r"|\bincrease my mileage\b"
)
FITNESS = (
    r"(?:건강|체력)\S{0,3}\s?(?:위해|유지|꾸준).{0,14}(?:뛰|달리|계획|훈련)|꾸준히\s?(?:뛰|달리)고\s?싶"
    r"|\b(?:stay|keep|get) fit\b|\bgeneral fitness\b|\bjust (?:keep|stay)\b.*\brunning\b"
)
TUNE_UP = r"중간에|연습\s?(?:대회|삼아)|튠업|점검|\btune[- ]?up\b|\bb[- ]race\b|\bpractice race\b"
HILLY = r"언덕\s?(?:코스|많)|오르막(?:이)?\s?많|\bhilly\b"
FLAT = r"평지|평탄|\bflat (?:course|race)\b"

# Around the plan
CANCEL = (
    r"취소(?!하지|는|되|됐|하면)|중단해|그만\s?(?:두|할래|하자|할게|둘)|포기|없애|지워\s?줘"
    r"|삭제|접을래|\bcancel\b|\bstop\b|\bquit\b|\babandon\b|\bdrop\b|\bdelete\b|\bscrap\b"
)
UNDO = (
    r"되돌|원래대로|원래\s?계획|이전\s?(?:계획|버전)|바꾸기\s?전|(?:변경|수정)\S{0,2}\s?취소"
    r"|\bundo\b|\brevert\b|\bprevious version\b|\bback to the (?:old|previous|original)\b"
    r"|\bgo back to\b"
)
AWAY = (
    r"출장|여행(?!\s?취소)|휴가|못\s?(?:뛰|달리|하)|안\s?(?:뛰|달리|되|돼)|쉴게|쉬어야|쉬고\s?싶|쉴\s?거"
    r"|쉴래|바빠|바쁘|시험\s?기간|이사\s?(?:가|하)|결혼식|일정이?\s?있|시간이?\s?(?:안|없)"
    r"|\btravel(?:l?ing)?\b|\b(?:business )?trip\b|\bvacation\b|\bholidays?\b|\bcan'?t (?:run"
    r"|train|make)\b|\bcannot (?:run|train)\b|\baway\b"
    r"|\bunable to (?:run|train)\b|\bno time\b|\b(?:am|i'm|be|will be) busy\b|\bout of town\b"
    r"|\btake .* off\b|\bday off\b|\bnot able to (?:run|train)\b"
)
# A weekday of every week, not one that is to come.
EVERY_WEEK = (
    r"매주|(?:요일|욜|주말|평일)마다|\b(?:mon|tues|wednes|thurs|fri|satur|sun)days\b|\bweekends\b|\bweekdays\b"
    r"|\bevery (?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\bever\b"
)
A_SESSION = (
    r"훈련|운동|롱런|엘에스디|\blsd\b|인터벌|템포|이지런?|조깅|회복런|언덕|파틀렉|빌드업"
    r"|지속주|반복주|달리기|러닝|런(?![가-힣])|세션|장거리"
    r"|\bworkouts?\b|\bsessions?\b|\bruns?\b|\bintervals?\b|\btempo\b|\beasy\b|\bhills?\b"
    r"|\bfartlek\b|\btraining\b|\bstrides\b|\blong one\b"
)
MOVE = (
    r"옮겨|옮기|미뤄|미루|늦춰|당겨|앞당|(?:으로|로)\s?(?:바꿔|변경|해\s?줘|하자|할래)"
    r"|\bmove\b|\bpush\b|\bpostpone\b|\breschedule\b|\bbring\b.*\bforward\b|\bshift\b"
)
SWAP = (
    r"(?:이랑|랑|하고|과|와)\s?.{0,12}(?:맞바꿔|바꿔|교환|자리)|맞바꿔|순서\s?(?:를\s?)?바꿔"
    r"|\bswap\b|\bswitch\b|\bexchange\b"
)
SHORTEN = (
    r"줄여|줄이|짧게|짧은\s?걸로|단축|덜\s?뛰|\bshort(?:en|er)\b|\bcut\b.*\b(?:down|short|to"
    r"|back)\b|\breduce\b|\bless\b|\btrim\b"
)
DROP = (
    r"빼\s?(?:줘|주|자|고|줄)|건너\s?뛰|스킵|생략|없애\s?(?:줘|주)|쉬(?:고\s?싶|게\s?해"
    r"|는\s?날로)|쉴래|\bskip\b|\bdrop\b|\bremove\b|\btake out\b|\bcancel\b|\brest (?:instead"
    r"|day)\b"
)
EASE = (
    r"쉽게|쉬운\s?(?:걸로|거로|훈련)|가볍게|가벼운|편하게|약하게|강도\S{0,2}\s?(?:낮|줄|내)"
    r"|살살|이지런?(?:으로|로)|조깅(?:으로|로)|\beasier\b|\beasy (?:run )?instead\b"
    r"|\blighter\b|\btone down\b|\bless hard\b|\bmake .* easy\b|\bto (?:an )?easy\b"
)
ORDER = (
    r"줘|주세요|주라|줄래|자[.!?~ ]*$|고\s?싶|할래|해라|부탁|바꿔|게[.!?~ ]*$|\bplease\b|\bcan you\b"
    r"|\bcould you\b|\bi(?:'d| would) (?:like|rather)\b|\bi want\b|\blet'?s\b|^[ ]*(?:move|push"
    r"|postpone|reschedule|bring|shift|swap|switch|exchange|shorten|cut|reduce|trim|skip|drop"
    r"|remove|cancel|ease|make|take|tone|change)\b|\bmake\b"
)
IN_RECORDS = (
    r"기록에서|최고기록|베스트|\brecords?\b|\bbests?\b|\bpbs?\b|\bprs?\b|이름|제목"
    r"|활동을?\s?지|\btitle\b|\brename\b|\blog\b"
)

WHAT = (
    r"뭐\s?(?:야|지|예요|에요|뛰|뛸|해|하|할|달|있|였)|뭔(?:가|데|지)|뭘\s?(?:뛰|해|하|할|달)"
    r"|무슨|어떤\s?(?:훈련|운동|거)|무엇|몇\s?(?:킬로|키로|km)"
    r"|계획|예정|스케줄|일정|(?:훈련|플랜)\s?(?:알려|보여|좀|설명)|어떻게\s?(?:돼|되|뛰)"
    r"|\bwhat'?s?\b|\bwhich\b|\bshow\b|\btell\b|\bhow (?:far|long|many|much)\b|\bplanned\b|\bscheduled\b"
)
DONE = (
    r"했|뛰었|달렸|뛴|달린|한\s?거|한\s?것|어땠|기록|결과|\bdid\b|\bdone\b|\bwas\b|\bran\b"
    r"|\bhow was\b|\bhow did\b|\bwent\b|\bcompleted\b"
)
STEPS = (
    r"단계|구성|세트|몇\s?세트|자세히|어떻게\s?뛰|\bsteps?\b|\bstructure\b|\bdetails?\b"
    r"|\bhow (?:do|should) i (?:run|do)\b"
)
WHY_KIND = (
    ("threshold", r"템포|역치|\btempo\b|\bthreshold\b"),
    ("interval", r"인터벌|\bintervals?\b"),
    ("long", r"롱런|장거리|\blsd\b|엘에스디|\blong runs?\b"),
    ("easy", r"이지|조깅|\beasy\b|\bjog"),
    ("recovery", r"회복런|\brecovery runs?\b"),
    ("hills", r"언덕\s?(?:훈련|반복|달리기)|\bhills?\b"),
    ("repetition", r"반복주|\brepetitions?\b"),
    ("marathon", r"마라톤\s?페이스|\bmarathon pace\b"),
    ("strides", r"질주|\bstrides\b"),
    ("strength", r"근력|\bstrength\b"),
    ("rest", r"휴식|쉬는|쉬어|\brest\b"),
)
WHY = r"왜|이유|어째서|\bwhy\b|\breason\b|\bpoint of\b|\bpurpose\b|목적|무슨\s?(?:효과|의미)"
RACE_PLAN = (
    r"(?:대회|레이스|마라톤|풀코스|하프).{0,10}(?:전략|배분|작전|운영|보급|레이스\s?플랜)"
    r"|(?:페이스|레이스)\s?(?:전략|배분|운영|플랜)|보급\s?(?:계획|전략)"
    r"|\brace (?:plan|strategy|pacing|day plan)\b|\bpacing (?:plan|strategy|for)\b"
    r"|\bhow (?:should|do) i pace\b|\bfuell?ing (?:plan|strategy)\b|\bpace strategy\b"
)
DEBRIEF = (
    r"(?:대회|레이스|마라톤|풀코스|하프).{0,8}(?:복기|돌아보|리뷰|되짚)|복기|(?:대회"
    r"|레이스).{0,10}계획(?:이랑|과|대로|대비)"
    r"|\bdebrief\b|\brace (?:review|recap|report|analysis)\b|\b(?:review"
    r"|look back at) my (?:race|marathon|half)\b"
)
KEEPING = (
    r"계획\s?(?:대로|대비|만큼)|(?:계획|훈련|플랜)\S{0,2}\s?(?:얼마나\s?)?(?:잘\s?)?(?:지키"
    r"|지켰|따라|소화|빠졌|빠진|놓친|놓쳤|이행|달성)|놓친\s?(?:훈련|운동)|빼먹은\s?(?:훈련"
    r"|운동)|빠진\s?(?:훈련|운동)"
    r"|\bon track\b|\bstick(?:ing)? to (?:the|my) plan\b|\bfollow(?:ing)? (?:the|my) plan\b"
    r"|\badher|\b(?:missed|skipped) (?:any )?(?:workouts?|sessions?|training)\b"
    r"|\bkeeping (?:up with|to) (?:the|my) plan\b|\baccording to plan\b|\bplanned (?:vs|versus"
    r"|against|and) (?:actual|done)\b"
)
CHANGED = (
    r"(?:계획|플랜|훈련표).{0,8}(?:뭐가|무엇이|어디가|어떻게|왜)\s?(?:바뀌|바꿨|달라|변경)"
    r"|(?:뭐가|무엇이)\s?(?:바뀌|달라)\S*\s?.{0,6}(?:계획|플랜)"
    r"|\bwhat(?:'s| has| was)? changed\b.*\bplan\b|\bhow did (?:the|my) plan change\b"
    r"|\bplan changes\b|\bchanges (?:to|in) (?:the|my) plan\b"
)
HISTORY = (
    r"(?:계획|플랜).{0,6}(?:이력|내역|버전|히스토리|변경\s?기록|승인\s?기록)|(?:승인"
    r"|변경)\s?(?:이력|내역)|\bplan (?:history|versions?|revisions?)\b|\b(?:history|revisions"
    r"|versions) of (?:the|my) plan\b"
)
ON_WATCH = (
    r"(?:훈련|계획|워크아웃|운동|일정).{0,14}(?:워치|시계|가민|손목).{0,10}(?:갔|보냈|보내"
    r"|전송|들어갔|들어가|올라|있|넣)|(?:워치|시계|가민)\S{0,2}\s?(?:에|로)\s?.{0,10}(?:훈련"
    r"|계획|워크아웃).{0,14}(?:갔|보냈|전송|들어갔|올라|있|됐|뭐)"
    r"|(?:전송|보낸)\s?(?:상태|결과|내역).{0,8}(?:훈련|워치|계획)|(?:워치|시계)에\s?뭐\s?(?:있|들어)"
    r"|\b(?:workouts?|plan|training|sessions?)\b.*\b(?:on|to|reach(?:ed)?) (?:my "
    r"|the )?(?:watch|garmin)\b|\bwhat'?s on my watch\b"
)
OVERVIEW = (
    r"(?:내|나의|제|우리|현재|지금|전체)?\s?(?:훈련\s?)?(?:계획|플랜|훈련표)\S{0,2}\s?(?:좀\s?"
    r"|다시\s?|전체\s?)?(?:보여|알려|요약|설명|어떻게\s?(?:돼|되)|뭐야|어때|있어\?|있나"
    r"|있어[.!?~ ]*$|확인)"
    r"|(?:대회|레이스|마라톤)\S{0,2}\s?(?:까지)\s?(?:몇|얼마)|\b(?:show|see|view|summari[sz]e"
    r"|what(?:'s| is)|how(?:'s| is)|explain|display)\b.*\b(?:my|the|training"
    r"|our) (?:training )?plan\b"
    r"|\bhow many (?:weeks|days) (?:until|to|till|before|left)\b.*\b(?:race|marathon|half"
    r"|event)\b|\bdo i have a (?:training )?plan\b|^(?:my |the )?(?:training )?plan[.!?~ ]*$"
    r"|^(?:훈련\s?)?계획[.!?~ ]*$"
)
APPROVES = (
    r"^(?:계획\s?|플랜\s?|이거\s?)?(?:승인|승낙|허가)(?:해\s?줘|할게|해|합니다|할래|요)*[.!?~ ]*$"
    r"|^(?:i )?approved?(?: it| the plan| this)?[.!?~ ]*$|^(?:계획\s?|플랜\s?)?(?:거절"
    r"|반려)(?:해\s?줘|할게|해|합니다)*[.!?~ ]*$|^reject(?: it| the plan)?[.!?~ ]*$"
)

# What life allows
DAYS_FREE = (
    r"(?:뛸|달릴|훈련할|운동할)\s?수\s?있|(?:에|은|만|이)\s?(?:뛰어|달려|훈련해|가능|돼"
    r"|시간\s?(?:돼|있))|(?:요일)\S{0,3}\s?(?:만|에만)|가능한\s?(?:요일|날)"
    r"|\bi can (?:run|train)\b|\bavailable\b|\bonly (?:on|run|train)\b|\btrain(?:ing)? days\b|\bfree on\b"
)
PER_WEEK = (
    r"(?:주|일주일에)\s?(?P<a>[1-7])\s?(?:회|번|일)|(?P<b>[1-7])\s?(?:times|days|runs) (?:a"
    r"|per) week"
)
SET_LONG = (
    r"(?:롱런|장거리|엘에스디|\blsd\b)\S{0,3}\s?(?:은|는|을|를)?\s?(?:매주\s?"
    r"|항상\s?)?(?:[월화수목금토일]요일|주말)|\blong runs? (?:on|should be|is on|are on)\b"
    r"|\bmy long run day\b"
)
TARGETS = (
    ("hr", r"심박|\bheart[- ]?rate\b|\bhr\b"),
    ("power", r"파워|\bpower\b"),
    ("rpe", r"체감|느낌|\brpe\b|\bby feel\b|\beffort\b"),
    ("pace", r"페이스|\bpace\b"),
)
SET_TARGET = (
    r"(?:목표|기준|타겟)\S{0,3}\s?(?:잡아|해\s?줘|바꿔|설정|정해|로)|기준으로\s?(?:훈련|뛰|짜"
    r"|해)|\btargets? (?:by|in|with)\b|\b(?:train|run|targets?) by\b|\buse (?:heart[- ]?rate"
    r"|power|pace|rpe|hr) (?:targets?|for)\b"
)
CLUB = (
    r"(?:클럽|크루|동호회|정모|모임)\S{0,3}\s?(?:훈련|러닝|런|정모|모임)?|\bclub (?:run|night"
    r"|session|training)\b|\bgroup run\b|\bcrew\b"
)
STRENGTH = (
    r"(?:근력|웨이트|헬스)\S{0,4}\s?.{0,6}(?:[월화수목금토일]요일|해|할|하고)|\b(?:strength|gym)\b.*\bon\b"
)
LIMIT = (
    r"(?:까지만|이내|안에|넘지|최대|이하로|밖에\s?(?:못|안))|\bat most\b|\bup to\b"
    r"|\bno more than\b|\bmax(?:imum)?\b|\bonly have\b"
)
HAS = (
    r"트레드밀\S{0,4}\s?(?:있|쓸|가능)|트랙\S{0,4}\s?(?:있|쓸|가능|갈)|\bi have (?:a "
    r"|access to a )?(?:treadmill|track)\b|\baccess to a (?:treadmill|track)\b"
)

# Health that decides
PREGNANT = r"임신\s?(?:중|했|이에요|이야|\d)|\bi(?:'m| am) (?:\d+ (?:weeks|months) )?pregnant\b"
BORN = r"출산\s?(?:했|후|한\s?지)|아기를?\s?낳|\bgave birth\b|\bpostpartum\b"
NO_PERIOD = (
    r"생리\S{0,2}\s?(?:끊|안\s?한|멈|없어진)|무월경|\b(?:missed|lost|no) (?:my )?periods?\b"
    r"|\bperiods? (?:has |have )?stopped\b"
)
CLEARED = (
    r"(?:의사|병원|주치의|교수님|선생님)\S{0,3}.{0,20}(?:뛰어도|달려도|운동해도"
    r"|훈련해도)\s?(?:된다|괜찮다|좋다)|(?:의사|병원)\S{0,3}.{0,12}(?:허락|승인|허가|소견)"
    r"|\b(?:doctor|physician|cardiologist|physio)\b.*\b(?:cleared|okayed|said (?:i can"
    r"|it'?s (?:ok|okay|fine|safe))|says (?:i can|it'?s (?:ok|okay|fine|safe)))\b|\bi(?:'ve"
    r"| have) been cleared\b|\bcleared (?:me )?to run\b"
)
STILL = r"재개|다시\s?시작하자|보류\s?(?:풀|해제)|\bresume (?:the|my) plan\b|\blift the hold\b"
HURT = (
    r"부상\s?(?:중|당했|입었|이에요|이야)|다쳤(?:어|는데|다|습니다)|피로\s?골절|\bi(?:'m"
    r"| am) injured\b|\bi got injured\b|\bstress fracture\b"
)
