"""How Python values become JSON, decided for every kind: never `default=str`.

`answer_text` is the canonical form of a reference answer: strict JSON with sorted keys, one text a value, so
that two answers are equal in type and value exactly when their texts are. `tagged` shows any state.
"""

import json
import math

MAX_DEPTH = 60


class NotJson(ValueError):
    """The value has no JSON form; the message says where and what to return instead."""


def _strict(value, path, depth):
    if depth > MAX_DEPTH:
        raise NotJson(f"{path} is nested deeper than {MAX_DEPTH} levels")
    kind = type(value)
    if value is None or kind in (bool, int, str):
        return value
    if kind is float:
        if not math.isfinite(value):
            raise NotJson(f"{path} is {value!r}, which JSON cannot hold; return a string or None")
        return value
    if kind in (list, tuple):
        return [_strict(item, f"{path}[{index}]", depth + 1) for index, item in enumerate(value)]
    if kind is dict:
        for key in value:
            if type(key) is not str:
                raise NotJson(f"{path} has the key {key!r}; JSON keys are strings")
        return {key: _strict(item, f"{path}[{key!r}]", depth + 1) for key, item in value.items()}
    # A subclass (IntEnum, numpy-like, defaultdict, …) may lie about itself; it is taken by its plain base.
    for base in (bool, int, float, str, list, tuple, dict):
        if isinstance(value, base):
            return _strict(base(value), path, depth)
    if isinstance(value, (set, frozenset)):
        raise NotJson(f"{path} is a set, which JSON cannot hold; return a sorted list")
    raise NotJson(f"{path} is of type {kind.__name__}, which JSON cannot hold")


def answer_text(value) -> str:
    """Canonical JSON text of an answer. Raises NotJson."""
    return json.dumps(_strict(value, "the answer", 0), sort_keys=True, allow_nan=False, separators=(", ", ": "))


def tagged(value, depth=0, budget=None):
    """Any value as JSON that a page can show; what JSON lacks becomes `{"$kind": …}`. Cut, never failing."""
    budget = budget if budget is not None else [4000]
    budget[0] -= 1
    if budget[0] < 0 or depth > 12:
        return {"$cut": type(value).__name__}
    kind = type(value)
    if value is None or kind is bool:
        return value
    if kind is int:
        if abs(value) < 2**53:
            return value
        return {"$int": str(value) if value.bit_length() < 8000 else f"about 2**{value.bit_length()}"}
    if kind is float:
        return value if math.isfinite(value) else {"$float": repr(value)}
    if kind is str:
        return value if len(value) <= 20_000 else value[:20_000] + "…"
    if kind in (bytes, bytearray):
        return {"$bytes": bytes(value[:2000]).hex()}
    if kind is list:
        return [tagged(item, depth + 1, budget) for item in value[:2000]]
    if kind is tuple:
        return {"$tuple": [tagged(item, depth + 1, budget) for item in value[:2000]]}
    if kind in (set, frozenset):
        items = [tagged(item, depth + 1, budget) for item in list(value)[:2000]]
        return {"$set": sorted(items, key=lambda item: json.dumps(item, sort_keys=True))}
    if isinstance(value, dict):
        pairs = list(value.items())[:2000]
        if all(type(key) is str and not key.startswith("$") for key, _ in pairs):
            return {key: tagged(item, depth + 1, budget) for key, item in pairs}
        return {"$dict": [[tagged(key, depth + 1, budget), tagged(item, depth + 1, budget)] for key, item in pairs]}
    try:
        inner = list(value) if isinstance(value, (list, tuple)) or kind.__name__ == "deque" else None
    except Exception:
        inner = None
    if inner is not None:
        return {"$" + kind.__name__: [tagged(item, depth + 1, budget) for item in inner[:2000]]}
    return {"$object": kind.__name__}
