"""What is encrypted at rest: tokens of services, and a login that waits for its code.

Each athlete has a data key of their own, wrapped by the installation's secret; values are AES-GCM under the
data key, bound to athlete, service and column, so that a value moved to another row cannot be read (Fernet
would let it). Deleting the athlete's key makes every copy of their values, backups included, unreadable.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert

from coach.config import Settings
from coach.errors import SetupError
from coach.store import models
from coach.store.session import Session, athlete_of

_t = models.vault_keys
KEY_FILE = "secret.key"
KEY_BYTES, NONCE_BYTES, ID_BYTES = 32, 12, 8
FIRST_KEY_LOCK = 7_201_005  # advisory: shared by whoever wraps a first data key, exclusive for a rotation
LEAST_CHARACTERS = 16  # of a secret somebody chose: a passphrase of a few letters protects nothing


@dataclass(frozen=True)
class _Master:
    """One secret of the installation. `id` tells which one wrapped a data key, and nothing about it."""

    id: bytes
    key: bytes = field(repr=False)
    source: bytes = field(repr=False)  # tells whether a secret is the one that this was derived from

    @classmethod
    def of(cls, secret: str, known: Sequence[_Master] = ()) -> _Master:
        source = hashlib.sha256(b"hanbal source\0" + secret.encode()).digest()
        for master in known:  # deriving is slow on purpose
            if master.source == source:
                return master
        derived = hashlib.scrypt(secret.encode(), salt=b"hanbal vault 1", n=2**14, r=8, p=1, dklen=KEY_BYTES)
        return cls(hashlib.sha256(b"hanbal key id\0" + derived).digest()[:ID_BYTES], derived, source)


class Vault:
    """Encrypts and decrypts for the athlete of a session.

    The secrets come from `COACH_SECRET_KEY` (several separated by commas, the newest first) or from a key
    file in the data directory, which is created at the first use, readable by its owner alone. Raises
    SetupError where the file may be read by others, or where nothing that is known opens a value.
    """

    def __init__(self, settings: Settings) -> None:
        given = settings.secret_key
        self._given = None if given is None else _split(given.get_secret_value())
        self._file = settings.data_dir / KEY_FILE
        self._masters: tuple[_Master, ...] = ()

    def encrypt(self, s: Session, provider: str, column: str, value: str) -> bytes:
        """Return `value` encrypted for this athlete, service and column."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = AESGCM(self._data_key(s)).encrypt(nonce, value.encode(), _bound(s, provider, column))
        return nonce + sealed

    def decrypt(self, s: Session, provider: str, column: str, sealed: bytes) -> str:
        """Return the value of this athlete, service and column. Raises SetupError for any other's."""
        nonce, body = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        try:
            return AESGCM(self._data_key(s)).decrypt(nonce, body, _bound(s, provider, column)).decode()
        except InvalidTag as error:
            raise SetupError("vault_unreadable") from error

    def hold(self, s: Session) -> None:
        """Wait for a rotation that has this athlete in hand; the next one waits until the transaction ends.

        Whoever reads an encrypted value calls this first: else it could read the value of before and find the
        data key of after.
        """
        s.execute(select(_t.c.athlete_id).where(_t.c.athlete_id == athlete_of(s)).with_for_update(read=True))

    @property
    def file(self) -> Path | None:
        """The key file, created by the first who asks; None where the secrets come from the environment."""
        if self._given is not None:
            return None
        self._read()
        return self._file

    def ids(self) -> tuple[str, ...]:
        """Return the ids of the secrets that are known, the newest first. They tell nothing about them."""
        self._load()
        return tuple(master.id.hex() for master in self._masters)

    def wrapped_by(self, s: Session) -> str | None:
        """Return the id of the secret that wraps the athlete's data key; None: they have none."""
        wrapped = s.scalar(select(_t.c.wrapped).where(_t.c.athlete_id == athlete_of(s)))
        return None if wrapped is None else bytes(wrapped[:ID_BYTES]).hex()

    def is_current(self, s: Session) -> bool:
        """Return whether the newest secret wraps the athlete's data key (or there is none), and hold it so.

        Nobody encrypts anything for this athlete before the transaction has ended.
        """
        wrapped = s.scalar(select(_t.c.wrapped).where(_t.c.athlete_id == athlete_of(s)).with_for_update())
        return wrapped is None or wrapped[:ID_BYTES] == self._newest().id

    def renew(self, s: Session) -> None:
        """Give the athlete a new data key, wrapped by the newest secret. What was encrypted before cannot be
        read after: decrypt it first, as `connections.rekey` does."""
        wrapped = self._wrap(s, os.urandom(KEY_BYTES))
        s.execute(update(_t).where(_t.c.athlete_id == athlete_of(s)).values(wrapped=wrapped))

    def add_secret(self) -> None:
        """Make a new secret the newest one of the key file; the older ones stay until `drop_old`.

        Raises SetupError where the secrets come from the environment, which only the operator changes.
        """
        if self._given is not None:
            raise SetupError("secret_key_is_given")
        self._write([secrets.token_urlsafe(KEY_BYTES), *self._read()])

    def drop_old(self) -> None:
        """Forget all but the newest secret of the key file; nothing may be wrapped with them any more."""
        if self._given is None:
            self._write(self._read()[:1])
            for draft in self._file.parent.glob(f".{KEY_FILE}.*"):
                draft.unlink(missing_ok=True)  # of a process that was killed while it wrote

    def _data_key(self, s: Session) -> bytes:
        # Shared lock: a rotation waits until what is encrypted with this key is committed.
        mine_query = select(_t.c.wrapped).where(_t.c.athlete_id == athlete_of(s)).with_for_update(read=True)
        wrapped = s.scalar(mine_query)
        if wrapped is None:
            # A rotation waits for whoever is here, and who comes after it reads the file anew: nothing is
            # wrapped with a secret that is about to be forgotten.
            s.execute(text("SELECT pg_advisory_xact_lock_shared(:key)"), {"key": FIRST_KEY_LOCK})
            self._load()
            mine = self._wrap(s, os.urandom(KEY_BYTES))
            new = insert(_t).values(athlete_id=athlete_of(s), wrapped=mine)
            # Of two that come first at once, the one that was written counts for both.
            s.execute(new.on_conflict_do_nothing())
            wrapped = s.scalars(mine_query).one()
        return self._unwrap(s, wrapped)

    def _wrap(self, s: Session, key: bytes) -> bytes:
        master, nonce = self._newest(), os.urandom(NONCE_BYTES)
        return master.id + nonce + AESGCM(master.key).encrypt(nonce, key, _bound(s, "", "data key"))

    def _unwrap(self, s: Session, wrapped: bytes) -> bytes:
        which, nonce = wrapped[:ID_BYTES], wrapped[ID_BYTES : ID_BYTES + NONCE_BYTES]
        master = self._master(which)
        if master is None:
            raise SetupError("vault_key_missing")
        try:
            return AESGCM(master.key).decrypt(
                nonce, wrapped[ID_BYTES + NONCE_BYTES :], _bound(s, "", "data key")
            )
        except InvalidTag as error:
            raise SetupError("vault_unreadable") from error

    def _newest(self) -> _Master:
        if not self._masters:
            self._load()
        return self._masters[0]

    def _master(self, which: bytes) -> _Master | None:
        for _ in range(2):
            for master in self._masters:
                if master.id == which:
                    return master
            self._load()  # another process may have added one since
        return None

    def _load(self) -> None:
        known = self._given if self._given is not None else self._read()
        self._masters = tuple(_Master.of(secret, self._masters) for secret in known)

    def _read(self) -> list[str]:
        try:
            return self._lines()
        except FileNotFoundError:
            self._create()
            return self._lines()

    def _lines(self) -> list[str]:
        mode = self._file.stat().st_mode
        if mode & 0o077:
            raise SetupError("key_file_open_to_others", path=str(self._file))
        found = [line for line in self._file.read_text(encoding="utf-8").split() if line]
        if not found:
            raise SetupError("key_file_empty", path=str(self._file))
        return found

    def _create(self) -> None:
        """Write the first secret; of two processes at once, one does."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        draft = _draft(self._file, [secrets.token_urlsafe(KEY_BYTES)])
        try:
            os.link(draft, self._file)  # fails where the other one was faster
        except FileExistsError:
            pass
        finally:
            draft.unlink()

    def _write(self, found: Sequence[str]) -> None:
        _draft(self._file, found).replace(self._file)
        self._masters = ()


def _draft(file: Path, found: Sequence[str]) -> Path:
    """Write a complete file beside `file`, readable by its owner from the first byte on, and return it."""
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write("\n".join(found) + "\n")
        out.flush()
        os.fsync(out.fileno())
    return draft


def _split(given: str) -> list[str]:
    found = [part.strip() for part in given.split(",") if part.strip()]
    if not found or any(len(part) < LEAST_CHARACTERS for part in found):
        raise SetupError("secret_key_too_short", least=LEAST_CHARACTERS)
    return found


def _bound(s: Session, provider: str, column: str) -> bytes:
    return f"{athlete_of(s)}\0{provider}\0{column}".encode()
