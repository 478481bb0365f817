"""The compiled environment answers as the solution does, for programs and inputs that nobody chose."""

import json

import random_programs
from compiled import for_seeds


# In WebAssembly more of them are played by compiler-property.test.ts.
@for_seeds(12, replayed=2)
def test_random_programs(rng):
    found = json.loads(random_programs.differences(rng.randrange(2**31), 4))
    assert found["wrong"] == [], found["source"]
    assert found["mended"] == 0, found["source"]
