"""Runs a cut program with plain Python values and learns what passes between solver and tools.

This is where types come from: a piece whose values JSON cannot carry both ways is found here, and is not cut in
the next try. Nothing is guessed from the source.
"""

import ast
import copy
import json
from dataclasses import dataclass, field

from ..frontend.scopes import walk
from ..types.lattice import BOOL, EITHER, INT, NOTHING, OTHER, SCALARS, STR, Kind, encode, kind_of, merge, needs_name, sendable
from .access import SIZED
from .fuel import NODE, ROUND, OverBudget, Fuel, ticking
from .runner import FILE, quiet, settled

#: An argument longer than this is data, not a value.
MAX_ARGUMENT_CHARS = 300
MAX_CALLS = 1200
MAX_LINES = 60_000


@dataclass
class Seen:
    """What passed through one tool."""

    arguments: dict[str, Kind] = field(default_factory=dict)
    result: Kind = NOTHING
    calls: int = 0
    longest: int = 0
    example: tuple[dict, object] | None = None
    changed: bool = False
    bad: bool = False


class TooManyCalls(BaseException):
    """The cut program makes more calls than any task may have rounds."""


@dataclass
class Profile:
    seen: list[Seen]
    #: Index of a case → calls of tools it took; missing when it failed.
    rounds: dict[int, int] = field(default_factory=dict)
    answers: dict[int, object] = field(default_factory=dict)
    failure: str | None = None
    #: Ended after a few cases since pieces were found that do not fit.
    early: bool = False


def observed(hidden, arguments, batch: int | None = None) -> dict:
    """What Observe tells: sizes and scalars."""
    if batch is not None:
        return {"cases": batch}
    state = {}
    for item in hidden:
        value = arguments[item.name]
        if item.form == "function":
            continue
        if item.form == "grid":
            state[item.size_key] = [len(row) for row in value]
        elif item.form in SIZED:
            state[item.size_key] = len(value)
        else:
            state[item.name] = value
    return state


class _State:
    """The hidden attributes, for tools that read them."""


def tool_functions(tools, prefix: str) -> list[ast.FunctionDef]:
    result = []
    for index, tool in enumerate(tools):
        names = [ast.arg("self"), *(ast.arg(name) for name in tool.arguments)]
        arguments = ast.arguments([], names, None, [], [], None, [])
        result.append(ast.parse(f"def {prefix}{index}(): pass").body[0])
        result[-1].args, result[-1].body = arguments, tool.body
    return result


def run(program, assembly, hidden, constants, cases, namespace, batched: bool, fuel: Fuel) -> Profile:
    """Plays the cases (arguments, or lists of them when batched) in order; stops early when pieces do not fit."""
    tools = assembly.tools
    index_of = {id(tool): index for index, tool in enumerate(tools)}
    for statement in assembly.body:
        for node in walk(statement):
            if hasattr(node, "tool"):
                node.args = [ast.Constant(index_of[id(node.tool)])]
    words = program.words
    name, prefix = words["solve"], words.fresh("tool_") + "_"
    solve = ast.parse(f"def {name}({words['ask']}): pass").body[0]
    solve.body = [*assembly.body, *ast.parse(f"return {words['answer']}").body]
    module = ast.Module([*tool_functions(tools, prefix), solve], [])
    space = dict(namespace)
    with ticking(module.body):
        exec(compile(ast.fix_missing_locations(module), FILE, "exec", dont_inherit=True), space)
    fuel.spend(NODE * sum(1 for _ in walk(module)))
    functions = [space[f"{prefix}{index}"] for index in range(len(tools))]
    profile = Profile([Seen() for _ in tools])

    for number, arguments in enumerate(cases):
        if number in (1, 2) and any(seen.bad for seen in profile.seen):
            profile.early = True
            break
        state = _State()
        if batched:
            state._cases = arguments
        else:
            for item in hidden:
                setattr(state, item.attribute, copy.deepcopy(arguments[item.name]))
        count = [1]

        def ask(which, /, **given):
            count[0] += 1
            if count[0] > MAX_CALLS:
                raise TooManyCalls
            if which == "Observe":
                return observed(hidden, arguments, len(arguments) if batched else None)
            seen = profile.seen[which]
            if not seen.bad:
                _record_arguments(seen, given)
            before = repr(given) if tools[which].rule.watched else None
            first = copy.deepcopy(given) if seen.example is None else None
            result = functions[which](state, **given)
            if seen.bad:
                return result
            if before is not None and repr(given) != before:
                seen.changed = True
            kind = kind_of(result)
            seen.result = kind if seen.calls == 0 else merge(seen.result, kind)
            seen.calls += 1
            if seen.calls <= 20:
                seen.longest = max(seen.longest, len(repr(result)))
            if kind == OTHER and not tools[which].source:
                seen.bad = True
            if first is not None and kind != OTHER:
                seen.example = (first, copy.deepcopy(result))
            return result

        try:
            # A cut program could run on without asking for anything: its lines are counted too.
            with quiet(), fuel.limited(MAX_LINES):
                answer = settled(space[name](ask))
            profile.answers[number], profile.rounds[number] = answer, count[0]
            fuel.spend(ROUND * count[0])
        except (TooManyCalls, OverBudget, RecursionError) as error:
            profile.failure = profile.failure or f"{type(error).__name__}"
            continue
        except Exception as error:
            profile.failure = f"{type(error).__name__}: {error}"
    return profile


_FAST = {int: INT, bool: BOOL, str: STR}


def _record_arguments(seen, given):
    known = seen.arguments
    for name, value in given.items():
        kind = _FAST.get(type(value)) or kind_of(value)
        known[name] = kind if name not in known else merge(known[name], kind)
        if known[name] == OTHER:
            seen.bad = True
        elif kind.name not in SCALARS or kind is STR:
            seen.longest = max(seen.longest, len(repr(value)))


def unfit(tools, profile: Profile) -> set[str]:
    """Ids of pieces that may not be cut: never called, values that cannot be sent, arguments changed, data as argument."""
    result = set()
    for tool, seen in zip(tools, profile.seen):
        if tool.source is not None:
            continue
        bad = (seen.calls == 0 and not profile.early) or seen.bad or seen.changed or not sendable(seen.result) or _twice(seen.result)
        bad = (
            bad
            or any(not sendable(kind) or _unknown(kind) for kind in seen.arguments.values())
            or (_unknown(seen.result) and seen.result.name != "list")
        )
        bad = bad or seen.longest > MAX_ARGUMENT_CHARS * tool.rule.roominess
        if not bad and seen.calls == 0:
            continue
        if bad or not tool.rule.fits(tool, seen):
            result.update(span["id"] for span in tool.spans)
    return result


def _unknown(kind) -> bool:
    """A container that was always empty: what it will hold, and how to send that, is not known."""
    return any(part == NOTHING or _unknown(part) for part in kind.parts)


def _twice(kind):
    return kind.name not in ("limit", "tuple", EITHER) and needs_name(kind)


def example_text(tool, seen) -> str:
    """A real output of the tool as the JSON text that it returns."""
    if seen.example is None:
        return "null"
    return json.dumps(encode(seen.result, seen.example[1]))
