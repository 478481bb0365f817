"""Compiling a solution, and holding what became of it against a row's own assertions. Both run the solution."""

import json

import codegym_compiler

from . import episodes
from .loader import captured_output, run_module


def compile_problem(statement, solution, entryPoint, options, test):
    """`test`: a row's assertions; the arguments they use become configurations."""
    with captured_output():
        if test is not None:
            options = {**options, "inputs": codegym_compiler.inputs_from_check(test, solution, entryPoint)}
        return codegym_compiler.compile_problem(statement, solution, entryPoint, options)


def _failure(assertions, space, candidate):
    """None, or what went wrong in the words of the assertion that failed."""
    try:
        assertions.run(space, candidate)
    except Exception as error:
        return f"{type(error).__name__}: {error}".strip()[:500]
    return None


def check_reference(test, solution, entryPoint, source, className, shape):
    """The row's assertions on the environment's reference answers; where a configuration cannot hold the arguments,
    the solution itself answers. `asked` counts the answers that came from the environment."""
    asked = 0

    def reference(config):
        nonlocal asked
        asked += 1
        return json.loads(episodes.reference_answer(config, 10**9, False)["answer"])

    episodes.load_environment(source, className)
    with captured_output():
        assertions = codegym_compiler.Assertions(test, solution, entryPoint)
        space = vars(run_module(codegym_compiler.python_of(solution), "<solver>", "original_solution"))
        original = assertions.candidate(space)
        written = codegym_compiler.read_program(solution, entryPoint).written
        failure = _failure(assertions, space, codegym_compiler.reference_candidate(assertions, written, shape, reference, original))
        if failure is not None and _failure(assertions, space, original) is not None:
            failure = None  # The row contradicts its own solution: that says nothing of the environment.
    return {"asked": asked, "failure": failure}
