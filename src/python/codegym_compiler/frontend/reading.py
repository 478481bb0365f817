"""The solution's text as Python: out of a fence, and in a Python that runs today."""

import ast
import re

from ..diagnostics import Refusal, refuse
from .scopes import BUILTINS, bound_by, walk

_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,})[ \t]*([\w+-]*)[ \t]*$")
_WORKS_IN_3 = "write it for Python 3"
#: What only Python 2 reads, in words.
_SYNTAX_OF_2 = (
    (re.compile(r"^\s*print\b(?!\s*[(=.,)\]]|\s*$)|^\s*print\s*>>"), "`print` is a statement"),
    (re.compile(r"^\s*print\s*\(.*\)\s*,\s*$|^\s*print\s*$"), "`print` is a statement"),
    (re.compile(r"^\s*exec\s+[\"'\w]"), "`exec` is a statement"),
    (re.compile(r"^\s*except\s+[\w.]+\s*,\s*\w+\s*:"), "`except … , …` names the error"),
    (re.compile(r"^\s*raise\s+[\w.]+\s*,"), "`raise … , …` has the message after a comma"),
    (re.compile(r"[\w)\]]\s*<>\s*[\w(\[\"']"), "`<>` means “not equal”"),
    (re.compile(r"(?<![\w.])0[0-7]+(?![\w.])|(?<![\w.])\d+L\b"), "numbers are written in its way"),
    (re.compile(r"`[^`]+`"), "backquotes stand for `repr`"),
    (re.compile(r"^\s*(?:def\s+\w+|lambda\b).*\(\s*\("), "a parameter is taken apart in its place"),
)
_NAMES_OF_2 = frozenset({"basestring", "cmp", "long", "raw_input", "reduce", "unichr", "unicode", "xrange"})
_MEMBERS_OF_2 = frozenset({"has_key", "iteritems", "iterkeys", "itervalues"})


def _parsed(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def python_of(solution: str) -> str:
    """The solution, or what of it stands in a fence of backquotes where only that is Python. Lines keep their numbers:
    those around it become empty."""
    source = solution.removeprefix("\ufeff")
    if not re.search(r"(?m)^[ \t]*(`{3}|~{3})", source) or _parsed(source) is not None:
        return source
    lines = source.split("\n")
    best: list[str] = []
    for first, last in _fenced(lines):
        inside = [line.rstrip("\r") if first <= number < last else "" for number, line in enumerate(lines)]
        if sum(map(len, inside)) > sum(map(len, best)) and (tree := _parsed("\n".join(inside))) is not None and tree.body:
            best = inside
    if not best and (blocks := _fenced(lines)):
        # No block is Python: the first one is what its fault is to be told of.
        best = [line.rstrip("\r") if blocks[0][0] <= number < blocks[0][1] else "" for number, line in enumerate(lines)]
    return "\n".join(best) if best else source


def _fenced(lines: list[str]) -> list[tuple[int, int]]:
    """(first line inside, line after) of each block; one that is left open ends with the text."""
    found, start, mark = [], None, ""
    for number, line in enumerate(lines):
        match = _FENCE.match(line.rstrip("\r"))
        if match and start is None:
            start, mark = number + 1, match.group(1)
        elif match and match.group(1).startswith(mark) and not match.group(2):
            found.append((start, number))
            start = None
    return [*found, (start, len(lines))] if start is not None else found


def parse(source: str) -> ast.Module:
    """The tree of a solution that is Python 3. Raises Refusal with the line."""
    text = python_of(source)
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        raise _old(text) or refuse("syntax", f"the solution is not valid Python, mend this line: {error.msg}", error.lineno) from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise refuse("syntax", f"the solution cannot be parsed, is it Python text? {error or type(error).__name__}", 1) from None
    _refuse_old_names(tree)
    return tree


def _old(text: str) -> Refusal | None:
    for number, line in enumerate(text.split("\n"), 1):
        for pattern, what in _SYNTAX_OF_2:
            if pattern.search(re.sub(r"(['\"])(?:\\.|(?!\1).)*\1", "''", line).split("#")[0]):
                return refuse("python-2", f"this is Python 2, where {what}: {_WORKS_IN_3}, or let a model do so", number)
    return None


def _refuse_old_names(tree) -> None:
    nodes = walk(tree)
    bound = {name for node in nodes for name in bound_by(node)} | {node.arg for node in nodes if isinstance(node, ast.arg)}
    if any(isinstance(node, ast.alias) and node.name == "*" for node in nodes):
        bound |= {"reduce"}
    # `try: range = xrange / except NameError` runs in both.
    careful = {id(item) for node in nodes if isinstance(node, ast.Try) for part in node.body for item in walk(part)}
    for node in nodes:
        if isinstance(node, ast.ExceptHandler) and isinstance(node.type, ast.Tuple):
            # Since Python 3.14 `except IndexError, error:` is a list of two kinds of errors.
            if any(isinstance(item, ast.Name) and item.id not in bound | BUILTINS for item in node.type.elts):
                raise refuse(
                    "python-2", f"this is Python 2, where `except … , …` names the error: {_WORKS_IN_3}, or let a model do so", node.lineno
                )
        name = node.id if isinstance(node, ast.Name) and node.id in _NAMES_OF_2 - bound else None
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _MEMBERS_OF_2 - bound:
            name = node.func.attr
        if name is not None and id(node) not in careful:
            raise refuse("python-2", f"this is Python 2, which has `{name}`: {_WORKS_IN_3}, or let a model do so", node.lineno)
