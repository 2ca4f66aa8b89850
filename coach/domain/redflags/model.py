"""What the guard can recognise, and how serious it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Severity(StrEnum):
    """What has to happen, the most urgent first."""

    emergency = "emergency"  # call for help now
    crisis = "crisis"  # a person in distress comes before any coaching
    stop_today = "stop_today"  # no running until it is gone or seen
    clearance = "clearance"  # a doctor decides before training starts


class Trigger(StrEnum):
    """One sign of danger that ends coaching for this turn."""

    collapse = "collapse"
    chest_pain = "chest_pain"
    fainting = "fainting"
    palpitations = "palpitations"
    breathlessness = "breathlessness"
    heat_stroke = "heat_stroke"
    hyponatraemia = "hyponatraemia"
    rhabdomyolysis = "rhabdomyolysis"
    stroke = "stroke"
    cauda_equina = "cauda_equina"
    leg_clot = "leg_clot"
    pregnancy_warning = "pregnancy_warning"
    self_harm = "self_harm"
    bone_stress = "bone_stress"
    tendon = "tendon"
    reds = "reds"
    illness = "illness"
    pregnancy = "pregnancy"
    known_disease = "known_disease"


SEVERITY: Mapping[Trigger, Severity] = {
    **dict.fromkeys(Trigger, Severity.emergency),
    Trigger.self_harm: Severity.crisis,
    Trigger.bone_stress: Severity.stop_today,
    Trigger.tendon: Severity.stop_today,
    Trigger.reds: Severity.stop_today,
    Trigger.illness: Severity.stop_today,
    Trigger.pregnancy: Severity.clearance,
    Trigger.known_disease: Severity.clearance,
}


@dataclass(frozen=True)
class RedFlag:
    """A recognised sign of danger. `words` are what was recognised, in the text's normal form."""

    trigger: Trigger
    severity: Severity
    about: Literal["athlete", "other"]
    words: tuple[str, ...]

    @property
    def text_key(self) -> str:
        """Key of the answer in the text catalogue."""
        if self.about == "other" and self.severity is Severity.emergency:
            return "guard.someone_else"
        if self.about == "other" and self.severity is Severity.crisis:
            return f"guard.{self.trigger}_other"
        return f"guard.{self.trigger}"

    @property
    def stops_turn(self) -> bool:
        """Whether coaching stops for this turn: always for the athlete's own sign or anyone's emergency."""
        return self.about == "athlete" or self.severity in (Severity.emergency, Severity.crisis)
