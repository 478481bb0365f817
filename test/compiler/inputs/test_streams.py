"""Inputs of scripts that a statement gives."""

from codegym_compiler.inputs.streams import agrees, blocks

STATEMENT = "Print the sum.\n\n**Input:**\n```\n2\n1 2\n```\n\n**Output:**\n```\n3\n```"


def test_blocks():
    assert blocks(STATEMENT) == [(["2", "1 2"], ["3"])]


def test_an_answer_agrees_in_other_words():
    assert agrees("3", ["3"]) and agrees([1, 2], ["1 2"]) and agrees(True, ["YES"]) or agrees(True, ["true"])
    assert not agrees("4", ["3"])
