"""From a statement and a solution to variants with configurations: the order of work and the time it may take."""

import ast
import copy
import json
import time

from .answers import Form, answer_text, form_of, shape_text
from .cutter import Style
from .environment import environment_source
from .examples import stated_inputs
from .inputs import Inputs
from .kinds import to_data
from .naming import pascal
from .ordering import refuse_set_order
from .playing import Stage, choose, config_text
from .program import parse, read_program, reads_standard_input
from .refusal import Refusal
from .runner import Original, OverBudget, executable_lines
from .script import read_script
from .solver import solver_source
from .texts import task_text, title_of
from .variants import BATCH, STYLES, cut, name_tools, pieces_of, rules_of

DEFAULTS = {
    "seed": 0, "budgetMs": 700, "answerChars": 100, "minRounds": 10, "maxRounds": 256, "disabled": (), "renamed": {}, "inputs": (),
}  # fmt: skip
WANTED = 20
MIN_CONFIGS = 10
BATCH_SIZES = (2, 3, 4, 5, 6, 8, 10, 12, 4, 5, 6, 7, 8, 9, 10, 12, 3, 5, 7, 9, 11, 14, 16, 6, 8)


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
    """The same cut with the same play: one of them is enough."""
    def key(variant):
        return [item["id"] for item in variant["pieces"]], len(variant["tools"]), variant["figures"]["rounds"]

    return one["solver"] == two["solver"] or key(one) == key(two)


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


class Compilation:
    def __init__(self, statement: str, solution: str, entry_point: str | None, options: dict):
        self.options = {**DEFAULTS, **{key: value for key, value in (options or {}).items() if value is not None}}
        self.began = time.perf_counter()
        self.budget = self.options["budgetMs"] / 1000
        self.deadline = self.began + self.budget
        self.statement, self.solution, self.entry_point = statement or "", solution, entry_point
        self.warnings: list[str] = []
        self.script = self._is_script()
        self.program = self.reread()
        self._original()

    def reread(self):
        program = read_script(self.solution) if self.script else read_program(self.solution, self.entry_point)
        program.in_place = getattr(self, "in_place", None)
        return program

    def _is_script(self):
        """Standard input is read, unless the named entry takes parameters."""
        tree = parse(self.solution)
        if self.entry_point:
            name = self.entry_point.split(".")[-1]
            found = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == name]
            if found and (found[-1].args.args or found[-1].args.vararg):
                return False
        return reads_standard_input(tree)

    def at(self, share: float) -> float:
        return self.began + self.budget * share

    def _original(self):
        try:
            self.original = Original(self.program, self.deadline)
        except (Exception, SystemExit, OverBudget) as error:
            raise Refusal("load", f"the solution's top level fails: {type(error).__name__}: {error}", self.program.entry.lineno) from None

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

        self.inputs = Inputs(program, self.original, self.statement, stated, self.options["seed"], self.deadline, fits)
        self.inputs.settle()
        self._in_place()
        self.inputs.grow(34, until=self.at(0.3))
        if len(self.inputs.cases) < 15:
            self.inputs.vary(20, self.at(0.4))
        if len(self.inputs.cases) < 15:
            self.inputs.grow(15, (2, 3, 1, 4, 2, 5, 3, 6), self.at(1.0))
        self.inputs.seek(executable_lines(program), 150, self.at(0.45))
        self._settle_answers()

    def _in_place(self):
        """Nothing is returned and one parameter is changed: that is the answer."""
        from .scopes import changed_names

        cases = self.inputs.cases
        if not cases or any(case.answer is not None for case in cases):
            return
        changed = [name for name in self.inputs.names if name in changed_names(self.program.entry)]
        if len(changed) != 1:
            raise Refusal("no-answer", "the solution returns nothing and changes no single parameter", self.program.entry.lineno)
        self.in_place = self.program.in_place = changed[0]
        self.inputs.seen.clear()
        again, self.inputs.cases = self.inputs.cases, []
        for case in again:
            self.inputs.attempt(case.arguments, case.origin)

    def _settle_answers(self):
        cases = self.inputs.cases
        if not cases:
            message, line = self.inputs.last_failure or (f"every answer is longer than {self.options['answerChars']} characters", None)
            raise Refusal("no-inputs", f"no usable input was found: {message}", line or self.program.entry.lineno)
        self.form = form_of([case.answer for case in cases], self.original.raw_types, self.program.entry.lineno)
        chars = self.options["answerChars"]
        kept = []
        for case in cases:
            text = answer_text(self.form, case.answer)
            if text is not None and len(text) <= chars:
                kept.append(case)
        if not kept:
            raise Refusal("answer-length", f"every answer found is longer than {chars} characters or has no JSON form", self.program.entry.lineno)
        self.inputs.cases = _covering_first(kept)
        for case in kept[:3]:
            try:
                again, _, _ = self.original.call(case.arguments)
            except OverBudget:
                break
            if answer_text(self.form, again) != answer_text(self.form, case.answer):
                raise Refusal("unrepeatable", "the same input gives another answer the second time", self.program.entry.lineno)
        refuse_set_order(self.reread(), self.original, sorted(kept, key=lambda case: -case.cost)[:8])

    def sample(self, most=8):
        """Cases to learn kinds from: stated ones, small and large ones, each new line of code."""
        cases = sorted(self.inputs.cases, key=lambda case: case.cost)
        light = [case for case in cases if case.cost <= 300]
        cases = light if len(light) >= 8 else cases
        chosen, covered = [], set()
        for case in cases:
            if case.lines - covered:
                chosen.append(case)
                covered |= case.lines
        for case in [*cases[:: max(1, len(cases) // 4)], *cases[-2:]]:
            if not any(case is other for other in chosen):
                chosen.append(case)
        return chosen[:most]

    # --- variants --------------------------------------------------------------------------------------------

    def variant(self, style: Style, number: int, until: float, batched=False):
        sample = self._batches(4) if batched else self.sample()
        made = cut(self.solution, self.entry_point, self.reread, style, self.inputs, sample, self.original.namespace, set(self.options["disabled"]), until, batched)
        name_tools(made, self.options["renamed"])
        name = self.class_name()
        form: Form = copy.copy(self.form)
        before, closing = form.before, form.code
        if batched:
            before, closing = [], "answer"
            if form.code != "answer" or form.before:
                raise Refusal("batch", "answers that need conversion are not batched", self.program.entry.lineno)
        smallest = sample[0] if batched else min(sample, key=lambda case: case.cost)
        form.default_arguments = [case.arguments for case in smallest] if batched else smallest.arguments
        solver = solver_source(made.assembly, made.seen, before, closing)
        default = json.loads(config_text(made.hidden, form.default_arguments, batched))
        summary = f"Compiled from the solution `{self.program.entry.name}`: {style.name}."
        shape = shape_text(form)
        shape = f"A list with one result for each case, in order; a result is {shape}." if batched else shape[0].upper() + shape[1:] + "."

        def source_with(demonstrations):
            return environment_source(self.program, name, made.hidden, made.tools, made.seen, solver, form, shape, default, demonstrations, batched, summary)

        stage = Stage(source_with([json.dumps(default)] * 2), name, self.options["answerChars"])
        cases = self._batches(len(BATCH_SIZES)) if batched else self.inputs.cases
        played = self._play(stage, made, cases, batched, until)
        if not batched:
            played = self._towards_window(stage, made, played, until)
            cases = self.inputs.cases

        if len(played) < MIN_CONFIGS and stage.failures:
            # Longer episodes are tests all the same, though they do not become tasks.
            played = self._play(stage, made, cases, batched, until + 0.1 * self.budget, limit=4 * self.options["maxRounds"])

        def lines_of(item):
            return set().union(*(case.lines for case in cases[item.case])) if batched else cases[item.case].lines

        def answer_of(item):
            return "" if batched else answer_text(self.form, cases[item.case].answer)

        low, high = self.options["minRounds"], self.options["maxRounds"]
        chosen = choose(played, lines_of, answer_of, low, high, WANTED)
        if len(chosen) < MIN_CONFIGS:
            reason = max(stage.failures, key=stage.failures.count) if stage.failures else "too few inputs"
            raise Refusal("few-configurations", f"only {len(chosen)} configurations can be solved in the style “{style.name}”: {reason}", self.program.entry.lineno)
        middle = chosen[len(chosen) // 3], chosen[len(chosen) // 2]
        configs = [item.config for item in chosen]
        example = self._example(cases, batched)
        covered = set().union(*map(lines_of, chosen))
        rounds = [item.rounds for item in chosen]
        tools = [tool.name for tool in made.tools]
        used = sorted(set().union(*(item.tools for item in chosen)))
        return {
            "name": style.name, "className": name, "taskText": task_text(self.statement, self.program, made.hidden, form, example, batched),
            "source": source_with([item.config for item in middle]), "solver": solver, "configs": configs,
            "tools": ["Observe", *tools, "Done"], "pieces": pieces_of(made, self.solution.removeprefix("\ufeff").split("\n")), "rules": rules_of(made),
            "shape": {"parameters": [[item.name, to_data(item.kind)] for item in made.hidden], "batched": batched,
                      "answer": to_data(form.kind) if form.kind else None, "optional": form.optional},
            "figures": {
                "rounds": rounds, "inWindow": sum(low <= item <= high for item in rounds), "toolsUsed": len(used),
                "reveals": max((seen.longest for seen in made.profile.seen), default=0), "failures": len(stage.failures),
            },
        }, covered  # fmt: skip

    def class_name(self):
        base = pascal(self.program.entry.name) if not self.script else title_of(self.statement)
        taken = set(self.program.providers)
        name = f"{base}Env"
        return name if name not in taken else f"{base}TaskEnv"

    def _example(self, cases, batched):
        every = [case for batch in cases for case in batch] if batched else cases
        stated = [case for case in every if case.origin == "stated"]
        pool = [case for case in stated or every if case.cost > 1] or every
        return min(pool, key=lambda case: (abs(len(repr(case.arguments)) - 40), repr(case.arguments)))

    def _play(self, stage, made, cases, batched, until, start=0, limit=None):
        """Plays cases until enough are in the window. What is likely to take too many rounds is left out."""
        played, seen = [], set()
        low, high = self.options["minRounds"], self.options["maxRounds"]
        inside, longest = 0, None
        for number in range(start, len(cases)):
            if (len(played) >= MIN_CONFIGS and time.perf_counter() > until) or inside >= WANTED + 4:
                break
            case = cases[number]
            if longest is not None and not batched and case.cost > longest * 1.2:
                continue
            text = config_text(made.hidden, [one.arguments for one in case] if batched else case.arguments, batched)
            if text in seen:
                continue
            seen.add(text)
            failures = len(stage.failures)
            found = stage.play(number, text, limit or high)
            if found is not None:
                played.append(found)
                inside += low <= found.rounds
            elif len(stage.failures) > failures and "rounds" in stage.failures[-1] and not batched:
                longest = min(longest or case.cost, case.cost)
        return played

    def _towards_window(self, stage, made, played, until):
        """More inputs while too few episodes lie between the least and the most rounds."""
        low, inputs = self.options["minRounds"], self.inputs
        for sizes in ((10, 12, 14, 9, 11, 16, 20, 24), (30, 40, 25, 50, 60, 35, 80, 18), (2, 3, 1, 2, 4, 3, 5)):
            inside = sum(item.rounds >= low for item in played)
            if (inside >= 12 and len(played) >= 15) or time.perf_counter() > until:
                break
            before = len(inputs.cases)
            too_long = sum("rounds" in item for item in stage.failures) > len(played)
            wanted = sizes if not too_long else (2, 3, 4, 3, 2, 5, 4)
            inputs.grow(before + 10, wanted, until)
            self._trim(before)
            played += self._play(stage, made, inputs.cases, False, until + 0.05 * self.budget, before)
        return played

    def _trim(self, start):
        kept = []
        for case in self.inputs.cases[start:]:
            text = answer_text(self.form, case.answer)
            if text is not None and len(text) <= self.options["answerChars"]:
                kept.append(case)
        self.inputs.cases[start:] = kept

    def _batches(self, count):
        """Lists of cases for a batched variant: growing, mixed, with answers that fit together."""
        import random

        rng = random.Random(self.options["seed"] + 1)
        result, cases = [], self.inputs.cases
        for size in BATCH_SIZES[:count]:
            batch, chars, cost = [], 2, 0
            for case in rng.sample(cases, min(len(cases), size * 2)):
                length = len(answer_text(self.form, case.answer)) + 2
                if len(batch) < size and chars + length <= self.options["answerChars"] and cost + case.cost < 40 + 12 * size:
                    batch.append(case)
                    chars += length
                    cost += case.cost
            if len(batch) > 1 and batch not in result:
                result.append(batch)
        return sorted(result, key=len)

    # --- all -------------------------------------------------------------------------------------------------

    def run(self) -> dict:
        self.gather()
        found, refusals, covered = [], [], set()
        for number, style in enumerate(STYLES):
            if found and time.perf_counter() > self.at(0.9):
                self.warnings.append("the time was up before every variant was made")
                break
            until = self.at(0.3 + 0.7 * (number + 1) / len(STYLES))
            try:
                variant, lines = self.variant(style, number, until)
            except Refusal as refusal:
                refusals.append(refusal)
                continue
            except Exception as error:  # one style's fault must not cost the others
                line = getattr(error, "lineno", None) if isinstance(error, SyntaxError) else self.program.entry.lineno
                refusals.append(Refusal("internal", f"the compiler failed in the style “{style.name}”: {type(error).__name__}: {error}", line))
                continue
            if not any(_alike(other, variant) for other in found):
                found.append(variant)
                covered |= lines
        if not any(item["figures"]["inWindow"] >= 3 and len(item["tools"]) >= 4 for item in found) and self._batchable():
            try:
                variant, lines = self.variant(BATCH, len(STYLES), self.deadline + 0.15 * self.budget, batched=True)
                found.append(variant)
                covered |= lines
            except Refusal as refusal:
                refusals.append(refusal)
        if not found:
            raise refusals[0]
        found.sort(key=self._rank)
        if len(found[0]["tools"]) < 4:
            self.warnings.append(f"only {len(found[0]['tools'])} tools")
        if not any(item["figures"]["inWindow"] for item in found):
            self.warnings.append(f"no configuration takes {self.options['minRounds']} to {self.options['maxRounds']} rounds")
        every = executable_lines(self.program)
        return {"variants": found, "coverage": round(len(covered & every) / len(every), 4) if every else 1.0, "warnings": self.warnings}

    def _batchable(self):
        return not self.program.in_place and all(item.name in ("int", "float", "number", "bool", "str") for item in self.inputs.kinds.values())

    def _rank(self, variant):
        figures = variant["figures"]
        window = figures["inWindow"] / max(1, len(variant["configs"]))
        return (len(variant["tools"]) < 4, figures["inWindow"] < 3, -round(window, 1), -min(7, figures["toolsUsed"]), figures["reveals"])


__all__ = ["Compilation", "Form", "ast"]
