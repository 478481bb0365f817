"""The walk through a function's statements: where tools are cut, and what stays with the solver."""

import ast

from .outliner import CATCH_ALL, Scope, Tool, span_of
from .helpers import HelperCutter
from ..naming import pascal
from ..analysis.purity import VALUE_METHODS
from ..frontend.scopes import COMPREHENSIONS, argument_names, bound_by, loaded_names, target_names, used_names, walk

#: What the solver does step by step in the "small" style: builtin → (its own helper, tools of one operation).
FOLDS = {"sum": "total", "max": "largest", "min": "smallest", "sorted": "in_order"}


class Walker(HelperCutter):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.bound: set[str] = set()
        self.folds: dict[str, list[dict]] = {}
        self.function = None

    # --- functions and blocks --------------------------------------------------------------------------------

    def function_body(self, function, entry=False):
        before = self.bound, self.function, self.loops, self.closed
        self.push(function, entry)
        self.bound = set(argument_names(function.args)) | (self.bound if not entry else set())
        self.function, self.loops, self.closed = function, 0 if entry else self.loops, 0
        function.body = self.block(function.body)
        self.scopes.pop()
        self.bound, self.function, self.loops, self.closed = before
        return function

    def block(self, statements) -> list[ast.stmt]:
        result = []
        for statement in statements:
            result.extend(self.statement(statement))
        return result or [ast.Pass()]

    def branch(self, statements):
        before = set(self.bound)
        result = self.block(statements)
        self.bound = before
        return result

    def statement(self, node) -> list[ast.stmt]:
        handler = getattr(self, f"_{type(node).__name__.lower()}", None)
        if getattr(node, "fixed", False):
            self.bound.update(bound_by(node))
            return [node]
        return handler(node) if handler else [node]

    def _functiondef(self, node):
        if getattr(node, "fixed", False):
            return [node]
        if self.program.owner is None or node not in self.program.owner.body:
            node.decorator_list = [item for item in node.decorator_list]
        self.bound.add(node.name)
        return [self.function_body(node)]

    def _assign(self, node):
        target = node.targets[0]
        about = target.id if isinstance(target, ast.Name) else ""
        if isinstance(target, ast.Tuple) and len(target.elts) <= 3 and all(isinstance(item, ast.Name) for item in target.elts):
            about = ", ".join(item.id for item in target.elts)
        node.value = self.expression(node.value, "assign" if about else "", about)
        node.targets = [self.target(item) for item in node.targets]
        self.bound.update(name for item in node.targets for name in target_names(item))
        return [node]

    def _annassign(self, node):
        if node.value is not None:
            about = node.target.id if isinstance(node.target, ast.Name) else ""
            node.value = self.expression(node.value, "assign" if about else "", about)
            self.bound.update(target_names(node.target))
        return [node]

    def _augassign(self, node):
        target = node.target
        if isinstance(target, ast.Name) and not self._counter(node):
            span = span_of(node, "expression")
            whole = ast.copy_location(ast.BinOp(ast.Name(target.id, ast.Load()), node.op, node.value), node)
            if span["id"] not in self.disabled and (found := self.expression_tool(whole, "update", target.id)):
                call = self.finished(*found)
                return [ast.copy_location(ast.Assign([target], call), node)]
        if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name) and isinstance(target.slice, (ast.Name, ast.Constant)):
            read = ast.copy_location(ast.Subscript(ast.Name(target.value.id, ast.Load()), target.slice, ast.Load()), target)
            whole = ast.copy_location(ast.BinOp(read, node.op, node.value), node)
            if found := self.expression_tool(whole, "update", target.value.id):
                return [ast.copy_location(ast.Assign([target], self.finished(*found)), node)]
        node.value = self.expression(node.value, "assign" if isinstance(target, ast.Name) else "", getattr(target, "id", ""))
        return [node]

    def _counter(self, node):
        """`i += 1` where `i` is a place in the data: moving a finger is no step of the task."""
        if not isinstance(node.value, ast.Constant):
            return False
        for item in walk(self.function):
            if isinstance(item, ast.Subscript) and node.target.id in used_names(item.slice):
                return True
        return False

    def target(self, node):
        """A store target: its parts are computed by the solver."""
        return node

    def _return(self, node):
        if node.value is not None:
            top = self.function is self.program.entry
            node.value = self.expression(node.value, "result" if top else "assign", "" if top else self.function.name)
        return [node]

    def _expr(self, node):
        node.value = self.expression(node.value, "", "")
        return [node]

    def _if(self, node):
        node.test = self.expression(node.test, "check", "")
        before = set(self.bound)
        node.body = self.block(node.body)
        one, self.bound = self.bound, set(before)
        if node.orelse:
            node.orelse = self.block(node.orelse)
            self.bound &= one
        return [node]

    def _while(self, node):
        self.loops += 1
        node.test = self.expression(node.test, "check", "")
        node.body = self.loop_body(node) or self.branch(node.body)
        self.loops -= 1
        node.orelse = self.branch(node.orelse) if node.orelse else []
        return [node]

    def _for(self, node):
        node.iter = self.expression(node.iter, "index", "")
        self.loops += 1
        before = set(self.bound)
        self.bound.update(target_names(node.target))
        node.body = self.loop_body(node) or self.block(node.body)
        self.bound = before
        self.loops -= 1
        node.orelse = self.branch(node.orelse) if node.orelse else []
        return [node]

    def _try(self, node):
        names = [item for handler in node.handlers for item in (used_names(handler.type) if handler.type else {"Exception"})]
        # What only ends the program catches nothing that a tool could raise.
        closed = set(names) != {"SystemExit"} and bool(node.handlers) and not any(name in CATCH_ALL for name in names)
        self.closed += closed
        node.body = self.block(node.body)
        self.closed -= closed
        for handler in node.handlers:
            handler.body = self.branch(handler.body)
        node.orelse = self.branch(node.orelse) if node.orelse else []
        node.finalbody = self.branch(node.finalbody) if node.finalbody else []
        return [node]

    def _with(self, node):
        node.body = self.block(node.body)
        return [node]

    def _raise(self, node):
        return [node]

    def _assert(self, node):
        node.test = self.expression(node.test, "check", "")
        return [node]

    def _classdef(self, node):
        if node is self.program.owner:
            node.body = [
                self.function_body(item, item is self.program.entry) if isinstance(item, ast.FunctionDef) else item for item in node.body
            ]
        return [node]

    # --- loop bodies -----------------------------------------------------------------------------------------

    def loop_body(self, loop):
        """The body as one call, or None: plain work on names that were bound before, nothing changed in place."""
        if not self.style.bodies or self.closed or (len(loop.body) < 2 and not isinstance(loop.body[0], ast.If)):
            return None
        first, last = loop.body[0], loop.body[-1]
        span = {**span_of(first, "loop-body"), "endLine": last.end_lineno, "endCol": last.end_col_offset}
        span["id"] = f"loop-body:{first.lineno}:{first.col_offset}-{last.end_lineno}:{last.end_col_offset}"
        if span["id"] in self.disabled or not all(map(self._plain, loop.body)):
            return None
        stored = list(dict.fromkeys(name for item in loop.body for name in target_names(item)))
        sure: set[str] = set()
        inputs: list[str] = []
        for item in loop.body:
            for name in loaded_names(item):
                if name not in sure and name not in inputs:
                    inputs.append(name)
            sure.update(self._surely(item))
        outputs = [name for name in stored if name in inputs or name not in sure or self._read_elsewhere(name, loop)]
        inputs += [name for name in outputs if name not in sure and name not in inputs]
        arguments, imports, setup = [], [], []
        for name in inputs:
            kind, found = self.resolve(name)
            if kind == "nested" or isinstance(found, ast.ClassDef):
                return None
            if kind == "import":
                imports.append(found)
            elif kind == "hidden" and name not in stored:
                if not self._indexed_only(name, loop.body):
                    return None
                bound = self._bound_name(name)
                setup.append(ast.Assign([ast.Name(name, ast.Store())], bound))
            elif kind in ("local", "hidden"):
                if name not in self.bound:
                    return None
                arguments.append(name)
        if not outputs or not (arguments or setup) or len(arguments) > 6 or len(outputs) > 5 or "self" in arguments:
            return None
        result = (
            ast.Name(outputs[0], ast.Load())
            if len(outputs) == 1
            else ast.Tuple([ast.Name(name, ast.Load()) for name in outputs], ast.Load())
        )
        label = "; ".join(ast.unparse(item) for item in loop.body).replace("\n", " ")
        about = loop.target.id if isinstance(loop, ast.For) and isinstance(loop.target, ast.Name) else outputs[0]
        body = [*imports, *setup, *loop.body, ast.Return(result)]
        tool = Tool("loop-body", f"Process{pascal(about)}", arguments, body, label, tuple(outputs))
        call = self.ask(self.register(tool, span), {name: ast.Name(name, ast.Load()) for name in arguments})
        names = [ast.Name(name, ast.Store()) for name in outputs]
        target = names[0] if len(names) == 1 else ast.Tuple(names, ast.Store())
        return [ast.copy_location(ast.Assign([target], call), first)]

    def _plain(self, node):
        if isinstance(node, ast.Assign):
            return (
                all(isinstance(item, (ast.Name, ast.Tuple)) for item in node.targets)
                and self._fits(node.value)
                and not any(
                    isinstance(item, (ast.Subscript, ast.Attribute, ast.Starred)) for target in node.targets for item in walk(target)
                )
            )
        if isinstance(node, ast.AugAssign):
            return isinstance(node.target, ast.Name) and self._fits(node.value)
        if isinstance(node, ast.If):
            return self._fits(node.test) and all(map(self._plain, node.body + node.orelse))
        return isinstance(node, ast.Pass)

    def _fits(self, node):
        return not any(isinstance(item, (*COMPREHENSIONS, ast.Lambda)) for item in walk(node)) and self.purity.value_expression(
            node, self.scopes
        )

    def _surely(self, node):
        if isinstance(node, ast.Assign):
            return [name for target in node.targets for name in target_names(target)]
        if isinstance(node, ast.If) and node.orelse:
            one = {name for item in node.body for name in self._surely(item)}
            return sorted(one & {name for item in node.orelse for name in self._surely(item)})
        return []

    def _read_elsewhere(self, name, loop):
        inside = {id(item) for part in loop.body for item in walk(part)}
        return any(
            isinstance(item, ast.Name) and item.id == name and isinstance(item.ctx, ast.Load) and id(item) not in inside
            for item in walk(self.function)
        )

    def _indexed_only(self, name, nodes):
        """The hidden data is only read in single places: a tool may do that by itself."""
        fine = set()
        for node in nodes:
            for item in walk(node):
                if isinstance(item, ast.Subscript) and isinstance(item.value, ast.Name) and not isinstance(item.slice, ast.Slice):
                    fine.add(id(item.value))
                if isinstance(item, ast.Call) and isinstance(item.func, ast.Name) and item.func.id == "len" and len(item.args) == 1:
                    fine.add(id(item.args[0]))
        return all(id(item) in fine for node in nodes for item in walk(node) if isinstance(item, ast.Name) and item.id == name)

    # --- expressions -----------------------------------------------------------------------------------------

    def finished(self, tool, arguments):
        """The call of a tool, its arguments cut in their turn."""
        return self.ask(tool, {name: self.expression(value, "", "") for name, value in arguments.items()})

    def expression(self, node, context, about):
        if isinstance(node, ast.Call) and (call := self.helper_call(node)):
            return call
        if isinstance(node, ast.Call) and (call := self.fold(node)):
            return call
        if found := self.expression_tool(node, context, about):
            return ast.copy_location(self.finished(*found), node)
        return self.parts(node, context, about)

    def parts(self, node, context, about):
        """An expression that stays: its parts may leave."""
        if isinstance(node, ast.Call):
            return self._parts_of_call(node, about)
        if isinstance(node, ast.Lambda):
            self.scopes.append(Scope(set(argument_names(node.args))))
            node.body = self.expression(node.body, context or "element", about)
            self.scopes.pop()
        elif isinstance(node, COMPREHENSIONS):
            self._parts_of_comprehension(node, about)
        elif isinstance(node, ast.Subscript):
            node.value = self.expression(node.value, "", "")
            node.slice = self.expression(node.slice, "index", "")
        elif isinstance(node, ast.NamedExpr):
            node.value = self.expression(node.value, "assign", node.target.id)
        elif isinstance(node, (ast.Tuple, ast.List)) and isinstance(node.ctx, ast.Load):
            node.elts = [self.expression(item, "item" if about else "", about) for item in node.elts]
        else:
            inner = context if context == "index" else ""
            for name, value in ast.iter_fields(node):
                if isinstance(value, ast.expr):
                    setattr(node, name, self.expression(value, inner, ""))
                elif isinstance(value, list):
                    setattr(node, name, [self.expression(item, inner, "") if isinstance(item, ast.expr) else item for item in value])
        return node

    def _parts_of_call(self, node, about):
        function, name = node.func, None
        if isinstance(function, ast.Attribute):
            name = function.attr
            if not isinstance(function.value, ast.Name):
                function.value = self.expression(function.value, "", "")
            elif name not in VALUE_METHODS:
                about = function.value.id
        elif isinstance(function, ast.Name):
            name = function.id
            if self.resolve(name)[0] == "global":
                self.called.add(name)
        else:
            node.func = self.expression(function, "", "")
        context = {"append": "item", "add": "item", "filter": "keep", "map": "element", "range": "index"}.get(name, "")
        node.args = [self.expression(item, context, about if context == "item" else "") for item in node.args]
        for item in node.keywords:
            item.value = self.expression(item.value, "key" if item.arg == "key" else "", "")
        return node

    def _parts_of_comprehension(self, node, about):
        self.scopes.append(Scope({name for item in node.generators for name in target_names(item.target)}))
        for index, item in enumerate(node.generators):
            item.iter = self.expression(item.iter, "index", "")
            self.loops += index == 0
            one = item.target.id if isinstance(item.target, ast.Name) else ""
            item.ifs = [self.expression(test, "keep", one) for test in item.ifs]
        for name in ("elt", "key", "value"):
            if hasattr(node, name):
                setattr(node, name, self.expression(getattr(node, name), "element", about))
        self.loops -= 1
        self.scopes.pop()

    def fold(self, node):
        if not self.style.small or not isinstance(node.func, ast.Name) or node.func.id not in FOLDS or self.closed:
            return None
        name = node.func.id
        span = span_of(node, "fold")
        if self.resolve(name)[0] != "builtin" or len(node.args) != 1 or node.keywords or span["id"] in self.disabled:
            return None
        self.folds.setdefault(name, []).append(span)
        inner = self.expression(node.args[0], "", "")
        return ast.copy_location(ast.Call(ast.Name(self.program.words[FOLDS[name]], ast.Load()), [inner], []), node)
