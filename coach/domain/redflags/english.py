"""English phrases: signs (something felt or seen), cues (what surrounds it) and figures of speech.

A space is a space or a hyphen; `_` allows up to four words (see `utterance.reading.compile_english`).
"""

from __future__ import annotations

import re

from coach.domain.utterance.reading import compile_english, slips

_HURT = r"(?:hurts?|hurting|aches?|aching|pains?|painful|sore|tender|throb\w*|stabb\w*|sharp|killing)"
_SWOLLEN = r"(?:swollen|swelling|swelled|swells|puffy|ballooned|swole)"
_LEG_BONE = (
    r"(?:shins?|shin ?bones?|tibia\w*|fibula|metatarsals?|foot|top of my foot|hip|femur|thigh ?bone|heel|navicular|pelvis|"
    r"sacrum|ankle ?bone|bone|midfoot|toe ?bone|instep|lower leg)"
)
_CANNOT = r"(?:can'?t|cannot|can ?not|couldn'?t|could ?not|unable to|not able to|isn'?t able to|won'?t)"
_WATER = r"(?:water|fluids?|gatorade|liquids?|sports? drinks?|electrolytes?|powerade|litres?|liters?|bottles)"

_SIGNS: dict[str, tuple[str, ...]] = {
    "chest_pain": (
        r"chest (?:pains?|tightness|pressure|discomfort|heaviness|ache|aches|tightening|cramps?|burning)",
        rf"(?:chest|sternum|breast ?bone|ribcage over my heart)_(?:{_HURT}|tight\w*|burning|burns|pressure|squeez\w*|heavy|heaviness|crush\w*|clench\w*|"
        r"constrict\w*|closing|gripping|on fire|exploding|weird)",
        r"chest (?:hurts?|hurting|tight|aches|aching|heavy)",
        r"(?:pains?|pressure|tightness|squeez\w*|aches?|aching|discomfort|heaviness|stabbing|burning|weight|elephant|vice|vise|band|"
        r"crushing|tight feeling|tight|cramp)_(?:in|on|across|around|behind|at|under|over|through|of|to)(?:_|[\s-]+)(?:chest|breast ?bone|sternum|heart)",
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
        r"faint(?:ed|ing|s)?(?! (?:line|signal|pulse|smell|light|memory|hope|sound|outline|trace|praise|heart|of heart|idea|hum|glow))",
        r"pass(?:ed|ing|es)? out|black(?:ed|ing|s)? out|blackouts?|blacking|conked out|syncope|keel(?:ed|ing)? over",
        r"went down_(?:don'?t|can'?t|cannot) remember|(?:don'?t|can'?t|cannot) remember (?:falling|finishing|what happened|anything)|(?:lost|losing|lose|lost my) consciousness|knocked out cold|went unconscious|went down unconscious|(?:went|going) out cold",
        r"collaps(?:ed|ing|e|es)",
        r"(?:woke up|came to|came around|found myself|next thing i knew_i was|came round)_(?:ground|floor|track|pavement|ambulance|grass|road|sidewalk|hospital|medical tent)",
    ),
    "near_faint": (
        r"vision_(?:went|goes|going|turned|turning|fading|faded|tunnel\w*|narrow\w*|blacked|black|dark|grey|gray|blurry|blurred)|tunnel vision",
        r"(?:everything|it all|things|world)_(?:went|goes|going|turned) (?:black|dark|white|grey|gray)|saw black|seeing (?:stars|black)|grey out|greyed out|grayed out",
        r"(?:nearly|almost|about to|gonna|going to|close to)_(?:faint\w*|pass\w* out|black\w* out|collaps\w*)",
    ),
    "palpitation": (
        r"palpitations?|palps|arrhythmia|a ?fib|irregular heart ?(?:beat|rate|rhythm)?|heart ?beat_(?:irregular|erratic|weird|skipping|off|racing)",
        r"heart_(?:racing|races|raced|pounding|pounds|flutter\w*|skipping|skips|skipped|irregular\w*|erratic\w*|jumping|out of rhythm|thump\w*|"
        r"beating (?:fast|weird|funny|hard|really|so|out|like|irregularly)|going crazy|flip ?flop\w*|hammering|quiver\w*|stutter\w*)",
        r"pulse_(?:irregular|all over|erratic|racing|skipping|uneven)|flutter\w*_(?:chest|heart)|skipped beats|extra beats|missed beats|(?:racing|pounding|fluttery|fluttering|erratic) (?:heart|pulse|heart ?beat)",
    ),
    "dizzy": (
        r"dizz\w*|light ?headed\w*|light headedness|woozy|vertigo|(?:room|world|everything|head)_spin\w*|(?:feel|feeling|felt) (?:like )?faint(?:ing)?|head rush|unsteady|giddy",
    ),
    "breathless": (
        rf"{_CANNOT} (?:\w+ ){{0,2}}?(?:breath\w*(?! through)|catch my breath|get (?:enough |any |my )?(?:air|breath)|get a (?:full |deep )?breath|take a (?:full |deep )?breath|draw breath)",
        r"(?:struggl\w*|hard|trouble|difficulty|difficult|fight\w*|fought|labou?red)_(?:breath\w*(?! through)|catch my breath|get air|for (?:air|breath))|labou?red breathing|breathing_(?:labou?red|ragged)",
        r"gasp\w* for (?:air|breath)|suffocat\w*|choking for air|breathing_(?:hard and wrong|difficult|impossible)",
    ),
    "winded": (
        r"short(?:ness)? of breath|out of breath|breathless\w*|winded|sob|panting|puffed|puffing|huffing|wheez\w*|gassed|gasping|breathing_(?:heavy|heavily|hard)",
    ),
    "confused": (
        r"confus(?:ed|ion)(?! (?:about|by|with|over|between|as to|why|how|whether|on|at|me))|disorient\w*|deliri\w*|incoheren\w*|slurr\w*|"
        r"not making (?:any )?sense|making no sense|doesn'?t make sense when|nonsense|babbl\w*|gibberish|stopped sweating|not sweating|no longer sweating|no sweat anymore|unresponsive|"
        r"hallucinat\w*|seizures?|seizing|convuls\w*|stagger\w*|stumbl\w*|acting (?:strange|weird|drunk|odd)|out of it|wobbl\w*|combative|zigzag\w*|foggy|mumbling",
        r"(?:doesn'?t|don'?t|didn'?t|couldn'?t|can'?t)_(?:know|remember|tell)_(?:where|name|who|what day)|(?:didn'?t|doesn'?t) recogni[sz]e",
    ),
    "heat_stroke_named": (
        r"(?:have|having|got|getting|has|had|be|this|think|suspect|like)_heat ?(?:stroke|exhaustion)|heat ?stroke_(?:symptoms|coming)",
    ),
    "drank": (
        rf"(?:drank|drinking|drunk|drink|chugg\w*|downed|gulp\w*|guzzl\w*|took in|went through|had|put away)_(?:(?:way )?too much|so much|lots?|tons?|a lot|loads|plenty|gallons?|huge|heaps|every (?:mile|aid station|station|stop|km)|"
        rf"\d+ ?(?:l\b|litres?|liters?|bottles|cups)|(?:two|three|four|five|six|seven|eight)_(?:litres?|liters?|bottles|cups)|constantly|nonstop|non stop|a ton)(?:_{_WATER})?",
        rf"(?:too much|so much|lots of|tons of|loads of|gallons? of|a ton of|a lot of|litres? of|liters? of|bottles of|cups of|nothing but|only|just|plain)_{_WATER}",
        rf"(?:chugg\w*|guzzl\w*|gulp\w*|pounding|pounded)_{_WATER}",
        rf"over ?hydrat\w*|over ?drank|over ?drinking|{_WATER} at every|{_WATER} every|drank at every|drinking at every|drank_every|hyponatr\w*",
    ),
    "headache": (
        r"head ?aches?|head_(?:hurts|hurting|pounding|splitting|killing|throbbing|exploding|aching)|migraine",
    ),
    "vomit": (
        r"vomit\w*|throw\w* up|threw up|throwing|puk\w*|nause\w*|sick to my stomach|feel(?:ing)? sick|queasy|barf\w*|hurl\w*",
    ),
    "puffy": (
        rf"(?:hands?|fingers?|feet|face|ankles|wrists?|body|eyes)_(?:{_SWOLLEN}|bloated|like sausages)|{_SWOLLEN}_(?:hands?|fingers?|feet|face|wrists?)|rings?_(?:tight|stuck|won'?t|come off)|watch_too tight|bloated|puffy|sausage fingers",
    ),
    "dark_urine": (
        r"(?:urine|pee|piss|wee|peeing|pissing|peed)_(?:cola|coke|brown\w*|black|tea|red|reddish|bloody|blood|coffee|rust\w*|pink|maroon|dark brown|like (?:coke|cola|tea|coffee|iced tea))",
        r"(?:cola|coke|coca cola|brown|brownish|tea|black|bloody|red|rust\w*|coffee|reddish|chocolate|dark brown)(?: (?:and )?(?:colou?red|looking|like|tinted))?_(?:urine|pee|piss|wee)",
        r"(?:peeing|pissing|peed|pissed|urinating|passing) (?:blood|brown|cola|coke|red|black|tea)|blood_in_(?:urine|pee|wee)|h[a]?ematuria",
    ),
    "muscle_swollen": (
        rf"(?:muscles?|quads?|thighs?|arms?|calves|legs|biceps?|forearms?|triceps)_(?:{_SWOLLEN}|rock hard|hard as)|{_SWOLLEN}_(?:muscles?|quads?|thighs?|arms?|legs)",
    ),
    "muscle_powerless": (
        rf"{_CANNOT} (?:\w+ )?(?:bend|straighten|lift|move|stand|walk|get up|extend|use|get out of)|(?:so|really|extremely|very|too|severely|super) weak|weakness|no strength|dark (?:urine|pee|piss)|(?:urine|pee)_dark|rhabdo\w*",
    ),
    "rhabdo_named": (r"(?:have|got|think|this|getting|be|suspect|has|like)_rhabdo\w*",),
    "stress_fracture": (
        r"(?:have|got|having|think|might|be|this|suspect\w*|diagnosed|confirmed|possible|another|got a|says|like|feels|sure|definitely|it'?s a|is it a|is this a|says?)_?(?: a)? ?stress (?:fractures?|reactions?)|stress (?:fractures?|reactions?)_(?:again|confirmed|came back|in my|on my|diagnosed|\?)",
        r"broke_bone|(?:cracked|broken|fractured)_(?:shin|tibia|foot|metatarsal|hip|bone|ankle)",
    ),
    "groin": (
        rf"(?:groin|inner hip|front of my hip|deep hip)_(?:{_HURT}|strain\w*|pulls?|pinch\w*|twinge\w*|stiff)",
        r"(?:pain|ache|aching|hurts?|sharp|stabbing|twinge|pinch\w*)_(?:groin|deep in my hip)",
    ),
    "bone_pain": (
        rf"{_LEG_BONE}_(?:{_HURT}|burning)",
        rf"(?:pain|ache|aching|hurts|sore|tender\w*|hurting)_{_LEG_BONE}",
        rf"{_LEG_BONE}[^.!?\n]{{0,40}}?{_HURT}",
        rf"{_HURT}[^.!?\n]{{0,30}}?{_LEG_BONE}",
    ),
    "calf_swollen": (
        rf"(?:calf|lower leg|one leg|(?:left|right) leg|one calf)_(?:{_SWOLLEN}|red and|red|hot|warm|bigger than|twice the size|discolou?red|purple|larger than)",
        rf"legs?_{_SWOLLEN}_(?:one side|on one)",
        rf"{_SWOLLEN}_(?:calf|lower leg|left leg|right leg)|(?:red|hot|warm|bigger)_(?:calf|lower leg)",
        r"(?:have|having|got|think|this|be|getting|suspect\w*|possible)_(?:dvt|blood clots?|deep vein\w*)|(?:dvt|blood clot)_(?:in my|\?)",
    ),
    "saddle_numb": (
        r"(?:saddle|groin|genital\w*|perine\w*|between my legs|inner thighs?|private\w*|crotch|butt ?cheeks?|buttocks|bum|anus|down there|undercarriage|backside|nether\w*)_(?:numb\w*|tingl\w*|no feeling|no sensation|gone dead|lost (?:feeling|sensation)|dead)",
        r"(?:numb\w*|tingl\w*|no feeling|no sensation|lost (?:feeling|sensation)|loss of feeling)_(?:saddle|groin|genital\w*|perine\w*|between my legs|inner thighs?|private\w*|crotch|buttocks|bum|down there|backside)",
        rf"{_CANNOT} (?:really )?feel_(?:wip\w*|genital\w*|crotch|groin|between my legs|private\w*|down there|when i (?:pee|wipe))|cauda equina",
    ),
    "bladder": (
        rf"(?:{_CANNOT}|lost|losing|loss of|no|trouble|hard)_(?:pee|peeing|urinat\w*|bladder|bowels?|hold my (?:pee|urine|bowels|poop)|poop|empty my bladder)|incontinen\w*|(?:can'?t|cannot|don'?t) (?:tell|feel|know) when i need to (?:pee|go|poop|urinate)|(?:wet|wetting|soiled|peed|pooped) myself|leaking (?:urine|pee)",
    ),
    "back_or_legs": (r"back|legs|spine|sciatica|disc|disk|saddle|numb\w*",),
    "both_legs_weak": (
        r"both (?:my )?legs_(?:numb|weak|weakness|gone|giving way|paraly\w*|no strength|no feeling)",
    ),
    "one_side": (
        r"(?:face|mouth|smile|eyelid|one side of (?:my|his|her|the) face)_(?:droop\w*|numb|paraly\w*|sagg\w*|lopsided|crooked|fallen|dropped)|droop\w*_(?:face|mouth|smile)|facial (?:droop\w*|numbness|paralysis)",
        r"(?:left|right|one|half)(?: (?:of|side of))?(?: my| his| her| the)? (?:side|arm|face|half|body|hand)_(?:numb\w*|weak\w*|paraly\w*|limp|won'?t move|can'?t move|went dead|gone dead|not working|useless|no feeling)",
        rf"{_CANNOT} (?:\w+ )?(?:lift|move|raise|feel|use) (?:my|his|her) (?:left|right) (?:arm|side|hand)|(?:numb|weak|weakness|numbness|paraly\w*)_(?:on|in|of|down)_(?:one side|left side|right side|(?:left|right) (?:arm|side of))",
        r"(?:lost|loss of|no|losing) (?:\w+ )?(?:vision|sight)_(?:one|left|right) eye|blind in (?:one|my|his|her)_?|vision_(?:gone|lost)_(?:one|left|right) eye|(?:can'?t|couldn'?t) see (?:out of|from|with) (?:one|my left|my right|the left|the right)",
    ),
    "speech": (
        r"slurr\w*|speech_(?:slurred|garbled|weird|funny|off)|suddenly_(?:can'?t|couldn'?t)_(?:speak|talk|find words)|words_(?:coming out wrong|jumbled|garbled|slurred|not coming)|(?:can'?t|couldn'?t) get (?:my|the) words out",
    ),
    "stroke_named": (
        r"(?:having|had|have|think|this|mini|suffered|be|like)(?: it'?s)?(?: i'?m having)?(?: he'?s having)?(?: a| an)?(?: mini)? strokes?(?! (?:rate|count|of|per|length|technique|volume))|tia\b",
        r"worst headache of_life|thunder ?clap_headache|thunder ?clap",
    ),
    "leg_sudden": (
        r"suddenly_(?:left|right|one) leg_(?:weak|numb|gave|gone|paraly\w*)|(?:left|right|one) leg_suddenly_(?:weak|numb|gave way|paraly\w*|limp|dead)",
    ),
    "no_period": (
        r"(?:missed|lost|skipped|skipping|missing|miss)_(?:my |a |three |two |several |few )?periods?|amenorrh\w*|(?:no|without a|without my|haven'?t had|haven'?t gotten|hasn'?t had|not had|haven'?t got|not getting|don'?t get|stopped getting|stopped having)_(?:my |a )?(?:periods?|menstruat\w*|period)",
        r"(?:my )?periods?_(?:stopped|gone|disappeared|vanished|missing|absent|went away|hasn'?t come|haven'?t come|never came|is gone|not come)|stopped menstruating|not menstruating|menstruation_stopped|(?:my )?cycle_(?:stopped|gone|disappeared)",
    ),
    "restrict": (
        r"starv\w* myself|restrict\w*_(?:food|calories|eating|intake|what i eat|meals|diet)|(?:barely|hardly|scarcely)_(?:eat|eating|ate)|not eating|stopped eating|don'?t eat (?:for|anything)|"
        r"(?:eat\w*|on|under|only|ate|having|intake)_[3-9]\d\d (?:k?cals?|calories)|[3-9]\d\d (?:k?cals?|calories) (?:a|per) day|(?:haven'?t|havent|not) eaten_(?:days|yesterday|\d+)",
        r"(?:afraid|scared|terrified|guilty|fear)_(?:eat\w*|food|carbs|gaining|gain weight)|purg\w*|(?:make|making|made)_myself_(?:throw up|vomit|sick|puke|purge)|(?:throw\w* up|vomit\w*|puk\w*)_(?:after|what i|my)_(?:meals?|eating|eat|dinner|food|lunch|binge\w*)|"
        r"laxatives?|bing(?:e|ing)\w*_(?:purg\w*|starv\w*|fast\w*|vomit\w*|throw\w*|restrict\w*)|anorexi\w*|bulimi\w*|eating disorder|skip\w*_meals_(?:lose|weight|lighter|race weight|skinny)|fasting for (?:days|\d+ days)",
    ),
    "repeat_fracture": (
        r"(?:another|second|third|fourth|2nd|3rd|4th|yet another|repeated|multiple|recurr\w*|keep getting|two|three)_(?:stress fractures?|stress reactions?|bone stress\w*|bsi)|stress fractures?_(?:again|keep|kept|after another)",
    ),
    "self_harm": (
        r"kill(?:ing)? my ?self|suicid\w*|end(?:ing)? (?:my (?:own )?life|it all|things for good)|(?:want|wanna|wanted|wish|ready|rather|like|just)(?: i could)?(?: to)? (?:die|be dead)|want_to_die|wish i (?:was|were) (?:dead|never born|gone)|"
        r"wish i'?d never been born|wish i (?:had )?never been born|wish i (?:\w+ )?wouldn'?t wake up|better off (?:dead|without me)|(?:don'?t|dont|do not|didn'?t|no longer)_(?:want|wanna)_(?:live|be here anymore|be here|exist|wake up|be alive|be alive anymore|go on living)(?! in\b)",
        r"no (?:reason|point|will) (?:to|in|for) (?:live|living|go on|going on|being alive|life)|(?:nothing|no reason)_(?:left )?to live for|life_(?:isn'?t|is not|not|ain'?t) worth(?: living)?(?: it)?|not worth living|can'?t go on (?:living|like this|anymore|with life)|tired of (?:living|being alive|life)|done with life|"
        r"self harm\w*|(?:want|urge|urges|going|gonna|thinking|thoughts|thought)_(?:hurt(?:ing)?|harm(?:ing)?|cut(?:ting)?) my ?self|(?:hurt|hurting|harming|cut|cutting) myself (?:on purpose|again|to feel|tonight)|cutting again|been cutting myself|"
        r"tak(?:e|ing) my (?:own )?life|overdos\w*|took_(?:all|too many|whole|bottle|handful|overdose)_(?:pills|tablets|meds|paracetamol)|swallow\w*_pills|jump\w*_(?:off|from|in front of)_(?:bridge|building|roof|train|cliff|balcony|window)|hang myself|shoot myself|kms\b|unalive\w*|disappear forever|not be alive|stop existing|stop being alive|what'?s the point (?:of|in) (?:living|life|being alive|going on)|(?:miss|care|notice|better) if i (?:was |were )?(?:gone|died|dead|disappeared)|nobody would (?:miss|care|notice)_(?:gone|died|me|dead)",
    ),
    "bleeding": (r"bleed\w*|bled|spotting|blood",),
    "fluid": (
        r"(?:water|waters)_(?:broke|broken|break\w*)|leak\w*_(?:fluid|water)|(?:amniotic|clear|gush of|fluid|watery)_(?:fluid|leak\w*|gush\w*|trickl\w*|discharge)|fluid leak\w*|gush of",
    ),
    "contraction": (
        r"contractions?|cramp\w*_(?:belly|abdomen|stomach|uterus|regular|every)|(?:belly|stomach|abdomen|abdominal|uterus|pelvic)_(?:pain\w*|cramp\w*|tightening|hurts?|contract\w*|hard)|cramping|labou?r pains?",
    ),
    "baby_still": (
        r"(?:baby|fetus)_(?:not moving|isn'?t moving|stopped moving|hasn'?t moved|moving less|less|not kick\w*|kick\w*)|(?:no|less|reduced|fewer)_(?:kicks|fetal movement|movement)",
    ),
    "calf_pain": (rf"calf_(?:{_HURT}|{_SWOLLEN}|cramp\w*)|(?:pain|sore\w*)_calf",),
    "pregnant": (
        r"pregnan\w*|expecting a (?:baby|child)|(?:\d+|\w+) (?:weeks|months) (?:along|preggo|pregnant)|(?:first|second|third|1st|2nd|3rd) trimester|preggo|preggers",
    ),
    "disease": (
        r"heart (?:disease|condition|failure|problems?|attack|surgery|defect|murmur|transplant|issues?|trouble|valve)|angina|coronary|stent\w*|bypass surgery|a ?fib|atrial fib\w*|arrhythmia|cardiomyopathy|myocarditis|"
        r"high blood pressure|hypertensi\w*|diabet\w*|kidney (?:disease|failure|problems?|transplant|issues?)|ckd|dialysis|aneurysm|type [12]|t[12]d|insulin|bad heart|cardiac (?:condition|history|arrest|disease)|blood pressure (?:meds|medication|pills)|pacemaker implant\w*|have a pacemaker|implanted pacemaker|bad kidneys|weak heart",
    ),
    "ill": (
        r"fevers?|feverish|temperature of (?:3[789]|40|10[0-4]|99)\S*|temp (?:of|is) (?:3[789]|40|10[0-4]|99)\S*|(?:38|39|40)(?:\.\d)? ?(?:c|degrees?|°)? ?(?:fever|temp\w*)|flu|influenza|covid|chills|bronchitis|pneumonia|stomach (?:bug|flu|virus)|strep\w*|chest (?:infection|cold)|"
        r"(?:have|having|got|caught|with|fighting|this|a|bad|nasty|head|getting over|my)_cold(?! (?:weather|run|day|morning|water|plunge|shower|bath|start|air|front|tub|brew|beer|front|and|winter|rain))|(?:i'?m|am|feel|feeling|been|got|getting|was|still|be) (?:so |really |quite |pretty |a bit |a little |very )?(?:sick|ill|unwell|under the weather)(?! of)|sore throat|gastro|food poisoning|sinus infection|norovirus|tonsillitis|a cough|chesty cough|bad cough|coughing",
    ),
    "down": (
        r"collaps(?:ed|ing|e|es)|unconscious|unresponsive|(?:not|isn'?t|stopped|isnt|aint) (?:breathing|responding|moving|waking up)|no pulse|cardiac arrest|won'?t wake(?: up)?|(?:has|having|had) a seizure|seizing|convuls\w*|"
        r"(?:can'?t|cannot) wake (?:him|her|them)|pass(?:ed|ing)? out|faint(?:ed|ing)|drop(?:ped)? (?:to the ground|unconscious|and)|fell (?:down |over )?and (?:isn'?t|is not|won'?t|not|can'?t)|foaming at|went down and|not respond\w*|heart stopped",
    ),
}

_CUES: dict[str, str] = {
    "effort": r"runs?|running|ran|runner|jog\w*|rac(?:e|es|ed|ing)|marathon|half|interval\w*|workout\w*|sprint\w*|exercis\w*|train\w*|miles?|\d+ ?km?|kilomet\w*|hills?|uphill|rid(?:e|ing)|swim\w*|tempo|treadmill|reps?|track|parkrun|finish|lap|strides|5k|10k|push\w*|hik\w*|climb\w*|long run",
    "hot": r"heat|hot|scorching|humid\w*|sun|sunny|(?:3[2-9]|4[0-2]) ?(?:c|degrees|°c?|celsius)|(?:9\d|1[01]\d) ?(?:f|degrees|°f?|fahrenheit)|body temp\w*|burning up|overheat\w*|heatwave|boiling|sweltering|sauna|summer|core temp\w*|heat ?stroke",
    "disproportion": r"at rest|resting|just (?:sitting|standing|walking|lying|getting)|sitting|easy (?:pace|jog|run|running|runs|jogs)|walk\w*|stairs|lying|lie down|laying|unusual\w*|abnormal\w*|way more|much more|more than|than (?:usual|normal|it should|ever)|sudden\w*|out of nowhere|for no reason|slow\w*|still|(?:can'?t|couldn'?t|can not) (?:even )?(?:talk|speak|finish a sentence)|blue|warm ?up|jogging|gentle|light jog|a few steps|one flight|wakes? me|at night|minutes? (?:later|after)|hours? (?:later|after)|never used to|used to be easy|won'?t (?:settle|recover|go away)|barely|tiny|nothing effort|easy effort|whistling|recovery (?:run|jog)",
    "hard_effort": r"intervals?|sprint\w*|all out|last (?:rep|lap|km|mile)|altitude|uphill|tempo|threshold|hill (?:reps|repeats|sprints)|hard (?:effort|session|workout)|5k race|finish line|burpees|vo2",
    "hop": r"hop\w*|jump\w*|single leg|one leg|landing|land on",
    "point": r"one spot|pin ?point\w*|specific (?:spot|point)|single (?:spot|point)|exact spot|one (?:\w+ )?(?:spot|point|place|area)|tender point|point tender\w*|when i (?:press|touch|push|poke)|press(?:ing)? on|to (?:the )?touch|bony|on the bone|coin sized|thumb|fingertip|localized|localised|on my shin bone|size of a coin",
    "night": r"at night|night|wakes? me|woke me|in bed|even at rest|at rest|while resting|sleep\w*|sitting|lying|when i'?m not running|not even running",
    "start": r"start\w*|begin\w*|beginner|take up|taking up|get(?:ting)? into|can i|is it (?:ok|okay|safe|alright|fine)|should i|couch to|c25k|plan|sign(?:ed|ing)? up|want to|wanna|first|new to|thinking (?:of|about)|am i (?:ok|okay|allowed|able)|safe to|ok to|okay to|go for a run|try running|train for|marathon training|like to",
    "run_question": r"(?:can|could|should|may|shall|do|would|will|is it|ok|okay|safe|alright|fine|allowed|wise|smart|bad idea|good idea)[^.!?\n]{0,30}(?:run\w*|train\w*|jog\w*|workout|work out|race|racing|exercise|interval\w*|tempo|miles|\d+k|long run|go out|skip|push through|rest|marathon|session|sweat|lift|compete|do it|treadmill)"
    r"|(?:going to|gonna|still|plan\w* (?:to|on)|want to|wanna|about to|will|i'?ll|heading out|hoping to|need to|have to|trying to|supposed to|got)[^.!?\n]{0,14}(?:run\w*|train|training|race|racing|jog|interval\w*|tempo|\d+k|long run|do my|marathon|workout|session|half)|run(?:ning)? through|sweat it out|train through|race_(?:today|tomorrow|sunday|saturday)|adjust my plan|skip (?:my|the|today)",
    "cleared": r"cleared|(?:doctor|cardiologist|doc|gp|obgyn|midwife|physician)_(?:ok|okay|okayed|approved|happy|fine|green light)[^.!?\n]{0,20}|clearance|all clear",
    "food_colour": r"beets?|beetroot|vitamins?|blackberr\w*|dye",
    "chest_workout": r"bench\w*|push ?ups?|pushups|chest (?:day|workout|press|exercises?)|pecs?|pectoral\w*|gym|dips|lifting|weights|fly|flies|muscle soreness|doms",
    "chest_emotion": r"breakup|broke up|news|movie|film|story|song|proud|pride|heart ?break\w*|sad\b|grief|losing the race|dnf|goodbye|missing (?:him|her)|excite\w*|start line|nervous|butterflies",
    "bicycle": r"bike|bicycle|cycling|cycle ride|ride|riding|peloton|saddle sores?|saddle height",
    "menopause": r"menopaus\w*|pregnan\w*|breast ?feed\w*|nursing|iud|mirena|birth control|the pill|postpartum",
    "past_day": r"yesterday|last (?:week|month|year|sunday|saturday|night|weekend|race)|the other day|\w+ (?:weeks?|months?|years?|days?) ago|once|told me|on tv|on the news|i heard|i read",
    "training": r"workout|intervals?|hills?|race|marathon|mile|km|session|coach|reps?|squats|monday|burpees",
    "now": r"right now|just now|just|now|next to me|beside me|in front of me|ahead of me|help|what (?:do|should) (?:i|we)|here|urgent|emergency|call(?:ing)? (?:an ambulance|911|119|112|999)|cpr|aed",
    "gear_to_buy": r"shoes|watch|garmin",
}

# Figures of speech, devices, names: taken out before anything is looked for.
_FIGURES = (
    r"legs?(?: are| were| feel| felt)?(?: so| like| totally| completely)? (?:dead|shot|toast|jelly|lead|killing me|trashed|cooked)|dead legs?|dead tired|dead last|dead(?: on)? flat",
    r"(?:chest|heart|hr|heart rate|hrm) (?:strap|belt|band|monitor|sensor|straps|rate strap|rate monitor|rate sensor|rate belt)s?(?: \w+){0,3}? ?(?:died|dead|stopped|hurts?|hurting|tight\w*|racing|broke\w*|failed|dropped|chaf\w*|rubb\w*|irregular|erratic|skipping|pressure|burn\w*|dug|digs|too|was|is)?",
    r"(?:watch|garmin|phone|battery|strap|monitor|headphones|earbuds|treadmill|gps|sensor|app|coros|strava) (?:\w+ ){0,2}?(?:died|dead|passed out|crashed|collapsed|blacked out|stopped|black(?:ed)? out|fainted|confused|went black|dying|froze)",
    r"kill(?:ing|ed|s)? (?:it|me|the|that|this|my (?:legs|quads|calves|pace|time|splits|pr|vibe|speed|motivation|feet|back|knees?|hamstrings?|glutes))\b(?! off)|killer (?:workout|hill|session|run|pace|course)|death of me|(?:nearly|almost|about to|thought i(?: was going to| would|'d)?) (?:die|died|killed me)\b|to die for|dying (?:to|for|of|out there|over here|inside|on)(?: \w+)?|i'?m dying|(?<!if\s)i died|i'?m dead|felt like (?:death|dying)",
    r"kill(?:ing|ed)? my ?self (?:in|on|at|with|doing|over|during|for|trying|to (?:hit|make|finish|keep|get|run|beat))\b(?: \w+)?|(?:want(?:ed)?|wanna) to die (?:at|on|during|by|around|after|halfway|in|from)\b(?: \w+)?|wanna die (?:at|on|during|after)\b|made me want to die|makes me want to die",
    r"suicid\w* (?:runs?|sprints?|drills?|shuttles?|hills?|squad|prevention|pace|pacing|awareness|intervals?|workout|burpees|split|splits|squeeze|charity|hotline)|(?:run|ran|running|did|do|doing) (?:\w+ )?suicides",
    r"heart ?(?:break\w*|felt|warming|land|wood|stopping|less|core|rate zones?)|heart (?:foundation|association|walk|institute|health|of the|hospital|run for)|heart(?:'s| is| was|s)? (?:not in it|aches? for|hurts? for|goes out|set on|skipped a beat|singing|full|bursting|exploded?|exploding|out of my chest)|heart (?:attack hill|attack on a plate)|(?:gave|give|giving|gives|nearly had|almost had) (?:me )?(?:a|him a|her a)?(?: \w+)? ?heart attack|chest(?:nut| freezer| of| press| day| workout| hair| pocket| number| size| up| bump| muscles?| height| deep| high| out| first| pass)\w*",
    r"stroke (?:rate|count|of|per|length|technique|volume|association|foundation|work|drills?|mechanics)|(?:back|breast|side|swim|swimming|tennis|golf|brush|paddle|rowing|pull|arm|two|four|6|stroke by|key|fly|butterfly) ?strokes?",
    r"pass(?:ed|ing|es)? out (?:\w+ )?(?:bibs?|flyers|water|medals|cups|bananas|gels|samples|cards|shirts|snacks|t-?shirts|oranges|drinks)|(?:pass(?:ed|ing)? out|collaps\w*|crash\w*|faint\w*|black\w* out|conked out|keeled over)(?: \w+){0,2} (?:on|in|into|onto|at) (?:the |my |a )?(?:couch|sofa|bed|hammock|armchair|chair|tv|netflix)|pass(?:ed)? out(?: asleep| by \d+| at \d+ ?pm| early| right after dinner)|collaps\w* asleep",
    r"(?:form|pace|arch|arches|tent|bridge|deal|shoe|heel|midsole|team|plan|posture|technique|race plan|schedule|market|hips|knees?|knee|foam|gait)(?: \w+){0,2}? collaps\w*|collaps\w* (?:arch\w*|form|heel|table|chair|posture|poles?)|black(?:ed|ing)? out (?:my|the|some|two|a) (?:calendar|dates?|weekend|week|windows?|day|month|schedule)|faint(?:est)? (?:idea|praise)|blackout (?:curtains?|dates?|period)",
    r"breath ?taking|takes? my breath away|hold(?:ing)? my breath|breath of fresh air|(?:can'?t|couldn'?t|hard to|trouble|struggle to|difficulty) breath(?:e|ing) (?:through|in (?:a|this|that) mask|with a mask|out of my nose|because of (?:my|a) (?:cold|nose))|nose (?:is )?(?:blocked|stuffy|stuffed)[^.!?\n]{0,25}breathe|laugh\w*[^.!?\n]{0,25}(?:can'?t|couldn'?t) breathe|(?:can'?t|couldn'?t) breathe[^.!?\n]{0,12}laugh\w*",
    r"(?:race|spring|marathon|taper|cabin|baseball|world cup|gold|hay|disco|olympic|running|yellow|trail|travel) fever|fever (?:pitch|dream)|sick (?:of|pace|pr|pb|time|beat|day|days|leave|race|run|shoes|medal|view|workout|new)|so sick (?:dude|bro|man)|hill sick|car ?sick|home ?sick|love ?sick|cold (?:weather|run|runs|day|morning|water|plunge|plunges|shower|bath|start|air|front|tub|brew|winter|rain|wind|temps?|hands|feet|outside|out|snap)|temperature of (?:1\d|2\d|30|3[0-6]|[4-9]\d)(?! ?°? ?f ?fever)\b|covid (?:lockdown|era|year|times|pandemic|vaccine|shot|booster|cancel\w*)|flu (?:shot|jab|vaccine|season)",
    r"(?:rest|base|taper|training|recovery|build|trial|time|off|long|short|transition|peak|race|competition|prep|work|cool ?down|grace|busy|waiting|month|week|year|probation|specific) periods?|periods? of (?:time|rest|training|easy|heavy|base|recovery)|period\.",
    r"cut(?:ting)? my ?self (?:some slack|short|shaving|off|on|while|a break)|hurt(?:ing)? my ?self (?:running|again by|by|if|doing|while|overtraining)|(?:don'?t|didn'?t|not|avoid|without|worried about|afraid of|before i) (?:want to |wanna )?(?:hurt\w*|injur\w*) my ?self",
    r"i'?m (?:so |absolutely |always |completely )?starving|starving (?:after|now|for)|hungry enough|(?:carb|sugar) starved|overdos\w* (?:on|it|the|my)?(?: \w+)? ?(?:training|miles|mileage|coffee|caffeine|gels|carbs|intervals|hills|cake|pizza|pasta)|overdid|overdoing",
    r"end it all (?:with|on)|jump(?:ing|ed)? (?:off|from) (?:the |a )?(?:box|curb|kerb|start|bus|line|rock|boat|pier|dock|diving)|hang ?(?:out|ing out)|jumping jacks?|box jumps?",
    r"death (?:valley|race|march|star|zone|before)|badwater|bleed (?:air|the)|blood (?:test|tests|work|pressure (?:is fine|monitor)|lactate|moon|sugar monitor|donor|donation|drive|results|orange|flow|oxygen|type)|bloody (?:good|hell|hard|great|brilliant|cold|hot|long|awful|toe\w*|nipples?|sock\w*|knee|mary)|bleeding (?:nipples?|toe\w*|blister\w*|knee|edge)|(?:nipples?|toe\w*|blister\w*|knee|elbow)(?: \w+){0,2}? bleed\w*",
    r"chaf\w*(?: \w+){0,3} (?:groin|crotch|thighs?|inner thighs?|chest)|(?:groin|crotch|thighs?|chest)(?: \w+){0,3} chaf\w*|chafing|calf (?:sleeves?|raises?|stretch\w*|guards?|compression|muscle)|hot (?:chocolate|yoga|tub|dog|bath|shower|coffee|pace|start|spot|shot)|hot and sweaty",
    r"pregnant (?:pause|with)|heart rate(?: \w+)?(?: too| so)? (?:high|low|zone\w*|drift\w*|racing)?|confus(?:ed|ing)",
)
# "confused" is a sign in the heat and a word of everyday: only its harmless constructions are taken out.
_FIGURES = (
    *_FIGURES[:-1],
    # "confused" is a sign in the heat and a word of everyday: only its harmless uses are taken out.
    r"pregnant pause|confus(?:ed|ing) (?:about|by|with|over|between|as to|why|how|whether|on|at)|confusing",
)

_MISTYPED = (
    "chest pressure tightness dizzy dizziness fainted fainting palpitations breath breathe breathing collapsed unconscious "
    "confused confusion headache vomiting swollen swelling urine stress fracture groin stroke slurred droop numbness period "
    "periods suicide suicidal myself pregnant pregnancy bleeding contractions diabetes diabetic hypertension fever feverish "
    "heart attack calf bladder eating laxatives anorexia lightheaded heatstroke marathon running"
).split()
_REAL_WORDS = frozenset(
    "chess chests cheat feint paint breathed breaths beath breeze breaded breeding bleeding stokes stroke strokes strike fevers "
    "never ever fear hear heat earth heats hearts attach attacks grain gron group urinal fractures presser dressed peroid stresses "
    "tress strss pressures eating eaten beating running ruining runing calfs bled bleed heart hart her period perio breath breathe "
    "groins greath ering sweling dwelling swelling stroked fever fevver".split()
) - {"peroid", "strss", "beath", "runing", "sweling", "perio", "fevver", "greath", "gron"}
MISSPELT = slips(_MISTYPED, _REAL_WORDS) | {
    "brething": "breathing", "breething": "breathing", "breth": "breath", "palpatations": "palpitations",
    "palpitatons": "palpitations", "diziness": "dizziness", "dizzyness": "dizziness", "feinted": "fainted",
    "pregnent": "pregnant", "suicidle": "suicidal", "diabetis": "diabetes", "preasure": "pressure", "presure": "pressure",
    "swolen": "swollen", "urin": "urine", "fracure": "fracture", "collasped": "collapsed", "siezure": "seizure",
    "vomitting": "vomiting", "nausious": "nauseous", "amenorrhea": "amenorrhoea", "concious": "conscious",
    "unconcious": "unconscious", "pian": "pain", "hurst": "hurts", "hrut": "hurt", "tigth": "tight", "tihgt": "tight", "calve": "calf",
    "mysef": "myself", "myslef": "myself", "wnat": "want", "pasing": "passing", "passd": "passed", "hearth": "heart",
}  # fmt: skip

SIGNS = {name: compile_english(patterns) for name, patterns in _SIGNS.items()}
CUES = {name: compile_english([pattern]) for name, pattern in _CUES.items()}
FIGURES = compile_english(_FIGURES)

SOMEONE = re.compile(
    r"\b(?:my|our|his|her|a|an|the|this|that|some|another|one)\s+(?:[\w-]+\s+){0,2}?(?:dad|father|mom|mum|mother|wife|husband|partner|"
    r"girlfriend|boyfriend|friend|buddy|mate|brother|sister|son|daughter|grand\w+|uncle|aunt|cousin|coach|boss|coworker|colleague|"
    r"neighbou?r|teammate|runner|guy|man|woman|lady|girl|boy|kid|person|athlete|patient|stranger|dog|parents|child|"
    r"bloke|racer|competitor|participant|roommate|relative|family)s?(?:'s)?\b|(?:^|[.!?,] )(?:old |young |some )?(?:man|woman|guy|lady|runner|kid|girl|boy)\b|\b(?:grandma|grandpa|granny|grandad|mom|dad|mum)\b|\b(?:he|she|someone|somebody|they|people|runners|he's|she's|his|her)\b"
)
SELF = re.compile(
    r"(?<!next to )(?<!beside )(?<!front of )(?<!ahead of )(?<!behind )(?<!near )(?<!with )(?<!by )(?<!past )"
    r"\b(?:i|i'm|im|i've|ive|me|my|mine|i'd|i'll|myself)\b(?!\s+(?:[\w-]+\s+)?(?:dad|father|mom|mum|mother|wife|husband|partner|girlfriend|boyfriend|"
    r"friend|buddy|mate|brother|sister|son|daughter|grand\w+|uncle|aunt|cousin|coach|boss|coworker|colleague|neighbou?r|teammate|roommate|parents|"
    r"family|kid|club|team|group|gym|office|work|class|town|street|company)\b)"
)
OLD = re.compile(
    r"(?<!since )(?<!than )(?:\b(?:last (?:year|season|summer|winter|spring|fall|autumn|month)|(?:\d+|a few|few|a couple of|couple of|two|three|four|five|six|several|many|ten) "
    r"(?:years?|months?) ago|years ago|months ago|in (?:19|20)\d\d|back in|as a (?:kid|child|teen\w*)|used to|when i was (?:a kid|young\w*|in|pregnant|\d+)|in college|"
    r"in high school|previous(?:ly)?|long ago|once had|my first pregnancy|an? old|childhood)\b)"
)
STILL = re.compile(
    r"\b(?:still|again|today|currently|these days|this (?:morning|week)|lately|right now|yesterday|came back|is back|recurr\w*|ever since)\b"
)
RESOLVED = re.compile(
    r"\b(?:healed|recovered|fully better|all better|(?:fine|ok|okay|good|gone|better|normal|healthy|clear|great) (?:now|since|again)|went away|no longer|resolved|back to normal|"
    r"over it|cleared|now (?:it'?s |i'?m |they'?re )?(?:fine|gone|ok|okay|good|healed|all good)|came back normal|is gone|got over|tested negative|(?:periods?|cycle) (?:is |are )?(?:came )?back)\b"
)
KNOWLEDGE = re.compile(
    r"\b(?:what (?:is|are|does|do|causes)|what's|signs of|symptoms of|prevent\w*|difference between|how (?:do|does|common|to|likely|often|many)|why (?:do|does|is|are)|explain|tell me about|"
    r"article|book|podcast|stud(?:y|ies)|research|movie|documentary|read about|reading about|can running|does running|is running|define|meaning of|lower\w* (?:the|my|your)|reduc\w* (?:the|my)|"
    r"charity|fundrais\w*|awareness|raise money|raising money|good for|help\w* with|for people with|talk about|learn about|first aid|runs? for|the risk of|race for)\b"
)
ASSERTED = re.compile(
    r"\b(?:i have|i'm having|im having|i feel|i get|i got|i had|i've|ive|my|this|i keep|i am|i'm|right now)\b"
)
NAMED = re.compile(
    r"(?:chest (?:pains?|tightness|pressure)|angina|heart attack|faint(?:ing|s)?|collaps(?:e|ing|es)|palpitations?|arrhythmia|dizziness|heat ?(?:stroke|exhaustion)|"
    r"hyponatr\w*|rhabdo\w*|h[a]?ematuria|stress (?:fractures?|reactions?)|groin (?:pain|strain\w*)|dvt|blood clots?|cauda equina|strokes?|amenorrh\w*|anorexi\w*|bulimi\w*|"
    r"eating disorder|suicid\w*|self harm\w*|pregnan\w*|diabet\w*|hypertensi\w*|high blood pressure|heart \w+|kidney \w+|fevers?|flu|covid|cold|seizures?|cardiac arrest|incontinen\w*|(?:can'?t|cannot|don'?t) (?:tell|feel|know) when i need to (?:pee|go|poop|urinate)|"
    r"shortness of breath|overdos\w*|confusion|over ?hydrat\w*|over ?drinking|missed periods?|missing periods?|(?:too much|so much|lots of)_?.*water|drinking .*water|headaches?|bleeding|contractions?|"
    r"myocarditis|type [12]|atrial fib\w*|a ?fib|black ?outs?|blacking out|passing out|difficulty breathing|trouble breathing)$"
)
