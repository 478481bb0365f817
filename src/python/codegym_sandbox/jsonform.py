"""How Python values become JSON, decided for every kind: never `default=str`.

`answer_text` is the canonical form of a reference answer: strict JSON with sorted keys, one text a value, so
that two answers are equal in type and value exactly when their texts are. `tagged` shows any state.

Values come from judged code: a class may lie about itself (`__class__`, `__str__`, `__iter__`, …), so kinds are
read with `type` and contents with the methods of the plain base.
"""

import collections
import json
import math

MAX_DEPTH = 60
MAX_PARTS = 200_000


class NotJson(ValueError):
    """The value has no JSON form; the message says where and what to return instead."""


def _plain(value, kind):
    """A value of a subclass (IntEnum, defaultdict, …) as its plain base; None when there is none."""
    if issubclass(kind, int):
        return int.__index__(value)
    if issubclass(kind, float):
        return float.__float__(value)
    if issubclass(kind, str):
        return str.__str__(value)
    if issubclass(kind, list):
        return list(list.__iter__(value))
    if issubclass(kind, tuple):
        return tuple(tuple.__iter__(value))
    if issubclass(kind, dict):
        return dict(dict.items(value))
    return None


def _strict(value, path, depth, room):
    room[0] -= 1
    if depth > MAX_DEPTH:
        raise NotJson(f"{path} is nested deeper than {MAX_DEPTH} levels")
    if room[0] < 0:
        raise NotJson(f"the answer has more than {MAX_PARTS} parts")
    kind = type(value)
    if value is None or kind in (bool, int, str):
        return value
    if kind is float:
        if not math.isfinite(value):
            raise NotJson(f"{path} is {value!r}, which JSON cannot hold; return a string or None")
        return value + 0.0  # -0.0 equals 0.0
    if kind in (list, tuple):
        return [_strict(item, f"{path}[{index}]", depth + 1, room) for index, item in enumerate(value)]
    if kind is dict:
        pairs = {}
        for key, item in value.items():
            name = _plain(key, type(key)) if issubclass(type(key), str) else None
            if name is None:
                raise NotJson(f"{path} has a key of type {type(key).__name__}; JSON keys are strings")
            pairs[name] = _strict(item, f"{path}[{name[:40]!r}]", depth + 1, room)
        return pairs
    plain = _plain(value, kind)
    if plain is not None:
        return _strict(plain, path, depth, room)
    if issubclass(kind, (set, frozenset)):
        raise NotJson(f"{path} is a set, which JSON cannot hold; return a sorted list")
    raise NotJson(f"{path} is of type {kind.__name__}, which JSON cannot hold")


def answer_text(value) -> str:
    """Canonical JSON text of an answer. Raises NotJson."""
    plain = _strict(value, "the answer", 0, [MAX_PARTS])
    return json.dumps(plain, sort_keys=True, allow_nan=False, separators=(", ", ": "))


class Room:
    """How much of a state is shown: parts and characters. Shared by all states of one run."""

    def __init__(self, parts: int, chars: int):
        self.parts, self.chars = parts, chars

    def text(self, value: str, most=20_000) -> str:
        most = max(0, min(most, self.chars))
        self.chars -= min(len(value), most)
        return value if len(value) <= most else value[:most] + "…"


def tagged(value, room: Room, depth=0):
    """Any value as JSON that a page can show; what JSON lacks becomes `{"$kind": …}`. Cut, never failing."""
    room.parts -= 1
    kind = type(value)
    if room.parts < 0 or depth > 12:
        return {"$cut": _name(kind)}
    if value is None or kind is bool:
        return value
    if kind is int:
        if abs(value) < 2**53:
            return value
        return {"$int": room.text(str(value)) if value.bit_length() < 8000 else f"about 2**{value.bit_length()}"}
    if kind is float:
        return value if math.isfinite(value) else {"$float": repr(value)}
    if kind is str:
        return room.text(value)
    if kind in (bytes, bytearray):
        return {"$bytes": room.text(bytes(value[:2000]).hex())}
    if kind is list:
        return [tagged(item, room, depth + 1) for item in value[:2000]]
    if kind is tuple:
        return {"$tuple": [tagged(item, room, depth + 1) for item in value[:2000]]}
    if kind in (set, frozenset):
        items = [tagged(item, room, depth + 1) for item in list(value)[:2000]]
        return {"$set": sorted(items, key=lambda item: json.dumps(item, sort_keys=True))}
    if issubclass(kind, dict):
        pairs = list(dict.items(value))[:2000]
        if all(type(key) is str and len(key) <= 200 and not key.startswith("$") for key, _ in pairs):
            return {room.text(key): tagged(item, room, depth + 1) for key, item in pairs}
        return {"$dict": [[tagged(key, room, depth + 1), tagged(item, room, depth + 1)] for key, item in pairs]}
    for base in (list, tuple, collections.deque):
        if issubclass(kind, base):
            inner = list(base.__iter__(value))[:2000]
            return {"$" + _name(kind): [tagged(item, room, depth + 1) for item in inner]}
    return {"$object": _name(kind)}


def _name(kind) -> str:
    return str.__str__(type.__dict__["__name__"].__get__(kind))[:80]
