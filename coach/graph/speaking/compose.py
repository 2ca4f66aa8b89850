"""What waits to be said as one message: parts in order, one question, every number with its fact."""

from __future__ import annotations

from collections.abc import Sequence

from coach.graph.speaking.part import Nudge
from coach.pipeline.saying import FirstWords
from coach.tools.spec import ToolContext


def compose(ctx: ToolContext, nudges: Sequence[Nudge]) -> FirstWords | None:
    """Return one message for what waits to be said; None when nothing of it is left to say.

    `FirstWords.nudges` are the rows that it says: the others of `nudges` have nothing to say any more.
    Blocking. Raises NotEnoughData while metrics are being computed: ask again later.
    """
    return None
