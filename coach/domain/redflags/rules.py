"""Which signs together are a red flag, and what takes them back."""

from __future__ import annotations

from dataclasses import dataclass

from coach.domain.redflags.model import Trigger


@dataclass(frozen=True)
class Rule:
    """A trigger fires when one sign of each group is claimed close together.

    `near` are cues of which each must be present around the signs, `unless` cues that take it back.
    `history`: an old, not resolved episode still counts. `ends`: it is over once it is resolved.
    """

    trigger: Trigger
    signs: tuple[tuple[str, ...], ...]
    near: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    history: bool = False
    ends: bool = False


_T = Trigger
RULES: tuple[Rule, ...] = (
    Rule(_T.collapse, (("down",),)),  # only of someone else: see check_all
    Rule(_T.chest_pain, (("chest_pain",),), unless=("chest_workout", "chest_emotion"), history=True),
    Rule(_T.chest_pain, (("chest_pain",),), near=("effort",), unless=("chest_workout",), history=True),
    Rule(_T.chest_pain, (("chest_pain",), ("cold_sweat", "breathless", "dizzy", "faint", "left_arm")),
        history=True),
    Rule(_T.chest_pain, (("left_arm",), ("cold_sweat", "breathless", "dizzy")), history=True),
    Rule(_T.fainting, (("faint",),), history=True),
    Rule(_T.fainting, (("near_faint",),), near=("effort",), history=True),
    Rule(_T.fainting, (("near_faint",), ("dizzy", "cold_sweat")), history=True),
    Rule(_T.palpitations, (("palpitation",), ("dizzy", "near_faint", "faint")), history=True),
    Rule(_T.palpitations, (("irregular",), ("breathless", "winded")), unless=("device",), history=True),
    Rule(_T.palpitations, (("irregular",),), near=("resting",), unless=("device",), history=True),
    Rule(_T.breathlessness, (("breathless",),)),
    Rule(_T.breathlessness, (("winded",),), near=("disproportion",), unless=("hard_effort",)),
    Rule(_T.heat_stroke, (("confused", "faint", "down"),), near=("hot",)),
    Rule(_T.heat_stroke, (("heat_stroke_named",),)),
    Rule(_T.hyponatraemia, (("drank",), ("headache", "vomit", "puffy", "confused"))),
    Rule(_T.rhabdomyolysis, (("dark_urine",),), unless=("food_colour",)),
    Rule(_T.rhabdomyolysis, (("muscle_swollen",), ("muscle_powerless",))),
    Rule(_T.rhabdomyolysis, (("rhabdo_named",),)),
    Rule(_T.stroke, (("one_side", "speech", "stroke_named", "leg_sudden"),)),
    Rule(_T.cauda_equina, (("saddle_numb",),), unless=("bicycle",)),
    Rule(_T.cauda_equina, (("bladder",), ("back_or_legs", "saddle_numb", "both_legs_weak"))),
    Rule(_T.leg_clot, (("calf_swollen",),)),
    Rule(_T.pregnancy_warning, (("pregnant",), ("bleeding", "fluid", "contraction", "baby_still", "calf_pain",
        "calf_swollen", "chest_pain", "faint", "dizzy", "breathless", "headache"))),
    Rule(_T.self_harm, (("self_harm",),), history=True),
    Rule(_T.bone_stress, (("stress_fracture", "groin"),), ends=True),
    Rule(_T.bone_stress, (("bone_pain",),), near=("hop",), ends=True),
    Rule(_T.bone_stress, (("bone_pain",),), near=("night",), ends=True),
    Rule(_T.bone_stress, (("bone_pain",),), near=("point",), ends=True),
    Rule(_T.tendon, (("tendon_snap",), ("no_push",)), ends=True),
    Rule(_T.tendon, (("tendon_torn",),), ends=True),
    Rule(_T.reds, (("restrict", "repeat_fracture"),), ends=True),
    Rule(_T.reds, (("no_period",),), unless=("menopause",), ends=True),
    Rule(_T.illness, (("ill",),), near=("run_question",), ends=True),
    Rule(_T.pregnancy, (("pregnant",),), near=("start",), unless=("cleared",)),
    Rule(_T.pregnancy, (("pregnant",),), near=("run_question",), unless=("cleared",)),
    Rule(_T.known_disease, (("disease",),), near=("start",), unless=("cleared",), history=True),
)  # fmt: skip

# How far apart (characters) the parts of one rule may be.
REACH = 220
