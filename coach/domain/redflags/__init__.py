"""The red-flag guard: signs of danger are recognised by code before any model is asked.

`check` reads a message (Korean, English or both) and returns the most urgent `RedFlag` or None. It never
diagnoses; it recognises words a runner uses for what needs help, and leaves alone what is denied, long
over, someone else's story, a figure of speech or a question of knowledge.
"""

from coach.domain.redflags.guard import check, check_all
from coach.domain.redflags.model import SEVERITY, RedFlag, Severity, Trigger

__all__ = ["SEVERITY", "RedFlag", "Severity", "Trigger", "check", "check_all"]
