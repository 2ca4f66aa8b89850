"""What an athlete says of themselves, and what of it is to be remembered.

`own_words` leaves nothing but the athlete's own sentences, `korean` and `english` are the rules that read
them, `reading` puts both together, `meeting` says what two statements about the same thing have to do with
each other.
"""

from coach.domain.memory.meeting import Meeting, ended_by, meet
from coach.domain.memory.reading import plain_statement, read
from coach.domain.memory.statement import KINDS, Kind, Memory, Statement

__all__ = ["KINDS", "Kind", "Meeting", "Memory", "Statement", "ended_by", "meet", "plain_statement", "read"]
