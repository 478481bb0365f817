"""The solver's body."""

from compiled import solving, variants


def test_a_generator_becomes_a_list():
    source = "def odd(items):\n    for item in items:\n        if item % 2:\n            yield item * 3\n\n\ndef total(items: list[int]) -> int:\n    result = 0\n    for item in odd(items):\n        result += item\n    return result\n"
    for variant in variants(source).values():
        assert "yield" not in variant["solver"]


def test_data_that_is_used_whole_is_copied_part_by_part():
    source = "def middle(items: list[int]) -> int:\n    items.sort()\n    low = items[0] * 3\n    return low + items[-1] * 2\n"
    variant = next(iter(variants(source).values()))
    assert "items = [ask('GetItem', index=index) for index in range(state['items_length'])]" in solving(variant)
