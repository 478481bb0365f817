"""One variant after another: a program outlined by a strategy, written out, played, with the configurations that play well."""

import copy
import json
import random

from ..analysis.fuel import EPISODE, ROUND
from ..diagnostics import refuse
from ..naming import pascal
from ..outline.strategy import Strategy
from ..outline.variants import cut, name_tools, pieces_of, rules_of
from ..types.answers import Form, answer_text, shape_text
from ..types.lattice import to_data
from .environment import environment_source
from .playing import LONG_ANSWER, Stage, choose, config_text
from .solver import solver_source
from .task_text import task_text, title_of

WANTED = 20
#: Most episodes have at most so many rounds (their proof costs the square of them); beyond that a few are enough.
MODERATE, FEW_LONG = 80, 3
MIN_CONFIGS, ENOUGH_CONFIGS = 10, 15
#: Units of fuel for the episodes of one variant, and for each look for inputs that give better ones.
PLAYING, LOOKING = 400_000, 150_000
BATCH_SIZES = (2, 3, 4, 5, 6, 8, 10, 12, 4, 5, 6, 7, 8, 9, 10, 12, 3, 5, 7, 9, 11, 14, 16, 6, 8)


def _done_text(form: Form, batched: bool) -> str:
    shape = shape_text(form)
    return f"A list with one result for each case, in order; a result is {shape}." if batched else shape[0].upper() + shape[1:] + "."


def _why_few(failures: list[str]) -> str:
    """The most frequent cause, and what helps against it."""
    if not failures:
        return "the solution takes too few different inputs; let the function take more or larger ones"
    reason = max(failures, key=failures.count)
    if reason == LONG_ANSWER:
        return f"{reason}; let the function return a shorter result"
    if reason.endswith(" rounds"):
        return f"the others take {reason}; let the function do less for each input"
    return f"cut up, the others fail ({reason}); write the solution with plain functions, loops and lists"


class Maker:
    """Makes the variants of one compilation, whose inputs and form of the answer are settled."""

    def __init__(self, compilation):
        self.program, self.inputs, self.form = compilation.program, compilation.inputs, compilation.form
        self.options, self.fuel, self.reread = compilation.options, compilation.fuel, compilation.reread
        self.statement, self.script, self.original = compilation.statement, compilation.script, compilation.original
        self.solution, self.warnings = compilation.solution, compilation.warnings
        #: How often a cut program had to be mended; a sound cutter needs that for no ordinary program.
        self.mended = 0

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

    def variant(self, strategy: Strategy, batched=False):
        sample = self._batches(4) if batched else self.sample()
        made = cut(self.reread, strategy, self.inputs, sample, self.original.namespace, set(self.options["disabled"]), self.fuel, batched)
        self.mended += made.mended
        told = name_tools(made, self.options["renamed"])
        self.warnings += [text for text in told if text not in self.warnings]
        name = self.class_name()
        form: Form = copy.copy(self.form)
        if batched and not form.plain:
            raise refuse("batch", "answers that need conversion cannot be put into a list for several cases", self.program.entry.lineno)
        smallest = sample[0] if batched else min(sample, key=lambda case: case.cost)
        form.default_arguments = [case.arguments for case in smallest] if batched else smallest.arguments
        solver = solver_source(made.assembly, made.seen, form, made.program.words)
        default = json.loads(config_text(made.hidden, form.default_arguments, batched))
        summary = f"Compiled from the solution `{self.program.called}`: {strategy.name}."

        def source_with(demonstrations):
            return environment_source(
                self.program,
                name,
                made.hidden,
                made.tools,
                made.seen,
                solver,
                form,
                _done_text(form, batched),
                default,
                demonstrations,
                batched,
                summary,
            )

        stage = Stage(source_with([json.dumps(default)] * 2), name, self.options["answerChars"])
        cases = self._batches(len(BATCH_SIZES)) if batched else self.inputs.cases
        played = self._play(stage, made, cases, batched)
        if not batched:
            played = self._towards_window(stage, made, played)
            cases = self.inputs.cases

        if len(played) < MIN_CONFIGS and stage.failures:
            # Longer episodes are tests all the same, though they do not become tasks.
            played = self._play(stage, made, cases, batched, limit=4 * self.options["maxRounds"])

        def lines_of(item):
            return set().union(*(case.lines for case in cases[item.case])) if batched else cases[item.case].lines

        def answer_of(item):
            return "" if batched else answer_text(self.form, cases[item.case].answer)

        low, high = self.options["minRounds"], self.options["maxRounds"]
        chosen = choose(played, lines_of, answer_of, low, high, MODERATE, FEW_LONG, WANTED)
        if len(chosen) < MIN_CONFIGS:
            raise refuse(
                "few-configurations",
                f"only {len(chosen)} of at least {MIN_CONFIGS} configurations can be solved in the style “{strategy.name}”: {_why_few(stage.failures)}",
                self.program.entry.lineno,
            )
        middle = chosen[len(chosen) // 3], chosen[len(chosen) // 2]
        configs = [item.config for item in chosen]
        example = self._example(cases, batched)
        optional, form.optional = form.optional, form.optional and (batched or any(cases[item.case].answer is None for item in chosen))
        covered = set().union(*map(lines_of, chosen))
        rounds = [item.rounds for item in chosen]
        tools = [tool.name for tool in made.tools]
        used = sorted(set().union(*(item.tools for item in chosen)))
        return {
            "name": strategy.name,
            "className": name,
            "taskText": task_text(self.statement, self.program, made.hidden, form, example, batched),
            "source": source_with([item.config for item in middle]),
            "solver": solver,
            "configs": configs,
            "tools": ["Observe", *tools, "Done"],
            "pieces": pieces_of(made, self.solution.removeprefix("\ufeff").split("\n")),
            "rules": rules_of(made),
            "shape": {
                "parameters": [[item.name, to_data(item.kind)] for item in made.hidden],
                "batched": batched,
                "answer": to_data(form.kind) if form.kind else None,
                "optional": optional,
            },
            "figures": {
                "rounds": rounds,
                "inWindow": sum(low <= item <= high for item in rounds),
                "toolsUsed": len(used),
                "reveals": max((seen.longest for seen in made.profile.seen), default=0),
                "failures": len(stage.failures),
            },
        }, covered

    def class_name(self):
        base = pascal(self.program.called) if not self.script else title_of(self.statement)
        names = (f"{base}{end}Env" for end in ("" if base else "Task", "Task", *range(2, 100)))
        return next(name for name in names if not self.program.words.has(name))

    def _example(self, cases, batched):
        every = [case for batch in cases for case in batch] if batched else cases
        stated = [case for case in every if case.origin == "stated"]
        pool = [case for case in stated or every if case.cost > 1] or every
        return min(pool, key=lambda case: (abs(len(repr(case.arguments)) - 40), repr(case.arguments)))

    def _play(self, stage, made, cases, batched, start=0, limit=None):
        """Plays cases until enough are in the window. What is likely to take too many rounds is left out."""
        played, seen = [], set()
        low, high = self.options["minRounds"], self.options["maxRounds"]
        inside, long, heavy, until = 0, 0, None, self.fuel.spent + PLAYING
        for number in range(start, len(cases)):
            if (len(played) >= ENOUGH_CONFIGS and self.fuel.spent > until) or inside >= WANTED + 1:
                break
            case = cases[number]
            if heavy is not None and not batched and case.cost > heavy:
                continue
            text = config_text(made.hidden, [one.arguments for one in case] if batched else case.arguments, batched)
            if text in seen:
                continue
            seen.add(text)
            failures = len(stage.failures)
            found = stage.play(number, text, limit or high)
            self.fuel.spend(EPISODE + ROUND * stage.rounds)
            if found is not None:
                played.append(found)
                inside += low <= found.rounds
                long += found.rounds > MODERATE
            too_long = len(stage.failures) > failures and "rounds" in stage.failures[-1]
            if not batched and (too_long or (found is not None and long > FEW_LONG and found.rounds > MODERATE)):
                heavy = min(heavy or case.cost * 1.2, case.cost * (1.2 if too_long else 1.0))
        return played

    def _towards_window(self, stage, made, played):
        """More inputs while too few episodes lie between the least and the most rounds."""
        low, inputs = self.options["minRounds"], self.inputs
        for sizes in ((10, 12, 14, 9, 11, 16, 20, 24), (30, 40, 25, 50, 60, 35, 80, 18), (2, 3, 1, 2, 4, 3, 5)):
            inside = sum(item.rounds >= low for item in played)
            if inside >= 12 and len(played) >= ENOUGH_CONFIGS:
                break
            before = len(inputs.cases)
            too_long = sum("rounds" in item for item in stage.failures) > len(played)
            wanted = sizes if not too_long else (2, 3, 4, 3, 2, 5, 4)
            inputs.grow(before + 10, wanted, LOOKING)
            self._trim(before)
            played += self._play(stage, made, inputs.cases, False, before)
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
        rng = random.Random(self.options["seed"] + 1)
        result, cases = [], self.inputs.cases
        for size in BATCH_SIZES[:count]:
            batch, chars, cost = [], 2, 0
            few = len(cases) < ENOUGH_CONFIGS
            for case in rng.choices(cases, k=size * 2) if few else rng.sample(cases, min(len(cases), size * 2)):
                length = len(answer_text(self.form, case.answer)) + 2
                if len(batch) < size and chars + length <= self.options["answerChars"] and cost + case.cost < 40 + 12 * size:
                    batch.append(case)
                    chars += length
                    cost += case.cost
            if len(batch) > 1 and batch not in result:
                result.append(batch)
        return sorted(result, key=len)
