"""English words of danger as people mistype them."""

from __future__ import annotations

from coach.domain.utterance.reading import slips

_MISTYPED = (
    "chest", "pressure", "tightness", "dizzy", "dizziness", "fainted", "fainting", "palpitations",
    "breath", "breathe", "breathing", "collapsed", "unconscious", "confused", "confusion",
    "headache", "vomiting", "swollen", "swelling", "urine", "stress", "fracture", "groin", "stroke",
    "slurred", "droop", "numbness", "period", "periods", "suicide", "suicidal", "myself",
    "pregnant", "pregnancy", "bleeding", "contractions", "diabetes", "diabetic", "hypertension",
    "fever", "feverish", "heart", "attack", "calf", "bladder", "eating", "laxatives", "anorexia",
    "lightheaded", "heatstroke", "marathon", "running",
)  # fmt: skip
# Words that exist: never taken for a slip of one above.
_REAL_WORDS = frozenset({
    "chess", "chests", "cheat", "feint", "paint", "breathed", "breaths", "breeze", "breaded",
    "breeding", "bleeding", "stokes", "stroke", "strokes", "strike", "fevers", "never", "ever",
    "fear", "hear", "heat", "earth", "heats", "hearts", "attach", "attacks", "grain", "group",
    "urinal", "fractures", "presser", "dressed", "stresses", "tress", "pressures", "eating",
    "eaten", "beating", "running", "ruining", "calfs", "bled", "bleed", "heart", "hart", "her",
    "period", "breath", "breathe", "groins", "ering", "dwelling", "swelling", "stroked", "fever",
})  # fmt: skip
# Slips that are more than two letters swapped, one dropped or one doubled.
_OTHER_SLIPS = {
    "brething": "breathing", "breething": "breathing", "breth": "breath", "palpatations": "palpitations",
    "palpitatons": "palpitations", "diziness": "dizziness", "dizzyness": "dizziness",
    "feinted": "fainted", "pregnent": "pregnant", "suicidle": "suicidal", "diabetis": "diabetes",
    "preasure": "pressure", "presure": "pressure", "swolen": "swollen", "urin": "urine",
    "fracure": "fracture", "collasped": "collapsed", "siezure": "seizure", "vomitting": "vomiting",
    "nausious": "nauseous", "amenorrhea": "amenorrhoea", "concious": "conscious",
    "unconcious": "unconscious", "pian": "pain", "hurst": "hurts", "hrut": "hurt", "tigth": "tight",
    "tihgt": "tight", "calve": "calf", "mysef": "myself", "myslef": "myself", "wnat": "want",
    "pasing": "passing", "passd": "passed", "hearth": "heart",
}  # fmt: skip

MISSPELT = slips(_MISTYPED, _REAL_WORDS) | _OTHER_SLIPS
