"""What the nights and the athlete's own words say of a day against what is usual."""

from coach.domain.metrics.readiness_score import ReadinessScore, Term, readiness_of

__all__ = ["ReadinessScore", "Term", "readiness_of"]
