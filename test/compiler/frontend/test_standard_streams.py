"""Which names in a script are streams."""

import ast

from codegym_compiler.frontend.standard_streams import Streams, read_name, shims, write_name
from compiled import expression


def test_names_of_streams():
    streams = Streams(ast.parse("import sys\nfrom sys import stdin as source\n"))
    assert streams.kind(expression("sys.stdin")) == ("stdin", False)
    assert streams.kind(expression("source")) == ("stdin", False)
    assert streams.kind(expression("sys.stdin.buffer")) == ("stdin", True)
    assert streams.kind(expression("other")) is None


def test_their_members_have_stand_ins():
    assert read_name("readline", False) == "readline"
    assert read_name("readline", True) == "readline_bytes"
    assert write_name("write", False) == "write"
    assert read_name("seek", False) is None


def test_only_what_is_used_is_written():
    text = ast.unparse(ast.Module(shims({"next_line"}), []))
    assert "def next_line" in text and "def write" not in text
