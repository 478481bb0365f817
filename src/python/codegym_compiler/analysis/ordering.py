"""Does the answer hang on the order of a set of texts? That order differs from one Python process to the next.

The solution is run once more with sets that hand out their texts in another order; an answer that changes with
it is no answer to verify.
"""

import ast

from ..diagnostics import refuse
from ..frontend.program import Program
from ..frontend.scopes import walk
from .fuel import OverBudget
from .runner import Original

_NAME = "_set_in_another_order"


class Reordered(set):
    """A set that iterates in reversed order of its texts. Sets of numbers are left alone: theirs is fixed."""

    def __iter__(self):
        items = list(set.__iter__(self))
        if any(isinstance(item, (str, tuple)) for item in items):
            items.sort(key=repr, reverse=True)
        return iter(items)

    def pop(self):
        for item in self:
            self.remove(item)
            return item
        raise KeyError("pop from an empty set")

    def __and__(self, other):
        return Reordered(set.__and__(self, other))

    def __or__(self, other):
        return Reordered(set.__or__(self, other))

    def __sub__(self, other):
        return Reordered(set.__sub__(self, other))

    def __xor__(self, other):
        return Reordered(set.__xor__(self, other))

    def copy(self):
        return Reordered(self)

    def union(self, *others):
        return Reordered(set.union(self, *others))

    def intersection(self, *others):
        return Reordered(set.intersection(self, *others))

    def difference(self, *others):
        return Reordered(set.difference(self, *others))

    def symmetric_difference(self, other):
        return Reordered(set.symmetric_difference(self, other))


class _Wrapped(ast.NodeTransformer):
    def visit_SetComp(self, node):
        return self._call(self.generic_visit(node), node)

    def visit_Set(self, node):
        return self._call(self.generic_visit(node), node)

    def visit_Name(self, node):
        return ast.copy_location(ast.Name(_NAME, ast.Load()), node) if node.id == "set" and isinstance(node.ctx, ast.Load) else node

    def _call(self, inner, node):
        return ast.copy_location(ast.Call(ast.Name(_NAME, ast.Load()), [inner], []), node)


def _first_set(program) -> int | None:
    lines = [
        node.lineno
        for top in program.needed
        for node in walk(top)
        if isinstance(node, (ast.Set, ast.SetComp)) or (isinstance(node, ast.Name) and node.id == "set" and isinstance(node.ctx, ast.Load))
    ]
    return min(lines, default=None)


def refuse_set_order(fresh: Program, original: Original, cases) -> None:
    """Raises Refusal when an answer changes. `fresh` is a program of its own, which is changed."""
    line = _first_set(fresh)
    if line is None:
        return
    annotations = [node for top in fresh.needed for node in walk(top) if isinstance(node, ast.arg)]
    for node in annotations:
        node.annotation = None
    statements = [ast.fix_missing_locations(_Wrapped().visit(node)) for node in fresh.needed]
    try:
        other = Original(fresh, original.fuel, statements, {_NAME: Reordered})
    except (Exception, OverBudget):
        return
    for case in cases:
        try:
            answer, _, _ = other.call(case.arguments)
        except (Exception, OverBudget):
            continue
        if answer != case.answer:
            raise refuse(
                "set-order",
                "the answer depends on the order of a set of texts, which differs from one Python process to the next: sort it first",
                line,
            )
