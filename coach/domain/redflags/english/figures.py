"""English figures of speech, devices and names, taken out before anything is looked for.

A space is a space or hyphen; `_` allows up to four words (`utterance.reading`).
"""

from __future__ import annotations

from coach.domain.utterance import compile_english

_FIGURES = (
    r"legs?(?: are| were| feel| felt)?(?: so| like| totally| completely)? (?:dead|shot|toast|jelly|lead|"
    r"killing me|trashed|cooked)|dead legs?|dead tired|dead last|dead(?: on)? flat",
    r"(?:chest|heart|hr|heart rate|hrm) (?:strap|belt|band|monitor|sensor|straps|rate strap|"
    r"rate monitor|rate sensor|rate belt)s?(?: \w+){0,3}? ?(?:died|dead|stopped|hurts?|hurting|tight\w*|"
    r"racing|broke\w*|failed|dropped|chaf\w*|rubb\w*|irregular|erratic|skipping|pressure|burn\w*|dug|"
    r"digs|too|was|is)?",
    r"(?:watch|garmin|phone|battery|strap|monitor|headphones|earbuds|treadmill|gps|sensor|app|coros|"
    r"strava) (?:\w+ ){0,2}?(?:died|dead|passed out|crashed|collapsed|blacked out|stopped|"
    r"black(?:ed)? out|fainted|confused|went black|dying|froze)",
    r"kill(?:ing|ed|s)? (?:it|me|the|that|this|my (?:legs|quads|calves|pace|time|splits|pr|vibe|speed|"
    r"motivation|feet|back|knees?|hamstrings?|glutes))\b(?! off)|killer (?:workout|hill|session|run|"
    r"pace|course)|death of me|(?:nearly|almost|about to|thought i(?: was going to| would|'d)?) (?:die|"
    r"died|killed me)\b|to die for|dying (?:to|for|of|out there|over here|inside|on)(?: \w+)?|"
    r"i'?m dying|(?<!if\s)i died|i'?m dead|felt like (?:death|dying)",
    r"kill(?:ing|ed)? my ?self (?:in|on|at|with|doing|over|during|for|trying|to (?:hit|make|finish|keep|"
    r"get|run|beat))\b(?: \w+)?|(?:want(?:ed)?|wanna) to die (?:at|on|during|by|around|after|halfway|in|"
    r"from)\b(?: \w+)?|wanna die (?:at|on|during|after)\b|made me want to die|makes me want to die",
    r"suicid\w* (?:runs?|sprints?|drills?|shuttles?|hills?|squad|prevention|pace|pacing|awareness|"
    r"intervals?|workout|burpees|split|splits|squeeze|charity|hotline)|(?:run|ran|running|did|do|"
    r"doing) (?:\w+ )?suicides",
    r"heart ?(?:break\w*|felt|warming|land|wood|stopping|less|core|rate zones?)|heart (?:foundation|"
    r"association|walk|institute|health|of the|hospital|run for)|heart(?:'s| is| was|s)? (?:not in it|"
    r"aches? for|hurts? for|goes out|set on|skipped a beat|singing|full|bursting|exploded?|exploding|"
    r"out of my chest)|heart (?:attack hill|attack on a plate)|(?:gave|give|giving|gives|nearly had|"
    r"almost had) (?:me )?(?:a|him a|her a)?(?: \w+)? ?heart attack|chest(?:nut| freezer| of| press|"
    r" day| workout| hair| pocket| number| size| up| bump| muscles?| height| deep| high| out| first|"
    r" pass)\w*",
    r"stroke (?:rate|count|of|per|length|technique|volume|association|foundation|work|drills?|"
    r"mechanics)|(?:back|breast|side|swim|swimming|tennis|golf|brush|paddle|rowing|pull|arm|two|four|6|"
    r"stroke by|key|fly|butterfly) ?strokes?",
    r"pass(?:ed|ing|es)? out (?:\w+ )?(?:bibs?|flyers|water|medals|cups|bananas|gels|samples|cards|"
    r"shirts|snacks|t-?shirts|oranges|drinks)|(?:pass(?:ed|ing)? out|collaps\w*|crash\w*|faint\w*|"
    r"black\w* out|conked out|keeled over)(?: \w+){0,2} (?:on|in|into|onto|at) (?:the |my |a )?(?:couch|"
    r"sofa|bed|hammock|armchair|chair|tv|netflix)|pass(?:ed)? out(?: asleep| by \d+| at \d+ ?pm| early|"
    r" right after dinner)|collaps\w* asleep",
    r"(?:form|pace|arch|arches|tent|bridge|deal|shoe|heel|midsole|team|plan|posture|technique|race plan|"
    r"schedule|market|hips|knees?|knee|foam|gait)(?: \w+){0,2}? collaps\w*|collaps\w* (?:arch\w*|form|"
    r"heel|table|chair|posture|poles?)|black(?:ed|ing)? out (?:my|the|some|two|a) (?:calendar|dates?|"
    r"weekend|week|windows?|day|month|schedule)|faint(?:est)? (?:idea|praise)|blackout (?:curtains?|"
    r"dates?|period)",
    r"breath ?taking|takes? my breath away|hold(?:ing)? my breath|breath of fresh air|(?:can'?t|"
    r"couldn'?t|hard to|trouble|struggle to|difficulty) breath(?:e|ing) (?:through|in (?:a|this|"
    r"that) mask|with a mask|out of my nose|because of (?:my|a) (?:cold|nose))|nose (?:is )?(?:blocked|"
    r"stuffy|stuffed)[^.!?\n]{0,25}breathe|laugh\w*[^.!?\n]{0,25}(?:can'?t|couldn'?t) breathe|(?:can'?t|"
    r"couldn'?t) breathe[^.!?\n]{0,12}laugh\w*",
    r"(?:race|spring|marathon|taper|cabin|baseball|world cup|gold|hay|disco|olympic|running|yellow|"
    r"trail|travel) fever|fever (?:pitch|dream)|sick (?:of|pace|pr|pb|time|beat|day|days|leave|race|run|"
    r"shoes|medal|view|workout|new)|so sick (?:dude|bro|man)|hill sick|car ?sick|home ?sick|love ?sick|"
    r"cold (?:weather|run|runs|day|morning|water|plunge|plunges|shower|bath|start|air|front|tub|brew|"
    r"winter|rain|wind|temps?|hands|feet|outside|out|snap)|temperature of (?:1\d|2\d|30|3[0-6]|"
    r"[4-9]\d)(?! ?°? ?f ?fever)\b|covid (?:lockdown|era|year|times|pandemic|vaccine|shot|booster|"
    r"cancel\w*)|flu (?:shot|jab|vaccine|season)",
    r"(?:rest|base|taper|training|recovery|build|trial|time|off|long|short|transition|peak|race|"
    r"competition|prep|work|cool ?down|grace|busy|waiting|month|week|year|probation|specific) periods?|"
    r"periods? of (?:time|rest|training|easy|heavy|base|recovery)|period\.",
    r"cut(?:ting)? my ?self (?:some slack|short|shaving|off|on|while|a break)|"
    r"hurt(?:ing)? my ?self (?:running|again by|by|if|doing|while|overtraining)|(?:don'?t|didn'?t|not|"
    r"avoid|without|worried about|afraid of|before i) (?:want to |wanna )?(?:hurt\w*|injur\w*) my ?self",
    r"i'?m (?:so |absolutely |always |completely )?starving|starving (?:after|now|for)|hungry enough|"
    r"(?:carb|sugar) starved|overdos\w* (?:on|it|the|my)?(?: \w+)? ?(?:training|miles|mileage|coffee|"
    r"caffeine|gels|carbs|intervals|hills|cake|pizza|pasta)|overdid|overdoing",
    r"end it all (?:with|on)|jump(?:ing|ed)? (?:off|from) (?:the |a )?(?:box|curb|kerb|start|bus|line|"
    r"rock|boat|pier|dock|diving)|hang ?(?:out|ing out)|jumping jacks?|box jumps?",
    r"death (?:valley|race|march|star|zone|before)|badwater|bleed (?:air|the)|blood (?:test|tests|work|"
    r"pressure (?:is fine|monitor)|lactate|moon|sugar monitor|donor|donation|drive|results|orange|flow|"
    r"oxygen|type)|bloody (?:good|hell|hard|great|brilliant|cold|hot|long|awful|toe\w*|nipples?|sock\w*|"
    r"knee|mary)|bleeding (?:nipples?|toe\w*|blister\w*|knee|edge)|(?:nipples?|toe\w*|blister\w*|knee|"
    r"elbow)(?: \w+){0,2}? bleed\w*",
    r"chaf\w*(?: \w+){0,3} (?:groin|crotch|thighs?|inner thighs?|chest)|(?:groin|crotch|thighs?|"
    r"chest)(?: \w+){0,3} chaf\w*|chafing|calf (?:sleeves?|raises?|stretch\w*|guards?|compression|"
    r"muscle)|hot (?:chocolate|yoga|tub|dog|bath|shower|coffee|pace|start|spot|shot)|hot and sweaty",
    r"pregnant (?:pause|with)|heart rate(?: \w+)?(?: too| so)? (?:high|low|zone\w*|drift\w*|racing)?|"
    r"confus(?:ed|ing)",
)
# "confused" is a sign in the heat and a word of everyday: only its harmless constructions are taken out.
_FIGURES = (
    *_FIGURES[:-1],
    # "confused" is a sign in the heat and a word of everyday: only its harmless uses are taken out.
    r"pregnant pause|confus(?:ed|ing) (?:about|by|with|over|between|as to|why|how|whether|on|at)|confusing",
)


FIGURES = compile_english(_FIGURES)
