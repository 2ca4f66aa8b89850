"""What the guidelines say: passages with their source, for this athlete, or that nothing answers."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from coach.domain.athlete import Athlete, Sex
from coach.domain.plan.model import Constraints, Goal, GoalKind, Health
from coach.knowledge import search
from coach.store import planning_profiles
from coach.store.passages import Passage
from coach.tools.spec import Args, Cite, Note, Result, ToolContext, tool

SHOWN = 3
LONGEST = 500  # characters of a question
ADULT, MASTER = 18, 40
MARATHON_M = 42_000.0


class GuidelinesArgs(Args):
    question: str = Field(min_length=1, max_length=LONGEST, description="in the athlete's words")
    symptom: bool = Field(False, description="about pain, illness or medicine of their own")


@tool(effect="read")
def guidelines(ctx: ToolContext, args: GuidelinesArgs) -> Result:
    """Passages of the guidelines on training, health or racing. Cite them; without one it is opinion."""
    question = search.ask(args.question)
    with ctx.db.athlete_session(ctx.athlete.id) as session:
        people = population(
            ctx.athlete,
            ctx.today,
            planning_profiles.health(session),
            planning_profiles.goal(session),
            planning_profiles.constraints(session),
        )
        answer = search.answer(session, question, lang=ctx.lang, population=people, limit=SHOWN)
    passages = [found.passage for found in answer.found]
    cites = tuple(cite_of(passage, f"passage.{n}") for n, passage in enumerate(passages, 1))
    says = [Note(key="guidelines.not_judged", general=True)] if args.symptom else []
    if cites:
        says.append(Note(key="guidelines.found", facts={"source": cites[0].key}))
    else:
        key = "unchecked" if answer.unchecked else "none_body" if args.symptom else "none"
        says.append(Note(key=f"guidelines.{key}", general=True))
    return Result(cites=cites, says=tuple(says), notes=_notes(passages, cites))


def population(
    athlete: Athlete, today: date, health: Health, goal: Goal | None, wishes: Constraints
) -> frozenset[str]:
    """Return the groups of people an athlete is known to belong to, or may well belong to.

    What nobody asked about excludes nothing harmless: sex and age unknown, passages for women and for older
    runners may be read. Pregnancy and conditions count only where they were told.
    """
    groups = {"marathon"} if goal is None or goal.kind is not GoalKind.race else set()
    if goal is not None and goal.race is not None and goal.race.distance_m >= MARATHON_M:
        groups.add("marathon")
    age = None if athlete.birth_year is None else today.year - athlete.birth_year
    groups.add("youth" if age is not None and age < ADULT else "adults")
    if age is None or age >= MASTER:
        groups.add("masters")
    if athlete.sex is not Sex.male:
        groups.add("women")
    if wishes.experience in (None, "new", "some"):
        groups.add("beginners")
    if health.pregnant:
        groups.add("pregnant")
    if health.postpartum_since is not None:
        groups.add("postpartum")
    if health.injury is not None:
        groups.add("injured")
    for named in health.needs_clearance:
        groups |= search.ask(named, search.hashed()).named & {"heart", "diabetes", "asthma"}
    return frozenset(groups)


def cite_of(passage: Passage, key: str) -> Cite:
    """Return a stored passage as something an answer can cite."""
    return Cite(
        key=key,
        passage_id=passage.id,
        guideline=passage.guideline,
        lang=passage.lang,
        title=passage.title,
        text=passage.text,
        citation=passage.citation,
        authority=passage.authority,
        evidence=passage.evidence,
        not_for=passage.not_for,
        checked_on=passage.checked_on,
    )


def _notes(passages: list[Passage], cites: tuple[Cite, ...]) -> tuple[Note, ...]:
    """Return what must be said beside the first passage."""
    if not passages:
        return ()
    first, source, notes = passages[0], {"source": cites[0].key}, []
    if first.origin == "own":
        notes.append(Note(key="guidelines.own", facts=source))
    if first.evidence in ("contested", "convention"):
        notes.append(Note(key=f"guidelines.is_{first.evidence}", facts=source))
    return tuple(notes)
