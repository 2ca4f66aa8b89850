"""Every sentence that a person reads and no model wrote, in Korean and English."""

from coach.text.catalogue import LANGS, Lang, Ref, has, say

__all__ = ["LANGS", "Lang", "Ref", "has", "say"]
