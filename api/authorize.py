"""Who may do what: one table of routes, one function that decides. What is not listed is refused."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from coach.errors import NotAllowed, NotLoggedIn


class Action(StrEnum):
    """What a route does to an athlete's things."""

    read = "read"  # see activities, charts, conversations
    talk = "talk"  # say something, stop, retry, add files
    change = "change"  # edit or delete training data, conversations, the profile
    account = "account"  # passwords, sessions, consent, tokens
    decide = "decide"  # approve or end a plan, have it sent, take everything along: the athlete alone
    operate = "operate"  # settings of the installation, which hold for everybody


@dataclass(frozen=True)
class Principal:
    """Who asks. `session` is the SHA-256 of the token that proved it."""

    account_id: int
    athlete_id: int
    role: Literal["athlete", "coach", "admin"]
    session: bytes
    widget: bool = False  # came with a short-lived token of an embedded chat


# The embedded chat runs inside another site: it may talk and look, and change nothing for good.
WIDGET_ACTIONS = frozenset({Action.read, Action.talk})

# Routes anybody may call, by name.
PUBLIC = frozenset(
    {
        "healthz",
        "login",
        "login_by_link",
        "login_page",
        "login_link_page",
        # The secret of the address is the authority, and lets nothing be read.
        "push_health",
        "push_sheets",
        # Likewise; it lets the plan be read, and only that.
        "calendar_feed",
        "chart_bundle",
        "static",
        "favicon",
        # Their addresses carry a secret of their own.
        "strava_webhook_check",
        "strava_webhook",
        # Its secret comes in a header; what it brings is kept, and nothing can be read.
        "telegram_webhook",
    }
)

# Every other route, by name.
ROUTES: dict[str, Action] = {
    "openapi": Action.read,
    "session": Action.read,
    "chat_page": Action.read,
    "settings_page": Action.account,
    "memory_page": Action.account,
    "insights_page": Action.read,
    "connections_page": Action.account,
    "activity_page": Action.read,
    "record_page": Action.read,
    "numbers_page": Action.read,
    "metrics_page": Action.read,
    "calculators_page": Action.read,
    "logout": Action.account,
    "list_sessions": Action.account,
    "revoke_session": Action.account,
    "revoke_other_sessions": Action.account,
    "set_password": Action.account,
    "create_widget_token": Action.account,
    "start_run": Action.talk,
    "run_events": Action.read,
    "stop_run": Action.talk,
    "retry_run": Action.talk,
    "list_threads": Action.read,
    "greet": Action.talk,
    "get_thread": Action.read,
    "rename_thread": Action.change,
    "delete_thread": Action.change,
    "restore_thread": Action.change,
    "export_thread": Action.read,
    "upload": Action.talk,
    "get_import": Action.read,
    "list_import_items": Action.read,
    "list_activities": Action.read,
    "get_activity": Action.read,
    "activity_streams": Action.read,
    "activity_geojson": Action.read,
    "activity_wkt": Action.read,
    "routes_geojson": Action.read,
    "routes_wkt": Action.read,
    "list_routes": Action.read,
    "heatmap_picture": Action.read,
    "heatmap_bounds": Action.read,
    # Where somebody lives is told to nobody but them, not even within another site's page.
    "list_memories": Action.account,
    "inbox_page": Action.read,
    "list_inbox": Action.read,
    "inbox_unseen": Action.read,
    "see_word": Action.change,
    "get_checkins": Action.read,
    "change_checkins": Action.change,
    "list_insights": Action.read,
    "get_insight": Action.read,
    "see_insight": Action.change,
    "dismiss_insight": Action.change,
    "undismiss_insight": Action.change,
    "add_memory": Action.account,
    "change_memory": Action.account,
    "answer_memory": Action.account,
    "delete_memory": Action.account,
    "delete_memories": Action.account,
    "list_private_places": Action.account,
    "add_private_place": Action.account,
    "suggest_private_place": Action.account,
    "remove_private_place": Action.account,
    "change_activity": Action.change,
    "delete_activity": Action.change,
    "undo_edit": Action.talk,  # takes back what the conversation did
    "list_entries": Action.read,
    "add_entry": Action.change,
    "change_entry": Action.change,
    "delete_entry": Action.change,
    "journal_page": Action.read,
    "list_journal": Action.read,
    "write_journal": Action.change,
    "correct_journal": Action.change,
    "delete_journal_note": Action.change,
    "after_run": Action.read,
    "answer_after_run": Action.change,
    "list_daily_values": Action.read,
    "get_profile": Action.read,
    "get_progress": Action.read,
    "get_track_record": Action.read,
    "change_profile": Action.change,
    "change_threshold": Action.change,
    "give_consent": Action.account,
    "withdraw_consent": Action.account,
    # Everything an outside model was told: more than another site's page should show.
    "sent_page": Action.account,
    "list_model_calls": Action.account,
    "get_model_call": Action.account,
    "list_charts": Action.read,
    "chart_spec": Action.read,
    "chart_picture": Action.read,
    "list_tools": Action.read,
    "ask_tool": Action.read,
    "guidelines_page": Action.read,
    "guideline_page": Action.read,
    "list_guidelines": Action.read,
    "get_guideline": Action.read,
    "list_metrics": Action.read,
    "metric_values": Action.read,
    "list_calculators": Action.read,
    "calculate": Action.read,
    # Connections show account names, which are nobody's business on another site.
    "list_connections": Action.account,
    "telegram_status": Action.account,
    # Whoever is linked there may answer what only the athlete decides.
    "telegram_code": Action.decide,
    "telegram_claim": Action.decide,
    "telegram_unlink": Action.account,
    "sheets_script": Action.account,
    "get_connection": Action.account,
    "disconnect": Action.account,
    "change_connection": Action.account,
    "open_address": Action.account,
    "close_address": Action.account,
    "garmin_login": Action.account,
    "garmin_code": Action.account,
    "garmin_status": Action.account,
    "garmin_disconnect": Action.account,
    "strava_connect": Action.account,
    "strava_callback": Action.account,
    "sync_now": Action.talk,
    "ingest_status": Action.read,
    "list_notices": Action.read,
    "put_notice_away": Action.change,
    "list_failed_jobs": Action.account,
    "retry_job": Action.account,
    "list_sources": Action.read,
    "bot_metrics": Action.operate,
    "set_permission": Action.operate,
    "reset_permission": Action.operate,
    "list_sleep": Action.read,
    "list_heart": Action.read,
    "activity_samples": Action.read,
    "activity_fit": Action.account,  # holds positions, those near home too
    "list_planned_workouts": Action.read,
    "workout_fit": Action.read,
    "week_fit": Action.read,
    "calendar_status": Action.account,
    "open_calendar": Action.account,
    "close_calendar": Action.account,
    "import_plan": Action.change,
    # For another assistant: that is the athlete's own step.
    "export_summary": Action.account,
    "plan_page": Action.read,
    "get_goal": Action.read,
    "set_goal": Action.change,
    "get_constraints": Action.read,
    "set_constraints": Action.change,
    # Illness, injury, pregnancy: nobody's business within another site's page.
    "get_planning_health": Action.account,
    "set_planning_health": Action.account,
    "list_races": Action.read,
    "add_race": Action.change,
    "change_race": Action.change,
    "delete_race": Action.change,
    "generate_plan": Action.change,
    "list_plans": Action.read,
    "current_plan": Action.read,
    "get_plan": Action.read,
    "list_revisions": Action.read,
    "plan_diff": Action.read,
    "propose_plan": Action.change,
    "approve_plan": Action.decide,
    "reject_plan": Action.decide,
    "undo_plan": Action.change,
    "cancel_plan": Action.decide,
    "list_approvals": Action.read,
    "ask_clearance": Action.decide,
    "decide_approval": Action.decide,
    "get_workout": Action.read,
    "change_workout": Action.change,
    "schedule_workout": Action.change,
    "push_workout": Action.decide,
    "match_workout": Action.change,
    "unmatch_workout": Action.change,
    "plan_deliveries": Action.read,
    "calendar": Action.read,
    "get_race_plan": Action.read,
    "own_data": Action.account,
    "keep_chats": Action.account,
    "export_all": Action.decide,
    "delete_everything": Action.decide,
}


def authorize(principal: Principal | None, action: Action | None, owner_id: int | None) -> None:
    """Permit or raise: NotLoggedIn without a principal, NotAllowed for anything not expressly permitted.

    `owner_id` is the athlete whose things are touched. Unknown never equals unknown.
    """
    if principal is None:
        raise NotLoggedIn("no_session")
    if action is None or owner_id is None or principal.athlete_id != owner_id:
        raise NotAllowed("not_permitted")
    if action is Action.operate and principal.role != "admin":
        raise NotAllowed("operator_only")
    if action is Action.decide and principal.role == "coach":
        raise NotAllowed("athlete_only")
    if principal.widget and action not in WIDGET_ACTIONS:
        raise NotAllowed("not_permitted")
