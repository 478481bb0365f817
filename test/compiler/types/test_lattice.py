"""The lattice of kinds."""

import json

from codegym_compiler.types.lattice import (
    INT,
    JSON,
    LIMIT,
    NOTHING,
    NUMBER,
    OTHER,
    STR,
    Kind,
    annotation,
    decode,
    decoding,
    encode,
    encoding,
    from_data,
    kind_of,
    list_of,
    merge,
    native,
    sendable,
    to_data,
    with_article,
    words,
)
from compiled import for_seeds


def value(rng, depth=3):
    """Any value that a solution may pass about."""
    scalars = [None, True, False, rng.randint(-9, 9), rng.randint(-9, 9) / 4, float("inf"), rng.choice(["", "a", "bc", "inf"])]
    if depth == 0:
        return rng.choice(scalars)
    items = [value(rng, depth - 1) for _ in range(rng.randint(0, 3))]
    keys = [rng.choice(["a", "b", 1, 2, (1, "c")]) for _ in items]
    made = rng.randint(0, 6)
    if made == 0:
        return items
    if made == 1:
        return tuple(items)
    if made == 2:
        return dict(zip(keys, items))
    if made == 3:
        return {rng.randint(0, 9) for _ in items}
    if made == 4:
        return frozenset(rng.choice("abc") for _ in items)
    return rng.choice(scalars)


@for_seeds(300)
def test_merging_is_the_least_upper_bound(rng):
    one, two, three = (kind_of(value(rng)) for _ in range(3))
    assert merge(one, two) == merge(two, one) or {one.name, two.name} & {"tuple", "sequence", "either"}
    assert merge(one, one) == one
    assert merge(one, NOTHING) == merge(NOTHING, one) == one
    assert merge(one, OTHER) == OTHER
    both = merge(one, two)
    assert merge(both, one) == both and merge(both, two) == both
    assert merge(both, three) == merge(one, merge(two, three)) or OTHER in (merge(both, three), merge(one, merge(two, three)))


@for_seeds(300)
def test_what_can_be_sent_comes_back(rng):
    given = value(rng)
    kind = kind_of(given)
    if not sendable(kind):
        return
    sent = json.loads(json.dumps(encode(kind, given)))
    assert repr(decode(kind, sent)) == repr(given) or decode(kind, sent) == given
    space = {"given": given, "sent": sent}
    assert eval(encoding(kind, "given"), space) == encode(kind, given)
    back = eval(decoding(kind, "sent"), space)
    assert back == given and type(back) is type(given)
    if native(kind):
        assert sent == given


@for_seeds(200)
def test_kinds_are_data(rng):
    kind = kind_of(value(rng))
    assert from_data(json.loads(json.dumps(to_data(kind)))) == kind
    assert words(kind) and words(kind, True) and with_article(kind) and annotation(kind)


def test_numbers():
    assert merge(INT, kind_of(0.5)) == NUMBER
    assert merge(NUMBER, kind_of(float("-inf"))) == LIMIT
    assert kind_of(float("nan")) == OTHER
    assert merge(kind_of(True), INT) == JSON


def test_containers():
    assert kind_of([1, "a"]) == list_of(JSON)
    assert merge(kind_of((1, 2)), kind_of((1, 2, 3))) == Kind("sequence", (INT,))
    assert merge(kind_of([1]), kind_of(2)).name == "json"
    assert merge(kind_of((1,)), kind_of("a")) == Kind("either", (Kind("tuple", (INT,)), STR))
