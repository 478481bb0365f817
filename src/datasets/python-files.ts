import { CLASS_NAME, codeIdOf, type Environment, ImportError, parseFileName, type Problem, problemIdSchema, titleOf } from "@/domain";
import { environmentIdOf, safeCodeId, shownName, stemOf } from "./names.ts";
import { moduleDocstring, topLevelClasses } from "./python-text.ts";

export type PythonFile = { kind: "environment"; environment: Environment } | { kind: "problem"; problem: Problem };

/** The environment's class: the one the file is named after, else the last that derives from `Env`. */
function environmentClass(source: string, named: string | null): string | null {
  const classes = topLevelClasses(source);
  // A class under the file's name is meant as one whatever it derives from; the gates say what is wrong.
  if (named !== null && classes.some((item) => item.name === named)) return named;
  const derived = classes.filter((item) => item.bases.some((base) => /^(?:\w+\.)*Env$/.test(base)));
  const fitting = derived.findLast((item) => CLASS_NAME.test(item.name));
  if (fitting !== undefined) return fitting.name;
  const other = derived.at(-1);
  if (other === undefined) return null;
  throw new ImportError("wrong-kind", `the class “${other.name}” derives from Env, but its name is not of the form <Name>Env`);
}

function codeIdFor(stem: string, className: string, parsed: { codeId: string } | null): string {
  if (stem.endsWith(`__${className}`) && stem.length > className.length + 2) return safeCodeId(stem.slice(0, -className.length - 2));
  if (parsed !== null && parsed.codeId !== "") return safeCodeId(parsed.codeId);
  const plain = stem === className || stem === "" ? className.replace(/Env$/, "") : stem;
  return codeIdOf(plain === "" ? className : plain);
}

/** The name of a `.py` file and its source as an environment. @throws ImportError */
function environmentOfPython(source: string, fileName: string, className: string, now: number): Environment {
  const codeId = codeIdFor(stemOf(fileName), className, parseFileName(`${stemOf(fileName)}.py`));
  return {
    id: environmentIdOf({ codeId, className }),
    codeId,
    className,
    taskText: moduleDocstring(source) ?? "",
    source,
    tools: [],
    tasks: [],
    status: "unverified",
    report: null,
    provenance: { source: "imported", fileName: shownName(fileName) },
    addedAt: now,
  };
}

export function problemOf(statement: string, solution: string, name: string, now: number): Problem {
  const id = problemIdSchema.parse(codeIdOf(name).slice(0, 200));
  return { id, title: titleOf({ statement, solution, extra: {} }, id), statement, solution, extra: {}, origin: "imported", addedAt: now };
}

/** Source with LF line ends. @throws ImportError "wrong-kind" when it is neither environment nor problem */
export function readPython(source: string, fileName: string, now: number): PythonFile {
  const stem = stemOf(fileName);
  const className = environmentClass(source, parseFileName(`${stem}.py`)?.className ?? null);
  if (className !== null) return { kind: "environment", environment: environmentOfPython(source, fileName, className, now) };
  const statement = moduleDocstring(source);
  if (statement === null || statement.trim() === "") {
    throw new ImportError(
      "wrong-kind",
      "neither an environment (no class <Name>Env(gymnasium.Env)) nor a problem (no docstring at its beginning with the statement)",
    );
  }
  return { kind: "problem", problem: problemOf(statement, source, stem, now) };
}
