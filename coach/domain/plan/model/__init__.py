"""What a plan is made of. SI units; unknown is None."""

from __future__ import annotations

from coach.domain.plan.model.aims import (
    Blackout,
    Climb,
    Club,
    Constraints,
    Course,
    Goal,
    GoalKind,
    Health,
    Injury,
    Other,
    Priority,
    Race,
)
from coach.domain.plan.model.canonical import (
    canonical,
    dump,
    load,
    sha256_of,
)
from coach.domain.plan.model.plans import (
    Basis,
    Phase,
    Plan,
    Week,
)
from coach.domain.plan.model.situation import (
    Done,
    Situation,
)
from coach.domain.plan.model.workouts import (
    FREE,
    HARD,
    HARD_FROM_S,
    Intensity,
    Repeat,
    Step,
    StepKind,
    Target,
    Workout,
    WorkoutKind,
)

__all__ = [
    "FREE",
    "HARD",
    "HARD_FROM_S",
    "Basis",
    "Blackout",
    "Climb",
    "Club",
    "Constraints",
    "Course",
    "Done",
    "Goal",
    "GoalKind",
    "Health",
    "Injury",
    "Intensity",
    "Other",
    "Phase",
    "Plan",
    "Priority",
    "Race",
    "Repeat",
    "Situation",
    "Step",
    "StepKind",
    "Target",
    "Week",
    "Workout",
    "WorkoutKind",
    "canonical",
    "dump",
    "load",
    "sha256_of",
]
