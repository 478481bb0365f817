"""What tests of the compiler share. Plain functions and `assert`, so that they run where there is no pytest too (`run_all`)."""

import ast
import functools
import random
import textwrap

import codegym_compiler
from codegym_compiler.analysis.access import Hidden, hide
from codegym_compiler.diagnostics import Refusal
from codegym_compiler.frontend.program import Program, read_program
from codegym_compiler.frontend.script import read_script
from codegym_compiler.naming import Unique
from codegym_compiler.outline.strategy import Strategy
from codegym_compiler.outline.walker import Walker
from codegym_compiler.rules import RULES
from codegym_compiler.types.lattice import INT, list_of

#: Room enough for a loaded machine: time decides nothing here.
OPTIONS = {"deadlineMs": 300_000}


def function(source: str, entry: str | None = None) -> Program:
    return read_program(textwrap.dedent(source), entry)


def script(source: str) -> Program:
    return read_script(textwrap.dedent(source))


def expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def refusal(work, *arguments, **options):
    """The diagnostic that a call ends with."""
    try:
        work(*arguments, **options)
    except Refusal as error:
        return error.diagnostic
    raise AssertionError("it was not refused")


@functools.cache
def variants(source: str, statement: str = "Compute.", **options) -> dict[str, dict]:
    """The variants of a solution by the name of their strategy."""
    found = codegym_compiler.compile_problem(statement, textwrap.dedent(source), None, {**OPTIONS, **options})
    assert "refused" not in found, found
    return {variant["name"]: variant for variant in found["variants"]}


def outlined(source: str, **strategy) -> tuple[str, dict[str, set[str]]]:
    """Without running anything: (the entry afterwards, what each rule outlined, in words)."""
    program = function(source)
    walker = Walker(program, Strategy("test", **strategy), set(), set())
    walker.function_body(program.entry, entry=True)
    found: dict[str, set[str]] = {}
    for tool in walker.tools.values():
        found.setdefault(tool.rule.name, set()).add(tool.label)
    for rule in RULES:
        for tool, _ in rule.solver_functions(walker, Unique([])):
            found.setdefault(rule.name, set()).add(tool.label)
    return ast.unparse(ast.fix_missing_locations(program.entry)), found


def golden(variant: dict, rule: str) -> str:
    """What a rule made in a variant: the pieces it took, each of its tools as it was written, and the solver's own part.
    Tools that are no piece read the hidden input."""
    pieces = [piece for piece in variant["pieces"] if piece["rule"] == rule]
    readers = set(variant["tools"]) - {piece["tool"] for piece in variant["pieces"]} - {"Observe", "Done"}
    tools = [tool for tool in variant["tools"] if tool in (readers if rule == "element" else {piece["tool"] for piece in pieces})]
    taken = [f"# {piece['id']}: {' '.join(piece['text'].split())} -> {piece['tool']}" for piece in pieces]
    return "\n\n".join(["\n".join(taken), *(method(variant, tool) for tool in tools), solving(variant)]).strip()


def method(variant: dict, name: str) -> str:
    """A method of an environment, as it stands in the file."""
    (cls,) = (node for node in ast.parse(variant["source"]).body if isinstance(node, ast.ClassDef) and node.name == variant["className"])
    found = next(node for node in cls.body if isinstance(node, ast.FunctionDef) and node.name == name)
    return textwrap.dedent("\n".join(variant["source"].split("\n")[found.lineno - 1 : found.end_lineno]))


def solving(variant: dict) -> str:
    """A solver after its first lines, which are the same in all of them."""
    return textwrap.dedent(variant["solver"].split("\n\n", 3)[3]).strip()


def same(found: str, expected: str) -> None:
    """Texts, line by line; a difference shows what was found, to be copied."""
    expected = textwrap.dedent(expected).strip()
    assert found.strip() == expected, f"found:\n{found}"


def for_seeds(count: int, replayed: int | None = None):
    """A property of whatever a random source gives: `count` examples, made small by hypothesis where it is there; else tried
    with the first seeds, `replayed` of them (a fifth)."""

    def decorate(check):
        try:
            from hypothesis import given, settings, strategies
        except ImportError:

            def trial():
                for seed in range(max(1, count // 5) if replayed is None else replayed):
                    check(random.Random(seed))

            trial.__name__ = check.__name__
            return trial
        # The same examples each time: what a new one finds is for whoever works on the compiler.
        return settings(max_examples=count, derandomize=True, deadline=None, database=None)(
            given(strategies.randoms(use_true_random=False))(check)
        )

    return decorate


def hidden_list(name: str) -> Hidden:
    """A hidden parameter, a list of integers."""
    program = function(f"def f({name}):\n    return {name}\n")
    return hide(name, list_of(INT), False, 1, program.words, Unique([]))
