"""Random small programs for the built-in compiler, and the property they are for: on inputs that the compiler has not
seen, the compiled solver of every variant submits what the program itself returns.

One program follows from one number. Nothing here knows how the compiler cuts.
"""

import ast
import builtins
import copy
import io
import json
import keyword
import random
import tokenize
from dataclasses import dataclass, field

import codegym_compiler
from codegym_compiler.backend.playing import Stage
from codegym_compiler.diagnostics import Refusal
from codegym_compiler.driver import Compilation

LETTERS = "abcx 7"
#: Room enough for a loaded machine: how long it takes must not decide what comes out.
PATIENT_MS = 300_000
#: What a piece changed must show in the answer: both running values are in each of them.
RESULTS = (
    "(first, second)",
    "[first, [second, len(text)]]",
    "[first, second, text[:12]]",
    "(first, second, sorted(marks)[:3])",
    "[first, second, *made[:4]]",
    "[first - second, len(counts), first]",
    "(first, second, max(made, default=None))",
)
HELPERS = """def mix(x, y):
    if x > y:
        return x - y
    return (x * 3 + y) % 17


def dive(n, depth=0):
    if n <= 1 or depth > 5:
        return depth
    return dive(n // 2, depth + 1) + n % 2


"""


@dataclass
class Names:
    """What may be read at one place."""

    numbers: list[str]
    lists: list[str]
    texts: list[str]
    grids: list[str]
    maps: list[str]


@dataclass
class Writer:
    rng: random.Random
    helpers: bool
    result: str = "first"
    fresh: int = 0
    lines: list[str] = field(default_factory=list)

    def name(self, stem: str) -> str:
        self.fresh += 1
        return f"{stem}{self.fresh}"

    # --- expressions -----------------------------------------------------------------------------------------

    def number(self, depth: int, names: Names) -> str:
        rng = self.rng
        if depth <= 0 or rng.random() < 0.25:
            return rng.choice([*names.numbers, str(rng.randint(0, 5))])
        one, two = self.number(depth - 1, names), self.number(depth - 1, names)
        makers = [
            lambda: f"({one} {rng.choice('+-*')} {two})",
            lambda: f"({one} {rng.choice('+-')} {two})",
            lambda: f"({one} % {rng.randint(2, 9)})",
            lambda: f"({one} // {rng.randint(2, 5)})",
            lambda: f"{rng.choice(('max', 'min'))}({one}, {two})",
            lambda: f"abs({one})",
            lambda: f"({one} if {self.truth(depth - 1, names)} else {two})",
        ]
        if self.helpers:
            makers += [lambda: f"mix({one}, {two})", lambda: f"dive(abs({one}) % 40)"]
        if names.lists:
            items = rng.choice(names.lists)
            makers += [
                lambda: f"len({items})",
                lambda: f"sum({items})",
                lambda: f"(sorted({items}) or [0])[0]",
                lambda: f"({items}[{one} % len({items})] if {items} else {two})",
            ]
        if names.texts:
            text = rng.choice(names.texts)
            makers += [
                lambda: f"len({text})",
                lambda: f"{text}.count('a')",
                lambda: f"(ord({text}[{one} % len({text})]) if {text} else {two})",
            ]
        if names.grids:
            grid = rng.choice(names.grids)
            makers += [lambda: f"len({grid})", lambda: f"({grid}[0][0] if {grid} and {grid}[0] else {one})"]
        if names.maps:
            table = rng.choice(names.maps)
            makers += [lambda: f"{table}.get('a', {one})", lambda: f"sum({table}.values())"]
        return rng.choice(makers)()

    def truth(self, depth: int, names: Names) -> str:
        rng = self.rng
        compared = f"{self.number(depth - 1, names)} {rng.choice(('<', '>', '==', '!=', '<=', '>='))} {self.number(depth - 1, names)}"
        choice = rng.randrange(6)
        if depth <= 0 or choice < 3:
            return compared
        if choice == 3:
            return f"({compared} {rng.choice(('and', 'or'))} {self.truth(depth - 1, names)})"
        if choice == 4 and names.lists:
            return f"{self.number(depth - 1, names)} in {rng.choice(names.lists)}"
        return f"not ({compared})"

    # --- statements ------------------------------------------------------------------------------------------

    def put(self, indent: int, text: str) -> None:
        self.lines.append("    " * indent + text)

    def block(self, depth: int, names: Names, indent: int, loop: bool) -> None:
        names, before = copy.deepcopy(names), len(self.lines)
        for _ in range(self.rng.randint(1, 3)):
            self.statement(depth, names, indent, loop)
        if len(self.lines) == before:
            self.sum_up(names, indent)

    def statement(self, depth: int, names: Names, indent: int, loop: bool) -> None:
        rng = self.rng
        plain = (self.sum_up, self.sum_up, self.assign, self.append, self.count, self.pair, self.mark, self.write, self.reduce)
        nested = (self.branch, self.plain, self.plain, self.each, self.each, self.places, self.walk, self.letters, self.cells, self.keys)
        leaving = (self.leave, self.stop)
        choice = rng.random()
        if depth > 0 and choice < 0.45:
            rng.choice(nested)(depth, names, indent, loop)
        elif choice > 0.9:
            rng.choice(leaving)(depth, names, indent, loop)
        else:
            rng.choice(plain)(names, indent)

    def sum_up(self, names, indent):
        self.put(indent, f"{self.rng.choice(('first', 'second'))} {self.rng.choice(('+=', '-=', '+='))} {self.number(2, names)}")

    def assign(self, names, indent):
        value, name = self.number(2, names), self.name("part")
        self.put(indent, f"{name} = {value}")
        names.numbers.append(name)

    def append(self, names, indent):
        self.put(indent, f"made.append({self.number(2, names)})")

    def count(self, names, indent):
        key = self.number(1, names)
        self.put(indent, f"counts[{key}] = counts.get({key}, 0) + {self.number(1, names)}")

    def pair(self, names, indent):
        self.put(indent, f"pair = ({self.number(1, names)}, {self.number(1, names)})")
        self.put(indent, "first += pair[0] - pair[1]")

    def mark(self, names, indent):
        one, two = self.number(1, names), self.number(1, names)
        self.put(indent, f"if ({one}, {two}) not in marks:")
        self.put(indent + 1, f"marks.add(({one}, {two}))")

    def write(self, names, indent):
        self.put(indent, f"text += str({self.number(1, names)} % 10)")

    def reduce(self, names, indent):
        self.put(indent, f"{self.rng.choice(('first', 'second'))} = {self.number(2, names)} % 1000")

    def branch(self, depth, names, indent, loop):
        self.put(indent, f"if {self.truth(2, names)}:")
        self.block(depth - 1, names, indent + 1, loop)
        if self.rng.random() < 0.5:
            self.put(indent, "else:")
            self.block(depth - 1, names, indent + 1, loop)

    def loop(self, depth, names, indent, head, *, numbers=(), texts=()):
        inner = Names([*names.numbers, *numbers], names.lists, [*names.texts, *texts], names.grids, names.maps)
        self.put(indent, head)
        self.block(depth - 1, inner, indent + 1, True)

    def each(self, depth, names, indent, _):
        if names.lists:
            item = self.name("item")
            self.loop(depth, names, indent, f"for {item} in {self.rng.choice(names.lists)}:", numbers=[item])

    def places(self, depth, names, indent, _):
        if names.lists:
            place, items = self.name("place"), self.rng.choice(names.lists)
            self.loop(depth, names, indent, f"for {place} in range(len({items})):", numbers=[place, f"{items}[{place}]"])

    def walk(self, depth, names, indent, _):
        left = self.name("left")
        self.put(indent, f"{left} = {self.number(1, names)} % 7")
        self.put(indent, f"while {left} > 0:")
        self.put(indent + 1, f"{left} -= {self.rng.randint(1, 2)}")
        inner = Names([*names.numbers, left], names.lists, names.texts, names.grids, names.maps)
        self.block(min(1, depth - 1), inner, indent + 1, True)

    def letters(self, depth, names, indent, _):
        if names.texts:
            letter = self.name("letter")
            self.loop(depth, names, indent, f"for {letter} in {self.rng.choice(names.texts)}:", texts=[letter])

    def cells(self, depth, names, indent, _):
        if names.grids:
            row, cell = self.name("row"), self.name("cell")
            self.put(indent, f"for {row} in {self.rng.choice(names.grids)}:")
            self.loop(depth, names, indent + 1, f"for {cell} in {row}:", numbers=[cell])

    def keys(self, depth, names, indent, _):
        if names.maps:
            key, value = self.name("key"), self.name("value")
            self.loop(depth, names, indent, f"for {key}, {value} in {self.rng.choice(names.maps)}.items():", numbers=[value], texts=[key])

    def plain(self, depth, names, indent, _):
        """A loop of assignments and branches alone, with or without a way out of it: what may leave as one piece."""
        item, items = self.name("item"), self.rng.choice(names.lists)
        self.put(indent, f"for {item} in {items}:")
        inner = Names(["first", "second", item], [], [], [], [])
        local = self.name("local")
        self.put(indent + 1, f"{local} = {self.number(1, inner)}")
        inner.numbers.append(local)
        if self.rng.random() < 0.3:
            self.stop(depth, inner, indent + 1, True)
        self.put(indent + 1, f"if {self.truth(2, inner)}:")
        self.reduce(inner, indent + 2)
        if self.rng.random() < 0.5:
            self.put(indent + 1, "else:")
            self.sum_up(inner, indent + 2)
        self.sum_up(inner, indent + 1)

    def leave(self, _, names, indent, loop):
        self.put(indent, f"if {self.truth(1, names)}:")
        self.put(indent + 1, f"return {self.result}")

    def stop(self, _, names, indent, loop):
        if loop:
            self.put(indent, f"if {self.truth(1, names)}:")
            self.put(indent + 1, self.rng.choice(("break", "continue")))


def program(seed: int) -> tuple[str, list[tuple[str, str]]]:
    """(source of a function `entry`, its parameters with their annotations)."""
    rng = random.Random(seed)
    kinds = [("items", "list[int]")]
    kinds += [
        pair
        for pair in (("others", "list[int]"), ("limit", "int"), ("word", "str"), ("grid", "list[list[int]]"), ("table", "dict[str, int]"))
        if rng.random() < 0.35
    ]

    def of(kind):
        return [name for name, given in kinds if given == kind]

    writer = Writer(rng, rng.random() < 0.6, rng.choice(RESULTS))
    names = Names(["first", "second", *of("int")], of("list[int]"), of("str"), of("list[list[int]]"), of("dict[str, int]"))
    writer.put(0, f"def entry({', '.join(f'{name}: {kind}' for name, kind in kinds)}):")
    for line in ("first = 0", "second = 1", "made = []", "counts = {}", "marks = set()", "text = ''"):
        writer.put(1, line)
    for depth in (2, 1):
        writer.block(depth, names, 1, False)
    if rng.random() < 0.5:
        writer.plain(1, names, 1, False)
    writer.put(1, f"return {writer.result}")
    return (HELPERS if writer.helpers else "") + "\n".join(writer.lines) + "\n", kinds


def value(kind: str, rng: random.Random):
    if kind == "int":
        return rng.randint(-5, 15)
    if kind == "str":
        return "".join(rng.choice(LETTERS) for _ in range(rng.randint(0, 7)))
    if kind == "list[int]":
        return [rng.randint(-9, 20) for _ in range(rng.randint(0, 7))]
    if kind == "dict[str, int]":
        return {letter: rng.randint(-3, 9) for letter in rng.sample(LETTERS, rng.randint(0, 4))}
    return [[rng.randint(0, 5) for _ in range(3)] for _ in range(rng.randint(0, 3))]


#: Names that mean something to a reader or to Python without being reserved.
TELLING = tuple(
    """
    self cls this _ __ __x __name match case type print exec async_ None_ np lines script done reward finished step_count action
    options func_mapping tool_parameters env_str
    """.split()
)


def tokens(source: str) -> list[tokenize.TokenInfo]:
    return list(tokenize.generate_tokens(io.StringIO(source).readline))


def names_in(source: str) -> set[str]:
    return {item.string for item in tokens(source) if item.type == tokenize.NAME and not keyword.iskeyword(item.string)}


def with_names(source: str, names: dict[str, str]) -> str:
    """The source with its names replaced, but for members of objects."""
    lines, every = source.split("\n"), tokens(source)
    for before, item in reversed(list(zip([None, *every], every))):
        if item.type == tokenize.NAME and item.string in names and (before is None or before.string != "."):
            row, column = item.start
            line = lines[row - 1]
            lines[row - 1] = line[:column] + names[item.string] + line[column + len(item.string) :]
    return "\n".join(lines)


def own_names(source: str) -> list[str]:
    """What a program names itself: parameters, variables, functions."""
    nodes = list(ast.walk(ast.parse(source)))
    stored = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    stored |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    return sorted(stored | {node.name for node in nodes if isinstance(node, ast.FunctionDef)})


def awkward(source: str, rng: random.Random) -> dict[str, str]:
    """For each name of a program another one: of Python's own, of the file that the compiler makes of it, or a telling one."""
    own = own_names(source)
    entry = "entry" if "entry" in own else own[-1]
    compiled = codegym_compiler.compile_problem("Compute.", source, entry, {"deadlineMs": PATIENT_MS})
    added = set().union(*(names_in(item["source"]) for item in compiled.get("variants", ())))
    generated = sorted(added - set(dir(builtins)) - set(own))
    pythons = [name for name in dir(builtins) if not name.startswith("_")]
    pools = [
        [name for name in pool if name not in names_in(source) and not keyword.iskeyword(name)] for pool in (generated, pythons, TELLING)
    ]
    chosen: dict[str, str] = {}
    for name in own:
        pool = [item for item in rng.choice([pool for pool in pools if pool]) if item not in chosen.values()]
        if pool:
            chosen[name] = rng.choice(pool)
    return chosen


def renamed_differences(seed: int, inputs: int) -> str:
    """`differences`, for a program whose names are awkward ones."""
    rng = random.Random(seed)
    source, kinds = program(seed)
    names = awkward(source, rng)
    return _differences(seed, inputs, with_names(source, names), kinds, names.get("entry", "entry"))


def differences(seed: int, inputs: int) -> str:
    """JSON: `refused`: the rule, or None; `plays`: how many episodes were held against the program; `wrong`: what differed;
    `mended`: how often the compiler itself saw a cut program answer otherwise, and gave pieces up; `rules` of the pieces."""
    return _differences(seed, inputs, *program(seed), "entry")


def _differences(seed: int, inputs: int, source: str, kinds: list[tuple[str, str]], entry: str) -> str:
    result = {"refused": None, "plays": 0, "wrong": [], "mended": 0, "rules": [], "source": source}
    try:
        compilation = Compilation("Compute.", source, entry, {"seed": seed, "deadlineMs": PATIENT_MS})
        compiled = compilation.run()
    except Refusal as refusal:
        return json.dumps({**result, "refused": refusal.diagnostic.code})
    result["mended"] = compilation.maker.mended + sum(refusal.diagnostic.code == "internal" for refusal in compilation.refusals)
    result["rules"] = sorted({piece["rule"] for variant in compiled["variants"] for piece in variant["pieces"]})
    space: dict = {}
    exec(source, space)
    rng = random.Random(seed + 1)
    for variant in compiled["variants"]:
        shape, stage = variant["shape"], Stage(variant["source"], variant["className"], 10**6)
        for _ in range(inputs):
            arguments = [value(kind, rng) for _, kind in kinds]
            config = codegym_compiler.config_of(shape, arguments)
            if config is None:
                continue  # A kind that this program never needed in full: an empty list is all that was seen.
            wanted = space[entry](*copy.deepcopy(arguments))
            reference = json.loads(json.dumps(stage.cls.from_env_str(f"{variant['className']}@{config}").get_ref_answer()))
            result["plays"] += 1
            if codegym_compiler.answer_of(shape, reference) != wanted:
                result["wrong"].append(f"{variant['name']}: the reference answers {reference!r} instead of {wanted!r} on {config}")
            if stage.play(0, config, 50_000) is None:
                result["wrong"].append(f"{variant['name']}: {stage.failures[-1]} on {config}")
    return json.dumps(result)
