"""Inputs on which the solution runs: stated ones first, then drawn ones in growing sizes, then changed ones."""

import ast
import copy
import itertools
import json
import random
from dataclasses import dataclass

from ..analysis.fuel import OverBudget
from ..analysis.runner import MAX_RUN, Original, line_of
from ..diagnostics import refuse, refuse_at
from ..frontend.examples import single_values
from ..frontend.scopes import walk
from ..types.fitting import filled, loose, of_kind, unshared, weight
from ..types.inference import from_annotation, from_docstring, guesses
from ..types.lattice import FUNCTION, JSON, NOTHING, STR, Kind, encode, kind_of, list_of, merge, sendable, words
from ..types.relations import Relations
from .domains import Domain, domain_of, draw
from .mutation import constants_of, jump, neighbour
from .script_lines import USUAL, changed_lines
from .streams import agrees, blocks, mapped_inputs

SIZES = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 16, 20, 24, 13, 18, 28, 36)
#: What takes exponentially longer with its input, inside of C: such inputs grow by single steps.
_EXPLOSIVE = frozenset({"permutations", "combinations", "product", "combinations_with_replacement", "factorial"})
MODES = ("random", "small", "random", "sorted", "random", "equal", "mirror", "reversed", "random", "small")
MAX_CONFIG_CHARS = 500
#: Ticks for a stated input; drawn ones may take MAX_RUN, and more where the stated ones do.
MAX_STATED = 100_000
#: Units of fuel for guessing kinds, once one guess runs.
GUESSING = 200_000


@dataclass
class Case:
    """One input on which the solution gave an answer."""

    arguments: dict
    answer: object
    lines: set[int]
    cost: int
    origin: str  # "stated" | "guessed" (to learn kinds) | "drawn" | "changed"


class Inputs(Relations):
    """Finds inputs for one program. `kinds` and `domains` are settled by the time `cases` are asked for."""

    def __init__(self, program, original: Original, statement: str, stated: list[dict], seed: int, fits):
        self.program, self.original, self.statement = program, original, statement
        self.random = random.Random(seed)
        self.fuel, self.fits = original.fuel, fits
        self.cases: list[Case] = []
        self.seen: set[str] = set()
        self.explosive = bool(
            _EXPLOSIVE
            & {item for top in program.needed for node in walk(top) for item in (getattr(node, "id", None), getattr(node, "attr", None))}
        )
        self.reached = (6 + 6 * len(program.parameters), 4)
        #: How often the solution answered; what first went wrong with a stated input, and with the likeliest guess.
        self.ran = 0
        self.stated_failure: tuple[str, int | None] | None = None
        self.first_failure: tuple[str, int | None] | None = None
        self.most = MAX_RUN
        #: Texts of the source: commands of scripts.
        self.words = frozenset(constants_of(program)[1])
        self.fixed = self._fixed(stated)
        self.names = [item.name for item in program.parameters if item.name not in self.fixed]
        if not self.names:
            raise refuse_at(
                program.entry,
                "no-input",
                (
                    f"every parameter of `{program.called}` has a default that looks like "
                    "memory of its own: take the input as a parameter without a default"
                ),
            )
        self.stated = [{name: value for name, value in given.items() if name in self.names} for given in self._completed(stated)]
        self.kinds: dict[str, Kind] = {}
        self.partial: dict[str, list] = {}
        self.domains: dict[str, Domain] = {}

    def _fixed(self, stated):
        """Parameters that stay at their defaults: containers and None are memory of the solution, not input."""
        result = set()
        for item in self.program.parameters:
            if item.default is not None and not any(item.name in given for given in stated):
                empty = isinstance(item.default, (ast.List, ast.Dict, ast.Set, ast.Call))
                if empty or (
                    isinstance(item.default, ast.Constant) and (item.default.value is None or isinstance(item.default.value, bool))
                ):
                    result.add(item.name)
        return result

    def _completed(self, stated):
        defaults = {}
        for item in self.program.parameters:
            if item.default is not None and item.name not in self.fixed:
                try:
                    defaults[item.name] = ast.literal_eval(item.default)
                except ValueError:
                    pass
        return [{**defaults, **given} for given in stated]

    # --- running ---------------------------------------------------------------------------------------------

    def attempt(self, arguments: dict, origin: str, keep: bool = True) -> Case | None:
        key = repr(arguments)
        if key in self.seen:
            return None
        self.seen.add(key)
        arguments = unshared(arguments)
        heft = weight(arguments)
        factor, step = (1.1, 4) if self.explosive else (1.3, 24)
        if origin in ("drawn", "changed") and (heft[0] > factor * self.reached[0] + step or heft[1] > 2 * self.reached[1] + step):
            self.seen.discard(key)  # too far a leap for now
            return None
        try:
            answer, lines, cost = self.original.call(arguments, MAX_STATED if origin == "stated" else self.most)
            self.reached = tuple(map(max, heft, self.reached))
        except OverBudget:
            self._failed("it does too much work before it comes to an answer", None, arguments, origin)
            return None
        except RecursionError:
            self._failed("it calls itself too deeply", None, arguments, origin)
            return None
        except Exception as error:
            self._failed(f"{type(error).__name__}: {str(error)[:120]}", line_of(error), arguments, origin)
            return None
        self.ran += 1
        case = Case(arguments, answer, lines, cost, origin)
        if keep and self.fits(case):
            self.cases.append(case)
        return case

    def _failed(self, message, line, arguments, origin):
        found = (message, line)
        if self.first_failure is None:
            self.first_failure = found
        if origin == "stated" and self.stated_failure is None:
            given = ", ".join(f"{self.program.written_name(name)} = {value!r}" for name, value in arguments.items())
            self.stated_failure = (f"on the example {given[:120]} it ends with {message}", line)

    def failure(self) -> tuple[str, int]:
        """Why nothing runs: what the statement's own example comes to, else what the likeliest guess does. What later,
        wilder guesses come to says nothing of the solution."""
        message, line = self.stated_failure or self.first_failure or ("there is nothing to try", None)
        return message, line or self.program.entry.lineno

    # --- kinds -----------------------------------------------------------------------------------------------

    def settle(self):
        """Chooses the kinds: those of stated inputs that run, else the first guess on which the solution runs."""
        if self.program.style == "script":
            self._settle_script()
            return
        running = [given for given in self.stated if self._kinds_fit(given) and self.attempt(given, "stated") is not None]
        annotated = {item.name: from_annotation(item.annotation) for item in self.program.parameters}
        if not running and (examples := blocks(self.statement)):
            running = mapped_inputs(examples, self.names, self._options(annotated, 4), self._tried)
        if running:
            running = self._majority(running)
            for name in self.names:
                kind = NOTHING
                for given in running:
                    kind = merge(kind, kind_of(given[name]))
                stated = annotated[name]
                if stated is not None and kind.name == stated.name and stated.parts:
                    kind = merge(kind, stated) if sendable(merge(kind, stated)) else kind
                    if kind.name == "list" and stated.parts[0] == JSON:
                        kind = stated
                kind = filled(kind)
                if stated is not None and stated.name == "float" and kind.name == "int":
                    kind = stated
                self.kinds[name] = kind
        else:
            self._guess(annotated)
        for name in self.names:
            if not sendable(self.kinds[name]):
                message = f"`{self.program.written_name(name)}` holds values that JSON cannot tell apart ({words(self.kinds[name])}): take numbers, texts and lists of them"
                raise refuse_at(self.program.entry, "input-kind", message)
            examples = [given[name] for given in running] or of_kind(self.partial.get(name, []), self.kinds[name])
            self.domains[name] = domain_of(name, self.kinds[name], examples, self.program, self.statement)
        self.cases = [case for case in self.cases if self._fits_kinds(case.arguments)]
        self.most = max(self.most, 2 * min((case.cost for case in self.cases), default=0))
        self._relations(running)

    def _settle_script(self):
        """Lines of text: the statement's examples (whose outputs count, if there are any), else usual shapes."""
        examples = blocks(self.statement)
        for lines, output in examples:
            case = self.attempt({"lines": [line.strip() for line in lines if line.strip()]}, "stated")
            if case is not None and not agrees(case.answer, output) and case in self.cases:
                self.cases.remove(case)
        if not self.cases:
            for lines in USUAL:
                case = self.attempt({"lines": list(lines)}, "drawn")
                if case is not None and not case.answer and case in self.cases:
                    self.cases.remove(case)
        if not self.cases:
            message, line = self.failure() if examples else ("the statement has none", self.program.entry.lineno)
            raise refuse(
                "no-inputs",
                f"no input was found on which the script prints something: give an example of the input and its output in the statement ({message})",
                line,
            )
        self.kinds = {"lines": list_of(STR)}
        self.domains = {"lines": Domain("lines", list_of(STR), shortest=1)}

    def _kinds_fit(self, given):
        return set(given) == set(self.names) and all(sendable(kind_of(value)) for value in given.values())

    def _majority(self, running):
        """Inputs of the shape that most have, whose kinds go together: a statement's odd one out does not make every kind
        "anything"."""

        def shape(given):
            return tuple(kind_of(given[name]).name.replace("number", "int") for name in self.names)

        counts: dict[tuple, int] = {}
        for given in running:
            counts[shape(given)] = counts.get(shape(given), 0) + 1
        best = max(counts, key=lambda item: counts[item])
        kept, kinds = [], dict.fromkeys(self.names, NOTHING)
        for given in running:
            merged = {name: merge(kinds[name], kind_of(given[name])) for name in self.names}
            if shape(given) == best and all(map(sendable, merged.values())):
                kept.append(given)
                kinds = merged
        return kept

    def _fits_kinds(self, arguments):
        return all(
            merge(self.kinds[name], kind_of(value)) == self.kinds[name] or loose(self.kinds[name], kind_of(value))
            for name, value in arguments.items()
        )

    def _tried(self, arguments):
        self.seen.discard(repr(arguments))
        case = self.attempt(arguments, "stated", keep=False)
        if case is not None and self.fits(case) and repr(case.arguments) not in [repr(item.arguments) for item in self.cases]:
            self.cases.append(case)
        return case is not None, case.answer if case else None

    def _options(self, annotated, most):
        docstring = ast.get_docstring(self.program.entry) or ""
        options = []
        for item in self.program.parameters:
            if item.name in self.names:
                options.append(guesses(self.program, item.name, item.annotation, docstring)[:most])
                known = from_docstring(docstring, self.program.written_name(item.name))
                if options[-1][0].name == FUNCTION:
                    continue
                if annotated[item.name] is not None or known is not None:
                    options[-1] = options[-1][:2]
        return options

    def _guess(self, annotated):
        options = self._options(annotated, 6 if len(self.names) < 3 else 4)
        partial = {}
        for index, name in enumerate(self.names):
            values = [
                value
                for value in single_values(
                    self.statement + "\n" + (ast.get_docstring(self.program.entry) or ""), self.program.written_name(name)
                )
                if sendable(kind_of(value))
            ]
            if values and kind_of(values[0]).name in ("list", "str", "dict", "tuple"):
                partial[name] = [value for value in values if kind_of(value).name == kind_of(values[0]).name]
                options[index] = [filled(kind_of(values[0])), *options[index][:3]]
        self.partial = partial
        combinations = sorted(itertools.product(*(range(len(item)) for item in options)), key=lambda item: (sum(item), item))[:80]
        best, best_share = None, 0.0
        enough = self.fuel.spent + GUESSING
        for combination in combinations:
            if best is not None and self.fuel.spent > enough:
                break
            kinds = {name: options[index][choice] for index, (name, choice) in enumerate(zip(self.names, combination))}
            domains = {
                name: domain_of(name, kind, of_kind(partial.get(name, []), kind), self.program, self.statement)
                for name, kind in kinds.items()
            }
            rng = random.Random(7)
            ran = 0
            for size in (3, 5, 4, 6, 8):
                self.kinds, self.domains = kinds, domains
                self._guessed_relations()
                arguments = self._drawn(size, "random", rng)
                ran += self.attempt(arguments, "guessed", keep=False) is not None
                self.seen.discard(repr(arguments))
            share = ran / 5
            if share > best_share + 0.01:
                best, best_share = kinds, share
            if share == 1.0:
                break
        if best is None or best_share < 0.2:
            message, line = self.failure()
            names = ", ".join(f"`{self.program.written_name(name)}`" for name in self.names)
            raise refuse(
                "no-inputs",
                f"no inputs were found for {names} on which the solution runs: annotate the parameters, or give examples in the statement ({message})",
                line,
            )
        self.kinds = {name: filled(kind) for name, kind in best.items()}

    # --- drawing ---------------------------------------------------------------------------------------------

    def _drawn(self, size, mode, rng):
        if self.program.style == "script":
            return self._changed(rng.choice(self.cases).arguments, rng)
        arguments = {}
        for index, name in enumerate(self.names):
            one = size if index == 0 or rng.random() < 0.7 else rng.randint(1, max(1, size))
            if self.kinds[name].name == "str" and index and "str" in [self.kinds[other].name for other in self.names[:index]]:
                one = rng.choice((size, max(1, size // 3), min(2, size)))
            arguments[name] = draw(self.domains[name], self.kinds[name], one, mode, rng)
        return self._related(arguments)

    def grow(self, wanted: int, sizes, units: int):
        """Draws inputs until `wanted` cases are there, or the sizes or units of fuel are through."""
        rng, until = self.random, self.fuel.spent + units
        if self.program.style == "script":
            self.vary(wanted, units)
            return
        empty = {name: draw(self.domains[name], self.kinds[name], 0, "edge", rng) for name in self.names}
        if all(domain.shortest == 0 for domain in self.domains.values()) or not self.cases:
            self._try(self._related(empty), "drawn")
        for turn in range(3):
            for index, size in enumerate(sizes):
                mode = MODES[(index + 3 * turn) % len(MODES)]
                self._try(self._drawn(size, mode, rng), "drawn")
                if index % 3 == 2 and self.cases:
                    self._try(self._changed(rng.choice(self.cases).arguments, rng), "changed")
                if len(self.cases) >= wanted or self.fuel.spent > until:
                    return

    def vary(self, wanted: int, units: int):
        """Small changes of what is there: other branches lie close by."""
        rng, until = self.random, self.fuel.spent + units
        for _ in range(wanted * 4):
            if len(self.cases) >= wanted or not self.cases or self.fuel.spent > until:
                return
            self._try(self._changed(rng.choice(self.cases).arguments, rng), "changed")

    def seek(self, lines: set[int], most: int, units: int):
        """Changes inputs boldly while lines of the solution have not run; keeps what reaches a new one."""
        rng, constants, until = self.random, constants_of(self.program), self.fuel.spent + units
        missing = lines - set().union(*(case.lines for case in self.cases)) if self.cases else set()
        for turn in range(most):
            if not missing or self.fuel.spent > until:
                return
            arguments = copy.deepcopy(rng.choice(self.cases).arguments)
            for _ in range(rng.choice((1, 1, 2, 3))):
                name = rng.choice(self.names)
                if self.program.style == "script":
                    arguments = self._changed(arguments, rng)
                elif turn % 3:
                    arguments[name] = jump(arguments[name], constants, rng)
                else:
                    arguments[name] = neighbour(self.domains[name], arguments[name], self.kinds[name], rng)
            arguments = self._related(arguments) if self.program.style != "script" else arguments
            if not self._valid(arguments) or not self._fits_kinds(arguments):
                continue
            before = len(self.cases)
            case = self.attempt(arguments, "changed")
            if len(self.cases) > before and not case.lines & missing:
                self.cases.pop()
            elif len(self.cases) > before:
                missing -= case.lines

    def _try(self, arguments, origin):
        if self._valid(arguments):
            return self.attempt(arguments, origin)
        return None

    def _valid(self, arguments):
        for name, value in arguments.items():
            kind = kind_of(value)
            if not sendable(kind) or len(json.dumps(encode(kind, value))) > MAX_CONFIG_CHARS:
                return False
        return True

    def _changed(self, arguments, rng):
        arguments = copy.deepcopy(arguments)
        name = rng.choice(self.names)
        if self.program.style == "script":
            lines = arguments["lines"]
            for _ in range(rng.choice((1, 1, 2, 4))):
                lines = changed_lines(lines, rng, self.words)
            return {"lines": lines}
        domain, before = self.domains[name], arguments[name]
        arguments[name] = neighbour(domain, before, self.kinds[name], rng)
        if self.kinds[name].name == "list" and self.kinds[name].parts[0].name == "list" and (domain.rectangular or domain.square):
            lengths = {len(row) for row in arguments[name] if isinstance(row, list)}
            if len(lengths) > 1 or (domain.square and lengths and lengths != {len(arguments[name])}):
                arguments[name] = draw(domain, self.kinds[name], max(1, len(before)), "random", rng)
        return self._related(arguments)
