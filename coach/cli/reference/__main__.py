"""`python -m coach.cli.reference`: write the pages and name those that changed."""

from __future__ import annotations

import sys

from coach.cli.reference import archive, pages
from coach.cli.reference.markdown import ROOT

FOLDER = ROOT / "docs" / "reference"


def main() -> int:
    """Write the pages of docs/reference."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, page in pages().items():
        path = FOLDER / name
        if not path.exists() or path.read_text(encoding="utf-8") != page:
            path.write_text(page, encoding="utf-8")
            print(path.relative_to(ROOT))
    text = archive.PAGE.read_text(encoding="utf-8")
    if archive.written(text) != text:
        archive.PAGE.write_text(archive.written(text), encoding="utf-8")
        print(archive.PAGE.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
