"""Small changes of inputs: neighbours of what ran, and bold jumps to constants that the solution speaks of."""

import ast

from ..frontend.scopes import walk
from ..types.functions import drawn
from ..types.lattice import Function, Kind
from .domains import Domain, draw, record_like


def constants_of(program) -> tuple[list, list[str]]:
    """(numbers, texts) that stand in the needed code, docstrings aside."""
    docs = {id(node.value) for top in program.needed for node in walk(top) if isinstance(node, ast.Expr)}
    numbers, texts = [], []
    for top in program.needed:
        for node in walk(top):
            if isinstance(node, ast.Constant) and id(node) not in docs:
                if isinstance(node.value, str) and 0 < len(node.value) <= 12:
                    texts.append(node.value)
                elif isinstance(node.value, (int, float)) and not isinstance(node.value, bool) and abs(node.value) < 10_000:
                    numbers.append(node.value)
    return list(dict.fromkeys(numbers)) or [0, 1], list(dict.fromkeys(texts)) or ["a"]


def neighbour(domain: Domain, value, kind: Kind, rng, depth: int = 0):
    """A value close by, of the same kind."""
    if isinstance(value, bool) or value is None:
        return not value if value is not None else None
    if isinstance(value, int):
        changed = value + rng.choice((-1, 1, 1, 2, 3, 5, 10, -2))
        return max(changed, int(domain.low)) if domain.known else changed
    if isinstance(value, float):
        return round(value + rng.choice((-1.0, 0.5, 1.0, 0.1, -0.3, 2.25)), 6)
    if isinstance(value, str):
        return rng.choice(domain.words) if domain.vocabulary and domain.words else _other_text(domain, value, rng)
    if isinstance(value, list) and value:
        at = rng.randrange(len(value))
        action = rng.randrange(6)
        if action == 0:
            return value[:at] + value[at + 1 :]
        if action == 1 or kind.name != "list":
            return [*value[:at], value[at], *value[at:]]
        if action == 2:
            return value + value
        part = kind.parts[0]
        if domain.records and depth == 0:
            return [*value[:at], record_like(rng.choice(domain.records), rng), *value[at + (action != 3) :]]
        if action == 3:
            return [*value, draw(domain, part, 3, "random", rng, 1)]
        return [*value[:at], neighbour(domain, value[at], part, rng, depth + 1), *value[at + 1 :]]
    if isinstance(value, tuple) and value and kind.name == "tuple":
        at = rng.randrange(len(value))
        return (*value[:at], neighbour(domain, value[at], kind.parts[at], rng, depth + 1), *value[at + 1 :])
    if isinstance(value, Function):
        return drawn(kind, rng)
    if isinstance(value, (list, dict, set, tuple, frozenset)):
        return draw(domain, kind, max(2, len(value)), "random", rng)
    return value


def _other_text(domain, value, rng):
    at = rng.randrange(len(value) + 1)
    character = rng.choice(domain.alphabet)
    action = rng.randrange(6)
    if action == 0 or not value:
        return value[:at] + character + value[at:]
    if action == 1:
        return value[:at] + value[at + 1 :]
    if action == 2 and len(value) < 30:
        return value + (" " if domain.spaced else "") + value
    if action == 3:
        return value[::-1]
    at = min(at, len(value) - 1)
    if value[at].isdigit():
        character = rng.choice("0123456789")
    return value[:at] + character + value[at + 1 :]


def jump(value, constants, rng):
    """A value moved onto, or next to, something that the solution compares with."""
    numbers, texts = constants
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return int(rng.choice(numbers)) + rng.choice((0, 0, 1, -1)) if rng.random() < 0.7 else -value
    if isinstance(value, float):
        return float(rng.choice(numbers) + rng.choice((0, 0, 0.5, -0.5, 0.1)))
    if isinstance(value, str):
        word, at = rng.choice(texts), rng.randrange(len(value) + 1)
        return rng.choice(
            (value + word, word + value, value[:at] + word + value[at:], value[:at] + word + value[at + len(word) :], word, value[:at])
        )
    if isinstance(value, (list, tuple)):
        if not value:
            return value
        at = rng.randrange(len(value))
        changed = [*value[:at], jump(value[at], constants, rng), *value[at + 1 :]]
        if isinstance(value, list) and rng.random() < 0.15:
            changed = changed[: rng.randrange(3)]
        return type(value)(changed)
    if isinstance(value, dict):
        return {(jump(key, constants, rng) if rng.random() < 0.4 else key): item for key, item in value.items()}
    return value
