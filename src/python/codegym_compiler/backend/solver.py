"""The solver's text: the assembled body with JSON in between."""

import ast

from ..analysis.profile import Seen
from ..frontend.hygiene import Words
from ..outline.tool import Tool
from ..types.answers import Form
from ..types.lattice import Kind, decoding, encoding, native


class _Put(ast.NodeTransformer):
    """Replaces a placeholder name by a tree."""

    def __init__(self, node):
        self.node = node

    def visit_Name(self, node):
        return self.node if node.id == "PLACEHOLDER" else node


def _wrapped(text: str, node):
    if text == "PLACEHOLDER":
        return node
    return _Put(node).visit(ast.parse(text, mode="eval").body)


class _Converted(ast.NodeTransformer):
    """Names the tools in their calls and converts what goes in and out."""

    def __init__(self, seen: dict[int, Seen], words: Words):
        self.seen, self.words, self.limits = seen, words, False

    def visit_Call(self, node):
        self.generic_visit(node)
        tool: Tool | None = getattr(node, "tool", None)
        if tool is None:
            return node
        seen = self.seen[id(tool)]
        node.args = [ast.Constant(tool.name)]
        for item in node.keywords:
            kind = seen.arguments.get(item.arg)
            if kind is not None:
                item.value = self._sent(kind, item.value)
        return self._received(tool, seen.result, node)

    def _sent(self, kind: Kind, value):
        if kind.name == "limit":
            self.limits = True
            return ast.Call(ast.Name(self.words["finite"], ast.Load()), [value], [])
        text = encoding(kind, "PLACEHOLDER")
        if text.count("PLACEHOLDER") > 1 and not isinstance(value, ast.Name):
            text = f"(lambda PLACEHOLDER_: {encoding(kind, 'PLACEHOLDER_')})(PLACEHOLDER)".replace("PLACEHOLDER_", "value")
        return _wrapped(text, value)

    def _received(self, tool, kind: Kind, node):
        if kind.name == "limit":
            self.limits = True
            return ast.Call(ast.Name(self.words["number"], ast.Load()), [node], [])
        if len(tool.outputs) > 1 and all(map(native, kind.parts)):
            return node
        text = decoding(kind, "PLACEHOLDER")
        if text.count("PLACEHOLDER") > 1:
            text = f"(lambda value: {decoding(kind, 'value')})(PLACEHOLDER)"
        return _wrapped(text, node)


_ASK = """
import JSON

def CALL(tool, /, **parameters):
    ok, text = self.step(JSON.dumps({"name": tool, "parameters": parameters}))
    if not ok:
        raise ValueError(text)
    return text

def ASK(tool, /, **parameters):
    return JSON.loads(CALL(tool, **parameters))
"""
_LIMITS = """
def FINITE(value):
    return str(value) if value in (float("inf"), float("-inf")) else value

def NUMBER(value):
    return float(value) if isinstance(value, str) else value
"""


def solver_source(assembly, seen: dict[int, Seen], form: Form, words: Words) -> str:
    """`def solve(self): …`, self-contained. `form`: of the answer."""
    converter = _Converted(seen, words)
    body = [converter.visit(item) for item in assembly.body]
    head = (_ASK + _LIMITS * converter.limits).replace("import JSON", words.imported("json"))
    for word in ("json", "call", "ask", "finite", "number"):
        head = head.replace(word.upper(), words[word])
    answer = words["answer"]
    closing = [*form.preparing(answer), f"return {words['call']}('Done', answer={form.coded(answer)})"]
    solve = ast.parse("def solve(self): pass").body[0]
    solve.body = [*ast.parse(head).body, *body, *ast.parse("\n".join(closing)).body]
    text = ast.unparse(ast.fix_missing_locations(ast.Module([solve], [])))
    return _spaced(text)


def _spaced(text: str) -> str:
    """A blank line after each nested function, as people write it."""
    lines = text.split("\n")
    result: list[str] = []
    for index, line in enumerate(lines):
        depth = len(line) - len(line.lstrip())
        before = lines[index - 1] if index else ""
        inner = len(before) - len(before.lstrip())
        starts = line.strip().startswith("def ") and depth == 4 and before.strip()
        ends = depth == 4 and inner > 4
        if index > 1 and (starts or ends):
            result.append("")
        result.append(line)
    return "\n".join(result) + "\n"
