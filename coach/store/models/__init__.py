"""Every table, once.

An athlete-owned table is made by `owned`: it has `athlete_id`, and the migrations give it forced row-level
security. Row-level security does not guard foreign keys (the server checks those as the table's owner), so
references between athlete-owned tables carry the athlete too.
"""

from __future__ import annotations

from coach.store.models.base import metadata
from coach.store.models.conversation import (
    messages,
    run_events,
    runs,
    threads,
)
from coach.store.models.people import (
    accounts,
    athletes,
    login_links,
    private_places,
    sessions,
    thresholds,
)
from coach.store.models.planning import (
    approvals,
    deliveries,
    plan_holds,
    plan_revisions,
    plan_signals,
    planning_profiles,
    plans,
    races,
    workout_matches,
)
from coach.store.models.services import (
    addresses,
    connections,
    job_failures,
    notices,
    oauth_states,
    outbox,
    provider_health,
    remote_items,
    source_settings,
    vault_keys,
)
from coach.store.models.training import (
    activities,
    activity_metrics,
    activity_sources,
    activity_streams,
    daily_values,
    edits,
    entries,
    files,
    import_items,
    imports,
    planned_workouts,
    progress,
    raw_payloads,
    track_records,
)

__all__ = [
    "accounts",
    "activities",
    "activity_metrics",
    "activity_sources",
    "activity_streams",
    "addresses",
    "approvals",
    "athletes",
    "connections",
    "daily_values",
    "deliveries",
    "edits",
    "entries",
    "files",
    "import_items",
    "imports",
    "job_failures",
    "login_links",
    "messages",
    "metadata",
    "notices",
    "oauth_states",
    "outbox",
    "plan_holds",
    "plan_revisions",
    "plan_signals",
    "planned_workouts",
    "planning_profiles",
    "plans",
    "private_places",
    "progress",
    "provider_health",
    "races",
    "raw_payloads",
    "remote_items",
    "run_events",
    "runs",
    "sessions",
    "source_settings",
    "threads",
    "thresholds",
    "track_records",
    "vault_keys",
    "workout_matches",
]
