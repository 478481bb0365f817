"""The only door: a method's name and its parameters as JSON in, `{"ok": …}` or `{"error": …}` as JSON out."""

import json
import random

from . import assembly, compilation, contract, episodes, loader, surgery

MAX_RESULT_CHARS = 16_000_000

_encode = json.JSONEncoder(ensure_ascii=True, allow_nan=False).encode

METHODS = {
    "assemble": assembly.assemble,
    "inspect_environment": lambda source, className, started: contract.inspect_environment(source, className, started),
    "inspect_solver": surgery.inspect_solver,
    "insert_solver": lambda source, className, solver: {"source": surgery.insert_solver(source, className, solver)},
    "done_answers": episodes.done_answers,
    "wrong_actions": episodes.wrong_actions,
    "compile_problem": compilation.compile_problem,
    "check_reference": compilation.check_reference,
    "run_main": episodes.run_main,
    "load_environment": episodes.load_environment,
    "read_mapping": episodes.read_mapping,
    "load_solver": episodes.load_solver,
    "reference_answer": episodes.reference_answer,
    "solve": episodes.solve,
    "feed": episodes.feed,
    "start": episodes.start,
    "step": episodes.step,
    "outcome": episodes.outcome,
}


#: Never read: it only moves what is allocated after it.
_ballast = []


def boot(entropy: str, prompt) -> None:
    """Once, after the interpreter was started or restored. A snapshot would give all of them the same seed, and
    the same addresses: `id()`, and with it the order of sets of objects, would look repeatable.
    `prompt`: the host's function that reads a recorded episode to a solver."""
    episodes.current.prompt = prompt
    random.seed(entropy)
    for size in range(512):
        _ballast.extend(bytes(size) for _ in range(random.randrange(8)))
    loader.seal()


def dispatch(method: str, parameters: str) -> str:
    try:
        result = METHODS[method](**json.loads(parameters))
        text = '{"ok": ' + _encode(result) + "}"
    except BaseException as error:  # SystemExit and KeyboardInterrupt of judged code are its failures too
        return '{"error": ' + _encode(loader.failure_of(error)) + "}"
    if len(text) > MAX_RESULT_CHARS:
        message = f"the result has {len(text)} characters, more than {MAX_RESULT_CHARS}"
        return '{"error": ' + _encode({"type": "ResultTooLarge", "message": message, "line": None, "traceback": ""}) + "}"
    return text
