"""The rules of the house that no linter knows."""

import ast
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import handlers

ROOT = Path(__file__).parents[1]
PACKAGES = (
    "bot",
    "handlers",
    "scheduler",
    "console",
    "dialogue",
    "union",
    "knowledge",
    "messages",
    "wechat",
    "storage",
)
PRODUCT = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
MOST_LINES = 312  # about 300
MOST_LINES_OF_A_FUNCTION = 60
NOBODYS_HOMES = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "constants",
    "models",
    "misc",
    "manager",
    "base_classes",
}
HAN = re.compile(r"[\u3400-\u9fff]")
# What every form says and hears alike; the engine's own words.
ENGINE = tuple(
    f"dialogue/{name}.py"
    for name in (
        "wording",
        "answers",
        "assents",
        "dates",
        "names",
        "surnames",
        "chatter",
        "introductions",
        "awaiting",
        "corrections",
        "lines",
        "offers",
        "several",
        "titles",
    )
)
# Told to operators, or heard from workers; the simulator plays WeChat.
NOT_SAID = {
    "messages/masking.py": {"三四五六七八九", "一幺"},
    "dialogue/forms.py": {"："},
    "dialogue/outlines.py": {"："},
    "bot/demo.py": {"陈师傅", "阿珍"},
    "bot/doctor.py": {"IP白名单", "认证服务号", "安全模式"},
    "bot/commands/questions.py": {"怎么入会"},
}  # fmt: skip


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_a_module_can_be_read_in_one_sitting() -> None:
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in PRODUCT}
    assert {name: length for name, length in lengths.items() if length > MOST_LINES} == {}


def test_a_function_fits_a_screen() -> None:
    assert [where for where, length in _functions() if length > MOST_LINES_OF_A_FUNCTION] == []


def test_functions_are_short_as_a_rule() -> None:
    lengths = sorted(length for _, length in _functions())
    assert lengths[len(lengths) // 2] < 10


def _functions() -> Iterator[tuple[str, int]]:
    """Where each function stands and its length in lines; a migration is as long as its tables."""
    for path in PRODUCT:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and "versions" not in path.parts:
                yield f"{name_of(path)}:{node.lineno}", (node.end_lineno or node.lineno) - node.lineno + 1


def test_code_has_a_home() -> None:
    names = {path.stem for path in PRODUCT} | {path.parent.name for path in PRODUCT}
    assert names & NOBODYS_HOMES == set()


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        name_of(path)
        for path in PRODUCT
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []


def test_what_is_imported_is_imported_at_the_top() -> None:
    late = [
        f"{name_of(path)}:{node.lineno}"
        for path in PRODUCT
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert late == []


def test_every_capability_has_its_story() -> None:
    stories = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests/stories").glob("test_*.py"))
    untold = [one.name for one in handlers.discover() if f"`{one.name}`" not in stories]
    assert untold == []


def test_a_capability_is_called_like_its_module() -> None:
    modules = {module.name for module in pkgutil.iter_modules(handlers.__path__)}
    assert {one.name for one in handlers.discover()} == modules


def test_workers_are_spoken_to_by_handlers_only() -> None:
    spoken = []
    for path in PRODUCT:
        name = name_of(path)
        if not name.startswith(("handlers/", "wechat/simulator/", "knowledge/gists.py", *ENGINE)):
            spoken += [
                f"{name}:{line}: {text}"
                for line, text in _strings(path)
                if HAN.search(text) and not any(word in text for word in NOT_SAID.get(name, ()))
            ]
    assert spoken == []


def _strings(path: Path) -> Iterator[tuple[int, str]]:
    """String literals with their lines; docstrings are none."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documentation = {
        node.value
        for scope in ast.walk(tree)
        if isinstance(scope, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        for node in scope.body[:1]
        if isinstance(node, ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in documentation:
            yield node.lineno, node.value


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "pyproject.toml"])
def test_locks_name_no_address(name: str) -> None:
    assert re.findall(r"(?m)https?://\S+|^--|file:", (ROOT / name).read_text()) == []


def test_every_pin_has_its_digest() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text().replace("\\\n", " ")
        pins = [line for line in text.splitlines() if line and not line.startswith("#")]
        assert pins
        assert [line for line in pins if "==" not in line or "--hash=sha256:" not in line] == []


def test_nothing_is_left_to_be_done_later() -> None:
    promise = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    assert [name_of(path) for path in PRODUCT if promise.search(path.read_text(encoding="utf-8"))] == []
