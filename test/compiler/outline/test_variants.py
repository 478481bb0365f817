"""Tries until every piece is fit."""

from compiled import variants

BIG = "def f(items: list[int]) -> int:\n    total = 0\n    for item in items:\n        part = sorted(items)[:2]\n        total += part[0] * item\n        if item % 2:\n            total -= 1\n    return total\n"


def test_pieces_say_where_they_are_and_tools_have_one_name_each():
    for variant in variants(BIG).values():
        assert len(set(variant["tools"])) == len(variant["tools"])
        assert {piece["tool"] for piece in variant["pieces"]} <= set(variant["tools"])
        for piece in variant["pieces"]:
            lines = BIG.split("\n")[piece["line"] - 1 : piece["endLine"]]
            assert piece["text"].split("\n")[0] in lines[0]


def test_readers_come_first():
    for variant in variants(BIG).values():
        assert variant["tools"][0] == "Observe" and variant["tools"][1].startswith("Get") and variant["tools"][-1] == "Done"
