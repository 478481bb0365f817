"""Calls of the solution's own functions as calls of tools: those that change nothing and are a step, not the whole."""

import ast

from .outliner import Cutter, Tool, span_of
from ..naming import pascal
from ..frontend.scopes import is_generator, loaded_names, locals_of, walk


class HelperCutter(Cutter):
    """What the walk through the statements knows: `bound` (names that have a value here) and `function`."""

    bound: set[str]
    function: ast.FunctionDef

    def finished(self, tool, arguments):
        raise NotImplementedError

    # --- own functions ---------------------------------------------------------------------------------------

    def helper_call(self, node):
        """A call of an own function that changes nothing, as a call of the tool of its name."""
        if self.closed or not self.style.helpers or any(isinstance(item, ast.Starred) for item in node.args):
            return None
        found = self._helper(node.func)
        if found is None:
            return None
        function, body, extra, method = found
        span = span_of(node, "helper")
        if span["id"] in self.disabled or f"helper:{function.name}" in self.disabled:
            return None
        names = [item.arg for item in function.args.posonlyargs + function.args.args]
        names = names[1:] if method else names
        if len(node.args) > len(names) or any(item.arg is None for item in node.keywords):
            return None
        given = dict(zip(names, node.args))
        given.update({item.arg: item.value for item in node.keywords})
        if self._whole_answer(node, given):
            return None
        arguments = {**{name: given[name] for name in given}, **{name: ast.Name(name, ast.Load()) for name in extra if name not in given}}
        inner = [name for name in extra if name in arguments and self.resolve(name)[0] == "hidden"]
        # What is hidden stays hidden: the tool looks there itself, as long as something else is to be said.
        hidden = {name: value.id for name, value in arguments.items() if isinstance(value, ast.Name) and self.resolve(value.id)[0] == "hidden"}
        if len(hidden) == len(arguments):
            hidden, inner = {}, []
        hidden = {name: value for name, value in hidden.items() if name in given or name in inner}
        setup = [ast.Assign([ast.Name(name, ast.Store())], self._bound_name(name)) for name in inner if name not in given]
        arguments = {name: value for name, value in arguments.items() if name not in hidden}
        if len(arguments) > 8 or not arguments or "self" in arguments:
            return None
        target = ast.Name(function.name, ast.Load()) if not method else ast.Attribute(
            ast.Call(ast.Name(self.program.owner.name, ast.Load()), [], []), function.name, ast.Load())  # fmt: skip
        call = ast.Call(target, [], [ast.keyword(name, self._bound_name(hidden[name]) if name in hidden else ast.Name(name, ast.Load())) for name in given])
        label = f"{function.name}({', '.join(given)})"
        tool = Tool("helper", pascal(function.name) or "Helper", list(arguments), [*setup, *body, ast.Return(call)], label)
        tool.purpose = ast.get_docstring(function) or ""
        return ast.copy_location(self.finished(self.register(tool, span), arguments), node)

    def _helper(self, function):
        """(function, statements its tool needs, outer variables it reads, whether it is a method), or None."""
        if isinstance(function, ast.Name):
            kind, found = self.resolve(function.id)
            if not isinstance(found, ast.FunctionDef) or is_generator(found) or found.args.posonlyargs:
                return None
            if kind == "global":
                return (found, [], [], False) if self.purity.pure_function(found) else None
            if kind != "nested" or found.decorator_list:
                return None
            return self._nested_helper(found)
        owner = self.program.owner
        if owner is not None and isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
            method = next((item for item in owner.body if isinstance(item, ast.FunctionDef) and item.name == function.attr), None)
            if (
                method is None
                or not method.args.args
                or function.value.id != "self"
                or method.decorator_list
                or method is self.program.entry
            ):
                return None
            this = method.args.args[0].arg
            if this not in {item.id for part in method.body for item in walk(part) if isinstance(item, ast.Name)}:
                return (method, [], [], True) if self.purity.pure_function(method) else None
        return None

    def _nested_helper(self, function):
        own = locals_of(function)
        extra = []
        for name in loaded_names(ast.Module(function.body, [])):
            if name in own or name == function.name:
                continue
            kind, found = self.resolve(name)
            if kind == "nested" or kind == "import":
                return None
            if kind in ("local", "hidden"):
                if name not in self.bound:
                    return None
                extra.append(name)
        if not self.purity.pure_function(function, frozenset({function.name})):
            return None
        return function, [function], extra, False

    def _whole_answer(self, node, given):
        """`return helper(data)`: the helper is the solution, not a step of it."""
        function = self.function
        if function is not self.program.entry:
            return False
        last = [item for item in function.body if isinstance(item, ast.Return)]
        if len(last) != 1 or last[0].value is not node or self.loops:
            return False
        return all(isinstance(item, (ast.Name, ast.Constant)) for item in given.values())
