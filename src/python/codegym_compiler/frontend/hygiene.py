"""Names that mean two things: a solution's own `sum` beside Python's, and words that the generated file adds.

`renamed` takes Python's names away from a solution's own variables, scope by scope, before anything else looks at
it: afterwards a name of Python always means Python's. `Words` gives the file's additions names that the solution
has nowhere.
"""

import ast
import builtins
import keyword

from ..naming import Unique
from .scopes import FUNCTIONS, argument_names, walk

#: Python's own. Names with underscores on both sides are the language's, and stay.
_PYTHON = frozenset(name for name in dir(builtins) if not name.startswith("_")) | {"__import__"}


def _clashes(name: str, more) -> bool:
    """`__x` is another name within a class, and `self` is the environment there."""
    return name in _PYTHON or name in more or name == "self" or (name.startswith("__") and not name.endswith("__"))


def arguments_of(arguments: ast.arguments) -> list[ast.arg]:
    every = (*arguments.posonlyargs, *arguments.args, arguments.vararg, *arguments.kwonlyargs, arguments.kwarg)
    return [item for item in every if item is not None]


class Bound(ast.NodeVisitor):
    """The names that one scope binds: `names`, but for those of outer scopes, `outer`."""

    def __init__(self, nodes):
        self.names: set[str] = set()
        self.outer: set[str] = set()
        for node in nodes:
            self.visit(node)
        self.names -= self.outer

    def visit_Name(self, node):
        if isinstance(node.ctx, (ast.Store, ast.Del)):
            self.names.add(node.id)

    def visit_Global(self, node):
        self.outer.update(node.names)

    visit_Nonlocal = visit_Global

    def _imported(self, node):
        self.names.update(alias.asname or alias.name.split(".")[0] for alias in node.names)

    visit_Import = visit_ImportFrom = _imported

    def _defined(self, node):
        self.names.add(node.name)
        for item in _outside(node):
            self.visit(item)

    visit_FunctionDef = visit_AsyncFunctionDef = visit_ClassDef = _defined

    def visit_Lambda(self, node):
        for item in _outside(node):
            self.visit(item)

    def _comprehended(self, node):
        # Only what `:=` binds leaves a comprehension.
        self.names.update(item.target.id for item in walk(node) if isinstance(item, ast.NamedExpr))

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehended

    def _named(self, node):
        if node.name:
            self.names.add(node.name)
        self.generic_visit(node)

    visit_ExceptHandler = visit_MatchAs = visit_MatchStar = _named

    def visit_MatchMapping(self, node):
        if node.rest:
            self.names.add(node.rest)
        self.generic_visit(node)


def _outside(node) -> list[ast.AST]:
    """What of a definition is evaluated in the scope around it."""
    parts = list(getattr(node, "decorator_list", []))
    if isinstance(node, ast.ClassDef):
        return [*parts, *node.bases, *(item.value for item in node.keywords)]
    parts += [item.annotation for item in arguments_of(node.args) if item.annotation is not None]
    parts += [item for item in (*node.args.defaults, *node.args.kw_defaults) if item is not None]
    return [*parts, node.returns] if getattr(node, "returns", None) is not None else parts


_DEFINITIONS = (*FUNCTIONS, ast.ClassDef, ast.Import, ast.ImportFrom)


class _Scope:
    def __init__(self, kind: str, names: set[str], this: str | None = None, called: str = ""):
        #: `this`: a method's own name for its instance, which stays; `called`: a class's name.
        self.kind, self.names, self.this, self.called = kind, names, this, called


class _Renamer(ast.NodeVisitor):
    """Renames, in place, each variable of the solution whose name clashes, by the scopes of Python."""

    def __init__(self, tree: ast.Module, more):
        self.more, self.unique = more, Unique(identifiers(tree) | _PYTHON | set(more) | set(keyword.kwlist))
        declared = {name for node in walk(tree) if isinstance(node, ast.Global) for name in node.names}
        self.scopes = [_Scope("module", Bound(tree.body).names | declared)]
        #: Names at top level that get a value otherwise than by a definition.
        self.rebound = declared | Bound([node for node in tree.body if not isinstance(node, _DEFINITIONS)]).names
        self.names: dict[str, str] = {}
        #: Of functions and classes whose parameters got other names: name → those parameters.
        self.parameters: dict[str, set[str]] = {}
        self.changed = False

    def name(self, name: str) -> str:
        if not _clashes(name, self.more) or not self._own(name):
            return name
        if name not in self.names:
            self.names[name] = self.unique(f"own_{name.strip('_') or 'name'}")
        self.changed = True
        return self.names[name]

    def _own(self, name) -> bool:
        for index, scope in reversed(list(enumerate(self.scopes))):
            inner = index == len(self.scopes) - 1
            if scope.kind == "class" and not inner:
                continue
            if name in scope.names:
                return scope.kind != "class" and name != scope.this
        return False

    def _inside(self, scope, nodes):
        self.scopes.append(scope)
        for node in nodes:
            self.visit(node)
        self.scopes.pop()

    def visit_Name(self, node):
        node.id = self.name(node.id)

    def _declared(self, node):
        node.names = [self.name(item) for item in node.names]

    visit_Global = visit_Nonlocal = _declared

    def _imported(self, node):
        for alias in node.names:
            bound = alias.asname or alias.name.split(".")[0]
            if (name := self.name(bound)) != bound:
                alias.asname = name

    visit_Import = visit_ImportFrom = _imported

    def _named(self, node):
        node.name = self.name(node.name) if node.name else node.name
        self.generic_visit(node)

    visit_ExceptHandler = visit_MatchAs = visit_MatchStar = _named

    def visit_MatchMapping(self, node):
        node.rest = self.name(node.rest) if node.rest else node.rest
        self.generic_visit(node)

    def _function(self, node):
        around = self.scopes[-1]
        for item in _outside(node):
            self.visit(item)
        called = getattr(node, "name", "")
        if called:
            node.name = self.name(called)
        body = node.body if isinstance(node.body, list) else [node.body]
        bound, arguments = Bound(body), argument_names(node.args)
        method = around.kind == "class" and arguments and "staticmethod" not in map(ast.unparse, node.decorator_list)
        scope = _Scope("function", (set(arguments) | bound.names) - bound.outer, arguments[0] if method else None)
        self._inside(scope, [*arguments_of(node.args), *body])
        renamed = {name for name in arguments if name in self.names and name != scope.this}
        if renamed:
            self.parameters.setdefault(around.called if called == "__init__" else called, set()).update(renamed)

    def visit_arg(self, node):
        node.arg = self.name(node.arg)

    visit_FunctionDef = visit_AsyncFunctionDef = visit_Lambda = _function

    def visit_ClassDef(self, node):
        for item in _outside(node):
            self.visit(item)
        node.name = self.name(node.name)
        self._inside(_Scope("class", Bound(node.body).names, called=node.name), node.body)

    def _comprehension(self, node):
        first, *rest = node.generators
        self.visit(first.iter)
        bound = {item.id for one in node.generators for item in walk(one.target) if isinstance(item, ast.Name)}
        values = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        inner = [first.target, *first.ifs, *(part for one in rest for part in (one.iter, one.target, *one.ifs)), *values]
        self._inside(_Scope("function", bound), inner)

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension

    def keywords(self, tree) -> None:
        """Calls by keyword follow the parameters of the solution's own functions."""
        for top in tree.body:
            for node in walk(top):
                if isinstance(node, ast.Call):
                    called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", None)
                    original = next((old for old, new in self.names.items() if new == called), called)
                    for item in node.keywords:
                        if item.arg in self.parameters.get(original, ()):
                            item.arg, top.renamed = self.names[item.arg], True


def renamed(tree: ast.Module, more=frozenset()) -> dict[str, str]:
    """Renames in place what clashes with a name of Python or of `more`; new name → the one it had.

    Top-level statements that were changed have `renamed` set. Calls by keyword are followed by the function's name
    alone: whoever changes a solution this way holds what it answers against the one that was written."""
    renamer = _Renamer(tree, more)
    for top in tree.body:
        renamer.changed = False
        renamer.visit(top)
        top.renamed = renamer.changed
    if renamer.parameters:
        renamer.keywords(tree)
    # Before `print = partial(print, flush=True)` has run, the name is Python's.
    before = [ast.parse(f"{new} = {old}").body[0] for old, new in renamer.names.items() if old in _PYTHON and old in renamer.rebound]
    for node in before:
        node.renamed = True
    at = next((index for index, node in enumerate(tree.body) if not _opening(node)), len(tree.body))
    tree.body[at:at] = before
    return {new: old for old, new in renamer.names.items()}


def _opening(node) -> bool:
    """What must stand first in a file."""
    return (
        isinstance(node, ast.ImportFrom)
        and node.module == "__future__"
        or isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
    )


def identifiers(tree) -> set[str]:
    """Every name that a program has for anything but members of objects."""
    found: set[str] = set()
    for node in walk(tree):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, ast.alias):
            found.add(node.asname or node.name.split(".")[0])
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            found.update(node.names)
        elif isinstance(node, (*FUNCTIONS, ast.ClassDef, ast.ExceptHandler, ast.MatchAs, ast.MatchStar)):
            found.add(node.name)
        elif isinstance(node, ast.MatchMapping):
            found.add(node.rest)
    return found - {None}


class Words:
    """Names for what is added to a solution: the plain word, or one with a number where the solution has it."""

    def __init__(self, tree: ast.Module):
        taken = identifiers(tree)
        # A module that the solution imports under its own name, and nothing else so called, is the file's too.
        for module in ("copy", "json"):
            if module in taken and not _bound_otherwise(tree, module):
                taken.discard(module)
        self._unique = Unique(taken | _PYTHON | set(keyword.kwlist) | set(keyword.softkwlist))
        self._words: dict[str, str] = {}
        self._top = Bound(tree.body).names

    def __getitem__(self, word: str) -> str:
        """The same name each time."""
        if word not in self._words:
            self._words[word] = self._unique(word)
        return self._words[word]

    def imported(self, module: str) -> str:
        """The statement that imports a module under the name that is given for it."""
        return f"import {module}" if self[module] == module else f"import {module} as {self[module]}"

    def fresh(self, word: str) -> str:
        """Another name each time."""
        return self._unique(word)

    def at_top(self, word: str) -> bool:
        """The solution has something of that name at top level."""
        return word in self._top

    def has(self, word: str) -> bool:
        return word in self._unique.taken


def _bound_otherwise(tree, module: str) -> bool:
    plain = {id(node) for top in tree.body if isinstance(top, ast.Import) for node in top.names if node.name == module and not node.asname}
    for node in walk(tree):
        name = None
        if isinstance(node, ast.alias) and id(node) not in plain:
            name = node.asname or node.name.split(".")[0]
        elif isinstance(node, ast.arg):
            name = node.arg
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            name = node.id
        elif isinstance(node, (*FUNCTIONS, ast.ClassDef, ast.ExceptHandler, ast.MatchAs, ast.MatchStar)):
            name = node.name
        if name == module:
            return True
    return False
