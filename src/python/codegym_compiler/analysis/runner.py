"""Runs the solution within limits and sees which of its lines ran.

What stays inside one call of C (`10 ** 10 ** 8`) cannot be stopped here: that is the host's deadline.
"""

import ast
import copy
import io
import itertools
import sys
import types

from ..frontend.scopes import walk
from .fuel import ATTEMPT, TICK, OverBudget, Fuel, ticking

FILE = "<compiled solution>"
#: Ticks that a solution's top level may take, and one run of it on an input.
MAX_LOAD, MAX_RUN = 400_000, 8_000
#: What grows exponentially inside of C; its results are counted one by one.
_COUNTED = ("permutations", "combinations", "combinations_with_replacement", "product")


def load(statements, fuel: Fuel, name: str = "solution", extra: dict | None = None) -> dict:
    """The namespace that top-level statements make, ticking. What they print is dropped."""
    module = types.ModuleType(name)
    sys.modules[name] = module  # dataclasses and typing look a class's module up by name
    tree = ast.Module(list(statements), [])
    with ticking(tree.body):
        code = compile(ast.fix_missing_locations(tree), FILE, "exec", dont_inherit=True)
    module.__dict__.update(extra or {})
    module.__dict__[TICK] = fuel.tick
    with quiet(), fuel.limited(MAX_LOAD):
        exec(code, module.__dict__)
    _count_iterators(module.__dict__, fuel)
    return module.__dict__


def _count_iterators(space: dict, fuel: Fuel) -> None:
    def counted(make):
        def made(*arguments, **named):
            for item in make(*arguments, **named):
                fuel.tick(0)
                yield item

        return made

    wrapped = {name: counted(getattr(itertools, name)) for name in _COUNTED}
    for name, value in list(space.items()):
        if value is itertools:
            space[name] = types.SimpleNamespace(**{**vars(itertools), **wrapped})
        elif getattr(value, "__module__", None) == "itertools" and getattr(value, "__name__", "") in wrapped:
            space[name] = wrapped[value.__name__]


class quiet:
    """Context manager: nothing is printed, nothing can be read from standard input."""

    def __enter__(self):
        self._saved = sys.stdout, sys.stderr, sys.stdin
        sys.stdout = sys.stderr = io.StringIO()
        sys.stdin = io.StringIO("")

    def __exit__(self, *_):
        sys.stdout, sys.stderr, sys.stdin = self._saved


def _careful_eval(original, text, *spaces):
    """`eval` for trying inputs: towers of powers run inside of C, where nothing stops them. Says where text has names."""
    original.evaluated_names |= not isinstance(text, str)
    if isinstance(text, str):
        for node in walk(ast.parse(text.strip(), mode="eval")):
            original.evaluated_names |= isinstance(node, (ast.Name, ast.NamedExpr, ast.Lambda, ast.Attribute))
            if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Pow, ast.LShift)):
                if not (isinstance(node.right, ast.Constant) and isinstance(node.right.value, int) and node.right.value < 200):
                    raise OverBudget
    frame = sys._getframe(2)
    return eval(text, *(spaces or (frame.f_globals, frame.f_locals)))


class Original:
    """The solution, ready to be called: each call on copies, so that inputs stay as they are."""

    def __init__(self, program, fuel: Fuel, statements=None, extra: dict | None = None):
        """`statements`: what to run instead of the program's own."""
        self.program, self.fuel = program, fuel
        #: `eval` was given more than arithmetic.
        self.evaluated_names = False
        extra = {**(extra or {}), "eval": lambda *given: _careful_eval(self, *given)}
        self.namespace = load(statements or program.needed, fuel, extra=extra)
        self.raw_types: set[str] = set()

    def target(self):
        program = self.program
        if program.owner is not None:
            return getattr(self.namespace[program.owner.name](), program.entry.name)
        return self.namespace[program.entry.name]

    def invoke(self, given: dict):
        entry = self.program.entry
        positional = [given.pop(item.arg) for item in entry.args.posonlyargs if item.arg in given]
        return self.target()(*positional, **given)

    def call(self, arguments: dict, limit: int = MAX_RUN):
        """(answer, lines that ran, ticks). Raises what the solution raises, and OverBudget."""
        given = copy.deepcopy(arguments)
        arguments_after = dict(given)
        self.fuel.spend(ATTEMPT)
        with quiet(), self.fuel.limited(limit):
            answer = self.invoke(given)
            kind = type(answer)
            answer = settled(answer)
        self.raw_types.add("iterator" if hasattr(kind, "__next__") else kind.__name__)
        if answer is None and self.program.in_place:
            answer = settled(arguments_after[self.program.in_place])
        return answer, set(self.fuel.hits) - {0}, limit - self.fuel.left


def line_of(error: BaseException) -> int | None:
    """The line of the solution on which an error was raised."""
    line, trace = None, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == FILE:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def settled(answer):
    """Iterators as lists, dictionaries of subclasses as plain ones: what an answer is, apart from how it was made."""
    if isinstance(answer, (str, bytes, list, tuple, set, frozenset)) or answer is None:
        return answer
    if isinstance(answer, dict):
        return answer if type(answer) is dict else dict(answer)
    if hasattr(answer, "__iter__") and type(answer).__module__ in ("builtins", "collections", "itertools"):
        return list(answer)
    return answer


def executable_lines(program) -> set[int]:
    """Lines on which a statement of the needed functions begins."""
    functions = [node for node in program.needed if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
    with ticking(functions) as ticked:
        return ticked.lines


def load_source(source: str) -> dict:
    """The namespace of an environment's file."""
    module = types.ModuleType("compiled_environment")
    sys.modules[module.__name__] = module
    exec(compile(source, "<compiled environment>", "exec", dont_inherit=True), module.__dict__)
    return module.__dict__
