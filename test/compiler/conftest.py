"""Lets pytest find the compiler and what its tests share."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.dont_write_bytecode = True
for folder in (HERE.parent / "support", HERE, HERE.parents[1] / "src" / "python"):
    sys.path.insert(0, str(folder))
