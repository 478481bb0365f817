"""The compiled environment answers as the solution does, for programs and inputs that nobody chose."""

import json

import random_programs
from compiled import for_seeds


# In WebAssembly some of them are played by compiler-property.test.ts, which sees to it that they reach every rule.
@for_seeds(24, replayed=2)
def test_random_programs(rng):
    found = json.loads(random_programs.differences(rng.randrange(2**31), 4))
    assert found["wrong"] == [], found["source"]
    assert found["mended"] == 0, found["source"]


@for_seeds(8, replayed=1)
def test_random_programs_under_other_names(rng):
    found = json.loads(random_programs.renamed_differences(rng.randrange(2**31), 4))
    assert found["wrong"] == [], found["source"]
    assert found["mended"] == 0, found["source"]
    assert found["refused"] != "names", found["source"]
