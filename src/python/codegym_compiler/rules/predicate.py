"""A condition becomes a tool that answers true or false."""

import ast

from ..backend.documents import code
from .rule import Rule


class PredicateRule(Rule):
    name = "predicate"
    label = "predicates"
    boldness = 1
    told_apart = True

    def outline(self, outliner, node, context, about):
        if not isinstance(node, (ast.Compare, ast.BoolOp)):
            return None
        found = outliner.extract(self, node, context, about)
        return None if found is None else outliner.call(*found, node)

    def summary(self, tool):
        return f"Tell whether {code(tool.label)} holds."


PREDICATE = PredicateRule()
