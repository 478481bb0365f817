"""A builtin that goes through a collection (`sum`, `max`, `min`, `sorted`) is done by the solver, one operation a call."""

import ast

from ..outline.tool import Tool, span_of
from .rule import Rule

#: For each builtin: the tool's wanted name, its code, its sentence, and the solver's function (its wanted name; its text,
#: over NAME and ASK).
_FOLDS = {
    "sum": (
        "Add",
        "left + right",
        "Add two numbers.",
        "total",
        """
def NAME(items, start=0):
    items = sorted(items, key=repr) if isinstance(items, (set, frozenset)) else items
    for item in items:
        start = ASK('Add', left=start, right=item)
    return start
""",
    ),
    "max": (
        "Larger",
        "right if right > left else left",
        "Give the larger of two values; the left one when they are equal.",
        "largest",
        """
def NAME(items):
    items = sorted(items, key=repr) if isinstance(items, (set, frozenset)) else items
    items = iter(items)
    best = next(items)
    for item in items:
        best = ASK('Larger', left=best, right=item)
    return best
""",
    ),
    "min": (
        "Smaller",
        "right if right < left else left",
        "Give the smaller of two values; the left one when they are equal.",
        "smallest",
        """
def NAME(items):
    items = sorted(items, key=repr) if isinstance(items, (set, frozenset)) else items
    items = iter(items)
    best = next(items)
    for item in items:
        best = ASK('Smaller', left=best, right=item)
    return best
""",
    ),
    "sorted": (
        "ComesBefore",
        "left < right",
        "Tell whether the left value comes before the right one in rising order.",
        "in_order",
        """
def NAME(items):
    items = sorted(items, key=repr) if isinstance(items, (set, frozenset)) else items
    result = []
    for item in items:
        low, high = 0, len(result)
        while low < high:
            middle = (low + high) // 2
            if ASK('ComesBefore', left=item, right=result[middle]):
                high = middle
            else:
                low = middle + 1
        result.insert(low, item)
    return result
""",
    ),
}
_SENTENCES = {code: sentence for _, code, sentence, _, _ in _FOLDS.values()}


class FoldRule(Rule):
    name = "fold"
    label = "builtins step by step"
    order = 2
    boldness = 4

    def outline(self, outliner, node, context, about):
        if not outliner.strategy.small or outliner.closed or not isinstance(node, ast.Call):
            return None
        if not isinstance(node.func, ast.Name) or node.func.id not in _FOLDS:
            return None
        builtin, span = node.func.id, span_of(node, self.name)
        if outliner.resolve(builtin)[0] != "builtin" or len(node.args) != 1 or node.keywords or span["id"] in outliner.disabled:
            return None
        outliner.notes[self.name].setdefault(builtin, []).append(span)
        inner = outliner.expression(node.args[0], "", "")
        return ast.copy_location(ast.Call(ast.Name(outliner.program.words[_FOLDS[builtin][3]], ast.Load()), [inner], []), node)

    def solver_functions(self, outliner, names):
        words, result = outliner.program.words, []
        for builtin, spans in outliner.notes[self.name].items():
            wanted, code, _, function, text = _FOLDS[builtin]
            text = text.replace("NAME", words[function]).replace("ASK", words["ask"])
            tool = Tool(self, names(wanted), ["left", "right"], [ast.Return(ast.parse(code, mode="eval").body)], code, spans=spans)
            result.append((tool, text.replace(f"'{wanted}'", f"'{tool.wanted}'")))
        return result

    def fits(self, tool, seen):
        # `sum` of floats is more exact than adding one by one since Python 3.12.
        kinds = ("int", "bool") if tool.label == _FOLDS["sum"][1] else ("int", "float", "number", "str")
        return all(kind.name in kinds for kind in seen.arguments.values())

    def summary(self, tool):
        return _SENTENCES[tool.label]


FOLD = FoldRule()
