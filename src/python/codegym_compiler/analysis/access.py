"""How hidden data is read: by index, cell or key, one part a call. Never as a dump.

A parameter is `direct` when every use of it in the cut program is a single read, a size or a plain iteration:
then each becomes a call at its place (remembered, so that nothing is read twice). Otherwise the solver first
copies it, part by part, and goes on with the copy.
"""

import ast
from dataclasses import dataclass

from ..frontend.hygiene import Words
from ..frontend.scopes import changed_names, stored_names, walk
from ..naming import Unique, element_name, hidden_attribute
from ..types.lattice import FUNCTION, Kind

ITERATES = frozenset(
    {
        "all",
        "any",
        "enumerate",
        "filter",
        "frozenset",
        "iter",
        "list",
        "map",
        "max",
        "min",
        "set",
        "sorted",
        "sum",
        "tuple",
        "zip",
        "Counter",
    }
)
SIZED = ("text", "list", "grid", "map", "set")


@dataclass
class Hidden:
    """One hidden parameter: its kind, the form that its access takes, and what its parts are called."""

    name: str
    kind: Kind
    form: str
    part: str = ""
    #: Under which Observe tells its size.
    size_key: str = ""
    #: The solver's variables for it: the value, its size, what was read of it, and the function that reads.
    variable: str = ""
    sizes: str = ""
    known: str = ""
    reader: str = ""

    @property
    def attribute(self):
        return hidden_attribute(self.name)


def form_of(kind: Kind, grids: bool) -> str:
    if kind.name == "str":
        return "text"
    if kind.name in ("list", "sequence"):
        return "grid" if grids and kind.parts[0].name == "list" else "list"
    if kind.name == "dict":
        return "map"
    if kind.name in ("set", "frozenset"):
        return "set"
    if kind.name == "tuple" and len(kind.parts) > 1:
        return "list"
    return "function" if kind.name == FUNCTION else "scalar"


def hide(name: str, kind: Kind, grids: bool, texts: int, words: Words, keys: Unique) -> Hidden:
    """`keys`: gives what Observe tells names of their own."""
    form = form_of(kind, grids)
    part = element_name(name)
    if form == "text":
        part = "character" if texts == 1 else f"{name}_character"
    elif form == "grid":
        part = "cell" if texts < 0 else f"{element_name(name)}_cell" if element_name(name) != f"{name}_item" else f"{name}_cell"
    size = f"{name}_row_lengths" if form == "grid" else f"{name}_length"
    variable = words.fresh(name) if words.at_top(name) else name
    sizes, known, reader = (words.fresh(word) for word in (size, f"known_{name}", f"read_{part}"))
    return Hidden(name, kind, form, part, keys(size) if form in SIZED else "", variable, sizes, known, reader)


def unchanged(program, names) -> set[str]:
    """Parameters that the entry neither binds again nor changes in place."""
    touched = stored_names(program.entry) | changed_names(program.entry)
    return {name for name in names if name not in touched}


def _parents(tree):
    result = {}
    for node in walk(tree):
        for child in ast.iter_child_nodes(node):
            result[id(child)] = node
    return result


class _Direct(ast.NodeTransformer):
    """Puts the reads in; `fits` has been asked before."""

    def __init__(self, hidden: Hidden):
        self.hidden, self.failed, self.used, self.sizes = hidden, False, False, False

    def _is(self, node):
        return isinstance(node, ast.Name) and node.id == self.hidden.name

    def _size(self):
        self.sizes = True
        return ast.Name(self.hidden.sizes, ast.Load())

    _rows = _size

    def _read(self, *indices):
        self.used = True
        return ast.Call(ast.Name(self.hidden.reader, ast.Load()), list(indices), [])

    def _each(self):
        self.used = True
        every = ast.Call(ast.Name("range", ast.Load()), [self._size()], [])
        return ast.Call(ast.Name("map", ast.Load()), [ast.Name(self.hidden.reader, ast.Load()), every], [])

    def visit_Name(self, node):
        if self._is(node):
            self.failed = True
        return node

    def visit_Subscript(self, node):
        grid = self.hidden.form == "grid"
        if not isinstance(node.ctx, ast.Load) or isinstance(node.slice, ast.Slice):
            return self.generic_visit(node)
        if self._is(node.value) and not grid and self.hidden.form in ("list", "text"):
            return self._read(self.visit(node.slice))
        inner = node.value
        if grid and isinstance(inner, ast.Subscript) and self._is(inner.value) and not isinstance(inner.slice, ast.Slice):
            return self._read(self.visit(inner.slice), self.visit(node.slice))
        return self.generic_visit(node)

    def visit_Call(self, node):
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name == "len" and len(node.args) == 1:
            argument = node.args[0]
            if self._is(argument):
                return ast.Call(node.func, [self._rows()], []) if self.hidden.form == "grid" else self._size()
            if self.hidden.form == "grid" and isinstance(argument, ast.Subscript) and self._is(argument.value):
                if not isinstance(argument.slice, ast.Slice):
                    return ast.Subscript(self._rows(), self.visit(argument.slice), ast.Load())
        if name in ITERATES and self.hidden.form in ("list", "text", "set"):
            node.args = [self._each() if self._is(item) else self.visit(item) for item in node.args]
            node.keywords = [self.visit(item) for item in node.keywords]
            return node
        return self.generic_visit(node)

    def _iterable(self, node):
        return self._each() if self._is(node) and self.hidden.form in ("list", "text", "set") else self.visit(node)

    def visit_For(self, node):
        node.iter = self._iterable(node.iter)
        node.target = self.visit(node.target)
        node.body = [self.visit(item) for item in node.body]
        node.orelse = [self.visit(item) for item in node.orelse]
        return node

    def visit_comprehension(self, node):
        node.iter = self._iterable(node.iter)
        node.target = self.visit(node.target)
        node.ifs = [self.visit(item) for item in node.ifs]
        return node

    def _truth(self, node):
        if not self._is(node):
            return self.visit(node)
        size = ast.Call(ast.Name("len", ast.Load()), [self._rows()], []) if self.hidden.form == "grid" else self._size()
        return ast.Compare(size, [ast.Gt()], [ast.Constant(0)])

    def visit_UnaryOp(self, node):
        node.operand = self._truth(node.operand) if isinstance(node.op, ast.Not) else self.visit(node.operand)
        return node

    def visit_If(self, node):
        node.test = self._truth(node.test)
        node.body = [self.visit(item) for item in node.body]
        node.orelse = [self.visit(item) for item in node.orelse]
        return node

    def visit_IfExp(self, node):
        node.test, node.body, node.orelse = self._truth(node.test), self.visit(node.body), self.visit(node.orelse)
        return node


def uses(function, name: str) -> int:
    return sum(isinstance(node, ast.Name) and node.id == name for node in walk(function))


def _readable(function, hidden: Hidden) -> bool:
    """Every use is of the kinds that `_Direct` knows."""
    name, grid, fine, every = hidden.name, hidden.form == "grid", set(), []
    flat = hidden.form in ("list", "text")

    def take(node):
        if isinstance(node, ast.Name) and node.id == name:
            fine.add(id(node))

    for node in walk(function):
        if isinstance(node, ast.Name) and node.id == name:
            every.append(node)
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load) and not isinstance(node.slice, ast.Slice):
            if flat:
                take(node.value)
            elif grid and isinstance(node.value, ast.Subscript) and not isinstance(node.value.slice, ast.Slice):
                take(node.value.value)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id == "len" and len(node.args) == 1:
                take(node.args[0])
                if grid and isinstance(node.args[0], ast.Subscript) and not isinstance(node.args[0].slice, ast.Slice):
                    take(node.args[0].value)
            elif node.func.id in ITERATES and not grid:
                for item in node.args:
                    take(item)
        elif isinstance(node, (ast.For, ast.comprehension)) and not grid:
            take(node.iter)
        elif isinstance(node, (ast.If, ast.IfExp)):
            take(node.test)
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            take(node.operand)
    return all(id(node) in fine for node in every)


def make_direct(function, hidden: Hidden) -> tuple[bool, bool] | None:
    """Rewrites the function for reading at the place of use: (parts read, sizes used), or None if it cannot be."""
    if hidden.form in ("scalar", "map") or not _readable(function, hidden):
        return None
    rewriter = _Direct(hidden)
    function.body = [rewriter.visit(item) for item in function.body]
    return rewriter.used, rewriter.sizes
