"""A row's own assertions: which inputs they use, and a candidate that answers them from an environment.

They come as `check(candidate)`, or as plain assertions that call the solution by its name: `total([1, 2])`,
`Solution().total([1, 2])`.
"""

import ast
import copy
import json

from .analysis.fuel import OverBudget, TimeUp, Fuel
from .analysis.runner import Original, quiet
from .frontend.program import Program, read_program
from .frontend.scopes import changed_names, walk_own
from .types.answers import Form
from .types.fitting import loose
from .types.lattice import encode, from_data, kind_of, merge, sendable

#: A row's assertions may be heavy; what is found until then is enough.
CHECK_SECONDS, CHECK_TICKS = 3.0, 400_000


class Assertions:
    """The assertions of one row on one solution."""

    def __init__(self, test_source: str, solution: str, entry_point: str | None):
        self.source = test_source
        #: With the names that the solution was written with, as the assertions know them.
        self.program: Program = read_program(solution, entry_point, as_written=True)
        self.names = [item.name for item in self.program.parameters]

    def given(self, arguments, named) -> dict | None:
        """The arguments of a call by name, with literal defaults; None when they do not fit."""
        if len(arguments) > len(self.names) or not set(named) <= set(self.names[len(arguments) :]):
            return None
        given = {**dict(zip(self.names, arguments)), **named}
        for item in self.program.parameters:
            if item.name not in given:
                try:
                    given[item.name] = ast.literal_eval(item.default) if item.default is not None else given[item.name]
                except (KeyError, ValueError):
                    return None
        return {name: given[name] for name in self.names}

    def candidate(self, space: dict):
        """The solution's own function, out of the namespace that it makes."""
        if self.program.owner is None:
            return space[self.program.entry.name]
        return getattr(space[self.program.owner.name](), self.program.entry.name)

    def run(self, space: dict, candidate) -> None:
        """Runs them with a candidate in the solution's place. Raises what they raise.

        `space`: what the solution's source makes."""
        space = {name: value for name, value in space.items() if not name.startswith("__")}
        space["__name__"] = "check"
        name, owner = self.program.entry.name, self.program.owner
        if owner is None:
            space[name] = candidate
        else:
            space[owner.name] = type(owner.name, (space[owner.name],), {name: staticmethod(candidate)})
        space.pop("check", None)
        exec(compile(self.source, "<check>", "exec", dont_inherit=True), space)
        if "check" in space:
            space["check"](candidate)

    def changed(self) -> str | None:
        """The parameter that a solution changes which returns nothing."""
        returns = any(
            isinstance(node, (ast.Yield, ast.YieldFrom)) or (isinstance(node, ast.Return) and node.value is not None)
            for node in walk_own(self.program.entry)
        )
        names = [name for name in self.names if name in changed_names(self.program.entry)]
        return names[0] if not returns and len(names) == 1 else None


def inputs_from_check(test_source: str, solution: str, entry_point: str | None) -> list[list]:
    """The argument lists that the assertions call the solution with, those that JSON can carry, without repeats."""
    try:
        assertions = Assertions(test_source, solution, entry_point)
        original = Original(assertions.program, Fuel(CHECK_SECONDS))
    except (Exception, SystemExit, OverBudget, TimeUp):
        return []  # What is wrong with it is said when it is compiled.
    found: list[list] = []

    def candidate(*arguments, **named):
        given = assertions.given(arguments, named)
        if given is None:
            return assertions.candidate(original.namespace)(*arguments, **named)
        if all(sendable(kind_of(value)) for value in given.values()):
            values = [copy.deepcopy(value) for value in given.values()]
            if repr(values) not in map(repr, found):
                found.append(values)
        return original.call(given, CHECK_TICKS)[0]

    try:
        with quiet():
            assertions.run(original.namespace, candidate)
    except (Exception, SystemExit, OverBudget, TimeUp):
        pass
    return found


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


def reference_candidate(assertions: Assertions, written: dict[str, str], shape: dict, reference, fallback):
    """A candidate for the assertions: `reference(config text)` gives an environment's answer in JSON; what no
    configuration can hold goes to `fallback` (the solution). `written`: names of the shape → those of the solution."""
    hidden = [written.get(name, name) for name, _ in shape["parameters"]]
    fixed = {item.name for item in assertions.program.parameters} - set(hidden)
    place = assertions.changed()

    def candidate(*arguments, **named):
        given = assertions.given(arguments, named)
        own = given is not None and not fixed & ({*assertions.names[: len(arguments)], *named})
        config = config_of(shape, [given[name] for name in hidden]) if own else None
        if config is None:
            return fallback(*arguments, **named)
        answer = answer_of(shape, reference(config))
        if place is None:
            return answer
        given[place][:] = answer
        return None

    return candidate
