"""FIT: Garmin's binary format, which most watches write."""

from coach.providers.files.fit.encode import encode_activity
from coach.providers.files.fit.read import read_fit, rr_intervals_s

__all__ = ["encode_activity", "read_fit", "rr_intervals_s"]
