"""What the work with services needs, besides the athlete: one per process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from coach.config import Settings
from coach.providers.contract import Provider, providers
from coach.store.session import Database
from coach.store.vault import Vault


@dataclass(frozen=True)
class Reach:
    """The database, the settings, the vault and the clock; `services` are the providers by name."""

    db: Database
    settings: Settings
    vault: Vault
    clock: Callable[[], datetime]
    services: Mapping[str, Provider] = field(default_factory=providers)
