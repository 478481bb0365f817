"""What values a parameter may take: its kind, ranges, alphabets and lengths seen in examples, source and statement."""

import ast
import random
import re
from dataclasses import dataclass, field

from ..frontend.scopes import walk
from ..types.functions import drawn
from ..types.lattice import EITHER, FUNCTION, NOTHING, Kind

LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass
class Domain:
    """One parameter's values. `low`/`high` are of the numbers anywhere in it."""

    name: str
    kind: Kind
    examples: list = field(default_factory=list)
    low: int = 0
    high: int = 20
    known: bool = False  # the range comes from examples or the statement
    alphabet: str = LETTERS
    words: list[str] = field(default_factory=list)
    spaced: bool = False
    shortest: int = 0
    ordered: bool = False
    distinct: bool = False
    rectangular: bool = True
    square: bool = False
    vocabulary: bool = False  # texts are words of a small fixed set
    #: Elements seen in examples, where they are records of mixed kinds: new ones are made from them.
    records: list = field(default_factory=list)


def _numbers(value):
    if isinstance(value, bool):
        return
    if isinstance(value, (int, float)):
        yield value
    elif isinstance(value, (list, tuple, set)):
        for item in value:
            yield from _numbers(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _numbers(item)


def _texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, tuple, set)):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(key)
            yield from _texts(item)


def source_texts(program) -> list[str]:
    """String constants of the needed code, docstrings aside."""
    docs = {id(node.value) for top in program.needed for node in walk(top) if isinstance(node, ast.Expr)}
    return [
        node.value
        for top in program.needed
        for node in walk(top)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs and 0 < len(node.value) <= 40
    ]


def domain_of(name: str, kind: Kind, examples: list, program, statement: str) -> Domain:
    domain = Domain(name, kind, examples)
    numbers = [item for value in examples for item in _numbers(value)]
    if numbers:
        domain.low, domain.high, domain.known = min(numbers), max(numbers), True
        nested = kind.name == "list" and kind.parts[0].name == "list"
        if not (nested or set(numbers) <= {0, 1} and len(numbers) >= 8) or domain.low == domain.high:
            domain.high = max(domain.high, domain.low + 5)
    bounds = _stated_range(statement, program.written_name(name))
    if bounds is not None and not numbers:
        domain.low, domain.high = bounds[0], min(bounds[1], max(bounds[0] + 10, 60))
        domain.known = True
    if re.search(r"\bnegative (?:int|num)|negative or|both positive and negative", statement) and not re.search(
        r"non-negative|no negative", statement
    ):
        domain.low = min(domain.low, -10)
    constants_seen = _compared(program)
    lowest = [int(item) for item in re.findall(r"(-?\d{1,9})\s*(?:\\le|≤|<=|\\leq)", statement)]
    if not numbers and bounds is None and kind.name in ("list", "dict"):
        flags = sorted(item for item in constants_seen if isinstance(item, int) and not isinstance(item, bool))
        if kind.parts[0].name == "list" and flags and set(flags) <= {-1, 0, 1, 2}:
            domain.low, domain.high = min(0, *flags), max(1, *flags)
        elif lowest and min(lowest) >= 0:
            domain.low = min(lowest)
        elif not re.search(r"positive|non-negative|natural", statement):
            domain.low = -9
    if re.search(r"positive (?:int|num|whole|natural)", statement) and not numbers:
        domain.low = 1
    texts = [item for value in examples for item in _texts(value)]
    constants = source_texts(program)
    if texts:
        seen = sorted({character for item in texts for character in item})
        domain.alphabet = _alphabet(seen, constants)
        domain.spaced = any(" " in item.strip() for item in texts)
        domain.words = list(dict.fromkeys(word for item in texts for word in re.split(r"\s+", item) if word))[:40]
    elif constants:
        singles = sorted({character for item in constants for character in item if len(item) <= 2 or not item.isalpha()})
        brackets = [character for character in singles if not character.isalnum() and not character.isspace()]
        domain.alphabet = "".join(brackets) if len(brackets) >= 2 else "".join(dict.fromkeys([*singles, *"abcde"]))
        domain.spaced = " " in singles
    domain.words += [item for item in constants if len(item) > 2 and item.isalpha() and item not in domain.words]
    sized = [value for value in examples if isinstance(value, (list, tuple, str, dict, set))]
    if sized:
        domain.shortest = min(map(len, sized))
    lists = [value for value in examples if isinstance(value, (list, tuple)) and len(value) > 2]
    if len(lists) >= 2:
        try:
            domain.ordered = all(sorted(value) == list(value) for value in lists)
            domain.distinct = all(len(set(map(repr, value))) == len(value) for value in lists) and len(lists) >= 3
        except TypeError:
            pass
    if not lists and re.search(r"sorted (?:list|array|in)", statement) and not re.search(r"return (?:a )?sorted", statement):
        domain.ordered = True
    if kind.name == "list" and _mixed(kind.parts[0]):
        domain.records = [item for value in examples if isinstance(value, list) for item in value]
    inner = [list(map(len, value)) for value in lists if all(isinstance(item, (list, tuple, str)) for item in value)]
    domain.rectangular = all(len(set(row)) <= 1 for row in inner)
    domain.square = bool(inner) and all(set(row) == {len(row)} for row in inner)
    if texts and kind.name == "list" and all(len(item) <= 2 and not item.isalnum() for item in texts):
        domain.vocabulary = True
    return domain


def _mixed(kind: Kind) -> bool:
    return kind.name in ("list", "sequence", "tuple", "dict") and any(part.name == "json" or _mixed(part) for part in kind.parts[-1:])


def record_like(value, rng: random.Random):
    """Another record of the same make: its numbers moved, its words kept."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int):
        return max(0, value + rng.choice((-1, 0, 1, 2, 5, -3))) if value >= 0 else value + rng.choice((-1, 0, 1))
    if isinstance(value, float):
        return round(value + rng.choice((-0.5, 0.0, 1.0)), 3)
    if isinstance(value, dict):
        return {key: record_like(item, rng) for key, item in value.items()}
    return type(value)(record_like(item, rng) for item in value) if isinstance(value, (list, tuple)) else value


def _compared(program) -> set:
    """Numbers that the program compares something with for equality."""
    return {
        side.value
        for top in program.needed
        for node in walk(top)
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.Eq, ast.NotEq, ast.In))
        for side in node.comparators
        if isinstance(side, ast.Constant) and isinstance(side.value, (int, float))
    }


def _alphabet(seen, constants):
    letters = [character for character in seen if character.isalpha()]
    result = list(seen)
    if len(letters) >= 4 and any(character.islower() for character in letters):
        result += list("aeioubcdnrst")
    if len(letters) >= 4 and any(character.isupper() for character in letters):
        result += list("AEBCDRST")
    if sum(character.isdigit() for character in seen) >= 3:
        result += list("0123456789")
    for item in constants:
        if len(item) == 1 and item not in result and not item.isspace():
            result.append(item)
    return "".join(dict.fromkeys(result)) or LETTERS


def _stated_range(statement, name):
    """`1 ≤ n ≤ 100`, `1 <= len <= 10^5`."""
    one = rf"(-?\d[\d,]*)\s*(?:\\le|≤|<=|<|\\leq)\s*\W?{re.escape(name)}\w?(?:\[?\w?\]?)\W?\s*(?:\\le|≤|<=|<|\\leq)\s*(\d[\d,]*)(?:\s*\^\s*(\d+))?"
    match = re.search(one, statement)
    if not match:
        return None
    low = int(match.group(1).replace(",", ""))
    high = int(match.group(2).replace(",", ""))
    return low, min(10**9, high ** int(match.group(3)[:2]) if match.group(3) else high)


def draw(domain: Domain, kind: Kind, size: int, mode: str, rng: random.Random, depth: int = 0):
    """One value of a kind; `size` is the length of what has one, and moves numbers outward."""
    if kind.name == "int" or kind == NOTHING:
        return _draw_int(domain, size, mode, rng, depth)
    if kind.name in ("float", "number", "limit"):
        value = round(rng.uniform(domain.low - 0.5 * (domain.low < 0), max(domain.high, domain.low + 3)), rng.choice((1, 1, 2)))
        return int(value) if kind.name == "number" and rng.random() < 0.5 else float(value)
    if kind.name == "bool":
        return rng.random() < 0.5
    if kind.name == "none":
        return None
    if kind.name == FUNCTION:
        return drawn(kind, rng)
    if kind.name == "str":
        return _draw_text(domain, size if depth == 0 else rng.randint(1, 6), mode, rng, depth)
    if kind.name in ("list", "sequence", "set", "frozenset"):
        return _draw_list(domain, kind, size, mode, rng, depth)
    if kind.name == EITHER:
        return draw(domain, rng.choice(kind.parts), size, mode, rng, max(depth, 1))
    if kind.name == "tuple":
        return tuple(draw(domain, part, size, "random", rng, depth + 1) for part in kind.parts)
    if kind.name == "dict":
        keys = _draw_list(domain, Kind("list", (kind.parts[0],)), size, "random", rng, depth)
        return {key: draw(domain, kind.parts[1], max(1, size // 2), "random", rng, depth + 1) for key in keys}
    if kind.name == "json":
        choices = [item for value in domain.examples if isinstance(value, (list, tuple)) for item in value] or [
            1,
            "a",
            2.5,
            None,
            True,
            7,
            "abc",
            -3,
        ]
        return rng.choice(choices)
    return _draw_int(domain, size, mode, rng, depth)


def _draw_int(domain, size, mode, rng, depth):
    low, high = int(domain.low), int(domain.high)
    if depth == 0:  # a parameter by itself: its size is the size of the task
        if mode == "edge":
            return max(low, size) if low >= 0 else rng.choice((low, 0, size))
        reach = max(low + 1, min(high, 10_000), size * 2)
        if low > size and rng.random() < 0.5:
            return rng.randint(1, 2 * size)
        value = (
            rng.randint(max(0, low) if not domain.known else low, reach)
            if rng.random() < 0.6
            else rng.randint(min(low, size), max(size, low))
        )
        return value
    if mode == "small":
        low, high = max(low, -2) if low < 0 else low, min(high, low + 4 if low >= 0 else 2)
    return rng.randint(low, max(low, high))


def _draw_text(domain, size, mode, rng, depth):
    if domain.vocabulary and domain.words:
        return rng.choice(domain.words)
    if domain.words and rng.random() < (0.6 if depth or domain.spaced else 0.15):
        if domain.spaced and depth == 0:
            words = [
                rng.choice(domain.words) if rng.random() < 0.7 else _letters(domain, rng.randint(1, 5), rng).strip()
                for _ in range(max(1, size // 3))
            ]
            return " ".join(words)[: max(size * 2, 8)]
        return rng.choice(domain.words)
    if mode == "equal":
        return rng.choice(domain.alphabet) * size
    text = _letters(domain, size, rng, 3 if mode == "small" else None)
    return text + text[::-1] if mode == "mirror" else text


def _letters(domain, size, rng, most=None):
    alphabet = domain.alphabet if most is None else "".join(rng.sample(domain.alphabet, min(most, len(domain.alphabet))))
    return "".join(rng.choice(alphabet) for _ in range(size))


def _draw_list(domain, kind, size, mode, rng, depth):
    part = kind.parts[0]
    if domain.records and depth == 0:
        return [record_like(rng.choice(domain.records), rng) for _ in range(size)]
    if part.name == "list":
        width = size if domain.square else rng.randint(1, max(1, min(6, size)))
        rows = [
            _draw_list(
                domain,
                part,
                width if domain.rectangular else rng.randint(0, width),
                "random" if mode in ("sorted", "mirror") else mode,
                rng,
                depth + 1,
            )
            for _ in range(size if depth else max(min(size, 1), size // 2))
        ]
        return rows
    if mode == "equal":
        values = [draw(domain, part, size, "random", rng, depth + 1)] * size
    else:
        values = [draw(domain, part, size, mode, rng, depth + 1) for _ in range(size)]
        if mode == "mirror":
            values = values + values[::-1]
    if domain.distinct and mode != "equal":
        values = list({repr(item): item for item in values}.values())
    if (domain.ordered or mode in ("sorted", "reversed")) and part.name in ("int", "float", "number", "str", "tuple"):
        values.sort(reverse=mode == "reversed" and not domain.ordered)
    if kind.name in ("set", "frozenset"):
        return set(values) if kind.name == "set" else frozenset(values)
    return tuple(values) if kind.name == "sequence" else values
