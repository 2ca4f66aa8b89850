"""The words that questions are made of, Korean and English side by side, as patterns over normalised text."""

from __future__ import annotations

# What is asked about
# A curve may be asked for in words too; a drawing is a drawing.
DRAWN = r"그래프|차트|도표|그려|시각화|\bchart|\bgraph|\bplot\b|\bvisuali[sz]|\bdraw\b"
CHART = rf"{DRAWN}|곡선|커브|\bcurve\b"
MAP = r"지도|경로|(?<!풀)(?<!풀 )(?<!하프)(?<!하프 )코스|\bmap\b|\broute\b"
CALENDAR = r"달력|캘린더|\bcalendar\b"
ZONES = (
    r"심박\s?존|페이스\s?존|파워\s?존|존\s?[1-5]|존별|(?<![가-힣])존(?![가-힣])"
    r"|(?<![가-힣])존[이은을](?![가-힣])"
    r"|심박\s?구간|페이스\s?구간(?!별)|훈련\s?구간|강도\s?분포|(?<!time )(?<!time)\bzones?\b"
    r"|\bz[1-5]\b|\btime in zones?\b"
)
PACE = r"페이스|\bpaces?\b"
POWER = r"파워|\bpower\b|\bwatts?\b"
HR = r"심박|심장 박동|맥박|\bheart[- ]?rate\b|\bhr\b|\bpulse\b|\bbpm\b"
CADENCE = r"케이던스|보폭|접지|수직\s?진폭|발걸음 수|\bcadence\b|\bstride\b|\bground contact\b|\bvertical osc"
DRIFT = r"드리프트|디커플링|\bdrift|\bdecoupling\b"
LAPS = r"랩(?![가-힣])|랩별|랩타임|랩을|\blaps?\b"
SPLITS = (
    r"스플릿|구간별|구간\s?기록|킬로(?:미터)?별|1\s?km\s?별|km별|\bsplits?\b"
    r"|(?:킬로(?:미터)?|키로|km)\s?구간|(?<![가-힣])(?<!반복 )(?<!휴식 )구간(?=\s?(?:을|도"
    r"|좀)?\s?(?:보여|알려|어때))"
)
INTERVALS = r"인터벌|반복\s?(?:구간|훈련|별)|휴식\s?구간|\bintervals?\b|\breps?\b|\brepeats?\b"
CONTEXT = (
    r"더위|더웠|더운|기온|날씨|고도|언덕|오르막|오르내리|멈춘|멈췄|정지|\bheat\b|\bhot\b"
    r"|\bweather\b|\btemperature\b"
    r"|\bhill(?:s|y)?\b|\bclimb|\belevation\b|\baltitude\b|\bstops?\b|\bstopped\b"
)
TRAINING_EFFECT = (
    r"(?:훈련|유산소|무산소)\s?효과|트레이닝\s?이펙트|\b(?:training|aerobic|anaerobic) effects?\b"
)
STROKES = r"랭스|렝스|스트로크|\bstrokes?\b|(?<!stride )\blengths?\b"
SLEEP = r"수면|(?<![가-힣])잠(?:은|을|이|도)?(?![가-힣])|잤|\bsle(?:ep|pt|eping)\b"
HRV = r"\bhrv\b|심박\s?변이|\bheart[- ]rate variability\b|\brmssd\b"
REST_HR = (
    r"안정\s?시?\s?심박|쉴\s?때\s?심박|휴식\s?시?\s?심박|\bresting\s+(?:hr|heart[- ]?rate|pulse)\b|\brhr\b"
)
WEIGHT = r"체중|몸무게|\bweigh(?:t|ed|s)?\b(?! training)"
RECOVERY = rf"회복(?!런|주|\s?조깅)|\brecover(?:y|ed|ing)\b(?! run)|{SLEEP}|{HRV}|{REST_HR}|{WEIGHT}"
CONDITION = (
    r"컨디션|몸\s?상태|내\s?상태|(?<!회복)(?<!회복 )상태\s?(?:는|가)?\s?(?:좀\s?)?(?:어때"
    r"|어떤|괜찮)|\bwhat do (?:the|my) numbers say\b|^(?:나\s?)?(?:요즘|요새"
    r"|지금)?\s?(?:나\s?)?어때[^\w가-힣]*$|\bhow am i (?:doing|looking|feeling)\b"
    r"|\bwhat shape\b|\bin shape\b"
    r"|\bmy (?:overall )?(?:condition|state)\b|\bhow(?:'s| is) my (?:condition|body)\b"
)
LOAD = (
    r"피로|체력|피트니스|(?<![가-힣])폼(?![가-힣])|(?<![가-힣])폼[은이](?![가-힣])|부하|트레이닝\s?로드"
    r"|무리(?:하|했|한)|오버\s?트레이닝|과훈련|훈련량이? 너무"
    r"|\bctl\b|\batl\b|\btsb\b|\bfitness\b|\bfitter\b|\bfatigued?\b"
    r"|\b(?:my|in) form\b|\btraining (?:load|stress)\b|\bmy load\b"
    r"|\bovertrain|\bover-?reach|\b(?:doing|training|running) too (?:much"
    r"|hard)\b|\bramp rate\b|\bform\b(?=.*\?)"
)
BEST = (
    r"최고.{0,12}기록|피비(?![가-힣])|최고\s?페이스|최고기록|개인\s?기록|개인\s?최고|베스트|신기록"
    r"|\bpbs?\b|\bprs?\b|\bpersonal (?:best|record)s?\b|\bbests?\b"
    r"|\brecords?\b(?=.*\b(?:5k|10k|half|marathon|mile|my)\b)|\bmy records\b"
)
FASTEST = r"(?:제일|가장|젤)\s?(?:빠르|빨리|빨랐|빠른)|\bfastest\b|\bquickest\b"
LONGEST = (
    r"(?:제일|가장|젤)\s?(?:길게|긴|길었|오래|멀리|멀)|(?:제일|가장|젤)\s?많이\s?(?:뛴|달린)\s?(?:날"
    r"|거|게|것|건)|최장\s?거리|\blongest\b|\bfurthest\b|\bfarthest\b"
)
UPLOADED = (
    r"(?:방금|아까|지금|막|새로)?\s?(?:올린|올렸던|업로드한|끌어다\s?놓은|넣은|보낸)\s?(?:거|것"
    r"|게|건|파일|기록|달리기|러닝|런|수영|자전거|라이딩|운동|활동)"
    r"|(?:이|그|저)\s?파일(?!들)"
    r"|\b(?:i|we)(?:'ve| have)?\s+(?:just\s+)?(?:uploaded|dropped|added|sent|imported)\b"
    r"|\b(?:just\s+)?(?:uploaded|dropped|imported)\s+(?:run|ride|swim|activity|file|one)\b"
    r"|\b(?:this|that|the)\s+(?:new\s+)?file\b"
)
LAST = (
    r"마지막|방금|아까|직전|(?:제일|가장|젤)\s?최근|최근\s?(?:에\s?)?(?:달리기"
    r"|러닝|런|운동|뛴|훈련|기록|활동)(?!\s*(?:목록|들|\d))"
    r"|\b(?:my|the)?\s*(?:last|latest|most recent|previous)\s+(?:one"
    r"|long\s+run|easy\s+run|run|ride|swim|hike|walk|race|activity"
    r"|workout|session|training)\b"
)
RACE = r"대회|레이스|시합|\brac(?:e|es|ed|ing)\b"
LONG_RUN = r"장거리|롱런|엘에스디|\blsd\b|\blong runs?\b"
TREADMILL = r"트레드밀|러닝머신|런닝머신|\btreadmill\b"
SESSION = (
    r"운동|뛴\s?(?:거|것|게|건)|달린\s?(?:거|것|게|건)|탄\s?(?:거|것)|한\s?거|오늘\s?거"
    r"|어제\s?거|인터벌|템포|이지런|지속주|조깅|훈련(?!\s?(?:부하|계획))"
    r"|기록|활동|\bintervals?\b|\btempo\b|\bworkouts?\b|\bsessions?\b|\bactivit(?:y"
    r"|ies)\b|\bworkout\b|\bthreshold run\b"
)
QUANTITY = (
    r"며칠|횟수|몇\s?(?:킬로|키로|km|k\b|마일|번|시간|회|분|일|개)|얼마나"
    r"|총\s?|합계|누적|합쳐|거리|마일리지|훈련량|운동량|달린\s?양"
    r"|\bhow (?:far|much|many|often|long)\b|\bnumber of\b|\btotals?\b"
    r"|\bmileage\b|\bvolume\b|\bdistance\b|\bkm\b|\bkilomet(?:er|re)s\b"
    r"|\bmiles\b|\bhours\b"
)
LISTING = (
    r"(?:뛴|달린|탄|한)\s?(?:거|적|날)\s?있|^did i (?:run|ride|swim|train|go)\b|"
    r"목록|리스트|(?:대회|달리기|러닝|운동|기록|훈련)들|찾아|다\s?보여|모두|전부|쭉|어떤\s?(?:운동|훈련)"
    r"|뭐\s?(?:뛰|했|달|탔)|뭘\s?(?:뛰|했)|언제\s?(?:뛰|달|했)|날들?(?:은|을|이)?\s?(?:알려"
    r"|보여|찾|언제)?"
    r"|기록\s?(?:쭉|들|보여|좀)|\blist\b|\ball\b|\bfind\b|\bwhich\b|\brecent (?:runs"
    r"|activities|workouts|rides|swims)\b|\bwhat (?:have|did) i (?:do"
    r"|done|run)\b"
    r"|\b(?:runs|rides|swims|hikes|walks|races|activities|workouts|sessions)\b|\bwhen did i last\b"
)
COMPARE = (
    r"비교|대비|보다|비해|\bvs\.?\b|\bversus\b|\bcompar(?:e|ed|ison|ing)\b"
    r"|\bthan\b|차이|나란히|\bnext to\b|\bside by side\b|\bdifference\b|\bstacks? up\b|\b(?:up|down) on\b"
    r"|중에?\s.*더\s|\bwhich (?:one|month|week|year)\b.*\b(?:more|better|less|faster)\b"
)
HOW_WAS = (
    r"어땠|어때|어떤|어떻|분석|평가|상세|자세|리뷰|봐\s?줘|보여|알려|괜찮|있었|\bhow\b|\banaly[sz]e\b"
    r"|\btell me\b|\breview\b|\bshow\b|\bwhat\b|\bdetails?\b"
    r"|\bwas there\b|\bbreak(?: ?down|\s.*\bdown)\b|\bwhen was\b|\bsplits?\b|\blaps?\b"
)
WEEKLY = (
    r"(?:제일|가장|젤)\s?많이\s?(?:뛴|달린)\s?주(?!말)|\b(?:biggest|best|highest) week\b|"
    r"주별|(?<!\d)(?<!\d )(?<![한두세네] )주간|주당|매주|주마다|\bweekly\b|\bper week\b"
    r"|\b(?:each|every) week\b|\bby week\b|\bweek by week\b"
)
MONTHLY = (
    r"(?:제일|가장|젤)\s?많이\s?(?:뛴|달린)\s?달|\b(?:biggest|best|highest) month\b|"
    r"월별|월간|매달|매월|달마다|달별|\bmonthly\b|\bper month\b|\b(?:each|every) month\b"
    r"|\bby month\b|\bmonth by month\b"
)
EVER = (
    r"지금까지|여태|역대|통산|평생|전체|\bever\b|\ball[- ]time\b|\blifetime\b"
    r"|\bin total\b|\baltogether\b|\boverall\b"
)

# The body and how it feels
PAIN = (
    r"아프|아팠|아픈|아파|아픔|통증|쑤시|쑤셔|욱신|뻐근|뭉쳤|뭉친|뭉침"
    r"|당기|당겼|당겨|당김|결리|결려|시큰|찌릿|저리|저려|붓|부었|불편"
    r"|삐|쥐가?\s?나|쥐났|찌뿌둥"
    r"|\bhurts?\b|\bhurting\b|\bpain(?:ful)?\b|\bsore(?:ness)?\b|\bach(?:e"
    r"|es|ed|ing|y)\b|\bstiff(?:ness)?\b|\btight(?:ness)?\b|\bniggl"
    r"|\bswollen\b|\bcramp|\btwinge|\btweak"
)
FEELING = (
    r"피곤|힘들|힘드|지쳤|지친|지쳐|나른|무거|가벼|개운|상쾌|컨디션"
    r"|기분|스트레스|졸려|못\s?잤|잘\s?잤|푹\s?잤"
    r"|\d\s?시간\s?(?:밖에|만|정도)?\s?(?:못\s?)?잤|몸살|감기|생리|더웠|추웠"
    r"|\b(?:i )?(?:feel|felt|feeling)\b|\btired\b|\bexhausted\b|\blegs like\b"
    r"|\bslept\b|\bstressed\b|\bsick\b|\ba cold\b|\bgreat mood\b|\bheavy legs\b"
    r"|\blegs? (?:felt|were|was|are)\b"
)
EFFORT = r"\brpe\b|\d+\s?점|운동\s?강도|체감\s?강도|\bout of (?:10|ten)\b|\b\d+\s?/\s?10\b|\beffort\b(?=.*\d)"
NOTE = (
    r"^(?:메모|노트|일지|기록)\s?[::]|일지에|메모해|적어\s?(?:줘|둬|놔|주)|써\s?(?:줘|둬|놔)"
    r"|^note\s?[::]|\badd (?:this )?to (?:my |the )?(?:journal|diary"
    r"|log)\b|\bnote (?:that|down)\b|\bwrite down\b|\bjournal\s?:"
)
JOURNAL = r"일지|일기|다이어리|메모|통증\s?기록|\bjournal\b|\bdiary\b|\bnotes\b"
DIAGNOSES = (
    r"족저\s?근막|피로\s?골절|신\s?스플린트|장경인대\s?증후군|장경인대염|아킬레스건염|러너스\s?니|건염|염증|인대|반월판|연골|디스크|골절|부상"
    r"|\bplantar fasci|\bstress fracture|\bshin splints?\b"
    r"|\bitbs\b|\b(?:it|iliotibial) ?band\b"
    r"|\brunner'?s knee\b|\btend(?:on|in)itis\b|\bfracture\b|\binjur(?:y|ed)\b|\btorn\b|\bsprain"
)
ILLNESS = (
    r"감기|몸살|독감|코로나|기침|열이?\s?(?:나|있|났)|\ba cold\b|\bflu\b|\bfever\b|\bcovid\b"
    r"|\bsick\b|\bi(?:'m| am) ill\b"
)
MEDICINE = (
    r"진통제|소염제|이부프로펜|타이레놀|약\s?(?:을\s?)?(?:먹|복용)|병원|의사|한의원|파스|\bibuprofen\b"
    r"|\bpainkillers?\b|\bnsaids?\b|\bdoctor\b|\bphysio\b|\bmedic(?:ine"
    r"|ation|al)\b"
)

# What is told or ordered
UNDO = (
    r"되돌|되돌려|실행\s?취소|취소|원래대로|원상\s?복구|무르|\bundo\b"
    r"|\brevert\b|\btake (?:that|it) back\b|\broll ?back\b"
)
DELETE = r"지워(?!진|졌)|지우|삭제(?!된|한|했|됐)|없애|\bdelete\b|\bremove\b|\berase\b|\bget rid of\b"
MARK = (
    r"표시|체크|태그|바꿔|변경|설정|수정|처리|였어|이었|였음|였다|였는데"
    r"|였네|이야|야\s*$|예요|이에요|\bmark\b"
    r"|\bset\b|\btag\b|\bflag\b|\bwas (?:a|an|on|my|indoors)\b|\bas (?:a"
    r"|an)\b"
)
DID = (
    r"뛰었|뛰엇|뛰고\s?왔|뛴다|뛰었음|뛰었다|뜀|뛰었습|달렸|달리고\s?왔"
    r"|탔|걸었|조깅|완주|수영했|했어|했음|했다|했습|함\s*$|추가|기록해"
    r"|저장|올려|등록"
    r"|\bran\b|\bjogged\b|\bbiked\b|\brode\b|\bcycled\b|\bswam\b|\bwalked\b"
    r"|\bhiked\b|\browed\b|\bdid\b|\bfinished\b|\bcompleted\b|\blog\b"
    r"|\badd\b|\brecord\b|\bwent\b|\bgot in\b|\braced\b"
)
PLAN = (
    r"계획|플랜|스케줄|훈련표|프로그램|일정\s?(?:짜|세|만)|뭐\s?뛸|뭘\s?뛰|뭐\s?뛰지|뭐\s?해야|뭐\s?할까"
    r"|어떻게\s?(?:훈련|준비|뛰어야)|훈련\s?추천|테이퍼|몇\s?킬로\s?뛸까|나가도\s?(?:돼|될|되)"
    r"|뛸까|쉴까|쉬어야"
    r"|\bplan\b|\bschedule\b|\bprogram(?:me)?\b|\bwhat should i (?:run"
    r"|do|train)\b|\bshould i (?:run|rest|train|race)\b|\bhow (?:should"
    r"|do|can) i (?:train|prepare)\b|\btrain(?:ing)? for\b|\btaper\b"
    r"|\bcan i run (?:a )?sub"
)
ADVICE = (
    r"신발|러닝화|젤\s?추천|식단|영양|보충제|먹어야|뭐\s?먹|스트레칭"
    r"|자세|호흡법|빨라지|잘\s?뛰(?:려면|는\s?법)|다이어트|추천|대회\s?(?:정보"
    r"|일정)|날씨|기온"
    r"|\bshoes?\b|\bnutrition\b|\bdiet\b|\bgels?\b|\bstretch(?:es|ing)?\b"
    r"|\brunning form\b|\btechnique\b|\bget faster\b|\brun faster\b"
    r"|\bimprove my\b|\bweather\b|\badvice\b|\btips?\b|\brecommend"
)
INTENDS = (
    r"뛰려|달리려|하려고|뛸\s?(?:거|예정|생각)|달릴\s?(?:거|예정)|할\s?(?:거"
    r"|예정)|뛸게|\bgoing to\b|\bgonna\b"
    r"|\bi(?:'ll| will)\b|\bwant to run\b|\bplanning to\b"
)
RESTED = (
    r"쉬었|쉬는\s?날|휴식했|안\s?뛰었|못\s?뛰었|안\s?달렸|\brest day\b"
    r"|\bdidn't run\b|\bdid not run\b|\btook (?:a|the) (?:rest )?day off\b"
)
NOT_COMPUTED = r"칼로리|\bcalories\b"
BRING_DATA = (
    r"(?:스트라바|가민|코로스|애플\s?(?:워치|건강)|삼성\s?헬스|워치"
    r"|시계).*(?:연결|연동|가져|불러|동기화)|(?:파일|기록|데이터)(?:을"
    r"|은|를)?\s?어떻게\s?(?:올|넣|가져|추가)"
    r"|\b(?:connect|link|sync)\b.*\b(?:garmin|strava|coros|watch|apple"
    r"|account)\b|\bhow (?:do|can) i (?:upload|import|add|get)\b"
)
ERASE = (
    r"(?:데이터|기록|활동|정보).*(?:전부|모두|다|싹)\s?(?:지워|삭제)"
    r"|(?:전부|모두|싹\s?다)\s?(?:지워|삭제)|계정.*(?:삭제|탈퇴|지워)"
    r"|탈퇴|\bdelete (?:all|everything|my account)|\berase (?:all|everything)"
)
HELP = (
    r"뭐\s?(?:를\s?)?할\s?수|뭘\s?할\s?(?:수|줄)|할\s?수\s?있(?:는|어\?|니)|할\s?줄\s?(?:알"
    r"|아)|도움말|사용법|사용\s?방법|어떻게\s?(?:써|쓰|사용)|뭐\s?물어"
    r"|물어\s?볼\s?수|물어봐도|\bquestions\b.*\b(?:understand"
    r"|answer)|기능(?:이|은|을|\s|$)"
    r"|^(?:help|/help|도와\s?줘)[^\w가-힣]*$|\bwhat can (?:you|i ask)\b|\bwhat (?:kind of "
    r"|sorts? of )?things can\b|\bhow (?:do|can) i use\b|\bhow does this work\b"
    r"|\bwhat do you do\b|\bwhat are you (?:able|good)\b"
)
IMPORT = (
    r"(?:파일|업로드|가져오기|임포트|불러오기|데이터|동기화).*(?:다\s"
    r"|들어왔|들어갔|끝났|완료|됐|되었|되고|어디까지|처리|진행|상태"
    r"|읽었|얼마나)"
    r"|(?:다|전부|모두)\s?(?:들어왔|올라갔|가져왔|읽었)"
    r"|\b(?:import|upload|sync)\w*\b.*\b(?:done|finish\w*|status|progress"
    r"|complete\w*|ready|ok|work\w*|going)\b|\bfiles?\b.*\b(?:imported"
    r"|processed|in|read|arrive\w*|done|loaded)\b"
    r"|\bimport status\b|\b(?:zip|archive|export)\b.*\b(?:import\w*"
    r"|finish\w*|done|read)\b|\b(?:are|is|did|has|have) .*\b(?:import"
    r"|imports|upload|uploads|uploaded)\b"
)
PROFILE = (
    r"프로필|(?:내|나의|제)\s?(?:정보|설정)|설정\s?(?:좀\s?)?(?:보여|알려|뭐)|(?:로|라고)\s?(?:등록"
    r"|설정|저장|되어|돼)|\bprofile\b|\bsettings\b|\bknow about me\b|\bhave (?:for"
    r"|on) me\b|\bset to\b(?=.*\?)"
)
GREETING = (
    r"^(?:안녕|하이|헬로|반가|좋은\s?아침|굿모닝|ㅎㅇ|hi\b|hello\b"
    r"|hey\b|good (?:morning|afternoon|evening)|yo\b|howdy)"
)
THANKS = r"고마|감사|땡큐|쌩유|ㄱㅅ|\bthank|\bthx\b|\bcheers\b|\bappreciate"
BYE = (
    r"잘\s?자(?![가-힣])|잘\s?있어|다음에\s?(?:봐|또)|내일\s?봐|안녕히"
    r"|바이|\bbye\b|\bgood ?night\b|\bsee you\b"
)
WHO = (
    r"(?:넌|너는|너|당신은?|누구)\s?(?:누구|뭐야|이름)|누구(?:야|세요|니|예요)|이름이\s?뭐|\bwho are you\b"
    r"|\bwhat are you\b|\byour name\b|\bare you (?:a )?(?:human|ai"
    r"|bot|real)\b"
)
PRAISE = (
    r"^(?:좋(?:네|다|아요?|았어)|멋지|멋져|대단|최고(?:야|다|네)|굿|ㅋ+|ㅎ+|[오와]+우?(?![가-힣])"
    r"|nice|great|cool|awesome|good job|well done|ok(?:ay)?|got it"
    r"|알겠|알았|오케이|ㅇㅋ)"
)
# How it is out there now or will be: no source of ours knows.
WEATHER = (
    r"날씨(?:가|는|도)?\s?(?:어때|어떻|어떨|알려|좋아\?|좋을까|괜찮)|(?:기온|온도)(?:이|은|가|는)?\s?(?:몇|얼마|어때|어떻)"
    r"|(?<![가-힣])(?:비|눈)(?:가|는|도)?\s?(?:와|올까|온대|오나|오니|오려나)(?:요)?\?"
    r"|미세먼지(?:가|는)?\s?(?:어때|어떻|수치|몇|심해|농도|좋아\?)"
    r"|\b(?:what(?:'s| is)|how(?:'s| is)) the (?:weather|temperature|forecast|air quality)\b"
    r"|\bwill it (?:rain|snow)\b|\bis it (?:raining|snowing|going to (?:rain|snow))\b|\bweather forecast\b"
)
YES = (
    r"^(?:응+|어|네+|넵|예|그래|ㅇㅇ|ㅇ|좋아|부탁해|해\s?줘|보여\s?줘|yes|yeah|yep|yup"
    r"|sure|please|ok(?:ay)?|go ahead|do it|please do)(?:\s?요)?(?:[,.! ]*(?:그렇게\s?해\s?줘"
    r"|보여\s?줘|해\s?줘|please|부탁해|show (?:me|it|them)|go ahead)(?:\s?요)?)?[.!~ ]*$"
)
NO = (
    r"^(?:아니|아뇨|아니오|아니요|괜찮아|됐어|ㄴㄴ|no\b|nope|nah|not now)[요.!~ ]*(?:thanks?"
    r"|thank you|괜찮아요?)?[.! ]*$"
)
