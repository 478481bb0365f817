"""Extracts expressions out of a function: what becomes the tool's side, and what stays and is sent to it.

Works on a freshly parsed tree, which it changes. What is cut is decided by a `Strategy` and by what earlier tries
found out (`disabled`: values that cannot be sent, pieces that a person switched off).
"""

import ast
import copy

from ..analysis.purity import FORM_CALLS, Purity
from ..frontend.scopes import COMPREHENSIONS, argument_names, bound_by, locals_of, root_name, used_names, walk, walk_own
from ..naming import element_name, expression_name, hidden_attribute, identifier
from .strategy import Strategy
from .tool import MAX_ARGUMENTS, Draft, Scope, Tool, Uncuttable, span_of

#: What a script's reading functions give.
_READ = {
    "next_line": "line",
    "readline": "line",
    "readline_bytes": "line",
    "read_all": "text",
    "read_all_bytes": "text",
    "read_lines": "lines",
}


def _neighbour(node) -> bool:
    """`x + 1`, `i - 1`: the place beside another one is no step of the task."""
    return (
        isinstance(node, ast.BinOp)
        and isinstance(node.op, (ast.Add, ast.Sub))
        and isinstance(node.left, ast.Name)
        and isinstance(node.right, ast.Constant)
        and type(node.right.value) is int
    )


def _size(node) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "len"


class Outliner:
    def __init__(self, program, strategy: Strategy, hidden: set[str], disabled: set[str]):
        self.program, self.strategy, self.hidden, self.disabled = program, strategy, hidden, disabled
        self.purity = Purity(program)
        self.scopes: list[Scope] = []
        self.tools: dict[str, Tool] = {}
        self.loops = 0
        self.closed = 0  # inside a `try` that a failing tool could not reach
        self.called: set[str] = set()  # top-level functions that the solver still calls

    # --- names -----------------------------------------------------------------------------------------------

    def resolve(self, name: str):
        """("local" | "hidden" | "nested" | "import" | "global" | "builtin", what it is)."""
        for scope in reversed(self.scopes):
            if name in scope.functions:
                return "nested", scope.functions[name]
            if name in scope.imports:
                return "import", scope.imports[name]
            if name in scope.names:
                return ("hidden", None) if scope.entry and name in self.hidden else ("local", None)
        node = self.program.providers.get(name)
        return ("global", node) if node is not None else ("builtin", None)

    def push(self, function, entry=False):
        nested, imports = {}, {}
        for node in walk_own(function):
            if isinstance(node, ast.FunctionDef):
                # As it was written: the walk changes the one in the tree.
                nested[node.name] = copy.deepcopy(node)
            elif isinstance(node, (ast.Import, ast.ImportFrom)):
                imports.update((name, node) for name in bound_by(node))
        self.scopes.append(
            Scope(
                locals_of(function) if not isinstance(function, ast.Lambda) else set(argument_names(function.args)), nested, imports, entry
            )
        )

    # --- one expression as a tool ----------------------------------------------------------------------------

    def worth(self, node, context) -> bool:
        """Something is computed here that is more than a change of form."""
        if isinstance(node, ast.BinOp):
            constant = isinstance(node.left, ast.Constant) and isinstance(node.right, ast.Constant)
            # `[False] * n` makes room, it computes nothing.
            room = isinstance(node.op, ast.Mult) and (isinstance(node.left, ast.List) or isinstance(node.right, ast.List))
            return context != "index" and not constant and not room and not (context in ("", "item") and _neighbour(node))
        if isinstance(node, ast.Compare):
            return not all(isinstance(op, (ast.Is, ast.IsNot)) for op in node.ops) and not self._plain_size(node)
        if isinstance(node, ast.UnaryOp):
            return not isinstance(node.operand, (ast.Constant, ast.Name)) and self.worth(node.operand, context)
        if isinstance(node, (ast.BoolOp, ast.IfExp)):
            parts = node.values if isinstance(node, ast.BoolOp) else [node.test, node.body, node.orelse]
            return not self.strategy.small and any(self.worth(part, context) for part in parts)
        if isinstance(node, ast.Subscript):
            return isinstance(node.ctx, ast.Load) and isinstance(node.value, (ast.BinOp, ast.Call)) and self.worth(node.value, context)
        if isinstance(node, (ast.Tuple, ast.List)):
            return (
                not self.strategy.small
                and isinstance(node.ctx, ast.Load)
                and any(self.worth(part, context) and not _neighbour(part) for part in node.elts)
            )
        if isinstance(node, ast.Call) and self.purity.value_call(node, self.scopes):
            name = node.func.id if isinstance(node.func, ast.Name) else None
            if name in FORM_CALLS:
                return any(self.worth(part, context) for part in node.args)
            if self.strategy.small and name in ("sum", "max", "min", "sorted", "any", "all") and len(node.args) == 1:
                return False
            return isinstance(node.func, ast.Attribute) and node.func.attr not in ("items", "keys", "values", "copy") or name is not None
        return False

    def _plain_size(self, node):
        """`len(x) == 0` and the like: Observe tells it."""
        sides = [node.left, *node.comparators]
        return all(
            isinstance(side, ast.Constant)
            or (
                isinstance(side, ast.Call)
                and isinstance(side.func, ast.Name)
                and side.func.id == "len"
                and len(side.args) == 1
                and isinstance(side.args[0], ast.Name)
                and self.resolve(side.args[0].id)[0] == "hidden"
            )
            for side in sides
        )

    def leaf(self, node, draft: Draft, sure: bool, top: bool = False):
        """The tool's side of an expression; what stays with the solver becomes an argument."""
        if isinstance(node, ast.Constant):
            return node
        if isinstance(node, ast.Name):
            return self._leaf_name(node, draft)
        if isinstance(node, ast.Subscript):
            return self._leaf_subscript(node, draft, sure)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FORM_CALLS and node.args:
            if all(isinstance(item, ast.Constant) for item in node.args) and self.resolve(node.func.id)[0] == "builtin":
                return node  # `float("inf")`: a constant in all but form
        if self.strategy.small and not top and sure and isinstance(node, (ast.BinOp, ast.Compare, ast.IfExp, ast.BoolOp, ast.Call)):
            if not isinstance(node, ast.Call) or not self._conversion(node):
                return self.hoist(node, draft, sure)
        if isinstance(node, ast.BinOp):
            return ast.BinOp(self.leaf(node.left, draft, sure), node.op, self.leaf(node.right, draft, sure))
        if isinstance(node, ast.UnaryOp):
            return ast.UnaryOp(node.op, self.leaf(node.operand, draft, sure))
        if isinstance(node, ast.BoolOp):
            first, *rest = node.values
            return ast.BoolOp(node.op, [self.leaf(first, draft, sure), *(self.leaf(item, draft, False) for item in rest)])
        if isinstance(node, ast.Compare):
            # In a chain, what follows the second operand is not always evaluated.
            left = self.leaf(node.left, draft, sure)
            rest = [self.leaf(item, draft, sure and (index == 0 or _size(item))) for index, item in enumerate(node.comparators)]
            return ast.Compare(left, node.ops, rest)
        if isinstance(node, ast.IfExp):
            test = self.leaf(node.test, draft, sure)
            return ast.IfExp(test, self.leaf(node.body, draft, False), self.leaf(node.orelse, draft, False))
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            return type(node)(
                [self.leaf(item, draft, sure) for item in node.elts], *([ast.Load()] if not isinstance(node, ast.Set) else [])
            )
        if isinstance(node, ast.Slice):
            parts = [item and self.leaf(item, draft, sure) for item in (node.lower, node.upper, node.step)]
            return ast.Slice(*parts)
        if isinstance(node, ast.Call):
            return self._leaf_call(node, draft, sure)
        if isinstance(node, (*COMPREHENSIONS, ast.Lambda)):
            return self._leaf_whole(node, draft, sure)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and self.purity.imported_from(node.value.id, self.scopes):
            self._leaf_name(node.value, draft)
            return node
        return self.hoist(node, draft, sure)

    def _conversion(self, call):
        return isinstance(call.func, ast.Name) and call.func.id in ("isinstance", "len") and self.purity.value_call(call, self.scopes)

    def _leaf_name(self, node, draft):
        kind, found = self.resolve(node.id)
        if kind == "nested":
            raise Uncuttable
        if kind == "import":
            if found not in draft.imports:
                draft.imports.append(found)
            return node
        if kind in ("global", "builtin"):
            if isinstance(found, ast.ClassDef):
                raise Uncuttable
            return node
        draft.by_name.add(node.id)
        return draft.argument(node.id, node)

    def _leaf_subscript(self, node, draft, sure):
        root = root_name(node)
        kind = self.resolve(root)[0] if root is not None else None
        if kind == "hidden" and self.strategy.bound:
            draft.reads_hidden = True
            inner = node.value
            base = self.bound_name(root) if isinstance(inner, ast.Name) else self.leaf(inner, draft, sure)
            return ast.Subscript(base, self.leaf(node.slice, draft, sure), ast.Load())
        chain = node.value
        while isinstance(chain, ast.Subscript):
            chain = chain.value
        if kind in ("local", "hidden") and isinstance(chain, ast.Name):
            if sure and not isinstance(node.slice, ast.Slice):
                return self.hoist(node, draft, sure, element_name(root))
            if not isinstance(node.slice, ast.Slice):
                raise Uncuttable  # read only sometimes: neither sent ahead, nor with all that is around it
        return ast.Subscript(self.leaf(node.value, draft, sure), self.leaf(node.slice, draft, sure), ast.Load())

    def bound_name(self, name):
        return ast.Attribute(ast.Name("self", ast.Load()), hidden_attribute(name), ast.Load())

    def _leaf_call(self, node, draft, sure):
        function = node.func
        if any(isinstance(item, ast.Starred) for item in node.args) or any(item.arg is None for item in node.keywords):
            return self.hoist(node, draft, sure)
        if not self.purity.value_call(node, self.scopes):
            if not sure and self.purity._own_call(node, self.scopes):
                args = [self.leaf(item, draft, sure) for item in node.args]
                return ast.Call(function, args, [ast.keyword(item.arg, self.leaf(item.value, draft, sure)) for item in node.keywords])
            return self.hoist(node, draft, sure)
        if (
            isinstance(function, ast.Name)
            and function.id == "len"
            and len(node.args) == 1
            and isinstance(node.args[0], (ast.Name, ast.Subscript))
        ):
            if self.strategy.bound and self.resolve(root_name(node.args[0]) or "")[0] == "hidden":
                draft.reads_hidden = True
                inside = self.bound_name(node.args[0].id) if isinstance(node.args[0], ast.Name) else self.leaf(node.args[0], draft, sure)
                return ast.Call(function, [inside], [])
            return self.hoist(node, draft, sure, "length")  # the size is sent, never the data for it
        if isinstance(function, ast.Attribute) and not (
            isinstance(function.value, ast.Name) and self.purity.imported_from(function.value.id, self.scopes)
        ):
            func = ast.Attribute(self.leaf(function.value, draft, sure), function.attr, ast.Load())
        else:
            func = self._leaf_name(function, draft) if isinstance(function, ast.Name) else function
            if isinstance(function, ast.Attribute):
                self._leaf_name(function.value, draft)
        args = [self.leaf(item, draft, sure) for item in node.args]
        return ast.Call(func, args, [ast.keyword(item.arg, self.leaf(item.value, draft, sure)) for item in node.keywords])

    def _leaf_whole(self, node, draft, sure):
        """A comprehension or lambda: moved as it is when it is small work on values of the loop around it."""
        if (
            self.strategy.small
            or (not self.loops and not isinstance(node, ast.Lambda))
            or not self.purity.value_expression(node, self.scopes)
        ):
            return self.hoist(node, draft, sure) if not isinstance(node, (ast.Lambda, ast.GeneratorExp)) else self._refuse()
        inner = {item.id for item in walk(node) if isinstance(item, ast.Name) and isinstance(item.ctx, ast.Store)}
        inner |= {name for item in walk(node) if isinstance(item, ast.Lambda) for name in argument_names(item.args)}
        for name in sorted(used_names(node) - inner):
            kind, found = self.resolve(name)
            if kind in ("hidden", "nested"):
                return self._refuse()
            self._leaf_name(ast.Name(name, ast.Load()), draft)
        return node

    def _refuse(self):
        raise Uncuttable

    def hoist(self, node, draft, sure, wanted=None):
        """The solver evaluates this part and sends its value."""
        if not sure or any(isinstance(item, (ast.NamedExpr, ast.Yield, ast.YieldFrom, ast.Await, ast.Starred)) for item in walk(node)):
            raise Uncuttable
        if not self.purity.value_expression(node, self.scopes):
            draft.impure.append(node)
        if wanted is None:
            wanted = "value"
            if isinstance(node, ast.Call):
                function = node.func
                wanted = (
                    function.id if isinstance(function, ast.Name) else function.attr if isinstance(function, ast.Attribute) else "value"
                )
                wanted = _READ.get(wanted) or f"{identifier(wanted)}_value"
            elif isinstance(node, ast.Attribute):
                wanted = identifier(node.attr)
        return draft.argument(wanted, node)

    def extract(self, rule, node, context: str, about: str) -> tuple[Tool, dict, dict[str, ast.expr]] | None:
        """(tool, its span, arguments that the solver sends), or None. The ids of all calculations begin alike, whether checks or not."""
        if self.closed or not self.worth(node, context):
            return None
        span = span_of(node, "expression")
        if span["id"] in self.disabled:
            return None
        draft = Draft()
        try:
            result = self.leaf(node, draft, True, top=True)
        except Uncuttable:
            return None
        hidden = [name for name, value in draft.arguments.items() if isinstance(value, ast.Name) and self.resolve(value.id)[0] == "hidden"]
        if len(hidden) < len(draft.arguments):
            # Hidden data beside other arguments: the tool looks there itself, or this is left to finer pieces.
            if hidden and not self.strategy.bound:
                return None
            for name in hidden:
                draft.setup.append(ast.Assign([ast.Name(name, ast.Store())], self.bound_name(draft.arguments.pop(name).id)))
                draft.reads_hidden = True
        if len(draft.arguments) > MAX_ARGUMENTS or not (draft.arguments or draft.reads_hidden):
            return None
        touched = set().union(*(used_names(item) for item in draft.impure)) if draft.impure else set()
        if touched & draft.by_name:
            return None
        if all(isinstance(item, ast.Constant) for item in draft.arguments.values()) and not draft.reads_hidden:
            return None
        body = [*draft.imports, *draft.setup, ast.Return(result)]
        label = ast.unparse(result).replace(f"self.{hidden_attribute('')}", "")
        return Tool(rule, expression_name(node, context, about), list(draft.arguments), body, label), span, draft.arguments

    def register(self, tool: Tool, span: dict) -> Tool:
        """Equal tools are one."""
        key = repr((tool.rule.name, tool.arguments, [ast.dump(item) for item in tool.body]))
        known = self.tools.setdefault(key, tool)
        if known.about and known.about != tool.about:
            known.about, known.updates, known.wanted = "", False, known.general
        if span["id"] not in [item["id"] for item in known.spans]:
            known.spans.append(span)
        return known

    def ask(self, tool: Tool, arguments: dict[str, ast.expr]) -> ast.Call:
        """The solver's call; `.tool` marks it for the conversions that are put in later."""
        keywords = [ast.keyword(name, value) for name, value in arguments.items()]
        call = ast.Call(ast.Name(self.program.words["ask"], ast.Load()), [ast.Constant("")], keywords)
        call.tool = tool
        return call
