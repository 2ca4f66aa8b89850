"""The words for services, connections and synchronising, as patterns over normalised text."""

from __future__ import annotations

SERVICES = (
    ("garmin", r"가민|갈민|\bgarmin\b"),
    ("strava", r"스트라바|\bstrava\b"),
    (
        "apple_health",
        r"애플\s?(?:건강|헬스|워치|와치)|아이폰\s?(?:건강|헬스)|헬스\s?킷|건강\s?앱|apple\s?(?:health"
        r"|watch)|\bhealth\s?kit\b",
    ),
    (
        "sheets",
        r"구글\s?(?:시트|스프레드\s?시트|문서)|스프레드\s?시트|(?<![가-힣])시트(?:에서|에|를|랑|도|는)"
        r"|\bgoogle (?:sheets?"
        r"|docs?)\b|\bspreadsheets?\b|\bgsheets?\b",
    ),
)
OTHERS = (
    r"코로스|삼성\s?헬스|순토|폴라(?![가-힣])|나이키|핏빗|\bcoros\b|\bsamsung\b|\bsuunto\b|\bpolar\b|\bnike\b"
    r"|\bfitbit\b|\bwahoo\b"
)
# Something that can be connected, unnamed.
A_SERVICE = (
    r"계정|서비스|기기|시계|워치|앱(?:이랑|하고|을|\s)|\baccounts?\b|\bservices?\b|\bdevices?\b"
    r"|\bwatch\b|\bapps?\b"
)

CONNECT = (
    r"연결|연동|(?<!를 )붙(?:여|일|이)|로그인|등록|계정\s?추가|페어링|링크|이어\s?(?:줘|줄|주)"
    r"|\b(?:re)?connect(?:ing|ion)?\b|\blink(?:ing)?\b|\blog(?:ging)?[ -]?in(?:to)?\b"
    r"|\bsign(?:ing)? in(?:to)?\b"
    r"|\bset(?:ting)?[ -]?up\b|\bhook (?:it |me )?up\b|\bhook up\b|\bpair(?:ing)?\b|\badd my\b"
    r"|\bauthori[sz]e\b"
)
DISCONNECT = (
    r"연결\s?(?:을\s?)?(?:끊|해제|취소|삭제)|연동\s?(?:을\s?)?(?:끊|해제|취소|삭제)|끊(?:어|을|고|자"
    r"|는\s?법)|로그아웃"
    r"|\bdisconnect\b|\bunlink\b|\blog(?:ging)? out\b|\bsign out\b|\bremove\b.*\b(?:connection"
    r"|account)\b|\brevoke\b"
    r"|\bstop (?:syncing|sync|importing)\b"
)
# Whether a service could be had at all: asked by who has not connected it.
COULD = (
    r"(?:받을|가져\s?올|불러\s?올|읽을|읽어\s?올|받아\s?올|넣을|쓸)\s?(?:수\s?있|고\s?싶)|넣고\s?싶"
    r"|\bcan (?:you"
    r"|i)\b.*\b(?:get|read|use|import|pull)\b"
    r"|\bautomatically\b|자동으로|\buse my\b"
)
CREDENTIALS = (
    r"비밀\s?번호|비번|패스워드|인증\s?(?:번호|코드)|\bpasswords?\b|\bpw\b|\blogin\b|\b(?:the|my"
    r"|a)\s(?:\w+\s)?code\b"
    r"|\bcode is\b|아이디"
)
CODE = (
    r"인증\s?(?:번호|코드)|보안\s?코드|\botp\b|\bmfa\b|\b(?:the|my|verification|security)\s+code is\b"
    r"|\[removed: code\]"
)
REMOVED = r"\[(?:지움|removed): [^\]]*\]"

SYNC = r"동기화|싱크|(?<!out of )\bsync(?:ing|ed|s|hroni[sz]\w*)?\b"
REFRESH = r"새로\s?고침|\brefresh\b(?!ed|ing| my memory)"
# "Fetch my new runs": the verb, and something new to fetch.
FETCH = (
    r"가져\s?와|가져다\s?줘|불러\s?와|받아\s?와|땡겨\s?와|끌어\s?와|업데이트\s?(?:해|좀|부탁)"
    r"|\b(?:fetch|pull(?! up)|get(?! my (?:last|latest) (?:run|ride|activity|workout)\b)|grab"
    r"|download|import)\b|\bupdate my\b.*\bdata\b|\bcheck (?:for|if there)\b"
)
NEW = r"기록|활동|운동|데이터|최신|새로|방금|오늘|\bnew\b|\blatest\b|\brecent\b|\bmy data\b|\bthem\b"
CHECK_NEW = r"새\s?(?:활동|기록|운동).*확인"

ASKS_STATE = (
    r"상태|어디까지|끝났|끝나|다\s?(?:됐|돼|되|왔|들어|끝)|됐(?:어|나|니|지|냐)|되고\s?있|돼\s?있"
    r"|되어\s?있|돼\?|멈춘|멈췄|실패|안\s?(?:돼|되)"
    r"|잘\s?(?:돼|되|들어)|마지막|얼마나|왜|언제|뭐\s?있|뭐가|몇\s?개|목록|끊겼|끊어졌|보여|알려|있지"
    r"|있어\?|왔어|해야|뭐야|어떻게\s?돼"
    r"|\bstatus\b|\bstate\b|\bdone\b|\bfinish(?:ed)?\b|\bcomplete\b|\bis\b|\bare\b|\bdid\b"
    r"|\bhas\b|\bhave\b|\bwas\b|\bwhy\b|\bwhen\b|\bhow\b"
    r"|\bwhat\b|\bwhich\b|\bprogress\b|\bshow\b|\bdo i\b|\bstuck\b|\bfail(?:ed)?\b|\blast\b|\bdoes\b"
    r"|\bshould\b|\bneed to\b"
)
# Said of nothing in particular, and still of the synchronisation.
FAR = (
    r"어디까지\s?(?:가져|받|들어|왔)|언제\s?(?:다|끝)\s?(?:돼|되|가져|들어|와|받)|다\s?(?:가져오|받으"
    r"|들어오)려면"
    r"|몇\s?개나?\s?(?:더\s?)?남았|과거\s?기록"
    r"|\bhow far (?:along |back )?(?:is|are|did|does|do)\b.*\b(?:import|you get|sync|go|it"
    r"|history|backfill)\b"
    r"|\bhow (?:many|much)\b.*\bleft\b(?!.*\b(?:shoes?|plan|race|miles?)\b)|\bwhen will (?:it"
    r"|that|this|everything|you) be (?:done|ready|finished|here)\b"
    r"|\bhow long (?:until|till|before) (?:everything|it|all)\b|\bare you done\b"
)
NOT_HERE = (
    r"안\s?(?:들어왔|들어와|들어오|떠|뜨|보여|보이|왔|올라왔)"
    r"|\b(?:isn't|is not|aren't|hasn't|has not|not|didn't)\b.*\b(?:here|showing|shown? up|there"
    r"|arrived?|come in|appear(?:ed)?)\b"
    r"|\b(?:run|ride|activity|workout|swim)\b.*\bmissing\b"
)
NOT_HERE_OF = (
    r"왜|아직|오늘|어제|방금|아까|기록|뛴|달린|운동|\brun\b|\bride\b|\bactivit|\bworkout\b|\bswim\b"
    r"|\bdata\b"
)
CONNECTED_WITH = (
    r"연결\s?(?:된|돼\s?있는|되어\s?있는)\s?(?:서비스|계정|거|것|곳)|연결\s?상태|\bmy connections\b"
    r"|\bwhat(?:'s| is) connected\b"
)

DONT = (
    r"(?:하지|가져오지|불러오지|받지|돌리지|연결하지)\s?(?:마|말)|안\s?(?:해도|할래|할\s?거|할게|하고"
    r"|하고\s?싶)|필요\s?없|꺼\s?줘|끄고|그만|멈춰"
    r"|\bdon'?t\b(?! (?:you|i|we|they|strava))|\bdo not\b|\bno need\b|\brather not\b|\bturn off\b"
    r"|\bstop\b|\bdon't want\b|\bnot? now\b"
)
INSTEAD = r"말고|\bnever ?mind\b|\binstead of\b"

HIDDEN = (
    r"가려|가렸|숨겨|숨긴|숨기|비공개|안\s?보내|못\s?보내|안\s?보여\s?(?:줘|주)|안\s?알려\s?줘"
    r"|못\s?보(?:여|게)"
    r"|\bwithheld\b|\bwithhold\b|\bhidden\b|\bhide\b|\bprivate\b|\bwon't you (?:share|send)\b"
    r"|\bdon't you (?:share|send)\b|\bcan't\b.*\bsee\b|\bnot (?:shared|sent)\b"
)
HIDDEN_FROM = (
    r"모델|외부|\bai\b|에이아이|인공지능|챗봇|지피티|\bgpt\b|\bllm\b|\bmodel\b|스트라바|\bstrava\b|값"
    r"|기록|숫자|데이터|수치|^왜\s?(?:가려|숨)"
    r"|\bthis\b|\bthat\b|\bit\b|\bvalue\b|\bnumbers?\b|\bdata\b|\bfigures?\b"
)
KEPT = (
    r"왜.*(?:일주일|7\s?일|칠\s?일|한\s?주).*(?:사라|없어|지워|남|만)|(?:일주일|7\s?일|칠\s?일).*왜"
    r"|\bwhy\b.*\b(?:disappear|gone|deleted|kept|keep)\b.*\b(?:week|seven|7)\b"
)
CLEARLY_HIDDEN = r"가려(?:져|졌)|숨겨(?:져|졌)|\bwithheld\b|\bhidden\b"
WHY = r"왜|이유|까닭|\bwhy\b|\bwhat does .* mean\b|\bhow come\b"
UPLOAD = r"(?:에|으로)\s?자동(?:으로)?\s?(?:올|업로드)|자동\s?업로드|\bupload\b.*\bto strava\b"
