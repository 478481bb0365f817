"""The walk through a function's statements: where tools are cut, and what stays with the solver."""

import ast

from ..analysis.purity import VALUE_METHODS
from ..frontend.scopes import COMPREHENSIONS, argument_names, bound_by, target_names, used_names, walk
from ..rules import RULES
from .outliner import Outliner
from .tool import CATCH_ALL, Scope, Tool


class Walker(Outliner):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        #: Names that have a value here, and the function whose body this is.
        self.bound: set[str] = set()
        self.function: ast.FunctionDef | None = None
        #: What a rule keeps for `solver_functions`, by its name.
        self.notes: dict[str, dict] = {rule.name: {} for rule in RULES}

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
            whole = ast.copy_location(ast.BinOp(ast.Name(target.id, ast.Load()), node.op, node.value), node)
            if call := self.outlined(whole, "update", target.id):
                return [ast.copy_location(ast.Assign([target], call), node)]
        if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name) and isinstance(target.slice, (ast.Name, ast.Constant)):
            read = ast.copy_location(ast.Subscript(ast.Name(target.value.id, ast.Load()), target.slice, ast.Load()), target)
            whole = ast.copy_location(ast.BinOp(read, node.op, node.value), node)
            if call := self.outlined(whole, "update", target.value.id):
                return [ast.copy_location(ast.Assign([target], call), node)]
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
        node.body = self.loop(node) or self.branch(node.body)
        self.loops -= 1
        node.orelse = self.branch(node.orelse) if node.orelse else []
        return [node]

    def _for(self, node):
        node.iter = self.expression(node.iter, "index", "")
        self.loops += 1
        before = set(self.bound)
        self.bound.update(target_names(node.target))
        node.body = self.loop(node) or self.block(node.body)
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

    # --- expressions -----------------------------------------------------------------------------------------

    def loop(self, node) -> list[ast.stmt] | None:
        """What takes the place of a loop's body, if a rule outlines it."""
        return next(filter(None, (rule.outline_loop(self, node) for rule in RULES)), None)

    def outlined(self, node, context, about) -> ast.expr | None:
        """The call that takes an expression's place, if a rule outlines it."""
        return next(filter(None, (rule.outline(self, node, context, about) for rule in RULES)), None)

    def call(self, tool: Tool, span: dict, arguments: dict[str, ast.expr], node) -> ast.expr:
        """The call of a tool in a node's place, its arguments outlined in their turn."""
        tool = self.register(tool, span)
        return ast.copy_location(self.ask(tool, {name: self.expression(value, "", "") for name, value in arguments.items()}), node)

    def expression(self, node, context, about):
        return self.outlined(node, context, about) or self.parts(node, context, about)

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
