"""Episodes, and which configurations are chosen."""

from codegym_compiler.backend.playing import Played, Stage, choose
from compiled import variants

SOURCE = "def digest(readings: list[int]) -> int:\n    value = 1\n    for reading in readings:\n        value = (value * 31 + reading) % 9973\n    return value\n"


def test_an_episode():
    variant = variants(SOURCE)["few large tools"]
    stage = Stage(variant["source"], variant["className"], 100)
    played = stage.play(0, '{"readings": [4, 5]}', 100)
    assert played.rounds == stage.rounds == 6 and "Done" in played.tools
    assert stage.play(0, '{"readings": [4, 5]}', 3) is None
    assert stage.failures == ["more than 3 rounds"]


def test_easy_to_hard_within_the_window():
    played = [Played(case, str(case), rounds, frozenset()) for case, rounds in enumerate((5, 12, 300, 40, 90, 20))]
    chosen = choose(played, lambda item: {item.case}, lambda item: str(item.case), 10, 256, 80, 3, most=4)
    rounds = [item.rounds for item in chosen]
    assert rounds == sorted(rounds) and 300 not in rounds and len(chosen) == 4
