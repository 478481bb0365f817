"""Inputs beside those that are there."""

from codegym_compiler.inputs.domains import domain_of
from codegym_compiler.inputs.mutation import constants_of, jump, neighbour
from codegym_compiler.types.lattice import INT, kind_of, list_of, merge
from compiled import for_seeds, function

PROGRAM = function("def f(items):\n    return items.count(4) if 'rye' else 70\n")


def test_constants():
    numbers, texts = constants_of(PROGRAM)
    assert {4, 70} <= set(numbers) and "rye" in texts


@for_seeds(100)
def test_what_is_changed_keeps_its_kind(rng):
    kind = list_of(INT)
    domain = domain_of("items", kind, [[1, 2]], PROGRAM, "")
    for changed in (neighbour(domain, [1, 2, 3], kind, rng), jump([1, 2, 3], constants_of(PROGRAM), rng)):
        assert merge(kind, kind_of(changed)) == kind
