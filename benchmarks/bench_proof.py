"""The proof of numbers on a stream, per token, beside passing the text on. The limit is a millisecond."""

from __future__ import annotations

import random
import sys
import tomllib
from pathlib import Path
from time import perf_counter

TESTS = Path(__file__).parent.parent / "tests"
sys.path.insert(0, str(TESTS))

from fakes.proven import TODAY, ledger  # noqa: E402

from coach.graph.proof import Proof, ProofStream  # noqa: E402
from coach.text import LANGS, Lang  # noqa: E402

LIMIT_MS = 1.0
PER_S = 30  # tokens a second, of a model
LENGTH = 4000  # characters of an answer


def tokens(lang: Lang) -> list[str]:
    """Return a long answer cut as a model streams it."""
    spoken = tomllib.loads((TESTS / "evals" / "proof" / f"{lang}.toml").read_text(encoding="utf-8"))
    text = " ".join(s.rpartition(" || ")[2] for s in spoken["honest"])[:LENGTH]
    cut = random.Random(4)
    found = []
    while text:
        n = cut.randint(1, 5)
        found.append(text[:n])
        text = text[n:]
    return found


def main() -> None:
    """Print a row per language for time and one for how long text is held."""
    for lang in LANGS:
        stream, pieces = ProofStream(Proof(ledger(lang), lang, "metric", TODAY)), tokens(lang)
        waited = shown = 0
        started = perf_counter()
        for piece in pieces:
            shown += sum(len(p.text) for p in stream.feed(piece))
            waited += bool(len(stream.text) - stream.decided)
        took = 1000 * (perf_counter() - started) / len(pieces)
        started = perf_counter()
        passed = "".join(pieces)
        plain = 1000 * (perf_counter() - started) / len(pieces)
        started = perf_counter()
        stream.finish()
        stream.proven()
        closed = 1000 * (perf_counter() - started)
        held = 1000 / PER_S * waited / len(pieces)
        what = f"proof of numbers, {lang}, per token ({len(passed)} characters, plain {plain * 1000:.1f} µs)"
        print(f"{what} | {took:.3f} ms | {LIMIT_MS:.0f} ms (limit) | {LIMIT_MS / took:.1f}")
        what = f"proof of numbers, {lang}, text held at {PER_S} tokens/s, mean; closing {closed:.0f} ms"
        print(f"{what} | {held:.1f} ms | 33 ms (a token) | {33 / max(held, 0.1):.1f}")


if __name__ == "__main__":
    main()
