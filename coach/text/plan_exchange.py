"""What was assumed in a plan from elsewhere, in words."""

from __future__ import annotations

from datetime import date

from coach.domain.plan.exchange import Assumed
from coach.domain.plan.model import GoalKind
from coach.text.catalogue import Lang, say
from coach.text.formats import Units
from coach.text.plans import filled


def assumed_words(assumed: Assumed, lang: Lang, units: Units, today: date | None = None) -> str:
    """Return one assumption as a sentence, with the place in the document where there is one."""
    params = filled(assumed.params, lang, units, today)
    if "intensity" in params:
        params["intensity"] = say(lang, f"plan.intensity_{params['intensity']}")
    if "goal" in params:
        race = params["goal"] == GoalKind.race
        params["goal"] = say(lang, "plan.kind_race" if race else f"plan.goal_{params['goal']}")
    what = say(lang, f"plan_exchange.change_{assumed.key}", **params)
    return say(lang, "plan_exchange.at", where=assumed.where, what=what) if assumed.where else what
