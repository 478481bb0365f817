"""A call of the solution's own function becomes a call of a tool: one that changes nothing, and is a step, not the whole."""

import ast

from ..backend.documents import code
from ..frontend.scopes import is_generator, loaded_names, locals_of, walk
from ..naming import pascal
from ..outline.tool import Tool, span_of
from .rule import Rule

#: More than this are no arguments of one step.
_MOST_ARGUMENTS = 8


class HelperRule(Rule):
    name = "helper"
    label = "own functions"
    boldness = 3
    roominess = 3
    watched = True

    def outline(self, outliner, node, context, about):
        if (
            not isinstance(node, ast.Call)
            or outliner.closed
            or not outliner.strategy.helpers
            or any(isinstance(item, ast.Starred) for item in node.args)
        ):
            return None
        found = _found(outliner, node.func)
        if found is None:
            return None
        function, body, extra, method = found
        span = span_of(node, self.name)
        if span["id"] in outliner.disabled or f"{self.name}:{function.name}" in outliner.disabled:
            return None
        names = [item.arg for item in function.args.posonlyargs + function.args.args]
        names = names[1:] if method else names
        if len(node.args) > len(names) or any(item.arg is None for item in node.keywords):
            return None
        given = dict(zip(names, node.args))
        given.update({item.arg: item.value for item in node.keywords})
        if _whole_answer(outliner, node, given):
            return None
        arguments = {**{name: given[name] for name in given}, **{name: ast.Name(name, ast.Load()) for name in extra if name not in given}}
        inner = [name for name in extra if name in arguments and outliner.resolve(name)[0] == "hidden"]
        # What is hidden stays hidden: the tool looks there itself, as long as something else is to be said.
        hidden = {
            name: value.id for name, value in arguments.items() if isinstance(value, ast.Name) and outliner.resolve(value.id)[0] == "hidden"
        }
        if len(hidden) == len(arguments):
            hidden, inner = {}, []
        hidden = {name: value for name, value in hidden.items() if name in given or name in inner}
        setup = [ast.Assign([ast.Name(name, ast.Store())], outliner.bound_name(name)) for name in inner if name not in given]
        arguments = {name: value for name, value in arguments.items() if name not in hidden}
        if len(arguments) > _MOST_ARGUMENTS or not arguments or "self" in arguments:
            return None
        target = (
            ast.Name(function.name, ast.Load())
            if not method
            else ast.Attribute(ast.Call(ast.Name(outliner.program.owner.name, ast.Load()), [], []), function.name, ast.Load())
        )
        call = ast.Call(
            target,
            [],
            [ast.keyword(name, outliner.bound_name(hidden[name]) if name in hidden else ast.Name(name, ast.Load())) for name in given],
        )
        label = f"{function.name}({', '.join(given)})"
        tool = Tool(self, pascal(function.name) or "Helper", list(arguments), [*setup, *body, ast.Return(call)], label)
        tool.purpose = ast.get_docstring(function) or ""
        return outliner.call(tool, span, arguments, node)

    def summary(self, tool):
        purpose = " ".join(tool.purpose.split("\n\n")[0].split())
        if purpose and ">>>" not in purpose and len(purpose) < 400:
            return f"{purpose.rstrip('.')}."
        return f"Do the step {code(tool.label)} of the task."


def _found(outliner, function):
    """(function, statements its tool needs, outer variables it reads, whether it is a method), or None."""
    if isinstance(function, ast.Name):
        kind, found = outliner.resolve(function.id)
        if not isinstance(found, ast.FunctionDef) or is_generator(found) or found.args.posonlyargs:
            return None
        if kind == "global":
            return (found, [], [], False) if outliner.purity.pure_function(found) else None
        if kind != "nested" or found.decorator_list:
            return None
        return _nested(outliner, found)
    owner = outliner.program.owner
    if owner is not None and isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
        method = next((item for item in owner.body if isinstance(item, ast.FunctionDef) and item.name == function.attr), None)
        if (
            method is None
            or not method.args.args
            or function.value.id != "self"
            or method.decorator_list
            or method is outliner.program.entry
        ):
            return None
        this = method.args.args[0].arg
        if this not in {item.id for part in method.body for item in walk(part) if isinstance(item, ast.Name)}:
            return (method, [], [], True) if outliner.purity.pure_function(method) else None
    return None


def _nested(outliner, function):
    own = locals_of(function)
    extra = []
    for name in loaded_names(ast.Module(function.body, [])):
        if name in own or name == function.name:
            continue
        kind, found = outliner.resolve(name)
        if kind == "nested" or kind == "import":
            return None
        if kind in ("local", "hidden"):
            if name not in outliner.bound:
                return None
            extra.append(name)
    if not outliner.purity.pure_function(function, frozenset({function.name})):
        return None
    return function, [function], extra, False


def _whole_answer(outliner, node, given):
    """`return helper(data)`: the helper is the solution, not a step of it."""
    function = outliner.function
    if function is not outliner.program.entry:
        return False
    last = [item for item in function.body if isinstance(item, ast.Return)]
    if len(last) != 1 or last[0].value is not node or outliner.loops:
        return False
    return all(isinstance(item, (ast.Name, ast.Constant)) for item in given.values())


HELPER = HelperRule()
