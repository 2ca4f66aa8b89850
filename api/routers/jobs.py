"""Jobs in the background that gave up: why, and once more."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from api.connection_view import title_of
from api.deps import House, Id, Who
from api.errors import documented
from coach.pipeline import jobs_again
from coach.store import athletes, job_failures
from coach.store.job_failures import Failure
from coach.text import Lang, has, say

router = APIRouter(prefix="/jobs", tags=["service"])


class FailedJob(BaseModel):
    """A job that was tried several times in vain."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "job_id": 71,
                    "job": "import_files",
                    "title": "파일 가져오기",
                    "because": "데이터베이스가 잠깐 답하지 않았어요.",
                    "tries": 3,
                    "failed_at": "2026-11-21T03:00:00Z",
                }
            ]
        }
    )

    job_id: int
    job: str
    title: str
    because: str | None
    tries: int
    failed_at: datetime


class FailedJobs(BaseModel):
    jobs: list[FailedJob]


def _title(failure: Failure, lang: Lang) -> str:
    provider = str(failure.args.get("provider", ""))
    if failure.job.startswith("sync") and has(lang, f"sync.{provider}"):
        return say(lang, "connections_api.job_sync", name=title_of(provider, lang))
    key = f"connections_api.job_{failure.job}"
    return say(lang, key if has(lang, key) else "connections_api.job_unnamed", name="")


def _failed(failure: Failure, lang: Lang) -> FailedJob:
    key = f"error.{failure.error_key}"
    return FailedJob(
        job_id=failure.job_id,
        job=failure.job,
        title=_title(failure, lang),
        because=say(lang, key, **failure.error_params) if has(lang, key) else None,
        tries=failure.tries,
        failed_at=failure.failed_at,
    )


@router.get("/failed", name="list_failed_jobs", summary="Jobs that gave up", responses=documented(401, 403))
def list_failed_jobs(house: House, who: Who) -> FailedJobs:
    """Newest first, without those that were tried again since."""
    with house.session(who) as s:
        lang = athletes.get(s, who.athlete_id).lang
        found = job_failures.waiting(s)
    return FailedJobs(jobs=[_failed(failure, lang) for failure in found])


@router.post(
    "/{job_id}/retry",
    name="retry_job",
    summary="Try a job again",
    status_code=204,
    responses=documented(401, 403, 404, 422),
)
def retry_job(job_id: Id, house: House, who: Who) -> None:
    """Once: the second time it is not there any more, unless it has given up again."""
    jobs_again.again(house.db, who.athlete_id, job_id)
