"""The canary's solver: loading and running it goes the way that search goes."""

import json


def solve(self):
    ordered = json.loads(self.step(json.dumps({"name": "Sort", "parameters": {}}))[1])
    self.step(json.dumps({"name": "Mix", "parameters": {"seed": ordered[0]}}))
    return self.step(json.dumps({"name": "Done", "parameters": {"answer": sum(ordered) * 3}}))[1]
