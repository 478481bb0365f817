"""Runs the solution within limits and sees which of its lines ran.

`sys.monitoring` where it exists (3.12 and later), `sys.settrace` before. Both stop a run that goes on too long
by raising in the middle of it; what stays inside one call of C (`10 ** 10 ** 8`) cannot be stopped here.
"""

import ast
import copy
import io
import sys
import time
import types

FILE = "<compiled solution>"


class OverBudget(BaseException):
    """Too many lines or too much time. No Exception, so that the solution's `except` does not swallow it."""


class Tracer:
    """Context manager: collects the lines of `FILE` that run and raises OverBudget past the limit."""

    def __init__(self, limit: int, deadline: float):
        self.limit, self.deadline, self.count = limit, deadline, 0
        self.lines: set[int] = set()

    def _line(self, line):
        self.lines.add(line)
        self.count += 1
        if self.count > self.limit or (not self.count & 1023 and time.perf_counter() > self.deadline):
            raise OverBudget

    def __enter__(self):
        monitoring = getattr(sys, "monitoring", None)
        self._tool = None
        if monitoring is not None:
            self._tool = next((number for number in (4, 3, 5, 2) if monitoring.get_tool(number) is None), None)
        if self._tool is not None:
            monitoring.use_tool_id(self._tool, "codegym_compiler")
            monitoring.register_callback(self._tool, monitoring.events.LINE, self._monitored)
            monitoring.set_events(self._tool, monitoring.events.LINE)
            monitoring.restart_events()
        else:
            self._before = sys.gettrace()
            sys.settrace(self._traced)
        return self

    def __exit__(self, *_):
        if self._tool is not None:
            sys.monitoring.set_events(self._tool, 0)
            sys.monitoring.register_callback(self._tool, sys.monitoring.events.LINE, None)
            sys.monitoring.free_tool_id(self._tool)
        else:
            sys.settrace(self._before)

    def _monitored(self, code, line):
        if code.co_filename != FILE:
            return sys.monitoring.DISABLE
        self._line(line)
        return None

    def _traced(self, frame, event, _):
        if frame.f_code.co_filename != FILE:
            return None
        return self._local

    def _local(self, frame, event, _):
        if event == "line":
            self._line(frame.f_lineno)
        return self._local


def load(statements, name: str = "solution", extra: dict | None = None) -> dict:
    """The namespace that top-level statements make. What they print is dropped."""
    module = types.ModuleType(name)
    sys.modules[name] = module  # dataclasses and typing look a class's module up by name
    code = compile(ast.Module(list(statements), []), FILE, "exec", dont_inherit=True)
    module.__dict__.update(extra or {})
    with quiet():
        exec(code, module.__dict__)
    return module.__dict__


class quiet:
    """Context manager: nothing is printed, nothing can be read from standard input."""

    def __enter__(self):
        self._saved = sys.stdout, sys.stderr, sys.stdin
        sys.stdout = sys.stderr = io.StringIO()
        sys.stdin = io.StringIO("")

    def __exit__(self, *_):
        sys.stdout, sys.stderr, sys.stdin = self._saved


def careful_eval(text, *spaces):
    """`eval` for trying inputs: towers of powers run inside of C, where nothing stops them."""
    if isinstance(text, str):
        for node in ast.walk(ast.parse(text.strip(), mode="eval")):
            if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Pow, ast.LShift)):
                if not (isinstance(node.right, ast.Constant) and isinstance(node.right.value, int) and node.right.value < 200):
                    raise OverBudget
    frame = sys._getframe(1)
    return eval(text, *(spaces or (frame.f_globals, frame.f_locals)))


class Original:
    """The solution, ready to be called: each call on copies, so that inputs stay as they are."""

    def __init__(self, program, deadline: float):
        self.program, self.deadline = program, deadline
        self.namespace = load(program.needed, extra={"eval": careful_eval} if "eval" not in program.providers else None)
        self.calls = 0
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

    def call(self, arguments: dict, limit: int = 20_000):
        """(answer, lines that ran, how many). Raises what the solution raises, and OverBudget."""
        given = copy.deepcopy(arguments)
        arguments_after = dict(given)
        self.calls += 1
        tracer = Tracer(limit, self.deadline)
        with quiet(), tracer:
            answer = self.invoke(given)
            kind = type(answer)
            answer = settled(answer)
        self.raw_types.add("iterator" if hasattr(kind, "__next__") else kind.__name__)
        if answer is None and self.program.in_place:
            answer = settled(arguments_after[self.program.in_place])
        return answer, tracer.lines, tracer.count


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
    """Lines of the needed functions that hold code, docstrings and `def` lines aside."""
    code = compile(ast.Module(list(program.needed), []), FILE, "exec", dont_inherit=True)
    lines: set[int] = set()
    todo = [item for item in code.co_consts if isinstance(item, types.CodeType)]
    while todo:
        one = todo.pop()
        if one.co_name not in {node.name for node in program.needed if isinstance(node, ast.ClassDef)}:
            lines.update(line for _, _, line in one.co_lines() if line is not None and line != one.co_firstlineno)
        todo.extend(item for item in one.co_consts if isinstance(item, types.CodeType))
    for node in program.needed:
        for item in ast.walk(node):
            if isinstance(item, (ast.FunctionDef, ast.ClassDef)):
                lines.difference_update(range(item.lineno, item.body[0].lineno))
                if ast.get_docstring(item) is not None:
                    lines.difference_update(range(item.body[0].lineno, item.body[0].end_lineno + 1))
    return lines


def load_source(source: str) -> dict:
    """The namespace of an environment's file."""
    module = types.ModuleType("compiled_environment")
    sys.modules[module.__name__] = module
    exec(compile(source, "<compiled environment>", "exec", dont_inherit=True), module.__dict__)
    return module.__dict__
