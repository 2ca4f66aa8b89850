"""Making a plan: by the rules, from the athlete's own history, proposed and never more than that."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from coach.domain.plan.outcome import Built, Refused
from coach.pipeline import planning
from coach.pipeline.planning import Made
from coach.store import planning_profiles
from coach.text import plans as words
from coach.text import say
from coach.tools.facts import Facts
from coach.tools.plan_approval import proposed
from coach.tools.plan_asking import ask_aim
from coach.tools.plan_facts import add_plan, plan_title
from coach.tools.spec import Args, Choice, Note, Question, Result, ToolContext, tool


class MakeArgs(Args):
    go: Literal["yes", "later"] = Field("yes", description="later: only if the athlete says so")
    take_offer: Literal["yes", "no"] | None = Field(None, description="take the safer goal offered")
    variant: int = Field(0, ge=0, le=99, description="another gives other workouts")


@tool(effect="propose")
def make_plan(ctx: ToolContext, args: MakeArgs) -> Result:
    """Build a plan for the goal that is kept and propose it; the athlete approves it, nobody else.

    Says why when no plan would be safe, and what would be.
    """
    if args.go == "later" or args.take_offer == "no":
        return Result(says=(Note(key="plan_tools.later", general=True),))
    return generated(ctx, seed=args.variant, take_offer=args.take_offer == "yes")


def generated(ctx: ToolContext, *, seed: int, take_offer: bool = False) -> Result:
    """Return the answer that a new plan for the kept goal makes: a proposal, a refusal, or a question."""
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        goal = planning_profiles.goal(session)
        if goal is None:
            return Result(question=ask_aim(ctx))
        made = planning.generate(session, ctx.athlete, goal, ctx.now, seed=seed, call_key=ctx.call_key)
        if isinstance(made, Refused) and made.offer is not None and take_offer:
            goal = made.offer.goal
            planning.set_goal(session, ctx.athlete, goal, ctx.now)
            made = planning.generate(session, ctx.athlete, goal, ctx.now, seed=seed, call_key=ctx.call_key)
        if isinstance(made, Refused):
            return refused(ctx, made)
        card = proposed(ctx, session, made.revision)
    return _answer(ctx, made).model_copy(update={"cards": (card,)})


def refused(ctx: ToolContext, found: Refused) -> Result:
    """Return why there is no plan, and the safe alternative with the choice to take it."""
    lang, units = ctx.lang, ctx.athlete.units
    reasons = words.findings_words(found.findings, lang, units, ctx.today)
    says = [Note(key="plan_tools.refused", general=True)]
    says += [Note(key="plan_tools.line", params={"line": reason}) for reason in reasons]
    if found.offer is None:
        return Result(says=(*says, Note(key="plan_tools.no_offer", general=True)))
    says.append(
        Note(key="plan_tools.offer", params={"offer": words.offer_words(found.offer, lang, units, ctx.today)})
    )
    choices = tuple(
        Choice(label=say(lang, f"plan_tools.take_{value}"), value=value) for value in ("yes", "no")
    )
    question = Question(key="plan_tools.ask_take", field="take_offer", tool="make_plan", choices=choices)
    return Result(says=tuple(says), question=question)


def _answer(ctx: ToolContext, made: Made) -> Result:
    built: Built = made.built
    facts = Facts(ctx)
    keys = add_plan(ctx, facts, built.plan)
    title = plan_title(ctx, built.plan)
    says = [Note(key="plan_tools.made", params={"goal": title}, facts={"weeks": keys["weeks"]})]
    if "peak" in keys:
        says.append(
            Note(key="plan_tools.volume", facts={name: keys[name] for name in ("first", "peak", "longest")})
        )
    lang, units = ctx.lang, ctx.athlete.units
    if built.feasibility is not None:
        told = words.feasibility_words(built.feasibility, lang, units)
        says.append(Note(key="plan_tools.line", params={"line": told}))
    says += [
        Note(key="plan_tools.line", params={"line": words.remark_words(remark, lang, units, ctx.today)})
        for remark in built.remarks
    ]
    return Result(facts=facts.all(), says=tuple(says))
