"""How finely is cut."""

from codegym_compiler.outline.strategy import BATCHES, STRATEGIES


def test_strategies_are_told_apart_by_name():
    names = [strategy.name for strategy in (*STRATEGIES, *BATCHES)]
    assert len(set(names)) == len(names)
