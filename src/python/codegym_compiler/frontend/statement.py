"""The statement as prose for an agent: no code, no doctests, no examples, no instructions to a programmer."""

import ast
import re

from .scopes import walk

_HEADS = re.compile(
    r"^[\W_]*(input format|output format|inputs?|outputs?|constraints?|sample input|sample output|samples?|for examples?|examples?(?: \d+)?|e\.g\.?|notes?|explanation|follow[- ]up|variables|restrictions?)[\W_]*(?:\d+[\W_]*)?((?<=[:*_])\s*\S.*)?$",
    re.I,
)
_MARKS = ("def ", "class ", "import ", "from typing", '"""', "'''", "```", "@")
_WHO = r"(?:please |you have been tasked to |you are asked to |your task is to |your job is to |you have to |you need to |you must |you should |in this (?:problem|kata|task),? (?:you (?:will|have to|need to|must|should) )?|the task is to )?"
_MAKE = rf"{_WHO}(?:write|create|implement|complete|define|build|design|make)\s+(?:a|an|the|your)\s+(?:\w+\s+)?(?:python\s+)?(?:function|method|program|script|code)(?:\s+(?:named|called))?(?:\s+`?\w+(?:\([^)]*\))?`?)??\s+"
_VERBS = {
    "returns": "Find",
    "return": "Find",
    "finds": "Find",
    "computes": "Compute",
    "calculates": "Compute",
    "determines": "Determine",
    "checks": "Check",
    "counts": "Count",
}
_SENTENCES = re.compile(
    r"(?:^|(?<=[.!?\n]))[ \t]*(?:please )?(?:note:? )?\W*(?:do not|don't|you (?:may|should|must|can) not|you can't|write your|it must be implemented|you may assume that your|do this without)\b[^.!\n]*(?:\b(?:recursion|import|library|libraries|return anything|given array|built-?in|extra space|code|like this|modify|in-place|function)\b)[^.!\n]*[.!:]?",
    re.I,
)


def plain_statement(statement: str, program) -> str:
    docstring = ast.get_docstring(program.entry) or ""
    text = statement
    if re.search(r"^\s*(def|class) \w+", statement, re.M):
        found = _docstring_in(statement, program.called)
        text = found if found is not None else docstring or statement
    elif not statement.strip():
        text = docstring
    text = text.strip().strip("\"'").replace("\r", "")
    text = re.sub(r"```[^`]*```", "", text)  # examples and code, both shown or told elsewhere
    joined = "\n".join(_told(text, program))
    joined = re.sub(r"(?im)^\W*(for example|example|e\.g\.|examples?)\W*$", "", joined)
    told = re.sub(r"\n{3,}", "\n\n", _for_agents(joined, program)).strip()
    return "\n".join([told, *_spoken_of(told, program)])


def _spoken_of(text, program) -> list[str]:
    """What other functions do that the text names."""
    result = []
    for name, function in program.functions().items():
        if name != program.called and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) and (purpose := ast.get_docstring(function)):
            result.append(f"`{name}`: {' '.join(purpose.split(chr(10) * 2)[0].split())}")
    return result


def _docstring_in(statement, name):
    """The docstring of the stub in a statement that is Python itself."""
    for end in ("", "\n    pass\n"):
        try:
            tree = ast.parse(statement + end)
        except SyntaxError:
            continue
        stubs = [node for node in walk(tree) if isinstance(node, ast.FunctionDef)]
        chosen = next((node for node in stubs if node.name == name), stubs[-1] if stubs else None)
        return (ast.get_docstring(chosen) or "") if chosen is not None else None
    return None


def _told(text, program) -> list[str]:
    """Lines that speak of the problem. Parts: `format` (input and output; ended by a heading only), `example`
    (ended by prose after a blank line), `doctest` (ended by a blank line). Scripts keep the words on the format."""
    entry = re.escape(program.called)
    script = program.style == "script"
    calls = re.compile(rf"(?<![\w.]){entry}\s*\(")
    defined = re.search(rf"(?m)^\s*{entry}\s*\(\s*[a-z]\w*\s*(?:[-+]\s*\d+\s*)?\)\s*(?:=|->)", text) is not None
    lines: list[str] = []
    part, blank = None, True
    for line in text.split("\n"):
        bare = line.strip()
        if part == "doctest" and bare and not bare.startswith(">>>"):
            continue
        if bare.startswith(">>>"):
            part = "doctest"
            continue
        head = _HEADS.match(bare)
        if head:
            word = head.group(1).lower()
            part = (
                None if word.startswith("note") else "format" if word.startswith(("input", "output", "constraint", "sample")) else "example"
            )
            if script and word.startswith(("input", "output")):
                lines += ["", f"{word.split()[0].rstrip('s').capitalize()}:"]
            if word.startswith("note") and head.group(2):
                lines.append(bare)
            continue
        if part == "doctest" or bare.startswith("#"):
            part = None
            bare = bare.lstrip("# ")
        code = bare.startswith(_MARKS) or (calls.search(bare) is not None and not (defined and part is None) and _is_example(bare, calls))
        prose = len(re.findall(r"[A-Za-z]{2,}", bare)) >= 5
        if part == "example" and blank and len(bare) > 40 and bare[:1].isupper() and not code:
            part = None
        blank = not bare
        shown = part is None or (script and part == "format" and prose)
        if shown and not code and not re.match(r":(param|return|type|rtype)|(Args|Parameters|Returns|Raises)\s*:?$|For \w+ = ", bare):
            lines.append(bare)
        if re.match(r"(Args|Parameters|Returns|Raises)\s*:?$", bare):
            part = "example"
    return _without_notes(_without_empty_heads(lines))


def _is_example(line, calls):
    """A call with a result, not a sentence that names the function."""
    return re.search(r"=|->|➞|→", line[calls.search(line).end() :]) is not None or calls.match(line) is not None


def _without_notes(lines):
    """Remarks on examples that are not shown."""
    result, skipping = [], False
    for line in lines:
        if re.search(r"\b(?:first|second|third|this|sample|above) (?:example|sample|test case)|\bexample \d", line, re.I):
            skipping = line.rstrip().endswith(":")
            continue
        if skipping and (line.startswith(("-", "*")) or not line):
            continue
        skipping = False
        result.append(line)
    return result


def _without_empty_heads(lines):
    result = []
    for index, line in enumerate(lines):
        following = next((item for item in lines[index + 1 :] if item), "")
        if line in ("Input:", "Output:") and following in ("", "Input:", "Output:"):
            continue
        result.append(line)
    return result


def _for_agents(text, program):
    """Instructions to write code become the question itself."""

    def asked(match):
        return _VERBS[match.group(1).lower()]

    verbs = "|".join(_VERBS)
    text = re.sub(
        rf"(?i){_MAKE}(?:that|which)\s+(?:takes?|accepts?|receives?|is given)\s+(.+?)\s*(?:,\s*)?(?:\bas (?:an )?(?:input|arguments?|parameters?))?\s*,?\s*and\s+(?:it\s+)?(?:returns?)\b",
        lambda match: f"Given {match.group(1)}, find",
        text,
        flags=re.S,
        count=1,
    )
    text = re.sub(
        rf"(?i){_MAKE}(?:that|which)\s+(?:takes?|accepts?|receives?)\s+([^.]+?)\s*,?\s*and\s+({verbs})\b",
        lambda match: f"Given {match.group(1)}, {_VERBS[match.group(2).lower()].lower()}",
        text,
        count=1,
    )
    text = re.sub(rf"(?i){_MAKE}(?:that|which)\s+(?:takes?|accepts?|receives?)\s+", "You are given ", text)
    text = re.sub(rf"(?i){_MAKE}(?:that|which)\s+(?:will\s+)?({verbs})\b", asked, text)
    text = re.sub(rf"(?i){_MAKE}to\s+(?:\w+ly\s+)?(\w+)", lambda match: match.group(1).capitalize(), text)
    text = re.sub(rf"(?i){_MAKE}(?:that|which)\s+(?:will\s+)?(\w)", lambda match: "What is wanted " + match.group(1), text)
    text = _SENTENCES.sub("", text)
    text = re.sub(
        r"\b(R|r)eturn (?=-?\d|[`\"'\[(]|(?:true|false|none|null|an? empty|empty)\b)",
        lambda match: "Answer " if match.group(1) == "R" else "answer ",
        text,
        flags=re.I,
    )
    text = re.sub(
        r"\b(R|r)eturn (?=(?:an?|the|all|its|their|how|whether|every|only|one|list|string|number|index|indices|both)\b)",
        lambda match: "Find " if match.group(1) == "R" else "find ",
        text,
    )
    text = re.sub(r"\b(F|f)ind (?=(?:True|true) if\b)", lambda match: "Answer " if match.group(1) == "F" else "answer ", text)
    text = re.sub(r"(?i)\b(?:the|your) (?:function|method|program) (?:should|must|will|has to) return\b", "the answer is", text)
    text = re.sub(r"(?i)\b(?:the|your) (?:function|method|program) returns\b", "the answer is", text)
    name = program.called
    if ("_" in name or re.search(r"[a-z][A-Z]", name)) and not re.search(rf"(?m)^\s*{re.escape(name)}\s*\(", text):
        text = re.sub(rf"`?(?<![\w.]){re.escape(name)}(?:\(\))?(?!\w)`?", "the task", text)
    text = re.sub(
        r"(?:^|(?<=\n\n)|(?<=[.!?] )|(?<=[.!?]\n))(the (?:answer|task)|it)\b",
        lambda match: match.group()[0].upper() + match.group()[1:],
        text,
    )
    return text
