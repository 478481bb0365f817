"""Values of inputs against kinds: how heavy they are, whether they fit, copies that share nothing."""

import copy

from .lattice import EITHER, INT, NOTHING, Kind, kind_of, merge, native


def weight(arguments) -> tuple[int, int]:
    """How much data there is, and the largest single number."""
    return len(repr(arguments)), max((abs(int(value)) for value in arguments.values() if isinstance(value, (int, float))), default=0)


def of_kind(values, kind):
    return [value for value in values if kind_of(value).name == kind.name]


def unshared(value):
    """A copy in which no two places hold the same object: what comes from JSON shares nothing."""
    kind = type(value)
    if kind in (list, tuple):
        return kind(unshared(item) for item in value)
    if kind is dict:
        return {key: unshared(item) for key, item in value.items()}
    return copy.copy(value) if kind is set else value


def filled(kind: Kind) -> Kind:
    """Kinds without a gap: an empty list among the examples says nothing of its elements."""
    if kind == NOTHING:
        return INT
    if not kind.parts:
        return kind
    return Kind(kind.name, tuple(map(filled, kind.parts)))


def loose(wanted: Kind, given: Kind) -> bool:
    """An integer where floats are expected, a list of them, …: JSON and the solution take both."""
    if wanted.name in ("float", "number") and given.name in ("int", "float", "number"):
        return True
    if wanted.name == "json":
        return native(given)
    if wanted.name == EITHER and given.name != EITHER:
        return any(loose(part, given) or merge(part, given) == part for part in wanted.parts)
    if wanted.name == given.name and len(wanted.parts) == len(given.parts):
        return all(loose(one, two) or merge(one, two) == one for one, two in zip(wanted.parts, given.parts))
    return False
