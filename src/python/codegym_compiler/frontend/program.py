"""The solution as a program: which function answers the problem, with what parameters, and what it needs around it."""

import ast
import sys
from dataclasses import dataclass, field
from functools import cached_property

from codegym_sandbox.source import FORBIDDEN

from ..diagnostics import refuse, refuse_at
from .hygiene import Words, renamed
from .reading import parse
from .scopes import (
    FUNCTIONS,
    argument_names,
    bound_by,
    changed_names,
    docstring_only,
    imported_roots,
    is_generator,
    locals_of,
    used_names,
    walk,
)

#: What makes two runs differ, or reaches outside.
UNREPEATABLE = frozenset("datetime getpass glob locale os pathlib platform random secrets shutil sqlite3 tempfile time uuid".split())
#: Of those, what only computes.
HARMLESS = {"datetime": ("now", "today", "utcnow"), "time": None, "random": None, "os": None}
STREAMS = ("stdin", "stdout", "stderr")


@dataclass
class Parameter:
    name: str
    annotation: ast.expr | None = None
    default: ast.expr | None = None


@dataclass
class Program:
    source: str
    tree: ast.Module
    style: str  # "function" | "method" | "script"
    entry: ast.FunctionDef
    owner: ast.ClassDef | None = None
    parameters: list[Parameter] = field(default_factory=list)
    #: Name → the top-level statement that binds it (the last one).
    providers: dict[str, ast.stmt] = field(default_factory=dict)
    #: Name → further top-level statements that bind it or fill what it holds (`table[0] = 1`, `for …: table.append(…)`).
    fillers: dict[str, list[ast.stmt]] = field(default_factory=dict)
    #: Top-level statements that the entry needs, in the file's order.
    needed: list[ast.stmt] = field(default_factory=list)
    #: A parameter that the entry changes instead of returning something; found by running it.
    in_place: str | None = None
    #: What `eval` was given on all inputs was arithmetic; found by running.
    plain_eval: bool = False
    #: A script whose bytes are taken as text.
    bytes: bool = False
    #: Names that were changed for being Python's own → as they were written.
    written: dict[str, str] = field(default_factory=dict)

    @cached_property
    def words(self) -> Words:
        return Words(self.tree)

    @property
    def called(self) -> str:
        """What the solution, the statement and a row's assertions call the entry."""
        return self.written_name(self.entry.name)

    def written_name(self, name: str) -> str:
        return self.written.get(name, name)

    @property
    def generator(self) -> bool:
        return is_generator(self.entry)

    def functions(self) -> dict[str, ast.FunctionDef]:
        return {name: node for name, node in self.providers.items() if isinstance(node, ast.FunctionDef)}

    def code_ranges(self) -> list[tuple[int, int]]:
        """First and last lines of the functions and classes that can run."""
        return [(node.lineno, node.end_lineno) for node in self.needed if isinstance(node, (*FUNCTIONS, ast.ClassDef))]


def _is_main_block(node) -> bool:
    return isinstance(node, ast.If) and "__name__" in used_names(node.test)


def _script_statements(tree) -> list[ast.stmt]:
    """What runs when the file is run: expression statements, loops, calls; main blocks opened."""
    result = []
    for node in tree.body:
        if _is_main_block(node):
            result.extend(node.body)
        elif not isinstance(node, (*FUNCTIONS, ast.ClassDef, ast.Import, ast.ImportFrom)):
            result.append(node)
    return result


def _reads_input(node) -> bool:
    for item in walk(node):
        if isinstance(item, ast.Attribute) and item.attr in ("stdin", "__stdin__"):
            return True
        if isinstance(item, ast.Call):
            name = item.func.attr if isinstance(item.func, ast.Attribute) else getattr(item.func, "id", "")
            zero = bool(item.args) and isinstance(item.args[0], ast.Constant) and item.args[0].value == 0
            if (name == "input" and isinstance(item.func, ast.Name)) or (name in ("open", "fdopen", "read") and zero):
                return True
        if isinstance(item, ast.ImportFrom) and item.module == "sys" and any(alias.name in ("stdin", "__stdin__") for alias in item.names):
            return True
    return False


def _called_from(nodes) -> list[str]:
    return [item.func.id for node in nodes for item in walk(node) if isinstance(item, ast.Call) and isinstance(item.func, ast.Name)]


def reads_standard_input(tree: ast.Module) -> bool:
    """A script: what runs at top level, or a function it reaches, reads standard input."""
    functions = {node.name: node for node in tree.body if isinstance(node, FUNCTIONS)}
    todo, seen = list(_script_statements(tree)), set()
    while todo:
        node = todo.pop()
        if _reads_input(node):
            return True
        for name in used_names(node):
            if name in functions and name not in seen:
                seen.add(name)
                todo.append(functions[name])
    return False


def _public_method(cls: ast.ClassDef, wanted: str | None):
    methods = [item for item in cls.body if isinstance(item, FUNCTIONS)]
    if wanted is not None:
        named = [item for item in methods if item.name == wanted]
        if named:
            return named[-1]
    public = [item for item in methods if not item.name.startswith("_") and not docstring_only(item)]
    if len(public) > 1:
        called = {node.attr for item in public for node in walk(item) if isinstance(node, ast.Attribute) and node.attr != item.name}
        public = [item for item in public if item.name not in called] or public
    return public[-1] if public else None


def entry_name(entry_point: str | None) -> str | None:
    """The name alone: of `Solution().method`, `Solution.method` or `function()`."""
    return entry_point.strip().removesuffix("()").split(".")[-1] if entry_point else None


def _choose(tree, name, written):
    """(entry, its class or None). Named; called from script code; called by no other; the last."""
    functions = [node for node in tree.body if isinstance(node, FUNCTIONS) and not docstring_only(node)]
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    if name is not None:
        for function in reversed(functions):
            if written.get(function.name, function.name) == name:
                return function, None
        for cls in reversed(classes):
            if any(isinstance(item, FUNCTIONS) and item.name == name for item in cls.body):
                return _public_method(cls, name), cls
    solution = next((cls for cls in reversed(classes) if cls.name == "Solution"), None)
    if solution is not None and _public_method(solution, name):
        return _public_method(solution, name), solution
    if not functions:
        for cls in reversed(classes):
            if (method := _public_method(cls, name)) is not None:
                return method, cls
        stub = next((node for node in walk(tree) if isinstance(node, FUNCTIONS)), None)
        raise refuse(
            "no-entry",
            (
                "there is no function with a body that answers the problem: add one that "
                "returns the answer, or a script that reads input and prints"
            ),
            stub.lineno if stub else 1,
        )
    by_name = {node.name: node for node in functions}
    for called in _called_from(_script_statements(tree)):
        if called in by_name and called not in ("check", "main", "test"):
            return by_name[called], None
    callees = {name for node in functions for name in _called_from([node]) if name != node.name}
    free = [node for node in functions if node.name not in callees]
    return (free or functions)[-1], None


def _parameters(entry, owner) -> list[Parameter]:
    arguments = entry.args
    if arguments.vararg or arguments.kwarg:
        raise refuse_at(
            entry,
            "variable-parameters",
            f"`{entry.name}` takes *args or **kwargs, so its hidden data has no fixed shape: take one list, or parameters with names",
        )
    plain = arguments.posonlyargs + arguments.args
    defaults = [None] * (len(plain) - len(arguments.defaults)) + list(arguments.defaults)
    pairs = list(zip(plain, defaults)) + list(zip(arguments.kwonlyargs, arguments.kw_defaults))
    static = "staticmethod" in [ast.unparse(item) for item in entry.decorator_list]
    if owner is not None and not static:
        pairs = pairs[1:]
    return [Parameter(item.arg, item.annotation, default) for item, default in pairs]


def closure_of(program: Program, roots) -> list[ast.stmt]:
    """Top-level statements that the roots use, directly or not, in the file's order."""
    wanted, todo = {id(node): node for node in roots}, list(roots)
    while todo:
        for name in sorted(used_names(todo.pop())):
            for node in (program.providers.get(name), *program.fillers.get(name, ())):
                if node is not None and id(node) not in wanted:
                    wanted[id(node)] = node
                    todo.append(node)
    return [node for node in program.tree.body if id(node) in wanted]


def _fillers(tree, providers) -> dict[str, list[ast.stmt]]:
    result: dict[str, list[ast.stmt]] = {}
    for node in tree.body:
        if _is_main_block(node) or isinstance(node, (*FUNCTIONS, ast.ClassDef, ast.Import, ast.ImportFrom)):
            continue
        for name in sorted(set(bound_in(node)) | changed_names(node)):
            if (
                name in providers
                and providers[name] is not node
                and not isinstance(providers[name], (*FUNCTIONS, ast.Import, ast.ImportFrom))
            ):
                result.setdefault(name, []).append(node)
    return result


def bound_in(node) -> list[str]:
    return [name for item in walk(node) for name in bound_by(item)]


def _forbid(nodes):
    """Imports and members that an environment may not use, wherever they stand in what is needed."""
    imported = {name for top in nodes for node in walk(top) if isinstance(node, (ast.Import, ast.ImportFrom)) for name in bound_by(node)}
    for top in nodes:
        for node in walk(top):
            for root in imported_roots(node):
                if root in FORBIDDEN or root not in sys.stdlib_module_names:
                    known = root in sys.stdlib_module_names or root == "."
                    what = "reaches beyond what an environment may use" if known else "is a library that environments do not have"
                    raise refuse_at(
                        node,
                        "import",
                        f"the solution imports `{root}`, which {what}: do it with plain Python or the standard library, or let a model rewrite it so",
                    )
                if root in UNREPEATABLE and root not in HARMLESS:
                    raise refuse_at(
                        node,
                        "unrepeatable",
                        f"the solution imports `{root}`: the same input may give another answer, so take what it tells as a parameter",
                    )
            if isinstance(node, (ast.AsyncFunctionDef, ast.Await, ast.AsyncFor, ast.AsyncWith)):
                raise refuse_at(node, "async", "asynchronous functions are not supported: write it without async and await")
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in imported:
                member = HARMLESS.get(node.value.id, ())
                if member is None or node.attr in member:
                    raise refuse_at(
                        node,
                        "unrepeatable",
                        (
                            f"`{node.value.id}.{node.attr}` may give another answer each time: the "
                            "answer must follow from the parameters alone"
                        ),
                    )
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in ("input", "open", "exec", "globals", "vars")
            ):
                raise refuse_at(
                    node,
                    "outside",
                    (
                        f"the solution calls `{node.func.id}`, which reaches beyond its "
                        "parameters: take what is read as a parameter, and return the answer"
                    ),
                )


def read_program(source: str, entry_point: str | None, as_written: bool = False) -> Program:
    """The function- or method-style program of a source. Scripts come through `read_script`.

    `as_written`: with all of its names, to be run and not to be cut."""
    tree = parse(source)
    written = {} if as_written else renamed(tree)
    providers: dict[str, ast.stmt] = {}
    for node in tree.body:
        if isinstance(node, FUNCTIONS) and docstring_only(node) and node.name in providers:
            continue
        names = bound_by(node)
        if isinstance(node, (ast.Assign, ast.AnnAssign, ast.For, ast.Try, ast.If, ast.With)) and not _is_main_block(node):
            names = bound_in(node)
        for name in names:
            providers[name] = node
    entry, owner = _choose(tree, entry_name(entry_point), written)
    if isinstance(entry, ast.AsyncFunctionDef):
        raise refuse_at(entry, "async", "asynchronous functions are not supported: write it without async and await")
    if docstring_only(entry):
        raise refuse_at(entry, "stub", f"`{entry.name}` has only a docstring: write its body, which computes the answer")
    parameters = _parameters(entry, owner)
    if not parameters:
        raise refuse_at(
            entry, "no-input", f"`{entry.name}` takes no parameters, so there is nothing to hide: let it take the input of the problem"
        )
    program = Program(
        source,
        tree,
        "method" if owner else "function",
        entry,
        owner,
        parameters,
        providers,
        fillers=_fillers(tree, providers),
        written=written,
    )
    program.needed = closure_of(program, [owner or entry])
    _forbid(program.needed)
    if owner is not None and any(item.name == "__init__" for item in owner.body if isinstance(item, FUNCTIONS)):
        init = next(item for item in owner.body if isinstance(item, FUNCTIONS) and item.name == "__init__")
        if len(argument_names(init.args)) - len(init.args.defaults) > 1:
            raise refuse_at(
                init, "constructor", f"`{owner.name}` needs arguments to be made: give `__init__` defaults, or pass them to the method"
            )
    return program


def keeps_state(program: Program) -> bool:
    """One call may leave something for the next: in a global variable, a cache, a default value, a class."""
    for node in (node for top in program.needed for node in walk(top)):
        if isinstance(node, ast.Global):
            return True
        if isinstance(node, ast.FunctionDef):
            kept = any(isinstance(item, (ast.List, ast.Dict, ast.Set, ast.Call)) for item in (*node.args.defaults, *node.args.kw_defaults))
            if kept or node.decorator_list or changed_names(node) - locals_of(node):
                return True
        if isinstance(node, ast.ClassDef) and any(isinstance(item, (ast.Assign, ast.AnnAssign)) for item in node.body):
            return True
    return False


def hides_entry_recursion(program: Program) -> bool:
    """The entry calls itself: its parameters differ from call to call."""
    name = program.entry.name
    for node in walk(program.entry):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name) and node.func.id == name and program.owner is None:
                return True
            if isinstance(node.func, ast.Attribute) and node.func.attr == name and program.owner is not None:
                return True
    names = {name for node in program.needed if node is not program.entry for name in _called_from([node])}
    return name in names
