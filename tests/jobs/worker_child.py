"""A worker in a process of its own, to be killed: worker_child.py URL DATA_DIR"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime

from coach.config import Settings
from coach.jobs import JobContext
from coach.jobs.worker import Pulse, work
from coach.pipeline import importing
from coach.store.session import Database

if __name__ == "__main__":
    url, data_dir = sys.argv[1:]
    settings = Settings(_env_file=None, data_dir=data_dir)  # type: ignore[call-arg,arg-type]
    with importing.reader_pool(1) as readers:
        context = JobContext(
            Database(url, pool_size=4), settings, readers, lambda: datetime(2026, 10, 4, 3, tzinfo=UTC)
        )
        asyncio.run(work(context, pulse=Pulse(0.2, 5.0, 60.0)))
