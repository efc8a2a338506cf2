"""Small modules, small functions: what CONTRIBUTING promises, counted."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULE = 350
FUNCTION = 45
ARGUED = {
    "src/deskbell/store/schema.py": "one description of all tables reads best in one piece",
}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def modules() -> list[Path]:
    return [path for path in sorted((ROOT / "src").rglob("*.py")) if "versions" not in path.parts]


def functions(tree: ast.AST) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def length(function: Function) -> int:
    """Lines of code: a long docstring is no fault, and a literal answer of many keys is data."""
    first = function.body[0]
    documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    start = function.body[1].lineno if documented and len(function.body) > 1 else first.lineno
    literal = sum(
        _lines(node)
        for node in ast.walk(function)
        if isinstance(node, ast.Dict) and _lines(node) > 10 and not _inside(node, function)
    )
    return (function.end_lineno or 0) - start + 1 - literal


def _lines(node: ast.expr) -> int:
    return (node.end_lineno or 0) - node.lineno


def _inside(node: ast.Dict, function: Function) -> bool:
    others = (other for other in ast.walk(function) if isinstance(other, ast.Dict) and other is not node)
    return any(
        other.lineno <= node.lineno
        and (other.end_lineno or 0) >= (node.end_lineno or 0)
        and _lines(other) > 10
        for other in others
    )


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_and_its_functions_stay_small(path: Path) -> None:
    name, text = str(path.relative_to(ROOT)), path.read_text()
    if name not in ARGUED:
        assert len(text.splitlines()) <= MODULE
    long = {
        function.name: length(function)
        for function in functions(ast.parse(text))
        if length(function) > FUNCTION
    }
    assert long == {}


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_says_what_is_in_it(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text()))
