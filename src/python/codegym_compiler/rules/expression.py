"""A calculation becomes a tool; what only the solver knows is sent as its arguments."""

import ast

from ..backend.documents import code
from ..naming import expression_name
from .rule import Rule


class ExpressionRule(Rule):
    name = "expression"
    label = "expressions"
    boldness = 2
    told_apart = True

    def outline(self, outliner, node, context, about):
        # Checks are the rule "predicate".
        if isinstance(node, (ast.Compare, ast.BoolOp)):
            return None
        found = outliner.extract(self, node, context, about)
        if found is None:
            return None
        tool, span, arguments = found
        if context in ("update", "assign"):
            tool.about, tool.updates, tool.general = about, context == "update", expression_name(node, "", "")
        return outliner.call(tool, span, arguments, node)

    def fits(self, tool, seen):
        # `x += […]` changes the list itself; a tool would make a new one.
        return not (tool.updates and any(kind.name in ("list", "set", "dict") for kind in seen.arguments.values()))

    def summary(self, tool):
        if tool.about:
            return f"Compute {'the new value of ' if tool.updates else ''}`{tool.about}`: {code(tool.label)}."
        return f"Compute {code(tool.label)}."


EXPRESSION = ExpressionRule()
