"""What workouts, plans and race plans rest on: real publications, and conventions that are said to be so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from coach.domain.metrics.registry import Evidence


@dataclass(frozen=True)
class Guideline:
    """What something rests on. Its name in words: text key `plan.guideline_<id>`.

    `authority` is a DOI where the publication has one that was checked, otherwise who stands behind it;
    "convention": coaches do it so, and no trial says that nothing else is as good.
    """

    id: str
    citation: str
    authority: str
    evidence: Evidence


_DANIELS = "Daniels, Daniels' Running Formula, 3rd ed., Human Kinetics 2014"
_PFITZINGER = "Pfitzinger and Douglas, Advanced Marathoning, 2nd ed., Human Kinetics 2009"
CONVENTION = "convention"

_ALL = (
    Guideline(
        "daniels_easy",
        f"{_DANIELS}; Seiler 2010, Int J Sports Physiol Perform 5:276 (about 80 % of training easy)",
        "Daniels; Seiler",
        Evidence.useful,
    ),
    Guideline(
        "daniels_threshold", f"{_DANIELS}: 20 minutes, or cruise intervals", "Daniels", Evidence.useful
    ),
    Guideline(
        "daniels_interval",
        f"{_DANIELS}; Buchheit and Laursen 2013, Sports Med 43:313 (minutes near VO2max)",
        "Daniels; Buchheit and Laursen",
        Evidence.useful,
    ),
    Guideline("daniels_repetition", f"{_DANIELS}: 200–400 m, full recovery", "Daniels", Evidence.useful),
    Guideline(
        "long_run_share",
        f"{_DANIELS}: a quarter to a third of the week; Doherty et al. 2020 (long runs and marathon time)",
        "Daniels; Doherty",
        Evidence.useful,
    ),
    Guideline(
        "taper_bosquet",
        "Bosquet et al. 2007, Med Sci Sports Exerc 39:1358: two weeks, 41–60 % less, intensity kept",
        "10.1249/mss.0b013e31806010e0",
        Evidence.established,
    ),
    Guideline(
        "walk_run_gates",
        "NHS Couch to 5K: running and walking in turn on alternate days for nine weeks",
        "NHS",
        Evidence.useful,
    ),
    Guideline("strides_convention", f"{_DANIELS}: 6–8 strides of 15–20 s", CONVENTION, Evidence.useful),
    Guideline("hills_convention", "8–12 climbs of 45–60 s, jogging down", CONVENTION, Evidence.useful),
    Guideline(
        "strength_convention",
        "Blagrove, Howatson and Hayes 2018, Sports Med 48:1117: two or three times a week improves economy",
        "Blagrove, Howatson and Hayes",
        Evidence.established,
    ),
    Guideline(
        "cross_training_time_off",
        f"{_DANIELS}: cross-training halves what time off takes (table published by VDOT O2)",
        "Daniels; VDOT O2",
        Evidence.useful,
    ),
    Guideline(
        "marathon_specific",
        f"{_PFITZINGER}; {_DANIELS}: blocks of 10–22 km at marathon pace",
        CONVENTION,
        Evidence.useful,
    ),
    Guideline("recovery_week", "Every third or fourth week 20–30 % less", CONVENTION, Evidence.useful),
    Guideline(
        "masters_spacing",
        "72 hours between hard sessions from fifty on; Lepers and Stapley 2016 on endurance and age",
        CONVENTION,
        Evidence.useful,
    ),
    Guideline("progression_convention", "Easy at first, steady at the end", CONVENTION, Evidence.useful),
    Guideline("fartlek_convention", "Brisk minutes by feel, as long again easy", CONVENTION, Evidence.useful),
    Guideline("race_pace_practice", "Part of a run at the pace of the race", CONVENTION, Evidence.useful),
    Guideline(
        "session_spike",
        "Frandsen et al. 2025, Br J Sports Med: runs over 110 % of the longest of 30 days, more injuries",
        "Frandsen",
        Evidence.useful,
    ),
    Guideline(
        "race_fuel",
        "Thomas, Erdman and Burke 2016, Med Sci Sports Exerc 48:543 (ACSM): 30–60 g/h, up to 90 beyond 2.5 h",
        "ACSM, Academy of Nutrition and Dietetics, Dietitians of Canada",
        Evidence.established,
    ),
    Guideline(
        "race_drink",
        "Hew-Butler et al. 2015, Clin J Sport Med 25:303: drink to thirst, against hyponatraemia",
        "International Exercise-Associated Hyponatremia Consensus",
        Evidence.established,
    ),
    Guideline(
        "race_heat",
        f"Armstrong et al. 2007, Med Sci Sports Exerc 39:556 (flags by WBGT); {_DANIELS}: .58 s/km per °C",
        "ACSM; Daniels",
        Evidence.useful,
    ),
    Guideline(
        "even_pacing",
        "Smyth and Muniz-Pumares 2020, Med Sci Sports Exerc 52:2637: a fast first half predicts slowing down",
        "Smyth and Muniz-Pumares",
        Evidence.useful,
    ),
)

GUIDELINES: Mapping[str, Guideline] = {each.id: each for each in _ALL}
