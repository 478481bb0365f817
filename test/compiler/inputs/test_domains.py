"""What values of a parameter may look like."""

from codegym_compiler.inputs.domains import domain_of, draw, record_like, source_texts
from codegym_compiler.types.lattice import INT, STR, kind_of, list_of, merge
from compiled import for_seeds, function

PROGRAM = function("def f(items, text):\n    return text.count('rye') + items.count(4)\n")


@for_seeds(100)
def test_what_is_drawn_is_of_the_kind(rng):
    for name, kind, examples in (("items", list_of(INT), [[1, 2]]), ("text", STR, ["rye oats"]), ("grid", list_of(list_of(INT)), [])):
        domain = domain_of(name, kind, examples, PROGRAM, "")
        for mode in ("random", "small", "sorted", "equal", "mirror", "reversed"):
            assert merge(kind, kind_of(draw(domain, kind, rng.randint(0, 6), mode, rng))) == kind


def test_texts_of_the_source_are_words():
    assert "rye" in source_texts(PROGRAM)


@for_seeds(30)
def test_records_keep_their_shape(rng):
    made = record_like(["oats", 3], rng)
    assert type(made) is list and [type(item) for item in made] == [str, int]
