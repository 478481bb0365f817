"""The environment's file."""

import json

from codegym_compiler.analysis.runner import load_source
from compiled import variants

SOURCE = "def mean(readings: list[float]) -> float:\n    total = 0.0\n    for reading in readings:\n        total = total * 0.5 + reading\n    return total\n"


def played(answer: str) -> tuple[float, str]:
    """The reward for an answer (as JSON), where the right one is 2.5."""
    variant = next(iter(variants(SOURCE).values()))
    space = load_source(variant["source"])
    environment = space[variant["className"]].from_env_str(variant["className"] + '@{"readings": [1.0, 2.0]}')
    ok, told = environment.step('{"name": "Done", "parameters": {"answer": ' + answer + "}}")
    assert ok and environment.finished, told
    return environment.reward


def test_floats_are_one_answer_within_rounding():
    assert [played(answer) for answer in ("2.5", "2.500000000001", "2.50001", "2", '"2.5"', "[2.5]", "null")] == [1, 1, 0, 0, 0, 0, 0]


def test_what_is_no_number_is_never_right():
    assert [played(answer) for answer in ("Infinity", "-Infinity", "NaN", "1e999")] == [0, 0, 0, 0]


def test_what_is_called_wrongly_is_told():
    variant = next(iter(variants(SOURCE).values()))
    environment = load_source(variant["source"])[variant["className"]]()
    reader = variant["tools"][1]
    for action, told in (
        ("{", "Error: this call does not work: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        ('{"name": "Fly"}', "Error: there is no tool 'Fly'."),
        (json.dumps({"name": reader, "parameters": {"place": 1}}), f"Error: {reader} takes index, and was given place."),
        (json.dumps({"name": reader}), f"Error: {reader} takes index, and was given none."),
    ):
        assert environment.step(action) == (False, told)
    assert environment.step_count == 4


def test_the_solution_stands_in_it_as_it_was():
    for variant in variants(SOURCE).values():
        assert SOURCE.strip() in variant["source"]


def test_names_of_the_solution_do_not_meet_those_of_the_file():
    source = "def _exact(json: list[int]) -> int:\n    first = 0\n    for gymnasium in json:\n        first = (first * 7 + gymnasium) % 101\n    return first\n"
    for variant in variants(source).values():
        environment = load_source(variant["source"])[variant["className"]].from_env_str(f"{variant['className']}@{variant['configs'][0]}")
        environment.solve()
        assert environment.reward == 1
