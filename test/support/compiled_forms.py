"""What the built-in compiler makes of one solution, for tests that say what it must answer."""

import copy
import json

import codegym_compiler
from codegym_compiler.backend.playing import Stage

#: Room enough for a loaded machine.
OPTIONS = {"deadlineMs": 300_000}


def answers(statement: str, solution: str, entry: str, inputs: str) -> str:
    """JSON: `refused`, or for each input (a list of arguments) the `answers` of the variants' environments, as the solution
    would have returned them, without repeats; and `unsolved`: what a variant's own solver made of one of them."""
    given = json.loads(inputs)
    compiled = codegym_compiler.compile_problem(statement, solution, entry or None, {**OPTIONS, "inputs": copy.deepcopy(given)})
    if "refused" in compiled:
        return json.dumps({"refused": compiled["refused"], "answers": [], "unsolved": []})
    found, unsolved = [[] for _ in given], []
    for variant in compiled["variants"]:
        stage = Stage(variant["source"], variant["className"], 10**6)
        for place, arguments in enumerate(given):
            config = codegym_compiler.config_of(variant["shape"], arguments)
            if config is None:
                unsolved.append(f"{variant['name']}: no configuration holds {arguments!r}")
                continue
            reference = stage.cls.from_env_str(f"{variant['className']}@{config}").get_ref_answer()
            answer = repr(codegym_compiler.answer_of(variant["shape"], json.loads(json.dumps(reference))))
            if answer not in found[place]:
                found[place].append(answer)
            if stage.play(0, config, 50_000) is None:
                unsolved.append(f"{variant['name']}: {stage.failures[-1]} on {config}")
    return json.dumps({"refused": None, "answers": found, "unsolved": unsolved})
