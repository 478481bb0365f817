"""What may be moved into a tool: expressions that change nothing and depend on nothing but their names."""

import ast

from ..frontend.scopes import (
    COMPREHENSIONS,
    FUNCTIONS,
    argument_names,
    bound_by,
    changed_names,
    imported_roots,
    is_generator,
    locals_of,
    used_names,
    walk,
    walk_own,
)

VALUE_CALLS = frozenset(
    """
    abs all any ascii bin bool chr complex dict divmod enumerate filter float format frozenset hex int isinstance len list map max
    min oct ord pow range repr reversed round set slice sorted str sum tuple zip
    """.split()
)
#: Calls that only change the form of a value: not worth a tool by themselves.
FORM_CALLS = frozenset(
    {
        "bool",
        "dict",
        "enumerate",
        "filter",
        "float",
        "frozenset",
        "int",
        "len",
        "list",
        "map",
        "range",
        "reversed",
        "set",
        "slice",
        "str",
        "tuple",
        "zip",
    }
)
VALUE_METHODS = frozenset(
    """
    bit_count bit_length capitalize casefold center copy count difference digest elements encode endswith find format get hexdigest
    index intersection is_integer isalnum isalpha isascii isdecimal isdigit isdisjoint isidentifier islower isnumeric isspace
    issubset issuperset istitle isupper items join keys ljust lower lstrip most_common partition removeprefix removesuffix replace
    rfind rindex rjust rpartition rsplit rstrip split splitlines startswith strip swapcase symmetric_difference title total
    translate union upper values zfill
    """.split()
)
VALUE_MODULES = frozenset(
    """
    bisect collections copy decimal fractions functools hashlib heapq itertools math operator re statistics string textwrap
    unicodedata
    """.split()
)
#: Modules whose objects have no method of VALUE_METHODS that changes them (a queue's `get` does).
PLAIN_MODULES = VALUE_MODULES | set(
    """
    __future__ abc array calendar cmath dataclasses datetime enum io json numbers os sys time types typing
    """.split()
)
_PLAIN_MAKERS = frozenset(
    {"ascii", "bin", "chr", "dict", "format", "frozenset", "hex", "list", "oct", "repr", "set", "sorted", "str", "tuple"}
)
IMPURE_MEMBERS = frozenset(
    {
        "heapify",
        "heappop",
        "heappush",
        "heappushpop",
        "heapreplace",
        "insort",
        "insort_left",
        "insort_right",
        "cache",
        "lru_cache",
        "count",
        "cycle",
    }
)
_SHAPES = (
    ast.Constant,
    ast.Name,
    ast.BinOp,
    ast.UnaryOp,
    ast.BoolOp,
    ast.Compare,
    ast.IfExp,
    ast.Subscript,
    ast.Slice,
    ast.List,
    ast.Tuple,
    ast.Set,
    ast.Dict,
    ast.Starred,
    ast.JoinedStr,
    ast.FormattedValue,
    ast.Lambda,
    ast.comprehension,
    ast.arguments,
    ast.arg,
    ast.keyword,
    ast.operator,
    ast.unaryop,
    ast.boolop,
    ast.cmpop,
    ast.expr_context,
    *COMPREHENSIONS,
)


def _members(nodes) -> set[str]:
    """Names of methods, and of attributes that something is put into."""
    found = {node.attr for node in nodes if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)}
    for node in nodes:
        if isinstance(node, ast.ClassDef):
            for item in node.body:
                found.update(name for part in walk(item) for name in bound_by(part)) if not isinstance(item, FUNCTIONS) else found.add(
                    item.name
                )
    return found


def _plain(node) -> bool:
    """Surely a text, a list or another of Python's own values."""
    if isinstance(node, ast.Constant):
        return True
    if isinstance(node, ast.Call):
        function = node.func
        if isinstance(function, ast.Name):
            return function.id in _PLAIN_MAKERS
        return isinstance(function, ast.Attribute) and function.attr in VALUE_METHODS - {"get"} and _plain(function.value)
    return isinstance(node, (ast.JoinedStr, ast.List, ast.Tuple, ast.Dict, ast.Set, ast.ListComp, ast.SetComp, ast.DictComp))


class Purity:
    """Answers for one program; what is known of its functions is kept.

    What a method's name means is known where no class of the program has such a member, and no module of it objects
    with one that changes them: then only Python's own types do."""

    def __init__(self, program):
        self.providers, self.entry_name, self.plain_eval = program.providers, program.entry.name, program.plain_eval
        self._functions: dict[int, bool] = {}
        nodes = [node for top in program.needed for node in walk(top)]
        #: Members of the program's own classes and objects, those that are properties, and whether other modules' objects may be about.
        self._members = _members(nodes)
        self._computed = {
            item.name
            for node in nodes
            if isinstance(node, ast.ClassDef)
            for item in node.body
            if isinstance(item, FUNCTIONS) and item.decorator_list
        }
        self._foreign = any(root not in PLAIN_MODULES for node in nodes for root in imported_roots(node))

    def imported_from(self, name: str, scopes=()) -> tuple[str, str | None] | None:
        """(module, member or None) when the name is bound by an import."""
        node = next((scope.imports[name] for scope in reversed(scopes) if name in scope.imports), None) or self.providers.get(name)
        if isinstance(node, ast.Import):
            alias = next((item for item in node.names if (item.asname or item.name.split(".")[0]) == name), None)
            return (alias.name.split(".")[0], None) if alias else None
        if isinstance(node, ast.ImportFrom):
            alias = next((item for item in node.names if (item.asname or item.name) == name), None)
            return ((node.module or "").split(".")[0], alias.name) if alias else None
        return None

    def value_call(self, call: ast.Call, scopes=()) -> bool:
        """A call (arguments aside) that gives a value and changes nothing: builtins, methods, computing modules."""
        function = call.func
        if isinstance(function, ast.Name):
            bound = any(function.id in scope.names for scope in scopes)
            if not bound and function.id not in self.providers:
                return function.id in VALUE_CALLS or (
                    function.id == "eval" and self.plain_eval and len(call.args) == 1 and not call.keywords
                )
            source = self.imported_from(function.id, scopes)
            return source is not None and source[0] in VALUE_MODULES and source[1] is not None and source[1] not in IMPURE_MEMBERS
        if isinstance(function, ast.Attribute):
            if isinstance(function.value, ast.Name) and (source := self.imported_from(function.value.id, scopes)):
                return source[0] in VALUE_MODULES and function.attr not in IMPURE_MEMBERS
            return function.attr in VALUE_METHODS and self._known_method(function)
        return False

    def _known_method(self, function: ast.Attribute) -> bool:
        return _plain(function.value) or (function.attr not in self._members and not self._foreign)

    def value_expression(self, node, scopes=()) -> bool:
        """Nothing in the whole expression changes anything."""
        for item in walk(node):
            if isinstance(item, ast.Call):
                if not self.value_call(item, scopes) and not self._own_call(item, scopes):
                    return False
            elif isinstance(item, ast.Attribute):
                if item.attr in self._computed:
                    return False
            elif not isinstance(item, _SHAPES):
                return False
        return True

    def _own_call(self, call, scopes):
        if isinstance(call.func, ast.Name):
            for scope in reversed(scopes):
                if call.func.id in scope.functions:
                    return False
                if call.func.id in scope.names:
                    return False
            node = self.providers.get(call.func.id)
            return isinstance(node, ast.FunctionDef) and self.pure_function(node)
        return False

    def pure_function(self, function: ast.FunctionDef, known=frozenset()) -> bool:
        """Changes none of its arguments and nothing outside, and always gives the same for the same arguments.

        `known`: names of outer variables and functions that are fine to read."""
        if id(function) not in self._functions:
            self._functions[id(function)] = True  # a function that calls itself is judged by the rest of it
            self._functions[id(function)] = self._judge(function, known)
        return self._functions[id(function)]

    def _judge(self, function, known):
        if function.name == self.entry_name or is_generator(function) or function.args.vararg or function.args.kwarg:
            return False
        own = locals_of(function)
        made = own - set(argument_names(function.args))
        rebound = {node.id for node in walk_own(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        if not changed_names(function) <= made | rebound:
            return False
        for node in walk_own(function):
            if isinstance(node, ast.Raise) and node.exc is not None and "SystemExit" in used_names(node.exc):
                return False
            if isinstance(node, (ast.Global, ast.Nonlocal, ast.Yield, ast.YieldFrom, ast.Await, ast.With, ast.ClassDef)):
                return False
            if isinstance(node, ast.Call) and not self._harmless(node, own, known):
                return False
        return not any(isinstance(item, ast.Name) and item.id == self.entry_name for item in walk(function))

    def _harmless(self, call, own, known):
        function = call.func
        if isinstance(function, ast.Attribute):
            if isinstance(function.value, ast.Name) and (source := self.imported_from(function.value.id)):
                return source[0] in VALUE_MODULES
            return getattr(function.value, "id", "") != "self" and self._known_method(function)
        if not isinstance(function, ast.Name):
            return False
        if function.id in own or function.id in known:
            return True
        node = self.providers.get(function.id)
        if isinstance(node, ast.FunctionDef):
            return self.pure_function(node)
        if node is None:
            return function.id in VALUE_CALLS or function.id in ("iter", "next", "ValueError", "print") and function.id != "print"
        source = self.imported_from(function.id)
        return source is not None and source[0] in VALUE_MODULES
