"""One solver run in native CPython, as a pipeline that starts a process for each test does it."""

import json
import sys

job = json.load(sys.stdin)
module = {"__name__": "environment"}
exec(compile(job["source"], "<environment>", "exec"), module)
solver = {"__name__": "solver"}
exec(compile(job["solver"], "<solver>", "exec"), solver)
name = job["className"]
environment = module[name].from_env_str(f"{name}@{job['config']}")
solver["solve"](environment)
print(json.dumps({"reward": float(environment.reward)}))
