"""The Korean phrases of the guard."""

from coach.domain.redflags.korean.cues import CUES
from coach.domain.redflags.korean.figures import FIGURES
from coach.domain.redflags.korean.questions import KNOWLEDGE, NAMED
from coach.domain.redflags.korean.signs import SIGNS

__all__ = ["CUES", "FIGURES", "KNOWLEDGE", "NAMED", "SIGNS"]
