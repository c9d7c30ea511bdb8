"""What holds for the whole of src/: imports, purity, a city as data, no print, a sentence for everything public."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src"
ENGINE = SOURCE / "tijian" / "engine"
FILES = sorted((SOURCE / "tijian").rglob("*.py"))
ENGINE_FILES = [f for f in FILES if ENGINE in f.parents]
OFFICE_FILES = [
    f for f in FILES if SOURCE / "tijian" / "office" in f.parents and f.parent.name != "migrations"
]
MAX_LINES = 500
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "manager", "managers", "misc", "common"}


def shown(path):
    return str(path.relative_to(SOURCE))


def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def module_name(path):
    parts = list(path.relative_to(SOURCE).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def test_there_is_a_source_to_look_at():
    assert len(ENGINE_FILES) > 40


def test_rooms_import_only_rooms_above_them():
    found = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--config", "pyproject.toml"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert found.returncode == 0, found.stdout + found.stderr
    assert re.search(r"Contracts: \d+ kept, 0 broken\.", found.stdout)
    assert "Contracts: 0 kept" not in found.stdout


IMPORT_ALL = """
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"django", "psycopg", "requests"}:
            raise ImportError(f"{name} is not for the engine")

sys.meta_path.insert(0, Blocked())
try:
    import django
except ImportError:
    pass
else:
    raise SystemExit("the block does not hold")
from importlib import import_module
for name in sys.argv[1:]:
    import_module(name)
left = sorted(m for m in sys.modules if m.split(".")[0] == "django" or m.startswith(("tijian.shells", "tijian.office")))
print(len(sys.argv) - 1, *left)
"""


def test_the_whole_engine_is_imported_without_django():
    names = [module_name(f) for f in ENGINE_FILES]
    found = subprocess.run(
        [sys.executable, "-W", "error", "-c", IMPORT_ALL, *names], capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stderr[-2000:]
    assert found.stdout.split() == [str(len(names))]


def city_words():
    """Names and codes that are true of one city and belong to its folder."""
    words = set()
    for folder in sorted((ROOT / "cities").iterdir()):
        if not (folder / "areas.yaml").is_file():
            continue
        areas = yaml.safe_load((folder / "areas.yaml").read_text(encoding="utf-8"))["areas"]
        city = yaml.safe_load((folder / "city.yaml").read_text(encoding="utf-8"))["city"]
        words |= {str(a[key]) for a in areas for key in ("code", "zh", "short")}
        words |= {str(city["code"]), city["zh"], city["zh"].removesuffix("市"), city["en"]}
    return words


@pytest.mark.parametrize("room", ["kernel", "sources", "compute", "grade", "exam"])
def test_no_city_stands_in_the_source_of_a_room(room):
    words = city_words()
    assert {"210102", "沈阳", "浑南", "Shenyang"} <= words
    pattern = re.compile("|".join(re.escape(w) for w in sorted(words, key=len, reverse=True)), re.IGNORECASE)
    found = [
        f"{shown(path)}:{number}: {match.group()}"
        for path in sorted((ENGINE / room).rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        for match in pattern.finditer(line)
    ]
    assert found == []


def calls(path, names):
    """Yield the calls of built-in functions of these names."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            yield f"{shown(path)}:{node.lineno}"


def test_engine_and_office_print_nothing():
    assert [
        c for path in [*ENGINE_FILES, *OFFICE_FILES] for c in calls(path, {"print", "breakpoint", "input"})
    ] == []


def test_nothing_is_asserted():
    found = [
        f"{shown(path)}:{node.lineno}"
        for path in FILES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Assert)
    ]
    assert found == []


def test_no_error_is_swallowed_bare():
    found = [
        f"{shown(path)}:{node.lineno}"
        for path in FILES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ExceptHandler) and node.type is None
    ]
    assert found == []


def test_nothing_is_evaluated():
    assert [c for path in FILES for c in calls(path, {"eval", "exec", "compile", "__import__"})] == []


SENTENCE = re.compile(r"^[A-Z0-9“`修\u4e00-\u9fff].*[.。?]$", re.DOTALL)


def public(node, prefix=""):
    """Yield every public class and function of a module, methods of public classes included."""
    for child in ast.iter_child_nodes(node):
        if (
            isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            and not child.name.startswith("_")
            and child.name != "Meta"
        ):
            yield prefix + child.name, child
            if isinstance(child, ast.ClassDef):
                yield from public(child, f"{prefix}{child.name}.")


def test_everything_public_in_engine_and_office_begins_with_a_sentence():
    found = []
    for path in [*ENGINE_FILES, *OFFICE_FILES]:
        module = tree(path)
        for name, node in [("", module), *public(module)]:
            text = ast.get_docstring(node) or ""
            first = text.split("\n\n")[0].replace("\n", " ").strip()
            if not SENTENCE.match(first):
                found.append(f"{shown(path)} {name}: {first[:60]!r}")
    assert found == []


def test_no_module_is_called_after_nothing():
    assert [shown(p) for p in FILES if p.stem in EMPTY_NAMES or p.parent.name in EMPTY_NAMES] == []


@pytest.mark.parametrize("path", [p for p in FILES if p.parent.name != "migrations"], ids=shown)
def test_a_module_stays_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_LINES


def test_the_engine_reads_no_clock_and_no_network():
    """Invariants 6 and 9: equal input, equal bytes; nothing from the internet."""
    clocks = {"now", "today", "utcnow"}
    nets = {"socket", "urllib", "http", "requests", "ftplib", "smtplib"}
    found = []
    for path in ENGINE_FILES:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Attribute) and node.attr in clocks:
                found.append(f"{shown(path)}:{node.lineno}: {node.attr}")
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""]
                found += [f"{shown(path)}:{node.lineno}: {n}" for n in names if n.split(".")[0] in nets]
    assert found == []
