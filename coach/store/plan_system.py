"""Plans across athletes: for whom the daily work is due.

Like `coach.store.system`: as the application such work would silently find nothing. It opens its own
transaction and sees of a plan only whose it is, whether it runs, and when it was last looked at.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text

from coach.store.session import Database

DAY_BEGINS_H = 4  # by the athlete's clock: before they get up, after the night's measurements are in

# One statement: of several schedulers at once, each day of each athlete goes to one.
_TAKE = text("""
    UPDATE plans p
       SET looked_on = day.local
      FROM (SELECT a.id, ((:now AT TIME ZONE a.tz) - make_interval(hours => :begins))::date AS local
              FROM athletes a) AS day
     WHERE day.id = p.athlete_id AND p.state = 'running'
       AND (p.looked_on IS NULL OR p.looked_on < day.local)
    RETURNING p.athlete_id
""")


def take_due(db: Database, now: datetime) -> list[int]:
    """Return the athletes with a running plan for whom a new day has begun, and note that it was taken."""
    with db.system_session() as s:
        return sorted(s.scalars(_TAKE, {"now": now, "begins": DAY_BEGINS_H}))
