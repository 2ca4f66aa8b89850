"""What the README says can be done: its commands parse, its links lead somewhere, both languages agree."""

from __future__ import annotations

import re
import shlex
from importlib.util import find_spec
from pathlib import Path

import pytest

from coach.cli.home import demo_data_dir
from coach.cli.main import COMMANDS, _parser
from coach.cli.reference.settings import explained
from coach.config import default_data_dir

ROOT = Path(__file__).parents[2]
READMES = ("README.md", "README.ko.md")
PAGES = sorted(p.relative_to(ROOT).as_posix() for p in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")))


def text_of(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def code(page: str) -> str:
    """Return everything a page writes as code, a line each."""
    text = text_of(page)
    fenced = re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    inline = re.findall(r"(?<!`)`([^`\n]+)`(?!`)", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S))
    return "\n".join((*fenced, *inline))


@pytest.mark.parametrize("page", PAGES)
def test_every_command_of_coach_exists(page):
    for line in re.findall(r"^(?:\.venv/bin/)?coach ([a-z-].*)$", code(page), re.MULTILINE):
        words = shlex.split(line, comments=True)
        if words == ["--help"]:
            continue
        words = ["x" if re.fullmatch(r"[A-Z]+…?", word) else word.rstrip("…") for word in words]
        assert words[0] in COMMANDS, f"{page}: coach {line}"
        if len(words) > 1 or words[0] != "import":  # `coach import` as the name of the command
            assert _parser().parse_args(words).command == words[0]


@pytest.mark.parametrize("page", PAGES)
def test_every_target_of_make_exists(page):
    targets = set(re.findall(r"^([a-z]+):", text_of("Makefile"), re.MULTILINE))
    asked = set(re.findall(r"^make ([a-z]+)\b", code(page), re.MULTILINE))
    assert asked <= targets


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page):
    for target in re.findall(r"\]\((?!https?://|#)([^)#\s]+)", text_of(page)):
        assert ((ROOT / page).parent / target).exists(), f"{page}: {target}"


@pytest.mark.parametrize("page", PAGES)
def test_every_module_that_is_run_exists(page):
    for module in re.findall(r"\bpython -m ([a-z_.]+)", code(page)):
        assert find_spec(module), f"{page}: {module}"


@pytest.mark.parametrize("readme", READMES)
def test_every_variable_is_a_setting(readme):
    used = set(re.findall(r"\b((?:COACH|OPENAI|DATABASE|POSTGRES)_[A-Z_]+)\b", text_of(readme)))
    assert {"OPENAI_BASE_URL", "OPENAI_API_KEY", "COACH_MODEL"} <= used <= set(explained())


@pytest.mark.parametrize("readme", READMES)
def test_the_first_screen(readme):
    first = text_of(readme).splitlines()[:18]
    assert any("conversation.png" in line for line in first)
    assert any(line.startswith("make demo") for line in first)
    assert any(line.startswith("make test") for line in first)


def test_both_languages_say_the_same():
    english, korean = (text_of(readme) for readme in READMES)

    def shape(text: str) -> list[str]:
        return re.findall(r"^(#+|- |```\w*|\| )", text, re.MULTILINE)

    def commands(text: str) -> list[str]:
        lines = re.findall(r"^(?:make|\.venv/bin/coach|[A-Z_]+=)[^#\n\"]*", text, re.MULTILINE)
        return [line.strip() for line in lines]

    def links(text: str) -> set[str]:
        return set(re.findall(r"\]\(([^)]+)\)", text)) - set(READMES)

    assert shape(english) == shape(korean)
    assert commands(english) == commands(korean)
    assert len(commands(english)) >= 10
    assert links(english) == links(korean)


@pytest.mark.parametrize("readme", READMES)
def test_data_lies_where_it_is_said_to(readme, monkeypatch):
    text = text_of(readme)
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    for uid, home in ((0, ""), (1000, "~")):
        monkeypatch.setattr("os.geteuid", lambda uid=uid: uid)
        for path in (default_data_dir(), demo_data_dir()):
            said = str(path).replace(str(Path.home()), "~") if home else str(path)
            assert f"`{said}`" in text
