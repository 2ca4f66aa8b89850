"""The red-flag guard, per sentence of its corpora. There is no peer: the limit is 1 ms a sentence."""

from __future__ import annotations

import tomllib
from pathlib import Path
from time import perf_counter

from coach.domain.redflags import check

CORPORA = Path(__file__).parent.parent / "tests" / "evals" / "redflags"
LIMIT_MS = 1.0


def sentences() -> list[str]:
    """Return every sentence of the corpora."""
    return [
        text
        for path in sorted(CORPORA.glob("*.toml"))
        for group in tomllib.loads(path.read_text(encoding="utf-8")).values()
        for lang in ("ko", "en")
        for text in group[lang]
    ]


def _took_ms(text: str) -> float:
    start = perf_counter()
    check(text)
    return (perf_counter() - start) * 1000


def main() -> None:
    """Print one row for the median and one for the 95th percentile."""
    texts = sentences()
    for text in texts:
        check(text)
    times_ms = []
    for text in texts:
        times_ms.append(min(_took_ms(text) for _ in range(3)))
    times_ms.sort()
    for name, share in (("median", 0.5), ("p95", 0.95)):
        took = times_ms[int(share * len(times_ms))]
        what = f"red-flag guard, {name} of {len(texts)} sentences"
        print(f"{what} | {took:.2f} ms | {LIMIT_MS:.0f} ms (limit) | {LIMIT_MS / took:.1f}")


if __name__ == "__main__":
    main()
