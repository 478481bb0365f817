"""One variant: a strategy, tried until every piece is fit, then written out and played."""

import ast
import re
from dataclasses import dataclass, field

from ..analysis.access import SIZED, hide, unchanged
from ..analysis.fuel import Fuel
from ..analysis.profile import Profile, run, unfit
from ..backend.assembly import Assembly, assemble
from ..diagnostics import refuse, refuse_at
from ..frontend.program import hides_entry_recursion
from ..frontend.scopes import bound_by, is_generator, walk
from ..naming import RESERVED, Unique, pascal, told_apart
from ..rules import RULES
from .strategy import Strategy
from .tool import Tool
from .walker import Walker

MAX_TRIES = 9
_TOOL_NAME = re.compile(r"[A-Z][A-Za-z0-9]*", re.ASCII)
MAX_TOOLS = 12


@dataclass
class Cut:
    """A program cut into tools that are known to work on the cases they were tried on."""

    strategy: Strategy
    program: object
    hidden: list
    assembly: Assembly
    profile: Profile
    batched: bool
    #: Tries that answered otherwise than the solution, or failed: pieces were given up without a known reason.
    mended: int = 0
    seen: dict[int, object] = field(default_factory=dict)
    tools: list[Tool] = field(default_factory=list)


def hidden_of(program, inputs, cases) -> list:
    """The hidden parameters in the forms that fit their kinds and the inputs at hand."""
    texts = sum(inputs.kinds[name].name == "str" for name in inputs.names)
    grids_at_all = sum(inputs.kinds[name].name == "list" and inputs.kinds[name].parts[0].name == "list" for name in inputs.names)
    result, keys = [], Unique(inputs.names)
    for name in inputs.names:
        kind = inputs.kinds[name]
        wide = False
        if kind.name == "list" and kind.parts[0].name == "list":
            wide = any(len(row) > 3 for case in cases for row in case.arguments[name])
        result.append(hide(name, kind, wide, -1 if wide and grids_at_all == 1 else texts, program.words, keys))
    return result


def cut(reread, strategy: Strategy, inputs, cases, namespace, disabled: set[str], fuel: Fuel, batched=False) -> Cut:
    """Cuts, runs, gives up pieces that do not fit, and cuts again."""
    unwanted = set(disabled)
    last_failure, mended = None, 0
    for _ in range(MAX_TRIES):
        program = reread()
        hidden = hidden_of(program, inputs, cases if not batched else [case for batch in cases for case in batch])
        recursive = hides_entry_recursion(program)
        names = [item.name for item in hidden if item.form in SIZED]
        eligible = set() if recursive or batched else unchanged(program, names)
        walker = Walker(program, strategy, eligible, unwanted)
        assembly = assemble(program, walker, hidden, sorted(inputs.fixed), batched)
        given = [[case.arguments for case in batch] for batch in cases] if batched else [case.arguments for case in cases]
        profile = run(program, assembly, hidden, inputs.fixed, given, namespace, batched, fuel)
        wrong = _differing(profile, cases, batched)
        bad = unfit(assembly.tools, profile) - unwanted
        if not bad and not profile.early and len(assembly.tools) > MAX_TOOLS:
            bad = _rarest(assembly.tools, profile)
        if not bad and profile.rounds and not wrong:
            return Cut(strategy, program, hidden, assembly, profile, batched, mended)
        if not bad:
            mended += 1
            # Something else is off: give up the boldest pieces that are left, one rule at a time.
            last_failure = profile.failure or ("the cut program answers otherwise" if wrong else "too many calls")
            bad = _boldest(assembly.tools)
            if not bad:
                break
        unwanted |= bad
    generator = next(
        (node for top in reread().needed for node in walk(top) if isinstance(node, ast.FunctionDef) and is_generator(node)), None
    )
    if generator is not None and last_failure in ("RecursionError", "OverBudget", "TooManyCalls"):
        message = f"the generator `{generator.name}` has no end of its own, so it cannot be unrolled for a solver, which may not be one: end it, or use a list"
        raise refuse_at(generator, "endless-generator", message)
    raise refuse(
        "not-cut",
        f"the solution could not be cut in the style “{strategy.name}” "
        f"({last_failure or 'pieces kept failing'}): use plain functions, loops and lists, numbers and texts",
        reread().entry.lineno,
    )


def _differing(profile, cases, batched) -> bool:
    for number, answer in profile.answers.items():
        expected = [case.answer for case in cases[number]] if batched else cases[number].answer
        if type(answer) is not type(expected) or repr(answer) != repr(expected):
            if answer != expected:
                return True
    return len(profile.answers) * 2 < len(profile.rounds)


def _rarest(tools, profile) -> set[str]:
    """Pieces beyond the number of tools that an agent can keep in mind: those called least."""
    pieces = [(seen.calls, index) for index, (tool, seen) in enumerate(zip(tools, profile.seen)) if tool.source is None]
    return {span["id"] for _, index in sorted(pieces)[: len(tools) - MAX_TOOLS] for span in tools[index].spans}


def _boldest(tools) -> set[str]:
    for rule in sorted(RULES, key=lambda rule: -rule.boldness):
        found = {span["id"] for tool in tools if tool.rule is rule for span in tool.spans}
        if found:
            return found
    return set()


def name_tools(made: Cut, renamed: dict[str, str]) -> list[str]:
    """Final names: readers first, then the rest. A person's own names stay as they were typed; those that cannot be
    are told in the sentences that come back."""
    tools = made.assembly.tools
    order = sorted(range(len(tools)), key=lambda index: (tools[index].rule.order, index))
    made.tools = [tools[index] for index in order]
    taken = {name for node in made.program.needed for name in bound_by(node)} | RESERVED
    own: dict[int, str] = {}
    told = []
    for tool in made.tools:
        name, line = next(((renamed[span["id"]], span["line"]) for span in tool.spans if span["id"] in renamed), (None, 0))
        if name is None:
            continue
        if not _TOOL_NAME.fullmatch(name):
            told.append(f"the tool of line {line} keeps its name, since “{name}” cannot be one: a capital letter, then letters and digits")
        elif name in taken or name in own.values():
            told.append(f"the tool of line {line} keeps its name, since “{name}” is taken: choose another one")
        else:
            own[id(tool)] = name
    _tell_apart(made.tools)
    unique = Unique(taken | set(own.values()))
    for tool in made.tools:
        tool.name = own.get(id(tool)) or unique(tool.wanted if tool.wanted[:1].isupper() else pascal(tool.wanted) or "Tool")
    seen = dict(zip(map(id, tools), made.profile.seen))
    made.seen = seen
    return told


def _tell_apart(tools) -> None:
    groups: dict[str, list] = {}
    for tool in tools:
        if tool.rule.told_apart:
            groups.setdefault(tool.wanted, []).append(tool)
    for wanted, group in groups.items():
        if len(group) > 1:
            names = told_apart([wanted] * len(group), [tool.body[-1].value for tool in group])
            for tool, name in zip(group, names):
                tool.wanted = name


def pieces_of(made: Cut, lines: list[str]) -> list[dict]:
    """Which spans of the solution became which tool."""
    result = []
    for tool in made.tools:
        for span in tool.spans:
            kind = "statements" if tool.rule.statements else "expression"
            result.append({"kind": kind, "rule": tool.rule.name, "tool": tool.name, **span, "text": _text(lines, span)})
    return sorted(result, key=lambda item: (item["line"], item["col"], item["endLine"]))


def _text(lines, span):
    # Columns of syntax trees count bytes of UTF-8.
    part = [line.encode() for line in lines[span["line"] - 1 : span["endLine"]]]
    if not part:
        return ""
    part[-1] = part[-1][: span["endCol"]]
    part[0] = part[0][span["col"] :]
    return b"\n".join(part).decode(errors="replace")


def rules_of(made: Cut) -> list[str]:
    return [rule.label for rule in RULES if any(tool.rule is rule for tool in made.tools)]
