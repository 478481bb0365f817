"""A small lattice of value kinds: what JSON keeps, what it changes, and how to send the latter both ways.

`NOTHING` is the bottom (an element of an empty list), `OTHER` the top (functions, iterators, NaN: not sent).
Code for conversion is made as text, to be parsed into the trees of tools and solvers.
"""

import math
from dataclasses import dataclass

MAX_DEPTH = 6
#: Tuples up to this length are records with a kind for each place; longer ones are sequences.
MAX_RECORD = 6


@dataclass(frozen=True)
class Kind:
    name: str
    parts: tuple = ()

    def __str__(self):
        return self.name + (f"[{', '.join(map(str, self.parts))}]" if self.parts else "")


NOTHING, OTHER, JSON = Kind("nothing"), Kind("other"), Kind("json")
NONE, BOOL, INT, FLOAT, STR = Kind("none"), Kind("bool"), Kind("int"), Kind("float"), Kind("str")
#: Integers and floats mixed; and the same with infinities, which travel as the texts "inf" and "-inf".
NUMBER, LIMIT = Kind("number"), Kind("limit")
#: One value or another that JSON tells apart: what becomes a list there, and then what is none.
EITHER = "either"
_LISTED, _SINGLE = (
    frozenset({"list", "tuple", "sequence", "set", "frozenset"}),
    frozenset({"none", "bool", "int", "float", "number", "str"}),
)
#: A function out of the library (see `functions`): the result's kind, then the arguments'. Only configurations hold it.
FUNCTION = "function"
SCALARS = frozenset({"none", "bool", "int", "float", "number", "limit", "str"})


class Function:
    """A callable parameter's value: `data` is what a configuration holds of it."""

    def __init__(self, kind: Kind, data: dict, call):
        self.kind, self.data, self._call = kind, data, call

    def __call__(self, *arguments):
        return self._call(*arguments)

    def __repr__(self):
        return f"Function({self.data})"

    def __deepcopy__(self, memo):
        return self


def list_of(part: Kind) -> Kind:
    return Kind("list", (part,))


def kind_of(value, depth: int = 0) -> Kind:
    """The kind of one value. Subclasses (Counter, IntEnum, …) are OTHER: JSON would lose what they are."""
    kind = type(value)
    if value is None:
        return NONE
    if kind is bool:
        return BOOL
    if kind is int:
        return INT
    if kind is float:
        return FLOAT if math.isfinite(value) else OTHER if math.isnan(value) else LIMIT
    if kind is str:
        return STR
    if kind is Function:
        return value.kind if depth == 0 else OTHER
    if depth > MAX_DEPTH:
        return OTHER
    if kind is list:
        return Kind("list", (_merged(value, depth),))
    if kind is tuple:
        if len(value) <= MAX_RECORD:
            return Kind("tuple", tuple(kind_of(item, depth + 1) for item in value))
        return Kind("sequence", (_merged(value, depth),))
    if kind in (set, frozenset):
        return Kind(kind.__name__, (_merged(value, depth),))
    if kind is dict:
        return Kind("dict", (_merged(value, depth), _merged(value.values(), depth)))
    return OTHER


def _merged(values, depth):
    result = NOTHING
    for value in values:
        result = merge(result, kind_of(value, depth + 1))
    return result


_NUMERIC = {"int": 0, "float": 0, "number": 1, "limit": 2}


def merge(one: Kind, two: Kind) -> Kind:
    """The smallest kind that holds both."""
    if one is two or one == two or two == NOTHING:
        return one
    if one == NOTHING:
        return two
    if one.name in _NUMERIC and two.name in _NUMERIC:
        return LIMIT if "limit" in (one.name, two.name) else NUMBER
    if one.name == two.name and one.name in ("list", "set", "frozenset", "dict", "sequence"):
        return Kind(one.name, tuple(map(merge, one.parts, two.parts)))
    if {one.name, two.name} <= {"tuple", "sequence"}:
        if one.name == two.name == "tuple" and len(one.parts) == len(two.parts):
            return Kind("tuple", tuple(map(merge, one.parts, two.parts)))
        whole = NOTHING
        for part in one.parts + two.parts:
            whole = merge(whole, part)
        return Kind("sequence", (whole,))
    return JSON if native(one) and native(two) else _either(one, two)


def _alike(one: Kind, two: Kind) -> bool:
    """Both are one kind of container: a list and a set are not."""
    return one.name == two.name or {one.name, two.name} <= {"tuple", "sequence"}


def _either(one: Kind, two: Kind) -> Kind:
    listed, single = NOTHING, NOTHING
    for kind in (*_alternatives(one), *_alternatives(two)):
        if kind.name in _LISTED:
            listed = merge(listed, kind) if listed == NOTHING or _alike(listed, kind) else OTHER
        elif kind.name in _SINGLE:
            single = merge(single, kind)
        else:
            return OTHER
    return Kind(EITHER, (listed, single)) if listed.name in _LISTED and single.name in _SINGLE else OTHER


def _alternatives(kind: Kind) -> tuple[Kind, ...]:
    return kind.parts if kind.name == EITHER else (kind,)


def native(kind: Kind) -> bool:
    """JSON text and back gives the same value of the same type."""
    if kind.name in ("none", "bool", "int", "float", "number", "str", "json", "nothing"):
        return True
    if kind.name == "list":
        return native(kind.parts[0])
    if kind.name == "dict":
        return _texts_as_keys(kind) and native(kind.parts[1])
    return False


def sendable(kind: Kind) -> bool:
    """There is a JSON form and a way back."""
    if native(kind) or kind.name in ("limit", FUNCTION):
        return True
    if kind.name in ("list", "sequence"):
        return sendable(kind.parts[0])
    if kind.name in ("set", "frozenset"):
        part = kind.parts[0]
        orderable = part.name in ("bool", "int", "float", "number", "str", "nothing")
        return orderable or (part.name == "tuple" and all(item.name in ("int", "str") for item in part.parts))
    if kind.name in ("tuple", EITHER):
        return all(map(sendable, kind.parts))
    if kind.name == "dict":
        return sendable(kind.parts[1]) and _hashable(kind.parts[0])
    return False


def _hashable(kind):
    return kind.name in SCALARS - {"limit"} or (kind.name == "tuple" and all(map(_hashable, kind.parts)))


def _texts_as_keys(kind: Kind) -> bool:
    """A dictionary that JSON holds as an object."""
    return kind.parts[0].name in ("str", "nothing")


def _same_as_sent(kind: Kind) -> bool:
    """`json.dumps` alone makes the JSON form (tuples become lists by themselves)."""
    if native(kind):
        return True
    if kind.name in ("list", "tuple", "sequence", EITHER):
        return all(map(_same_as_sent, kind.parts))
    return kind.name == "dict" and _texts_as_keys(kind) and _same_as_sent(kind.parts[1])


def encoding(kind: Kind, code: str, depth: int = 0) -> str:
    """Python text that turns the value of `code` into what json.dumps writes without loss."""
    if _same_as_sent(kind):
        return code
    item = f"item{depth or ''}"
    if kind.name == EITHER:
        made = _made(kind.parts[0])
        return f"({encoding(kind.parts[0], code, depth)} if isinstance({code}, {made}) else {code})"
    if kind.name == "limit":
        return f"(str({code}) if {code} in (float('inf'), float('-inf')) else {code})"
    if kind.name in ("list", "sequence"):
        return f"[{encoding(kind.parts[0], item, depth + 1)} for {item} in {code}]"
    if kind.name in ("set", "frozenset"):
        return f"sorted({code})"
    if kind.name == "tuple":
        return "[" + ", ".join(encoding(part, f"{code}[{index}]", depth) for index, part in enumerate(kind.parts)) + "]"
    key, value = f"key{depth or ''}", f"value{depth or ''}"
    if _texts_as_keys(kind):
        return f"{{{key}: {encoding(kind.parts[1], value, depth + 1)} for {key}, {value} in {code}.items()}}"
    return f"[[{encoding(kind.parts[0], key)}, {encoding(kind.parts[1], value, depth + 1)}] for {key}, {value} in {code}.items()]"


def decoding(kind: Kind, code: str, depth: int = 0) -> str:
    """Python text that turns what json.loads gave back into the value. `code` is used once, but for limits, records and
    one kind or another."""
    if native(kind):
        return code
    item = f"item{depth or ''}"
    if kind.name == EITHER:
        return f"({decoding(kind.parts[0], code, depth)} if isinstance({code}, list) else {code})"
    if kind.name == "limit":
        return f"(float({code}) if isinstance({code}, str) else {code})"
    if kind.name == "list":
        return f"[{decoding(kind.parts[0], item, depth + 1)} for {item} in {code}]"
    if kind.name in ("sequence", "set", "frozenset"):
        name = "tuple" if kind.name == "sequence" else kind.name
        inner = decoding(kind.parts[0], item, depth + 1)
        return f"{name}({code})" if inner == item else f"{name}({inner} for {item} in {code})"
    if kind.name == "tuple":
        if all(map(native, kind.parts)):
            return f"tuple({code})"
        parts = ", ".join(decoding(part, f"{code}[{index}]", depth) for index, part in enumerate(kind.parts))
        return f"({parts},)" if parts else "()"
    key, value = f"key{depth or ''}", f"value{depth or ''}"
    if _texts_as_keys(kind):
        return f"{{{key}: {decoding(kind.parts[1], value, depth + 1)} for {key}, {value} in {code}.items()}}"
    return f"{{{decoding(kind.parts[0], key, depth + 1)}: {decoding(kind.parts[1], value, depth + 1)} for {key}, {value} in {code}}}"


def _made(kind: Kind) -> str:
    """The type's name in Python."""
    return "tuple" if kind.name == "sequence" else kind.name


def needs_name(kind: Kind) -> bool:
    """The conversion back uses its source more than once, so a call must be stored first."""
    return decoding(kind, "_").count("_") > 1


def encode(kind: Kind, value):
    """A value in its JSON form (what `encoding` says, done at once)."""
    if _same_as_sent(kind):
        return value
    if kind.name == FUNCTION:
        return value.data
    if kind.name == EITHER:
        return encode(kind.parts[0], value) if type(value).__name__ == _made(kind.parts[0]) else value
    if kind.name == "limit":
        return value if math.isfinite(value) else str(value)
    if kind.name in ("list", "sequence"):
        return [encode(kind.parts[0], item) for item in value]
    if kind.name in ("set", "frozenset"):
        return sorted(value)
    if kind.name == "tuple":
        return [encode(part, item) for part, item in zip(kind.parts, value)]
    if _texts_as_keys(kind):
        return {key: encode(kind.parts[1], item) for key, item in value.items()}
    return [[encode(kind.parts[0], key), encode(kind.parts[1], item)] for key, item in value.items()]


def decode(kind: Kind, value):
    if native(kind):
        return value
    if kind.name == EITHER:
        return decode(kind.parts[0], value) if isinstance(value, list) else value
    if kind.name == "limit":
        return float(value) if isinstance(value, str) else value
    if kind.name == "list":
        return [decode(kind.parts[0], item) for item in value]
    if kind.name in ("sequence", "set", "frozenset"):
        make = {"sequence": tuple, "set": set, "frozenset": frozenset}[kind.name]
        return make(decode(kind.parts[0], item) for item in value)
    if kind.name == "tuple":
        return tuple(decode(part, item) for part, item in zip(kind.parts, value))
    if _texts_as_keys(kind):
        return {key: decode(kind.parts[1], item) for key, item in value.items()}
    return {decode(kind.parts[0], key): decode(kind.parts[1], item) for key, item in value}


_ANNOTATION = {
    "int": "int",
    "float": "float",
    "number": "float",
    "str": "str",
    "bool": "bool",
    "list": "list",
    "tuple": "list",
    "sequence": "list",
    "set": "list",
    "frozenset": "list",
}


def annotation(kind: Kind) -> str:
    """The JSON kind of a tool's parameter."""
    if kind.name == "dict":
        return "dict" if _texts_as_keys(kind) else "list"
    return _ANNOTATION.get(kind.name, "object")


_WORDS = {
    "none": ("null", "nulls"),
    "bool": ("boolean", "booleans"),
    "int": ("integer", "integers"),
    "float": ("number", "numbers"),
    "number": ("number", "numbers"),
    "str": ("string", "strings"),
    "limit": ('number, or the text "inf" or "-inf"', 'numbers (or the texts "inf", "-inf")'),
    "json": ("JSON value", "JSON values"),
    "nothing": ("value", "values"),
    "other": ("value", "values"),
}


def words(kind: Kind, plural: bool = False) -> str:
    """The kind as people say it: "list of integers"."""
    if kind.name in _WORDS:
        return _WORDS[kind.name][plural]
    if kind.name in ("list", "sequence"):
        head = "lists" if plural else "list"
        return head if kind.parts[0] in (NOTHING, JSON) else f"{head} of {words(kind.parts[0], True)}"
    if kind.name in ("set", "frozenset"):
        return f"{'lists' if plural else 'list'} of distinct {words(kind.parts[0], True)} in rising order"
    if kind.name == FUNCTION:
        result, *given = kind.parts
        taken = f"{with_article(given[0])}" if len(given) == 1 else f"{len(given)} {words(given[0], True)}"
        return f"function of {taken} that gives {with_article(result)}"
    if kind.name == EITHER:
        return f"{words(kind.parts[0], plural)} or {words(kind.parts[1], True) if plural else with_article(kind.parts[1])}"
    if kind.name == "tuple":
        if not kind.parts:
            return "empty lists" if plural else "empty list"
        inner = ", ".join(words(part) for part in kind.parts)
        return f"{'lists' if plural else 'list'} [{inner}]"
    if _texts_as_keys(kind):
        return f"{'objects' if plural else 'object'} whose values are {words(kind.parts[1], True)}"
    return f"{'lists' if plural else 'list'} of [key, value] pairs"


def with_article(kind: Kind) -> str:
    text = words(kind)
    return text if text == "null" else ("an " if text[0] in "aeio" else "a ") + text


def to_data(kind: Kind):
    return [kind.name, *map(to_data, kind.parts)]


def from_data(data) -> Kind:
    return Kind(data[0], tuple(map(from_data, data[1:])))
