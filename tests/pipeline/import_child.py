"""An import in a process of its own, to be killed: import_child.py URL ATHLETE IMPORT INBOX NAME…"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from coach.pipeline import importing
from coach.store.session import Database

if __name__ == "__main__":
    url, athlete_id, import_id, inbox, *names = sys.argv[1:]
    with importing.reader_pool(1) as pool:
        importing.run_queued(
            Database(url, pool_size=2),
            int(athlete_id),
            int(import_id),
            [(name, name) for name in names],
            inbox=Path(inbox),
            pool=pool,
            now=datetime(2026, 10, 4, 3, tzinfo=UTC),
        )
