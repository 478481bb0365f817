"""A row's own assertions: which inputs they use, and a candidate that answers them from an environment."""

import copy
import json

from .answers import Form
from .fitting import loose
from .kinds import encode, from_data, kind_of, merge, sendable
from .program import read_program
from .runner import Original, quiet
from .work import OverBudget, TimeUp, Work

#: A row's assertions may be heavy; what is found until then is enough.
CHECK_SECONDS, CHECK_TICKS = 3.0, 400_000


def inputs_from_check(test_source: str, solution: str, entry_point: str | None) -> list[list]:
    """The argument lists that `check(candidate)` calls its candidate with, those that JSON can carry, without repeats."""
    try:
        program = read_program(solution, entry_point)
        original = Original(program, Work(CHECK_SECONDS))
    except (Exception, SystemExit, OverBudget, TimeUp):
        return []  # What is wrong with it is said when it is compiled.
    names = [item.name for item in program.parameters]
    found: list[list] = []

    def candidate(*arguments, **named):
        given = {**dict(zip(names, arguments)), **named}
        if all(sendable(kind_of(value)) for value in given.values()):
            values = [copy.deepcopy(given[name]) for name in names if name in given]
            if repr(values) not in map(repr, found):
                found.append(values)
        return original.call(given, CHECK_TICKS)[0]

    _run_check(test_source, candidate)
    return found


def _run_check(test_source, candidate):
    space: dict = {"__name__": "check"}
    try:
        with quiet():
            exec(compile(test_source, "<check>", "exec", dont_inherit=True), space)
            space["check"](candidate)
    except (Exception, OverBudget, TimeUp):
        return False
    return True


def config_of(shape: dict, arguments: list) -> str | None:
    """The configuration of a variant (its `shape`) for an argument list; None when its kinds do not take it."""
    parameters = [(name, from_data(data)) for name, data in shape["parameters"]]
    if len(arguments) != len(parameters):
        return None
    for (_, kind), value in zip(parameters, arguments):
        given = kind_of(value)
        if not sendable(given) or (merge(kind, given) != kind and not loose(kind, given)):
            return None
    one = {name: encode(kind, value) for (name, kind), value in zip(parameters, arguments)}
    return json.dumps({"cases": [one]} if shape["batched"] else one, ensure_ascii=False)


def answer_of(shape: dict, data):
    """What the solution would have returned, from a reference answer in JSON."""
    if shape["batched"]:
        data = data[0]
    form = Form(from_data(shape["answer"]) if shape["answer"] else None, optional=shape["optional"])
    return form.value(data)


def reference_candidate(shape: dict, reference, fallback):
    """A candidate for `check`: `reference(config text)` gives an environment's answer in JSON; what no
    configuration can hold goes to `fallback` (the solution)."""

    def candidate(*arguments):
        config = config_of(shape, list(arguments))
        return fallback(*arguments) if config is None else answer_of(shape, reference(config))

    return candidate
