"""Connections: who a session is to the database, for which athlete, and the only commit.

The application logs in as `hanbal_app`, for whom row-level security holds, and every transaction names its
athlete transaction-locally, so a pooled connection carries nobody's rights to the next.
"""

from __future__ import annotations

import re
import select
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import orjson
import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.types.json import set_json_dumps, set_json_loads
from sqlalchemy import URL, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import InvalidatePoolError, OperationalError
from sqlalchemy.orm import Session

from coach.errors import SetupError

__all__ = ["APP", "OWNER", "SUPERUSER", "SYSTEM", "Database", "Session", "athlete_of", "conninfo", "login"]

APP = "hanbal_app"  # row-level security holds: one athlete at a time
SYSTEM = "hanbal_system"  # sees all athletes, in a short list of tables
OWNER = "hanbal_owner"  # owns the tables; migrations only
SUPERUSER = "hanbal_admin"  # of the embedded server; nobody else's server has this name

SYSTEM_POOL = 4  # connections of hanbal_system in a process, beside the pool of the app
SPARE_CONNECTIONS = 3  # LISTEN, a checkpoint writer, a person with psql


def login(url: str, role: str | None) -> URL:
    """Return the address that logs in to `url` as `role` (None: as the given user).

    The embedded server trusts its private socket, so there the role itself logs in. Any other server knows
    only the given user, who must be allowed to take the role.
    """
    parsed = make_url(url).set(drivername="postgresql+psycopg")
    if role is None:
        return parsed
    if parsed.username == SUPERUSER:
        return parsed.set(username=role)
    given = parsed.query.get("options", "")
    options = f"{given if isinstance(given, str) else ' '.join(given)} -c role={role}".strip()
    return parsed.update_query_dict({"options": options})


def conninfo(url: str, role: str | None, *, statement_timeout_s: float | None = None) -> str:
    """Return what `psycopg.connect` takes to be `role` at `url` (checkpoint saver, job worker, LISTEN)."""
    target = login(url, role)
    extra = {k: v if isinstance(v, str) else ",".join(v) for k, v in target.query.items()}
    if statement_timeout_s is not None:
        timeout = f"-c statement_timeout={int(statement_timeout_s * 1000)}"
        extra["options"] = f"{extra.get('options', '')} {timeout}".strip()
    named: dict[str, Any] = {
        "user": target.username,
        "password": target.password,
        "host": target.host,
        "port": target.port,
        "dbname": target.database,
    }
    return make_conninfo("", **{k: v for k, v in named.items() if v}, **extra)


def _dump_json(value: Any) -> str:
    """Serialise for jsonb: NaN becomes null, numpy values and dates are understood, NUL is left out."""
    try:
        raw = orjson.dumps(value, option=_JSON_OPTIONS)
    except TypeError:  # lone surrogates, which Postgres refuses too
        raw = orjson.dumps(_without_surrogates(value), option=_JSON_OPTIONS)
    return _NUL.sub(r"\1", raw.decode()) if rb"\u0000" in raw else raw.decode()


def _without_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "ignore").decode("utf-8")
    if isinstance(value, Mapping):
        return {_without_surrogates(k): _without_surrogates(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_without_surrogates(v) for v in value]
    return value


_JSON_OPTIONS = orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS
_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")  # not where the backslash itself is escaped


def _engine(
    url: str, role: str, pool_size: int, statement_timeout_s: float, revive: Callable[[], None] | None
) -> Engine:
    info = conninfo(url, role, statement_timeout_s=statement_timeout_s)

    def connect() -> psycopg.Connection[Any]:
        try:
            connection = psycopg.connect(info)
        except psycopg.OperationalError:
            if revive is None:
                raise
            revive()
            connection = psycopg.connect(info)
        set_json_dumps(_dump_json, connection)
        set_json_loads(orjson.loads, connection)
        return connection

    engine = create_engine(
        "postgresql+psycopg://",
        creator=connect,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=30,
        hide_parameters=True,  # errors are logged; messages, notes and hashes are parameters
    )
    event.listen(engine, "checkout", _refuse_dead)
    return engine


def _refuse_dead(connection: psycopg.Connection[Any], *_: Any) -> None:
    """Have the pool begin anew when the server has hung up, as one that was restarted has.

    A connection that nobody uses has nothing to say but that: a look at its socket tells as much as asking
    the server, which every transaction would wait for.
    """
    if not connection.closed:
        waits = select.poll()
        waits.register(connection.fileno(), select.POLLIN)
        if not waits.poll(0):
            return
    raise InvalidatePoolError("the server has hung up")


def athlete_of(session: Session) -> int:
    """Return the athlete a session is for. A session across athletes has none: RuntimeError."""
    athlete_id: int | None = session.info.get("athlete_id")
    if athlete_id is None:
        raise RuntimeError("a session across athletes is for nobody in particular")
    return athlete_id


_SET_ATHLETE = text("SELECT set_config('coach.athlete', :id, true)")  # true: for this transaction only


class Database:
    """A pool of connections as the application, and a small one as the system.

    Raises SetupError when the server cannot be reached, when row-level security would not hold for the
    application, or when the server allows fewer connections than the pools may open. `revive` is called
    when no connection can be made: it starts an embedded server that was killed.
    """

    def __init__(
        self,
        url: str,
        *,
        pool_size: int = 16,
        statement_timeout_s: float = 30,
        revive: Callable[[], None] | None = None,
    ) -> None:
        self.url = url
        self._app = _engine(url, APP, pool_size, statement_timeout_s, revive)
        self._system = _engine(url, SYSTEM, SYSTEM_POOL, statement_timeout_s, revive)
        try:
            self._refuse_unsafe(pool_size)
        except BaseException:
            self.dispose()
            raise

    @contextmanager
    def athlete_session(self, athlete_id: int, *, snapshot: bool = False) -> Iterator[Session]:
        """One transaction that sees and writes only this athlete's rows; commits unless it fails.

        With `snapshot` all it reads is of one moment, whatever others write meanwhile.
        """
        with Session(self._app, info={"athlete_id": int(athlete_id)}) as session, session.begin():
            if snapshot:
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            session.execute(_SET_ATHLETE, {"id": str(int(athlete_id))})
            yield session

    @contextmanager
    def system_session(self) -> Iterator[Session]:
        """One transaction across athletes. Only `coach.store.system` and its kind open it."""
        with Session(self._system) as session, session.begin():
            yield session

    def conninfo(self, role: str = APP) -> str:
        """Return the driver's address of this database for `role`."""
        return conninfo(self.url, role)

    def dispose(self) -> None:
        """Close every connection."""
        self._app.dispose()
        self._system.dispose()

    def _refuse_unsafe(self, pool_size: int) -> None:
        try:
            for engine in (self._app, self._system):
                with engine.connect() as connection:
                    _refuse_powers(connection)
            with self._app.connect() as connection:
                allowed = connection.execute(_FREE).scalar_one()
        except OperationalError as error:
            raise SetupError("database_unreachable", reason=_reason(error)) from error
        needed = pool_size + SYSTEM_POOL + SPARE_CONNECTIONS
        if allowed < needed:
            raise SetupError("database_connections", allowed=allowed, needed=needed)


_FREE = text("""
    SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
""")
_POWERS = text("""
    SELECT current_user AS name, r.rolsuper OR r.rolbypassrls AS above,
           EXISTS (SELECT FROM pg_class c
                    WHERE c.relowner = r.oid AND c.relkind IN ('r', 'p', 'v', 'm')) AS owns
      FROM pg_roles r WHERE r.rolname = current_user
""")


def _refuse_powers(connection: Any) -> None:
    """Raise SetupError when row-level security would not hold for the connected role."""
    row = connection.execute(_POWERS).one()
    if row.above:
        raise SetupError("database_role_above_rls", role=row.name)
    if row.owns:
        raise SetupError("database_role_owns_tables", role=row.name)


def _reason(error: OperationalError) -> str:
    lines = str(error.orig).strip().splitlines()
    return lines[-1] if lines else ""
