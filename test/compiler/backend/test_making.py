"""One variant."""

from compiled import variants


def test_single_values_come_as_several_cases():
    found = variants("def tax(amount: int) -> int:\n    base = amount * 3 // 7\n    return base + amount % 11\n")
    assert {name for name, variant in found.items() if variant["shape"]["batched"]} == {"several cases"}


def test_figures_and_configurations():
    source = "def digest(readings: list[int]) -> int:\n    value = 1\n    for reading in readings:\n        value = (value * 31 + reading) % 9973\n    return value\n"
    for variant in variants(source).values():
        assert 10 <= len(variant["configs"]) == len(variant["figures"]["rounds"])
        assert len(set(variant["configs"])) == len(variant["configs"])
        assert variant["className"] == "DigestEnv"
