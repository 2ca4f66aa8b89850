"""Run every benchmark of this folder and print one table: name | ours | peer | ratio."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path


def main() -> int:
    """Run `main()` of each bench_*.py, or of those named on the command line (`import`, `fit` …)."""
    wanted = set(sys.argv[1:])
    sys.argv = sys.argv[:1]  # a benchmark's own options are for when it runs alone
    found = sorted(path.stem for path in Path(__file__).parent.glob("bench_*.py"))
    chosen = [name for name in found if not wanted or name.removeprefix("bench_") in wanted]
    print("name | ours | peer | ratio", flush=True)
    failed = [name for name in chosen if not _ran(name)]
    return 1 if failed or not chosen else 0


def _ran(name: str) -> bool:
    """Run one benchmark; one that fails is named and the others go on."""
    try:
        importlib.import_module(f"benchmarks.{name}").main()
    except Exception as error:
        print(f"{name} failed: {error!r}", file=sys.stderr)
        return False
    finally:
        sys.stdout.flush()
    return True


if __name__ == "__main__":
    sys.exit(main())
