"""English phrases for cues: what surrounds a sign and makes it serious, or explains it.

A space is a space or hyphen; `_` allows up to four words (`utterance.reading`).
"""

from __future__ import annotations

from coach.domain.utterance import compile_english

_CUES: dict[str, str] = {
    "effort": (
        r"runs?|running|ran|runner|jog\w*|rac(?:e|es|ed|ing)|marathon|half|interval\w*|workout\w*|"
        r"sprint\w*|exercis\w*|train\w*|miles?|\d+ ?km?|kilomet\w*|hills?|uphill|rid(?:e|ing)|swim\w*|"
        r"tempo|treadmill|reps?|track|parkrun|finish|lap|strides|5k|10k|push\w*|hik\w*|climb\w*|long run"
    ),
    "hot": (
        r"heat|hot|scorching|humid\w*|sun|sunny|(?:3[2-9]|4[0-2]) ?(?:c|degrees|°c?|celsius)|(?:9\d|"
        r"1[01]\d) ?(?:f|degrees|°f?|fahrenheit)|body temp\w*|burning up|overheat\w*|heatwave|boiling|"
        r"sweltering|sauna|summer|core temp\w*|heat ?stroke"
    ),
    "disproportion": (
        r"at rest|resting|just (?:sitting|standing|walking|lying|getting)|sitting|easy (?:pace|jog|run|"
        r"running|runs|jogs)|walk\w*|stairs|lying|lie down|laying|unusual\w*|abnormal\w*|way more|"
        r"much more|more than|than (?:usual|normal|it should|ever)|sudden\w*|out of nowhere|"
        r"for no reason|slow\w*|still|(?:can'?t|couldn'?t|can not) (?:even )?(?:talk|speak|"
        r"finish a sentence)|blue|warm ?up|jogging|gentle|light jog|a few steps|one flight|wakes? me|"
        r"at night|minutes? (?:later|after)|hours? (?:later|after)|never used to|used to be easy|"
        r"won'?t (?:settle|recover|go away)|barely|tiny|nothing effort|easy effort|whistling|"
        r"recovery (?:run|jog)"
    ),
    "hard_effort": (
        r"intervals?|sprint\w*|all out|last (?:rep|lap|km|mile)|altitude|uphill|tempo|threshold|"
        r"hill (?:reps|repeats|sprints)|hard (?:effort|session|workout)|5k race|finish line|burpees|vo2"
    ),
    "hop": r"hop\w*|jump\w*|single leg|one leg|landing|land on",
    "point": (
        r"one spot|pin ?point\w*|specific (?:spot|point)|single (?:spot|point)|exact spot|"
        r"one (?:\w+ )?(?:spot|point|place|area)|tender point|point tender\w*|when i (?:press|touch|"
        r"push|poke)|press(?:ing)? on|to (?:the )?touch|bony|on the bone|coin sized|thumb|fingertip|"
        r"localized|localised|on my shin bone|size of a coin"
    ),
    "night": (
        r"at night|night|wakes? me|woke me|in bed|even at rest|at rest|while resting|sleep\w*|sitting|"
        r"lying|when i'?m not running|not even running"
    ),
    "resting": (
        r"at rest|resting|sitting|sit|lying|laying|lie|in bed|doing nothing|not even running|"
        r"when i'?m not (?:running|moving)|even when (?:still|idle)"
    ),
    "device": r"watch|data|recorded|recording|strap|sensor|app|alerts?|readings?|garmin|graph",
    "start": (
        r"is (?:running|jogging|it|this)_(?:safe|ok|okay)|start\w*|begin\w*|beginner|take up|"
        r"taking up|get(?:ting)? into|can i|is it (?:ok|okay|safe|"
        r"alright|fine)|should i|couch to|c25k|plan|sign(?:ed|ing)? up|want to|wanna|first|new to|"
        r"thinking (?:of|about)|am i (?:ok|okay|allowed|able)|safe to|ok to|okay to|go for a run|"
        r"try running|train for|marathon training|like to"
    ),
    "run_question": (
        r"(?:can|could|should|may|shall|do|would|will|is it|ok|okay|safe|alright|fine|allowed|wise|"
        r"smart|bad idea|good idea)[^.!?\n]{0,30}(?:run\w*|train\w*|jog\w*|workout|work out|race|racing|"
        r"exercise|interval\w*|tempo|miles|\d+k|long run|go out|skip|push through|rest|marathon|session|"
        r"sweat|lift|compete|do it|treadmill)"
        r"|(?:going to|gonna|still|plan\w* (?:to|on)|want to|wanna|about to|will|i'?ll|heading out|"
        r"hoping to|need to|have to|trying to|supposed to|got)[^.!?\n]{0,14}(?:run\w*|train|training|race|"
        r"racing|jog|interval\w*|tempo|\d+k|long run|do my|marathon|workout|session|half)|"
        r"run(?:ning)? through|sweat it out|train through|race_(?:today|tomorrow|sunday|saturday)|"
        r"adjust my plan|skip (?:my|the|today)"
    ),
    "cleared": (
        r"cleared|(?:doctor|cardiologist|doc|gp|obgyn|midwife|physician)_(?:ok|okay|okayed|approved|"
        r"happy|fine|green light)[^.!?\n]{0,20}|clearance|all clear"
    ),
    "food_colour": r"beets?|beetroot|vitamins?|blackberr\w*|dye",
    "chest_workout": (
        r"bench\w*|push ?ups?|pushups|chest (?:day|workout|press|exercises?)|pecs?|pectoral\w*|dips|"
        r"fly|flies|muscle soreness|doms"
    ),
    "chest_emotion": (
        r"breakup|broke up|news|movie|film|story|song|proud|pride|heart ?break\w*|sad\b|grief|"
        r"losing the race|dnf|goodbye|missing (?:him|her)|excite\w*|start line|nervous|butterflies"
    ),
    "bicycle": r"bike|bicycle|cycling|cycle ride|ride|riding|peloton|saddle sores?|saddle height",
    "menopause": (
        r"menopaus\w*|pregnan\w*|breast ?feed\w*|nursing|iud|mirena|birth control|the pill|postpartum"
    ),
    "past_day": (
        r"yesterday|last (?:week|month|year|sunday|saturday|night|weekend|race)|the other day|"
        r"\w+ (?:weeks?|months?|years?|days?) ago|once|told me|on tv|on the news|i heard|i read"
    ),
    "training": (
        r"workout|intervals?|hills?|race|marathon|mile|km|session|coach|reps?|squats|monday|burpees"
    ),
    "now": (
        r"right now|just now|just|now|next to me|beside me|in front of me|ahead of me|help|what (?:do|"
        r"should) (?:i|we)|here|urgent|emergency|call(?:ing)? (?:an ambulance|911|119|112|999)|cpr|aed"
    ),
    "gear_to_buy": r"shoes|watch|garmin",
}

CUES = {name: compile_english([pattern]) for name, pattern in _CUES.items()}
