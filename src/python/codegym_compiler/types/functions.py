"""Functions as data: a small library from which configurations choose what a callable parameter is.

A configuration holds `{"name": "linear", "a": 2, "b": 1}`; the environment makes the function from it, with the very
text that the compiler itself runs. Signatures are kinds: "function" with the result first, then the arguments.
"""

import random
from dataclasses import dataclass

from .lattice import BOOL, FLOAT, FUNCTION, INT, NUMBER, STR, Function, Kind, list_of

_LETTERS = "abcdeorst"


@dataclass(frozen=True)
class Family:
    """`code` is over `arguments` and `parameters`; `ranges` are what to draw the latter from (None: a letter)."""

    result: Kind
    arguments: tuple[Kind, ...]
    code: str
    ranges: dict[str, tuple[int, int] | None]

    @property
    def names(self) -> tuple[str, ...]:
        return ("x", "y", "z")[: len(self.arguments)]

    def text(self) -> str:
        """A lambda that makes the function from its parameters."""
        made = f"lambda {', '.join(self.names)}: {self.code}"
        return f"lambda {', '.join(self.ranges)}: {made}" if self.ranges else f"lambda: {made}"


_NUMBERS = list_of(INT)
FAMILIES: dict[str, Family] = {
    "linear": Family(INT, (INT,), "a * x + b", {"a": (-3, 4), "b": (-9, 9)}),
    "quadratic": Family(INT, (INT,), "a * x * x + b * x + c", {"a": (-2, 3), "b": (-5, 5), "c": (-9, 9)}),
    "remainder": Family(INT, (INT,), "x % m", {"m": (2, 12)}),
    "distance": Family(INT, (INT,), "abs(x - a)", {"a": (-9, 15)}),
    "at_least": Family(BOOL, (INT,), "x >= limit", {"limit": (-4, 16)}),
    "divisible": Family(BOOL, (INT,), "x % m == 0", {"m": (2, 5)}),
    "below": Family(BOOL, (INT,), "x < limit", {"limit": (-4, 16)}),
    "weighted": Family(INT, (INT, INT), "a * x + b * y", {"a": (1, 3), "b": (-2, 3)}),
    "larger": Family(INT, (INT, INT), "max(x, y)", {}),
    "apart": Family(INT, (INT, INT), "abs(x - y)", {}),
    "less": Family(BOOL, (INT, INT), "x < y", {}),
    "near": Family(BOOL, (INT, INT), "abs(x - y) <= d", {"d": (0, 6)}),
    "line": Family(FLOAT, (FLOAT,), "a * x + b", {"a": (1, 4), "b": (-9, 9)}),
    "parabola": Family(FLOAT, (FLOAT,), "x * x + b * x + c", {"b": (-3, 5), "c": (-9, 9)}),
    "reaches": Family(BOOL, (FLOAT,), "x >= limit", {"limit": (-4, 16)}),
    "blend": Family(FLOAT, (FLOAT, FLOAT), "a * x + b * y", {"a": (1, 3), "b": (-2, 3)}),
    "length": Family(INT, (STR,), "len(x)", {}),
    "count": Family(INT, (STR,), "x.count(letter)", {"letter": None}),
    "add_text": Family(STR, (STR,), "x + letter", {"letter": None}),
    "mirror": Family(STR, (STR,), "x[::-1]", {}),
    "longer": Family(BOOL, (STR,), "len(x) > n", {"n": (0, 6)}),
    "contains": Family(BOOL, (STR,), "letter in x", {"letter": None}),
    "join": Family(STR, (STR, STR), "x + letter + y", {"letter": None}),
    "shorter": Family(BOOL, (STR, STR), "len(x) < len(y)", {}),
    "total": Family(INT, (_NUMBERS,), "sum(x)", {}),
    "size": Family(INT, (_NUMBERS,), "len(x)", {}),
    "filled": Family(BOOL, (_NUMBERS,), "len(x) > n", {"n": (0, 4)}),
    "heavy": Family(BOOL, (_NUMBERS,), "sum(x) > limit", {"limit": (-4, 16)}),
    "mixed": Family(INT, (INT, INT, INT), "a * x + b * y + c * z", {"a": (1, 3), "b": (-2, 3), "c": (-2, 3)}),
}


def signature(result: Kind, arguments) -> Kind:
    return Kind(FUNCTION, (result, *arguments))


def _families(kind: Kind) -> list[str]:
    result, *arguments = (FLOAT if part == NUMBER else part for part in kind.parts)
    return [name for name, item in FAMILIES.items() if item.result == result and list(item.arguments) == arguments]


def known(kind: Kind) -> bool:
    """The library has functions of this signature."""
    return bool(_families(kind))


def made(kind: Kind, data: dict) -> Function:
    family = FAMILIES[data["name"]]
    build = eval(family.text(), {})  # our own text, from the table above
    return Function(kind, data, build(**{name: data[name] for name in family.ranges}))


def drawn(kind: Kind, rng: random.Random) -> Function:
    name = rng.choice(_families(kind))
    data: dict = {"name": name}
    for key, bounds in FAMILIES[name].ranges.items():
        data[key] = rng.choice(_LETTERS) if bounds is None else rng.randint(*bounds)
    return made(kind, data)


def told(value: Function) -> str:
    """`f(x) = 2 * x + 1`'s right side: the code with its parameters put in."""
    family = FAMILIES[value.data["name"]]
    words = {key: f"'{item}'" if isinstance(item, str) else str(item) if item >= 0 else f"({item})" for key, item in value.data.items()}
    return "".join(words[part] if part in family.ranges else part for part in _tokens(family.code))


def _tokens(code: str) -> list[str]:
    parts = [""]
    for character in code:
        if character.isalnum() == parts[-1][-1:].isalnum() and character.isalnum():
            parts[-1] += character
        else:
            parts.append(character)
    return parts


def library(kinds: list[Kind], words) -> str:
    """What an environment's file needs to make functions of these signatures."""
    names = dict.fromkeys(name for kind in kinds for name in _families(kind))
    lines = [f'    "{name}": {FAMILIES[name].text()},' for name in names]
    return "\n".join(
        [
            f"{words['FUNCTIONS_OF_DATA']} = {{",
            *lines,
            "}",
            "",
            "",
            f"def {words['function_of_data']}(data):",
            '    """The function that a configuration describes: its name, and what the library\'s text leaves open."""',
            f'    return {words["FUNCTIONS_OF_DATA"]}[data["name"]](**{{key: value for key, value in data.items() if key != "name"}})',
        ]
    )
