"""English phrases for signs: something felt or seen that may be danger.

A space is a space or hyphen; `_` allows up to four words (`utterance.reading`).
"""

from __future__ import annotations

from coach.domain.utterance import compile_english

_HURT = (
    r"(?:hurts?|hurting|aches?|aching|pains?|painful|sore|tender|throb\w*|stab(?:s|bed|bing)?|sharp|"
    r"killing)"
)
_SWOLLEN = r"(?:swollen|swelling|swelled|swells|puffy|ballooned|swole)"
_LEG_BONE = (
    r"(?:shins?|shin ?bones?|tibia\w*|fibula|metatarsals?|foot|top of my foot|hip|femur|thigh ?bone|"
    r"heel|navicular|pelvis|"
    r"sacrum|ankle ?bone|bone|midfoot|toe ?bone|instep|lower leg)"
)
_CANNOT = r"(?:can'?t|cannot|can ?not|couldn'?t|could ?not|unable to|not able to|isn'?t able to|won'?t)"
_WATER = r"(?:water|fluids?|gatorade|liquids?|sports? drinks?|electrolytes?|powerade|litres?|liters?|bottles)"

_SIGNS: dict[str, tuple[str, ...]] = {
    "chest_pain": (
        r"chest (?:pains?|tightness|pressure|discomfort|heaviness|ache|aches|tightening|cramps?|burning)",
        rf"(?:chest|sternum|breast ?bone|ribcage over my heart)_(?:{_HURT}|tight\w*|burning|burns|"
        r"pressure|squeez\w*|heavy|heaviness|crush\w*|clench\w*|"
        r"constrict\w*|closing|gripping|on fire|exploding|weird)",
        r"chest (?:hurts?|hurting|tight|aches|aching|heavy)",
        r"(?:pains?|pressure|tightness|squeez\w*|aches?|aching|discomfort|heaviness|stabbing|burning|"
        r"weight|elephant|vice|vise|band|"
        r"crushing|tight feeling|tight|cramp)_(?:in|on|across|around|behind|at|under|over|through|of|"
        r"to)(?:_|[\s-]+)(?:chest|breast ?bone|sternum|heart)",
        r"angina|(?:my|the) heart_(?:hurts|hurting|aches|aching|pain|pains|is in pain)|heart pains?",
        r"(?:having|have|had|got|getting|like|be|this) (?:a )?(?:mini |mild )?(?:heart attack)",
    ),
    "left_arm": (
        r"left (?:arm|shoulder)_(?:numb\w*|pain\w*|hurt\w*|ach\w*|tingl\w*|heavy)",
        r"jaw_(?:hurt\w*|pain\w*|ach\w*|tight)",
        r"pain_down_(?:my|the) (?:left )?arm",
    ),
    "cold_sweat": (r"cold sweats?|clammy",),
    "faint": (
        r"faint(?:ed|ing|s)?(?! (?:line|signal|pulse|smell|light|memory|hope|sound|outline|trace|praise|"
        r"heart|of heart|idea|hum|glow))",
        r"pass(?:ed|ing|es)? out|black(?:ed|ing|s)? out|blackouts?|blacking|conked out|syncope|"
        r"keel(?:ed|ing)? over",
        r"went down_(?:don'?t|can'?t|cannot) remember|(?:don'?t|can'?t|cannot) remember (?:falling|"
        r"finishing|what happened|anything)|(?:lost|losing|lose|lost my) consciousness|knocked out cold|"
        r"went unconscious|went down unconscious|(?:went|going) out cold",
        r"collaps(?:ed|ing|e|es)",
        r"(?:woke up|came to|came around|found myself|next thing i knew_i was|came round)_(?:ground|"
        r"floor|track|pavement|ambulance|grass|road|sidewalk|hospital|medical tent)",
    ),
    "near_faint": (
        r"vision_(?:went|goes|going|turned|turning|fading|faded|tunnel\w*|narrow\w*|blacked|black|dark|"
        r"grey|gray|blurry|blurred)|tunnel vision",
        r"(?:everything|it all|things|world)_(?:went|goes|going|turned) (?:black|dark|white|grey|gray)|"
        r"saw black|seeing (?:stars|black)|grey out|greyed out|grayed out",
        r"(?:nearly|almost|about to|gonna|going to|close to)_(?:faint\w*|pass\w* out|black\w* out|"
        r"collaps\w*)",
    ),
    "palpitation": (
        r"palpitations?|palps|arrhythmia|a ?fib|irregular heart ?(?:beat|rate|rhythm)?|"
        r"heart ?beat_(?:irregular|erratic|weird|skipping|off|racing)",
        r"heart_(?:racing|races|raced|pounding|pounds|flutter\w*|skipping|skips|skipped|irregular\w*|"
        r"erratic\w*|jumping|out of rhythm|thump\w*|"
        r"beating (?:fast|weird|funny|hard|really|so|out|like|irregularly)|going crazy|flip ?flop\w*|"
        r"hammering|quiver\w*|stutter\w*)",
        r"pulse_(?:irregular|all over|erratic|racing|skipping|uneven)|flutter\w*_(?:chest|heart)|"
        r"skipped beats|extra beats|missed beats|(?:racing|pounding|fluttery|fluttering|"
        r"erratic) (?:heart|pulse|heart ?beat)",
    ),
    "irregular": (
        r"(?:heart|heart ?beat|pulse)_(?:irregular\w*|erratic\w*|skipping|skips|skipped|flutter\w*|uneven\w*|"
        r"out of rhythm|flip ?flop\w*|missing beats|all over the place)",
        r"irregular (?:heart ?beats?|heart rhythm|rhythm|pulse)|(?:skipped|missed|extra) beats|"
        r"a ?fib|arrhythmia",
    ),
    "dizzy": (
        r"dizz\w*|light ?headed\w*|light headedness|woozy|vertigo|(?:room|world|everything|"
        r"head)_spin\w*|(?:feel|feeling|felt) (?:like )?faint(?:ing)?|head rush|unsteady|giddy",
    ),
    "breathless": (
        rf"{_CANNOT} (?:\w+ ){{0,2}}?(?:breath\w*(?! through)|catch my breath|get (?:enough |any |"
        r"my )?(?:air|breath)|get a (?:full |deep )?breath|take a (?:full |deep )?breath|draw breath)",
        r"(?:struggl\w*|hard|trouble|difficulty|difficult|fight\w*|fought|"
        r"labou?red)_(?:breath\w*(?! through)|catch my breath|get air|for (?:air|breath))|"
        r"labou?red breathing|breathing_(?:labou?red|ragged)",
        r"gasp\w* for (?:air|breath)|suffocat\w*|choking for air|breathing_(?:hard and wrong|difficult|"
        r"impossible)",
    ),
    "winded": (
        r"short(?:ness)? of breath|out of breath|breathless\w*|winded|sob|panting|puffed|puffing|"
        r"huffing|wheez\w*|gassed|gasping|breathing_(?:heavy|heavily|hard)",
    ),
    "confused": (
        r"confus(?:ed|ion)(?! (?:about|by|with|over|between|as to|why|how|whether|on|at|me))|"
        r"disorient\w*|deliri\w*|incoheren\w*|slurr\w*|"
        r"not making (?:any )?sense|making no sense|doesn'?t make sense when|nonsense|babbl\w*|"
        r"gibberish|stopped sweating|not sweating|no longer sweating|no sweat anymore|unresponsive|"
        r"hallucinat\w*|seizures?|seizing|convuls\w*|stagger\w*|stumbl\w*|acting (?:strange|weird|drunk|"
        r"odd)|out of it|wobbl\w*|combative|zigzag\w*|foggy|mumbling",
        r"(?:doesn'?t|don'?t|didn'?t|couldn'?t|can'?t)_(?:know|remember|tell)_(?:where|name|who|"
        r"what day)|(?:didn'?t|doesn'?t) recogni[sz]e",
    ),
    "heat_stroke_named": (
        r"(?:have|having|got|getting|has|had|be|this|think|suspect|like)_heat ?(?:stroke|exhaustion)|"
        r"heat ?stroke_(?:symptoms|coming)",
    ),
    "drank": (
        r"(?:drank|drinking|drunk|drink|chugg\w*|downed|gulp\w*|guzzl\w*|took in|went through|had|"
        r"put away)_(?:(?:way )?too much|so much|lots?|tons?|a lot|loads|plenty|gallons?|huge|heaps|"
        r"every (?:mile|aid station|station|stop|km)|"
        r"\d+ ?(?:l\b|litres?|liters?|bottles|cups)|(?:two|three|four|five|six|seven|eight)_(?:litres?|"
        rf"liters?|bottles|cups)|constantly|nonstop|non stop|a ton)(?:_{_WATER})?",
        r"(?:too much|so much|lots of|tons of|loads of|gallons? of|a ton of|a lot of|litres? of|"
        rf"liters? of|bottles of|cups of|nothing but|only|just|plain)_{_WATER}",
        rf"(?:chugg\w*|guzzl\w*|gulp\w*|pounding|pounded)_{_WATER}",
        rf"over ?hydrat\w*|over ?drank|over ?drinking|{_WATER} at every|{_WATER} every|drank at every|"
        r"drinking at every|drank_every|hyponatr\w*",
    ),
    "headache": (
        r"head ?aches?|head_(?:hurts|hurting|pounding|splitting|killing|throbbing|exploding|aching)|"
        r"migraine",
    ),
    "vomit": (
        r"vomit\w*|throw\w* up|threw up|throwing|puk\w*|nause\w*|sick to my stomach|feel(?:ing)? sick|"
        r"queasy|barf\w*|hurl\w*",
    ),
    "puffy": (
        rf"(?:hands?|fingers?|feet|face|ankles|wrists?|body|eyes)_(?:{_SWOLLEN}|bloated|like sausages)|"
        rf"{_SWOLLEN}_(?:hands?|fingers?|feet|face|wrists?)|rings?_(?:tight|stuck|won'?t|come off)|"
        r"watch_too tight|bloated|puffy|sausage fingers",
    ),
    "dark_urine": (
        r"(?:urine|pee|piss|wee|peeing|pissing|peed)_(?:cola|coke|brown\w*|black|tea|red|reddish|bloody|"
        r"blood|coffee|rust\w*|pink|maroon|dark brown|like (?:coke|cola|tea|coffee|iced tea))",
        r"(?:cola|coke|coca cola|brown|brownish|tea|black|bloody|red|rust\w*|coffee|reddish|chocolate|"
        r"dark brown)(?: (?:and )?(?:colou?red|looking|like|tinted))? (?:\w+ )?(?:urine|pee|piss|wee)",
        r"(?:peeing|pissing|peed|pissed|urinating|passing) (?:blood|brown|cola|coke|red|black|tea)|"
        r"blood_in_(?:urine|pee|wee)|h[a]?ematuria",
    ),
    "muscle_swollen": (
        rf"(?:muscles?|quads?|thighs?|arms?|calves|legs|biceps?|forearms?|triceps)_(?:{_SWOLLEN}|"
        rf"rock hard|hard as)|{_SWOLLEN}_(?:muscles?|quads?|thighs?|arms?|legs)",
    ),
    "muscle_powerless": (
        rf"{_CANNOT} (?:\w+ )?(?:bend|straighten|lift|move|stand|walk|get up|extend|use|get out of)|"
        r"(?:so|really|extremely|very|too|severely|super) weak|weakness|no strength|dark (?:urine|pee|"
        r"piss)|(?:urine|pee)_dark|rhabdo\w*",
    ),
    "rhabdo_named": (r"(?:have|got|think|this|getting|be|suspect|has|like)_rhabdo\w*",),
    "tendon_snap": (
        r"(?:pop|pops|popped|popping|snap|snaps|snapped|snapping|crack|cracked|bang|gave way)_"
        r"(?:achilles|heel cord|back of (?:my|the) (?:ankle|heel|calf|leg)|behind my (?:ankle|heel))",
        r"(?:achilles|heel cord|back of (?:my|the) (?:ankle|heel|calf))_(?:pop|popped|popping|snap|snapped|"
        r"went (?:pop|bang|snap)|gave way|went)",
        r"kicked (?:me )?in the (?:back of (?:the|my) (?:leg|ankle|heel|calf)|calf|heel|achilles)",
    ),
    "tendon_torn": (
        r"(?:tore|torn|ruptured|snapped|think_ruptured|rupture of)_(?:my |the )?achilles|"
        r"achilles_(?:tore|torn|ruptured)",
    ),
    "no_push": (
        rf"{_CANNOT} (?:\w+ )?(?:put|bear|push|stand|walk|rise|raise|go up|tiptoe|lift my heel|plant|"
        r"load|step)|"
        r"(?:no|hardly any|zero) (?:strength|power|push)|limping|no weight|(?:won'?t|can'?t) hold",
    ),
    "stress_fracture": (
        r"(?:have|got|having|think|might|be|this|suspect\w*|diagnosed|confirmed|possible|another|got a|"
        r"says|like|feels|sure|definitely|it'?s a|is it a|is this a|"
        r"says?)_?(?: a)? ?stress (?:fractures?|reactions?)|stress (?:fractures?|reactions?)_(?:again|"
        r"confirmed|came back|in my|on my|diagnosed|\?)",
        r"broke_bone|(?:cracked|broken|fractured)_(?:shin|tibia|foot|metatarsal|hip|bone|ankle)",
    ),
    "groin": (
        rf"(?:groin|inner hip|front of my hip|deep hip)_(?:{_HURT}|strain\w*|pulls?|pinch\w*|twinge\w*|"
        r"stiff)",
        r"(?:pain|ache|aching|hurts?|sharp|stabbing|twinge|pinch\w*)_(?:groin|deep in my hip)",
    ),
    "bone_pain": (
        rf"{_LEG_BONE}_(?:{_HURT}|burning)",
        rf"(?:pain|ache|aching|hurts|sore|tender\w*|hurting)_{_LEG_BONE}",
        rf"(?:spot|point|place|area)_{_LEG_BONE}_(?:wak\w*|throb\w*|burn\w*|keeps me awake)",
        rf"{_LEG_BONE}[^.!?\n]{{0,40}}?{_HURT}",
        rf"{_HURT}[^.!?\n]{{0,30}}?{_LEG_BONE}",
    ),
    "calf_swollen": (
        rf"(?:calf|lower leg|one leg|(?:left|right) leg|one calf)_(?:{_SWOLLEN}|red and|red|hot|warm|"
        r"bigger than|twice the size|discolou?red|purple|larger than)",
        rf"legs?_{_SWOLLEN}_(?:one side|on one)",
        rf"{_SWOLLEN}_(?:calf|lower leg|left leg|right leg)|(?:red|hot|warm|bigger)_(?:calf|lower leg)",
        r"(?:have|having|got|think|this|be|getting|suspect\w*|possible)_(?:dvt|blood clots?|"
        r"deep vein\w*)|(?:dvt|blood clot)_(?:in my|\?)",
    ),
    "saddle_numb": (
        r"(?:saddle|groin|genital\w*|perine\w*|between my legs|inner thighs?|private\w*|crotch|"
        r"butt ?cheeks?|buttocks|bum|anus|down there|undercarriage|backside|nether\w*)_(?:numb\w*|"
        r"tingl\w*|no feeling|no sensation|gone dead|lost (?:feeling|sensation)|dead)",
        r"(?:numb\w*|tingl\w*|no feeling|no sensation|lost (?:feeling|sensation)|"
        r"loss of feeling)_(?:saddle|groin|genital\w*|perine\w*|between my legs|inner thighs?|"
        r"private\w*|crotch|buttocks|bum|down there|backside)",
        rf"{_CANNOT} (?:really )?feel_(?:wip\w*|genital\w*|crotch|groin|between my legs|private\w*|"
        r"down there|when i (?:pee|wipe))|cauda equina",
    ),
    "bladder": (
        rf"(?:{_CANNOT}|lost|losing|loss of|no|trouble|hard)_(?:pee|peeing|urinat\w*|bladder|bowels?|"
        r"hold my (?:pee|urine|bowels|poop)|poop|empty my bladder)|incontinen\w*|(?:can'?t|cannot|"
        r"don'?t) (?:tell|feel|know) when i need to (?:pee|go|poop|urinate)|(?:wet|wetting|soiled|peed|"
        r"pooped) myself|leaking (?:urine|pee)",
    ),
    "back_or_legs": (r"back|legs|spine|sciatica|disc|disk|saddle|numb\w*",),
    "both_legs_weak": (
        r"both (?:my )?legs_(?:numb|weak|weakness|gone|giving way|paraly\w*|no strength|no feeling)",
    ),
    "one_side": (
        r"(?:face|mouth|smile|eyelid|one side of (?:my|his|her|the) face)_(?:droop\w*|numb|paraly\w*|"
        r"sagg\w*|lopsided|crooked|fallen|dropped)|droop\w*_(?:face|mouth|smile)|facial (?:droop\w*|"
        r"numbness|paralysis)",
        r"(?:left|right|one|half)(?: (?:of|side of))?(?: my| his| her| the)? (?:side|arm|face|half|body|"
        r"hand)_(?:numb\w*|weak\w*|paraly\w*|limp|won'?t move|can'?t move|went dead|gone dead|"
        r"not working|useless|no feeling)",
        rf"{_CANNOT} (?:\w+ )?(?:lift|move|raise|feel|use) (?:my|his|her) (?:left|right) (?:arm|side|"
        r"hand)|(?:numb|weak|weakness|numbness|paraly\w*)_(?:on|in|of|down)_(?:one side|left side|"
        r"right side|(?:left|right) (?:arm|side of))",
        r"(?:lost|loss of|no|losing) (?:\w+ )?(?:vision|sight)_(?:one|left|right) eye|blind in (?:one|"
        r"my|his|her)_?|vision_(?:gone|lost)_(?:one|left|right) eye|(?:can'?t|couldn'?t) see (?:out of|"
        r"from|with) (?:one|my left|my right|the left|the right)",
    ),
    "speech": (
        r"slurr\w*|speech_(?:slurred|garbled|weird|funny|off)|suddenly_(?:can'?t|couldn'?t)_(?:speak|"
        r"talk|find words)|words_(?:coming out wrong|jumbled|garbled|slurred|not coming)|(?:can'?t|"
        r"couldn'?t) get (?:my|the) words out",
    ),
    "stroke_named": (
        r"(?:having|had|have|think|this|mini|suffered|be|"
        r"like)(?: it'?s)?(?: i'?m having)?(?: he'?s having)?(?: a| an)?(?: mini)? strokes?(?! (?:rate|"
        r"count|of|per|length|technique|volume))|tia\b",
        r"worst headache of_life|thunder ?clap_headache|thunder ?clap",
    ),
    "leg_sudden": (
        r"suddenly_(?:left|right|one) leg_(?:weak|numb|gave|gone|paraly\w*)|(?:left|right|"
        r"one) leg_suddenly_(?:weak|numb|gave way|paraly\w*|limp|dead)",
    ),
    "no_period": (
        r"(?:missed|lost|skipped|skipping|missing|miss)_(?:my |a |three |two |several |few )?periods?|"
        r"amenorrh\w*|(?:no|without a|without my|haven'?t had|haven'?t gotten|hasn'?t had|not had|"
        r"haven'?t got|not getting|don'?t get|stopped getting|stopped having)_(?:my |a )?(?:periods?|"
        r"menstruat\w*|period)",
        r"(?:my )?periods?_(?:stopped|gone|disappeared|vanished|missing|absent|went away|hasn'?t come|"
        r"haven'?t come|never came|is gone|not come)|stopped menstruating|not menstruating|"
        r"menstruation_stopped|(?:my )?cycle_(?:stopped|gone|disappeared)",
    ),
    "restrict": (
        r"starv\w* myself|restrict\w*_(?:food|calories|eating|intake|what i eat|meals|diet)|(?:barely|"
        r"hardly|scarcely)_(?:eat|eating|ate)|not eating|stopped eating|don'?t eat (?:for|anything)|"
        r"(?:eat\w*|on|under|only|ate|having|intake)_[3-9]\d\d (?:k?cals?|calories)|"
        r"[3-9]\d\d (?:k?cals?|calories) (?:a|per) day|(?:haven'?t|havent|not) eaten_(?:days|yesterday|"
        r"\d+)",
        r"(?:afraid|scared|terrified|guilty|fear)_(?:eat\w*|food|carbs|gaining|gain weight)|purg\w*|"
        r"(?:make|making|made)_myself_(?:throw up|vomit|sick|puke|purge)|(?:throw\w* up|vomit\w*|"
        r"puk\w*)_(?:after|what i|my)_(?:meals?|eating|eat|dinner|food|lunch|binge\w*)|"
        r"laxatives?|bing(?:e|ing)\w*_(?:purg\w*|starv\w*|fast\w*|vomit\w*|throw\w*|restrict\w*)|"
        r"anorexi\w*|bulimi\w*|eating disorder|skip\w*_meals_(?:lose|weight|lighter|race weight|skinny)|"
        r"fasting for (?:days|\d+ days)",
    ),
    "repeat_fracture": (
        r"(?:another|second|third|fourth|2nd|3rd|4th|yet another|repeated|multiple|recurr\w*|"
        r"keep getting|two|three)_(?:stress fractures?|stress reactions?|bone stress\w*|bsi)|"
        r"stress fractures?_(?:again|keep|kept|after another)",
    ),
    "self_harm": (
        r"(?:feel|thinking|thought|thoughts)_ending (?:it|things)",
        r"kill(?:ing)? my ?self|suicid\w*|end(?:ing)? (?:my (?:own )?life|it all|things for good)|"
        r"(?:want|wanna|wanted|wish|ready|rather|like|just)(?: i could)?(?: to)? (?:die|be dead)|"
        r"want_to_die|wish i (?:was|were) (?:dead|never born|gone)|"
        r"wish i'?d never been born|wish i (?:had )?never been born|wish i (?:\w+ )?wouldn'?t wake up|"
        r"better off (?:dead|without me)|(?:don'?t|dont|do not|didn'?t|no longer)_(?:want|"
        r"wanna)_(?:live|be here anymore|be here|exist|wake up|be alive|be alive anymore|"
        r"go on living)(?! in\b)",
        r"no (?:reason|point|will) (?:to|in|for) (?:live|living|go on|going on|being alive|life)|"
        r"(?:nothing|no reason)_(?:left )?to live for|life_(?:isn'?t|is not|not|"
        r"ain'?t) worth(?: living)?(?: it)?|not worth living|can'?t go on (?:living|like this|anymore|"
        r"with life)|tired of (?:living|being alive|life)|done with life|"
        r"self harm\w*|(?:want|urge|urges|going|gonna|thinking|thoughts|thought)_(?:hurt(?:ing)?|"
        r"harm(?:ing)?|cut(?:ting)?) my ?self|(?:hurt|hurting|harming|cut|cutting) myself (?:on purpose|"
        r"again|to feel|tonight)|cutting again|been cutting myself|"
        r"tak(?:e|ing) my (?:own )?life|overdos\w*|took_(?:all|too many|whole|bottle|handful|"
        r"overdose)_(?:pills|tablets|meds|paracetamol)|swallow\w*_pills|jump\w*_(?:off|from|"
        r"in front of)_(?:bridge|building|roof|train|cliff|balcony|window)|hang myself|shoot myself|"
        r"kms\b|unalive\w*|disappear forever|not be alive|stop existing|stop being alive|"
        r"what'?s the point (?:of|in) (?:living|life|being alive|going on)|(?:miss|care|notice|"
        r"better) if i (?:was |were )?(?:gone|died|dead|disappeared)|nobody would (?:miss|care|"
        r"notice)_(?:gone|died|me|dead)",
    ),
    "bleeding": (r"bleed\w*|bled|spotting|blood",),
    "fluid": (
        r"(?:water|waters)_(?:broke|broken|break\w*)|leak\w*_(?:fluid|water)|(?:amniotic|clear|gush of|"
        r"fluid|watery)_(?:fluid|leak\w*|gush\w*|trickl\w*|discharge)|fluid leak\w*|gush of",
    ),
    "contraction": (
        r"contractions?|cramp\w*_(?:belly|abdomen|stomach|uterus|regular|every)|(?:belly|stomach|"
        r"abdomen|abdominal|uterus|pelvic)_(?:pain\w*|cramp\w*|tightening|hurts?|contract\w*|hard)|"
        r"cramping|labou?r pains?",
    ),
    "baby_still": (
        r"(?:baby|fetus)_(?:not moving|isn'?t moving|stopped moving|hasn'?t moved|moving less|less|"
        r"not kick\w*|kick\w*)|(?:no|less|reduced|fewer)_(?:kicks|fetal movement|movement)",
    ),
    "calf_pain": (rf"calf_(?:{_HURT}|{_SWOLLEN}|cramp\w*)|(?:pain|sore\w*)_calf",),
    "pregnant": (
        r"pregnan\w*|expecting a (?:baby|child)|(?:\d+|\w+) (?:weeks|months) (?:along|preggo|pregnant)|"
        r"(?:first|second|third|1st|2nd|3rd) trimester|preggo|preggers",
    ),
    "disease": (
        r"heart (?:disease|condition|failure|problems?|attack|surgery|defect|murmur|transplant|issues?|"
        r"trouble|valve)|angina|coronary|stent\w*|bypass surgery|a ?fib|atrial fib\w*|arrhythmia|"
        r"cardiomyopathy|myocarditis|"
        r"high blood pressure|hypertensi\w*|diabet\w*|kidney (?:disease|failure|problems?|transplant|"
        r"issues?)|ckd|dialysis|aneurysm|type [12]|t[12]d|insulin|bad heart|cardiac (?:condition|"
        r"history|arrest|disease)|blood pressure (?:meds|medication|pills)|pacemaker implant\w*|"
        r"have a pacemaker|implanted pacemaker|bad kidneys|weak heart",
    ),
    "ill": (
        r"fevers?|feverish|temperature of (?:3[789]|40|10[0-4]|99)\S*|temp (?:of|is) (?:3[789]|40|"
        r"10[0-4]|99)\S*|(?:38|39|40)(?:\.\d)? ?(?:c|degrees?|°)? ?(?:fever|temp\w*)|flu|influenza|"
        r"covid|chills|bronchitis|pneumonia|stomach (?:bug|flu|virus)|strep\w*|chest (?:infection|cold)|"
        r"(?:have|having|got|caught|with|fighting|this|a|bad|nasty|head|getting over|"
        r"my)_cold(?! (?:weather|run|day|morning|water|plunge|shower|bath|start|air|front|tub|brew|beer|"
        r"front|and|winter|rain))|(?:i'?m|am|feel|feeling|been|got|getting|was|still|be) (?:so |really |"
        r"quite |pretty |a bit |a little |very )?(?:sick|ill|unwell|under the weather)(?! of)|"
        r"sore throat|gastro|food poisoning|sinus infection|norovirus|tonsillitis|a cough|chesty cough|"
        r"bad cough|coughing",
    ),
    "down": (
        r"collaps(?:ed|ing|e|es)|unconscious|unresponsive|(?:not|isn'?t|stopped|isnt|aint) (?:breathing|"
        r"responding|moving|waking up)|no pulse|cardiac arrest|won'?t wake(?: up)?|(?:has|having|"
        r"had) a seizure|seizing|convuls\w*|"
        r"(?:can'?t|cannot) wake (?:him|her|them)|pass(?:ed|ing)? out|faint(?:ed|ing)|"
        r"drop(?:ped)? (?:to the ground|unconscious|and)|fell (?:down |over )?and (?:isn'?t|is not|"
        r"won'?t|not|can'?t)|foaming at|went down and|not respond\w*|heart stopped",
    ),
}

SIGNS = {name: compile_english(patterns) for name, patterns in _SIGNS.items()}
