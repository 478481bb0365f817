"""A tool in the making, and the scopes that its names are looked up in."""

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..rules.rule import Rule

MAX_ARGUMENTS = 6
CATCH_ALL = ("Exception", "BaseException", "ValueError")


@dataclass
class Tool:
    """One tool before it has a docstring: `body` computes and returns a plain Python value."""

    rule: "Rule"
    wanted: str
    arguments: list[str]
    body: list[ast.stmt]
    label: str
    outputs: tuple[str, ...] = ()
    name: str = ""
    spans: list[dict] = field(default_factory=list)
    #: The variable that gets the result, and whether it had a value before.
    about: str = ""
    updates: bool = False
    #: What the solution's own docstring says of it.
    purpose: str = ""
    #: Its name when it serves several variables.
    general: str = ""
    #: For tools that read hidden data: the parameter, and how (element, cell, key, …).
    source: tuple[str, str] | None = None


@dataclass
class Scope:
    names: set[str]
    functions: dict[str, ast.FunctionDef] = field(default_factory=dict)
    imports: dict[str, ast.stmt] = field(default_factory=dict)
    entry: bool = False


class Uncuttable(Exception):
    """This expression as a whole cannot become a tool; its parts may."""


class Draft:
    """A tool in the making: arguments in order of evaluation, imports that its body needs."""

    def __init__(self):
        self.arguments: dict[str, ast.expr] = {}
        self.texts: dict[str, str] = {}
        self.imports: list[ast.stmt] = []
        self.setup: list[ast.stmt] = []
        self.by_name: set[str] = set()
        self.impure: list[ast.expr] = []
        self.reads_hidden = False

    def argument(self, wanted: str, node: ast.expr) -> ast.Name:
        text = ast.unparse(node)
        if text in self.texts:
            return ast.Name(self.texts[text], ast.Load())
        name, number = wanted if wanted != "self" else "this", 2
        while name in self.arguments:
            name, number = f"{wanted}{number}", number + 1
        self.arguments[name] = node
        self.texts[text] = name
        return ast.Name(name, ast.Load())


def span_of(node, rule: str, last=None) -> dict:
    """The piece of the solution from a node to its end, or to the end of the last of several."""
    last = last or node
    return {
        "id": f"{rule}:{node.lineno}:{node.col_offset}-{last.end_lineno}:{last.end_col_offset}",
        "line": node.lineno,
        "endLine": last.end_lineno,
        "col": node.col_offset,
        "endCol": last.end_col_offset,
    }
