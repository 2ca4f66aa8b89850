"""Formulas that answer from plain numbers. Importing this package fills CALCULATORS."""

from coach.domain.calculators import load, paces, physiology, races, running
from coach.domain.calculators.registry import CALCULATORS, calculate

__all__ = ["CALCULATORS", "calculate", "load", "paces", "physiology", "races", "running"]
