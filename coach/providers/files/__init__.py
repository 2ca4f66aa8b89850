"""Recordings and archives that the athlete gives as files: FIT, GPX, TCX, zip, Strava's export."""
