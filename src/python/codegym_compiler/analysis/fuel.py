"""Fuel: how much work a compilation does, counted instead of timed: the same source and seed give the same result anywhere.

The solution runs with calls of `Fuel.tick` in it: before each statement, in each pass of a comprehension, in each
lambda. One unit of fuel is one such tick; what the compiler does itself is counted in units of about the same
weight. The clock is only the end of everything (`TimeUp`): it never decides what is made, only whether.
"""

import ast
import time
from collections import defaultdict
from contextlib import contextmanager

TICK = "__tick__"
#: Units for one attempt with an input, one episode, one round of it, and one node of a tree that is cut.
ATTEMPT, EPISODE, ROUND, NODE = 250, 800, 80, 15


class OverBudget(BaseException):
    """This run of the solution does too much. No Exception, so that the solution's `except` does not swallow it."""


class TimeUp(BaseException):
    """The compilation has reached its deadline. `line`: where the solution spent most, if it ran at all."""

    def __init__(self, line: int | None):
        super().__init__(line)
        self.line = line


class Fuel:
    def __init__(self, deadline_seconds: float):
        self.deadline = time.perf_counter() + deadline_seconds
        self.spent = 0
        self.left = 0
        #: Line of the solution → how often it ran: in this run, and in all of them.
        self.hits: dict[int, int] = defaultdict(int)
        self.every: dict[int, int] = defaultdict(int)

    def tick(self, line: int) -> None:
        self.hits[line] += 1
        self.left -= 1
        if self.left < 0:
            raise OverBudget
        if not self.left & 1023:
            self.check()

    def spend(self, units: int) -> None:
        self.spent += units
        self.check()

    def check(self) -> None:
        if time.perf_counter() > self.deadline:
            every = {line: self.every[line] + self.hits[line] for line in {*self.every, *self.hits} if line}
            raise TimeUp(max(every, key=lambda line: every[line]) if every else None)

    @contextmanager
    def limited(self, units: int):
        """A run of at most so many ticks; `hits` are its own afterwards."""
        self.hits, self.left = defaultdict(int), units
        try:
            yield self
        finally:
            self.spent += units - max(0, self.left)
            for line, times in self.hits.items():
                self.every[line] += times


def _call(line: int) -> ast.Call:
    return ast.Call(ast.Name(TICK, ast.Load()), [ast.Constant(line)], [])


def _ticked(statements: list[ast.stmt], lines: set[int], function: bool) -> list[ast.stmt]:
    result: list[ast.stmt] = []
    for index, node in enumerate(statements):
        documents = function and index == 0 and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if not documents and not getattr(node, "fixed", False):
            line = getattr(node, "lineno", 0)
            result.append(ast.copy_location(ast.Expr(_call(line)), node))
            if line and not isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Global, ast.Nonlocal, ast.Import, ast.ImportFrom)):
                lines.add(line)
        result.append(node)
    return result


class ticking:
    """Context manager: the trees have ticks in them, and are as they were afterwards. `lines`: those that tick."""

    def __init__(self, trees: list[ast.stmt]):
        self.trees, self.lines = trees, set()
        self._before: list[tuple[ast.AST, str, object]] = []

    def _set(self, node, field, value):
        self._before.append((node, field, getattr(node, field)))
        setattr(node, field, value)

    def __enter__(self):
        todo = list(self.trees)
        while todo:
            node = todo.pop()
            if getattr(node, "fixed", False) and not isinstance(node, ast.FunctionDef):
                continue
            todo.extend(ast.iter_child_nodes(node))
            if isinstance(node, ast.Lambda):
                self._set(node, "body", ast.BoolOp(ast.Or(), [_call(getattr(node, "lineno", 0)), node.body]))
            elif isinstance(node, ast.comprehension):
                self._set(node, "ifs", [ast.UnaryOp(ast.Not(), _call(getattr(node.target, "lineno", 0))), *node.ifs])
            elif not isinstance(node, (ast.ClassDef, ast.Module, ast.IfExp)):
                for field in ("body", "orelse", "finalbody"):
                    if isinstance(value := getattr(node, field, None), list) and value:
                        self._set(node, field, _ticked(value, self.lines, isinstance(node, ast.FunctionDef)))
        return self

    def __exit__(self, *_):
        for node, field, value in self._before:
            setattr(node, field, value)
