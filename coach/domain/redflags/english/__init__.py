"""The English phrases of the guard."""

from coach.domain.redflags.english.cues import CUES
from coach.domain.redflags.english.figures import FIGURES
from coach.domain.redflags.english.questions import ASSERTED, KNOWLEDGE, NAMED
from coach.domain.redflags.english.signs import SIGNS
from coach.domain.redflags.english.spelling import MISSPELT

__all__ = ["ASSERTED", "CUES", "FIGURES", "KNOWLEDGE", "MISSPELT", "NAMED", "SIGNS"]
