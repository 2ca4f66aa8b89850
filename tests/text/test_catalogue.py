"""Both languages say the same things, and the code asks only for sentences that exist."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from coach.text.catalogue import JOINED, LANGS, Lang, catalogue, has
from coach.text.particles import PAIRS

ROOT = Path(__file__).parents[2]


@cache
def nodes() -> dict[type[ast.AST], list[tuple[str, Any]]]:
    """Read all code, once and when it is asked for: its calls, classes and texts, each with its file."""
    found: dict[type[ast.AST], list[tuple[str, Any]]] = {
        kind: [] for kind in (ast.Call, ast.ClassDef, ast.Constant, ast.JoinedStr)
    }
    for part in ("coach", "api", "bots", "migrations"):
        for path in sorted((ROOT / part).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if type(node) in found:
                    found[type(node)].append((name, node))
    return found


SCRIPTS = "\n".join(
    path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "api" / "web").rglob("*"))
    if path.suffix in (".js", ".html")
)


def stems(lang: Lang) -> dict[str, str]:
    """Return each key of a language → the key it is asked for by: without its plural form, when it is one."""
    texts = catalogue(lang)
    found = {key: key.removesuffix("_other") for key in texts}
    singular = (key for key in texts if f"{key.removesuffix('_one')}_other" in texts)
    return found | {key: key.removesuffix("_one") for key in singular if key.endswith("_one")}


def placeholders(text: str) -> set[str]:
    """Return the names that a sentence fills in, whatever their format or particle."""
    return {name.split(".")[0].split("[")[0] for _, name, _, _ in Formatter().parse(text) if name}


def called(call: ast.Call) -> str:
    """Return the last part of the called name."""
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def literals(node: ast.expr | None) -> Iterator[str]:
    """Yield the strings an expression can be, where that is written in it."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from literals(node.body)
        yield from literals(node.orelse)
    elif isinstance(node, ast.BoolOp):
        for value in node.values:
            yield from literals(value)


def argument(call: ast.Call, name: str, place: int) -> ast.expr | None:
    named = [k.value for k in call.keywords if k.arg == name]
    return named[0] if named else call.args[place] if len(call.args) > place else None


def error_names() -> set[str]:
    """Return the names of all exceptions that carry a text key."""
    names, size = {"CoachError"}, 0
    while len(names) > size:
        size = len(names)
        for _, node in nodes()[ast.ClassDef]:
            if any(isinstance(b, ast.Name) and b.id in names for b in node.bases):
                names.add(node.name)
    return names


def find_keys() -> Iterator[tuple[str, str]]:
    """Yield (key, where) for every sentence the code asks for by a key that is written out."""
    errors = error_names()
    for path, call in nodes()[ast.Call]:
        name, where = called(call), f"{path}:{call.lineno}"
        if name in ("say", "has") and call.args:
            yield from ((key, where) for key in literals(argument(call, "key", 1)) if "." in key)
        elif name in ("Note", "Question"):
            yield from ((key, where) for key in literals(argument(call, "key", 99)))
        elif name == "Unknown":
            yield from ((f"unknown.{key}", where) for key in literals(argument(call, "because", 0)))
        elif name in errors:
            yield from ((f"error.{key}", where) for key in literals(argument(call, "key", 0)))


@cache
def asked() -> tuple[tuple[str, str], ...]:
    return tuple(find_keys())


def test_the_scan_finds_what_it_looks_for():
    keys = {key for key, _ in asked()}
    assert len(keys) > 150
    assert {"error.no_free_port", "unknown.no_distance", "tools.abilities", "cli.ready"} <= keys


@pytest.mark.parametrize("lang", LANGS)
def test_every_sentence_the_code_asks_for_exists(lang):
    missing = sorted({f"{key} ({where})" for key, where in asked() if not has(lang, key)})
    assert not missing, "\n".join(missing)


def test_both_languages_have_the_same_sentences():
    ko, en = (set(stems(lang).values()) for lang in ("ko", "en"))
    assert not ko ^ en, sorted(ko ^ en)


def test_both_languages_fill_in_the_same_things():
    together: dict[str, dict[str, set[str]]] = {}
    for lang in LANGS:
        asked_as = stems(lang)
        for key, text in catalogue(lang).items():
            together.setdefault(asked_as[key], {}).setdefault(lang, set()).update(placeholders(text))
    # A language may leave out the number that chooses a plural ("one run"), and nothing else.
    differing = [key for key, by in together.items() if (by.get("ko", set()) ^ by.get("en", set())) - {"n"}]
    assert not differing, sorted(differing)


@pytest.mark.parametrize("lang", LANGS)
def test_sentences_can_be_filled_in(lang):
    for key, text in catalogue(lang).items():
        assert text.strip(), key
        for _, name, spec, _ in Formatter().parse(text):
            assert name is None or name.split(".")[0].isidentifier(), f"{key}: {text}"
            if spec and spec.startswith("+"):
                assert lang == "ko", f"{key}: particles are Korean"
                assert spec[1:] in PAIRS, f"{key}: no particle {spec}"


# Where Korean stands in English on purpose: when the language is asked for, and when it changes.
HANGUL_IN_ENGLISH = {
    "onboarding.ask_lang",
    "onboarding.unclear_lang",
    "onboarding.choice_lang_ko",
    "tools.now_in_ko",
}


def test_korean_is_polite_and_english_is_english():
    stiff = ("한다.", "이다.", "습니다.", "했다.")
    blunt = [key for key, text in catalogue("ko").items() if text.rstrip().endswith(stiff)]
    hangul = {key for key, text in catalogue("en").items() if any("가" <= letter <= "힣" for letter in text)}
    assert not blunt
    assert hangul <= HANGUL_IN_ENGLISH, hangul - HANGUL_IN_ENGLISH


# Written for what the answers do not tell yet: how a load was computed, and zones by name.
def test_no_sentence_is_left_over():
    keys = set(stems("ko").values())
    unused = sorted(key for key in keys if not in_use(key))
    assert not unused, "\n".join(unused)


def in_use(key: str) -> bool:
    """Return whether some text of the code is this key, or the code puts together a key of this form.

    What is joined from all areas (errors, reasons, titles) is asked for without its area. Units are data.
    """
    area, _, name = key.partition(".")
    asked_as = name if area in JOINED else key
    if area == "unit" or key in words() or asked_as.removesuffix("_about") in words():
        return True
    if area == "web" and name in SCRIPTS:
        return True
    return any(a.startswith(start) and a.endswith(end) for a in (asked_as, key) for start, end in pieces())


def put_together(node: ast.JoinedStr) -> tuple[str, str]:
    """Return how a text that the code puts together starts and ends."""
    first, last = node.values[0], node.values[-1]
    start = first.value if isinstance(first, ast.Constant) else ""
    end = last.value if isinstance(last, ast.Constant) and last is not first else ""
    return str(start), str(end)


@cache
def words() -> set[str]:
    """Return every text that is written out in the code."""
    return {n.value for _, n in nodes()[ast.Constant] if isinstance(n.value, str)}


@cache
def pieces() -> set[tuple[str, str]]:
    """Return how keys that the code puts together start and end: "tools.find_", "damage_".

    A bare "error." would excuse everything.
    """
    return {
        (start, end)
        for start, end in (put_together(n) for _, n in nodes()[ast.JoinedStr])
        if re.fullmatch(r"[a-z_]+\.[a-z_.]*|[a-z]{4,}_", start) and start.removesuffix(".") not in JOINED
    }
