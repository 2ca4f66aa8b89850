"""The sentences of tests/evals/redaction, with tokens made by lot: none stands in a file."""

from __future__ import annotations

import re
import string
import tomllib
from dataclasses import dataclass
from pathlib import Path
from random import Random

WHERE = Path(__file__).parents[1] / "evals" / "redaction"
WORD = string.ascii_letters + string.digits
URL = WORD + "-_"


def tokens(seed: int) -> dict[str, str]:
    """Return one made-up key of each kind."""
    lot = Random(seed)

    def some(alphabet: str, length: int) -> str:
        return "".join(lot.choice(alphabet) for _ in range(length))

    key = "\n".join(some(WORD + "+/", 64) for _ in range(3))
    return {
        "openai": "sk-" + some(WORD, 48),
        "openai_project": "sk-proj-" + some(URL, 60),
        "github": "ghp_" + some(WORD, 36),
        "github_fine": "github_pat_" + some(WORD, 22) + "_" + some(WORD, 59),
        "slack": f"xoxb-{some(string.digits, 12)}-{some(string.digits, 12)}-{some(WORD, 24)}",
        "bearer": some(URL, 40),
        "jwt": f"eyJ{some(URL, 33)}.eyJ{some(URL, 60)}.{some(URL, 43)}",
        "telegram": f"{some('123456789', 10)}:AA{some(URL, 33)}",
        "aws": "AKIA" + some(string.ascii_uppercase + string.digits, 16),
        "google": "AIza" + some(URL, 35),
        "hex40": some("0123456789abcdef", 40),
        "hex64": some("0123456789abcdef", 64),
        "base64url": some(URL, 43),
        "private_key": f"-----BEGIN {'PRIVATE'} KEY-----\n{key}\n-----END {'PRIVATE'} KEY-----",
    }


@dataclass(frozen=True)
class Typed:
    """A sentence, and what of it is secret."""

    text: str
    secrets: tuple[str, ...]
    rest: str  # with every secret replaced by one sign


def secrets(lang: str, seed: int = 0) -> list[Typed]:
    made = tokens(seed)
    cases = []
    for line in _read(lang)["secrets"]:
        for name, value in made.items():
            line = line.replace(f"{{{name}}}", value)
        found = tuple(re.findall(r"⟦(.*?)⟧", line, re.DOTALL))
        cases.append(Typed(re.sub("[⟦⟧]", "", line), found, re.sub(r"⟦.*?⟧", "▮", line, flags=re.DOTALL)))
    return cases


def plain(lang: str) -> list[str]:
    return _read(lang)["plain"]


def _read(lang: str) -> dict[str, list[str]]:
    return tomllib.loads((WHERE / f"{lang}.toml").read_text(encoding="utf-8"))
