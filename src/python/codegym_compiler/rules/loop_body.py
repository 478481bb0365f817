"""A loop's body becomes one call: plain work on names that were bound before, nothing changed in place."""

import ast

from ..backend.documents import code
from ..frontend.scopes import COMPREHENSIONS, loaded_names, target_names, walk
from ..naming import pascal
from ..outline.tool import MAX_ARGUMENTS, Tool, span_of
from .rule import Rule

_MOST_OUTPUTS = 5


class LoopBodyRule(Rule):
    name = "loop-body"
    label = "loop bodies"
    statements = True
    boldness = 5

    def outline_loop(self, outliner, loop):
        if not outliner.strategy.bodies or outliner.closed or (len(loop.body) < 2 and not isinstance(loop.body[0], ast.If)):
            return None
        first, last = loop.body[0], loop.body[-1]
        span = span_of(first, self.name, last)
        if span["id"] in outliner.disabled or not all(_plain(outliner, item) for item in loop.body):
            return None
        stored = list(dict.fromkeys(name for item in loop.body for name in target_names(item)))
        sure: set[str] = set()
        inputs: list[str] = []
        for item in loop.body:
            for name in loaded_names(item):
                if name not in sure and name not in inputs:
                    inputs.append(name)
            sure.update(_surely(item))
        outputs = [name for name in stored if name in inputs or name not in sure or _read_elsewhere(outliner.function, name, loop)]
        inputs += [name for name in outputs if name not in sure and name not in inputs]
        arguments, imports, setup = [], [], []
        for name in inputs:
            kind, found = outliner.resolve(name)
            if kind == "nested" or isinstance(found, ast.ClassDef):
                return None
            if kind == "import":
                imports.append(found)
            elif kind == "hidden" and name not in stored:
                if not _indexed_only(name, loop.body):
                    return None
                bound = outliner.bound_name(name)
                setup.append(ast.Assign([ast.Name(name, ast.Store())], bound))
            elif kind in ("local", "hidden"):
                if name not in outliner.bound:
                    return None
                arguments.append(name)
        if not outputs or not (arguments or setup) or len(arguments) > MAX_ARGUMENTS or len(outputs) > _MOST_OUTPUTS or "self" in arguments:
            return None
        result = (
            ast.Name(outputs[0], ast.Load())
            if len(outputs) == 1
            else ast.Tuple([ast.Name(name, ast.Load()) for name in outputs], ast.Load())
        )
        label = "; ".join(ast.unparse(item) for item in loop.body).replace("\n", " ")
        about = loop.target.id if isinstance(loop, ast.For) and isinstance(loop.target, ast.Name) else outputs[0]
        body = [*imports, *setup, *loop.body, ast.Return(result)]
        tool = Tool(self, f"Process{pascal(about)}", arguments, body, label, tuple(outputs))
        call = outliner.ask(outliner.register(tool, span), {name: ast.Name(name, ast.Load()) for name in arguments})
        names = [ast.Name(name, ast.Store()) for name in outputs]
        target = names[0] if len(names) == 1 else ast.Tuple(names, ast.Store())
        return [ast.copy_location(ast.Assign([target], call), first)]

    def summary(self, tool):
        return f"Do one pass of a step and give the changed values: {code(tool.label)}."


def _plain(outliner, node):
    if isinstance(node, ast.Assign):
        return (
            all(isinstance(item, (ast.Name, ast.Tuple)) for item in node.targets)
            and _fits(outliner, node.value)
            and not any(isinstance(item, (ast.Subscript, ast.Attribute, ast.Starred)) for target in node.targets for item in walk(target))
        )
    if isinstance(node, ast.AugAssign):
        return isinstance(node.target, ast.Name) and _fits(outliner, node.value)
    if isinstance(node, ast.If):
        return _fits(outliner, node.test) and all(_plain(outliner, item) for item in node.body + node.orelse)
    return isinstance(node, ast.Pass)


def _fits(outliner, node):
    return not any(isinstance(item, (*COMPREHENSIONS, ast.Lambda)) for item in walk(node)) and outliner.purity.value_expression(
        node, outliner.scopes
    )


def _surely(node):
    if isinstance(node, ast.Assign):
        return [name for target in node.targets for name in target_names(target)]
    if isinstance(node, ast.If) and node.orelse:
        one = {name for item in node.body for name in _surely(item)}
        return sorted(one & {name for item in node.orelse for name in _surely(item)})
    return []


def _read_elsewhere(function, name, loop):
    inside = {id(item) for part in loop.body for item in walk(part)}
    return any(
        isinstance(item, ast.Name) and item.id == name and isinstance(item.ctx, ast.Load) and id(item) not in inside
        for item in walk(function)
    )


def _indexed_only(name, nodes):
    """The hidden data is only read in single places: a tool may do that by itself."""
    fine = set()
    for node in nodes:
        for item in walk(node):
            if isinstance(item, ast.Subscript) and isinstance(item.value, ast.Name) and not isinstance(item.slice, ast.Slice):
                fine.add(id(item.value))
            if isinstance(item, ast.Call) and isinstance(item.func, ast.Name) and item.func.id == "len" and len(item.args) == 1:
                fine.add(id(item.args[0]))
    return all(id(item) in fine for node in nodes for item in walk(node) if isinstance(item, ast.Name) and item.id == name)


LOOP_BODY = LoopBodyRule()
