"""From a statement and a solution to variants with configurations: the order of work, and how much of it there may be."""

import ast
import json

from .analysis.fuel import OverBudget, Fuel
from .analysis.ordering import refuse_set_order
from .analysis.runner import Original, executable_lines, line_of
from .backend.making import Maker
from .diagnostics import Refusal, refuse
from .frontend.examples import stated_inputs
from .frontend.program import entry_name, keeps_state, read_program, reads_standard_input
from .frontend.reading import parse, python_of
from .frontend.scopes import changed_names, walk
from .frontend.script import read_script
from .inputs.generation import MAX_STATED, SIZES, Inputs
from .outline.strategy import BATCHES, STRATEGIES
from .types.answers import answer_text, form_of
from .types.lattice import FUNCTION

DEFAULTS = {
    "seed": 0,
    "deadlineMs": 12_000,
    "answerChars": 100,
    "minRounds": 10,
    "maxRounds": 256,
    "disabled": (),
    "renamed": {},
    "inputs": (),
}
#: Inputs to look for, and at least so many if it takes more work.
MOST_INPUTS, ENOUGH_INPUTS = 34, 15
#: Units of fuel for asking solutions that were asked nothing before.
FRESH = 400_000
_AGAIN = "the same input gives another answer when it is asked again, or after others: keep nothing between calls, in globals, caches or default values"
#: Units of fuel for inputs that are drawn; for the rest of them while there are not enough; for missing lines.
DRAWING, MORE, SEEKING = 150_000, 300_000, 100_000


def _measure(form_less_answer) -> int | None:
    """How long an answer's JSON is, before its form is known."""
    try:
        return len(json.dumps(form_less_answer, default=lambda value: list(value)))
    except (TypeError, ValueError, RecursionError):
        try:
            return len(repr(form_less_answer))
        except Exception:
            return None


def _alike(one: dict, two: dict) -> bool:
    """The same play: one of them is enough."""
    return one["solver"] == two["solver"] or one["figures"]["rounds"] == two["figures"]["rounds"]


def _covering_first(cases: list) -> list:
    """Each case that runs a line which those before it do not, then the rest as they came."""
    covered: set[int] = set()
    first = []
    for case in sorted(cases, key=lambda case: -len(case.lines)):
        if case.lines - covered:
            first.append(case)
            covered |= case.lines
    taken = set(map(id, first))
    return first + [case for case in cases if id(case) not in taken]


def _told(error: BaseException) -> str:
    """An error as a sentence's end."""
    if isinstance(error, OverBudget):
        return "it does too much work"
    return f"{type(error).__name__}: {error}"


class Compilation:
    def __init__(self, statement: str, solution: str, entry_point: str | None, options: dict):
        self.options = {**DEFAULTS, **{key: value for key, value in (options or {}).items() if value is not None}}
        self.fuel = Fuel(self.options["deadlineMs"] / 1000)
        self.statement, self.solution, self.entry_point = statement or "", python_of(solution), entry_point
        self.warnings: list[str] = []
        #: Of single strategies; the first of them is told when none is left.
        self.refusals: list[Refusal] = []
        self.script = self._is_script()
        #: What a script reads as bytes is bytes, though text would make better tools.
        self.faithful = False
        self.program = self.reread()
        self._original()

    def reread(self):
        program = read_script(self.solution, self.faithful) if self.script else read_program(self.solution, self.entry_point)
        program.in_place = getattr(self, "in_place", None)
        program.plain_eval = hasattr(self, "original") and not self.original.evaluated_names
        return program

    def _clashing(self) -> str:
        return ", ".join(f"`{name}`" for name in sorted(self.program.written.values()))

    def _is_script(self):
        """Standard input is read, unless the named entry takes parameters."""
        tree = parse(self.solution)
        if self.entry_point:
            name = entry_name(self.entry_point)
            found = [node for node in walk(tree) if isinstance(node, ast.FunctionDef) and node.name == name]
            if found and (found[-1].args.args or found[-1].args.vararg):
                return False
        return reads_standard_input(tree)

    def _original(self):
        try:
            self.original = Original(self.program, self.fuel)
        except (Exception, SystemExit, OverBudget) as error:
            raise refuse(
                "load",
                f"the solution fails when it is loaded, before its function is called: {_told(error)}",
                line_of(error) or self.program.entry.lineno,
            ) from None

    # --- inputs ----------------------------------------------------------------------------------------------

    def gather(self):
        program = self.program
        names = [item.name for item in program.parameters]
        stated = [dict(zip(names, given)) for given in self.options["inputs"] if len(given) <= len(names)]
        stated += stated_inputs(program, self.statement)
        chars = self.options["answerChars"]

        def fits(case):
            length = _measure(case.answer)
            return length is not None and length <= chars * 1.3

        self.inputs = Inputs(program, self.original, self.statement, stated, self.options["seed"], fits)
        self.inputs.settle()
        self._in_place()
        self.inputs.grow(MOST_INPUTS, SIZES, DRAWING)
        if len(self.inputs.cases) < ENOUGH_INPUTS:
            self.inputs.vary(ENOUGH_INPUTS + 5, MORE)
        if len(self.inputs.cases) < ENOUGH_INPUTS:
            self.inputs.grow(ENOUGH_INPUTS, (2, 3, 1, 4, 2, 5, 3, 6), MORE)
        self.inputs.seek(executable_lines(program), 150, SEEKING)
        if not self._as_written():
            if not self.script:
                raise refuse(
                    "names", f"the solution names something as Python does ({self._clashing()}): give it another name", program.entry.lineno
                )
            self.faithful = True
            self.program = self.reread()
            self._original()
            self.gather()
            return
        self._settle_answers()

    def _in_place(self):
        """Nothing is returned and one parameter is changed: that is the answer."""
        cases = self.inputs.cases
        if not cases or any(case.answer is not None for case in cases):
            return
        changed = [name for name in self.inputs.names if name in changed_names(self.program.entry)]
        if len(changed) != 1:
            raise refuse(
                "no-answer",
                "the solution returns nothing and changes no single parameter: let it return the answer",
                self.program.entry.lineno,
            )
        self.in_place = self.program.in_place = changed[0]
        self.inputs.seen.clear()
        again, self.inputs.cases = self.inputs.cases, []
        for case in again:
            self.inputs.attempt(case.arguments, case.origin)

    def _settle_answers(self):
        cases, chars = self.inputs.cases, self.options["answerChars"]
        if not cases:
            if self.inputs.ran:
                message = f"every answer found is longer than {chars} characters: let the function return a shorter or simpler result"
                raise refuse("answer-length", message, self.program.entry.lineno)
            message, line = self.inputs.failure()
            raise refuse("no-inputs", f"no usable input was found: {message}; give a small example in the statement", line)
        self.form = form_of([case.answer for case in cases], self.original.raw_types, self.program.entry.lineno)
        kept = []
        for case in cases:
            text = answer_text(self.form, case.answer)
            if text is not None and len(text) <= chars:
                kept.append(case)
        if not kept:
            raise refuse(
                "answer-length",
                (
                    f"every answer found is longer than {chars} characters or has no JSON "
                    "form: let the function return a shorter or simpler result"
                ),
                self.program.entry.lineno,
            )
        self.inputs.cases = _covering_first(kept)
        self._same_again(kept)
        refuse_set_order(self.reread(), self.original, sorted(kept, key=lambda case: -case.cost)[:8])

    def _same_again(self, cases):
        """The answers hold when asked again, and in a solution that was asked nothing before."""
        until = self.fuel.spent + FRESH
        for number, case in enumerate(cases):
            if number >= 3 and (not keeps_state(self.program) or self.fuel.spent > until):
                return
            try:
                every = [self.original.call(case.arguments)[0], Original(self.reread(), self.fuel).call(case.arguments, MAX_STATED)[0]]
            except OverBudget:
                return
            except Exception as error:
                raise refuse("unrepeatable", f"{_AGAIN} ({_told(error)})", line_of(error) or self.program.entry.lineno) from None
            if any(answer_text(self.form, again) != answer_text(self.form, case.answer) for again in every):
                raise refuse("unrepeatable", _AGAIN, self.program.entry.lineno)

    def _as_written(self) -> bool:
        """What was made of the source answers as the source does: names that were changed, bytes that are taken as text."""
        if self.script:
            if not self.program.bytes:
                return True
            written = read_script(self.solution, True)
        elif self.program.written:
            written = read_program(self.solution, self.entry_point, as_written=True)
        else:
            return True
        try:
            other = Original(written, self.fuel)
            for case in self.inputs.cases:
                given = {self.program.written_name(name): value for name, value in case.arguments.items()}
                if self.program.in_place:
                    written.in_place = self.program.written_name(self.program.in_place)
                if repr(other.call(given, MAX_STATED)[0]) != repr(case.answer):
                    return False
        except OverBudget:
            return True
        except (Exception, SystemExit):
            return False
        return True

    # --- all -------------------------------------------------------------------------------------------------

    def run(self) -> dict:
        self.gather()
        maker = self.maker = Maker(self)
        found, covered = [], set()
        refusals = self.refusals
        for strategy in STRATEGIES:
            try:
                variant, lines = maker.variant(strategy)
            except Refusal as refusal:
                refusals.append(refusal)
                continue
            except Exception as error:  # one strategy's fault must not cost the others
                line = getattr(error, "lineno", None) if isinstance(error, SyntaxError) else self.program.entry.lineno
                refusals.append(
                    refuse(
                        "internal",
                        f"the compiler itself failed in the style “{strategy.name}”, please report this solution: {_told(error)}",
                        line,
                    )
                )
                continue
            if not any(_alike(other, variant) for other in found):
                found.append(variant)
                covered |= lines
        if not any(item["figures"]["inWindow"] >= 3 and len(item["tools"]) >= 4 for item in found) and self._batchable():
            for strategy in BATCHES:
                try:
                    variant, lines = maker.variant(strategy, batched=True)
                except Refusal as refusal:
                    refusals.append(refusal)
                    continue
                found.append(variant)
                covered |= lines
                if len(variant["tools"]) >= 4:
                    break
        if not found:
            raise min(refusals, key=lambda refusal: refusal.diagnostic.code == "internal")
        found.sort(key=self._rank)
        if len(found[0]["tools"]) < 4:
            self.warnings.append(f"only {len(found[0]['tools'])} tools")
        if not any(item["figures"]["inWindow"] for item in found):
            self.warnings.append(f"no configuration takes {self.options['minRounds']} to {self.options['maxRounds']} rounds")
        every = executable_lines(self.program)
        return {"variants": found, "coverage": round(len(covered & every) / len(every), 4) if every else 1.0, "warnings": self.warnings}

    def _batchable(self):
        return not self.program.in_place and all(
            item.name in ("int", "float", "number", "bool", "str", FUNCTION) for item in self.inputs.kinds.values()
        )

    def _rank(self, variant):
        figures = variant["figures"]
        window = figures["inWindow"] / max(1, len(variant["configs"]))
        return (figures["inWindow"] < 3, len(variant["tools"]) < 4, -round(window, 1), -min(7, figures["toolsUsed"]), figures["reveals"])
