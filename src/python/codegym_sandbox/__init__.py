"""Runs and reads environments inside the sandbox.

`dispatch` is the only entry: a method name and ASCII JSON in, ASCII JSON out. `contract`, `docs` and `surgery`
read source as a syntax tree and never run it; `loader`, `episodes` and `probe` run judged code.
"""
