"""Every sentence that a person reads and no model wrote, in Korean and English."""

from coach.text.catalogue import LANGS, Lang, has, say

__all__ = ["LANGS", "Lang", "has", "say"]
