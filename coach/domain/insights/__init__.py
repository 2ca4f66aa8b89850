"""What a week or a month says, and what is worth recommending: chosen by rules from aggregated numbers."""

from coach.domain.insights.cards import Card, Outlook, candidates
from coach.domain.insights.draft import Draft, Figure, Said
from coach.domain.insights.showing import Known, Shown, choose
from coach.domain.insights.stretch import Record, Shift, Stretch
from coach.domain.insights.telling import tell

__all__ = [
    "Card",
    "Draft",
    "Figure",
    "Known",
    "Outlook",
    "Record",
    "Said",
    "Shift",
    "Shown",
    "Stretch",
    "candidates",
    "choose",
    "tell",
]
