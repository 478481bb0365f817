import { ImportError, type JsonObject, type NumberTexts, type Problem, problemIdSchema, titleOf } from "@/domain";
import { textsOfFields } from "./exact-numbers.ts";
import { otherFields } from "./json-text.ts";
import { wellFormed } from "./names.ts";

const KNOWN = new Set(["question_id", "question", "solution"]);

function textField(row: JsonObject, name: string): string {
  const value = row[name];
  if (typeof value !== "string") {
    throw new ImportError("bad-line", value === undefined ? `the field “${name}” is missing` : `the field “${name}” is not a text`);
  }
  return value;
}

function idField(row: JsonObject, numbers: NumberTexts | undefined, fallback: string): string {
  const value = row["question_id"];
  if (value === undefined || value === null || value === "") return fallback;
  if (typeof value === "number") return numbers?.["/question_id"] ?? String(value);
  if (typeof value !== "string") throw new ImportError("bad-line", "the field “question_id” is not a text");
  return value;
}

/**
 * One row of docs/formats.md section 1. A title and a kind, which our own exports add, are taken when they are
 * texts; all other fields are kept for the way out, `numbers` (of the row) as they were written.
 * @throws ImportError "bad-line"
 */
export function problemOfRow(row: JsonObject, numbers: NumberTexts | undefined, fallbackId: string, now: number): Problem {
  const statement = textField(row, "question");
  const solution = textField(row, "solution");
  if (statement.trim() === "") throw new ImportError("bad-line", "the field “question” is empty");
  const id = problemIdSchema.safeParse(wellFormed(idField(row, numbers, fallbackId)));
  if (!id.success) throw new ImportError("bad-line", "the field “question_id” is longer than 200 characters");
  const extra = otherFields(row, KNOWN);
  const taken = (name: string): string | undefined => {
    const value = extra[name];
    if (typeof value !== "string" || value === "") return undefined;
    delete extra[name];
    return value;
  };
  const title = taken("title") ?? titleOf({ statement, solution, extra }, id.data);
  const subset = taken("subset");
  const kind = taken("kind");
  const texts = textsOfFields(numbers, (field) => Object.hasOwn(extra, field));
  return {
    id: id.data,
    title,
    statement,
    solution,
    ...(subset === undefined ? {} : { subset }),
    extra,
    ...(texts === undefined ? {} : { numbers: texts }),
    origin: "imported",
    ...(kind === undefined ? {} : { kind }),
    addedAt: now,
  };
}

export function rowOfProblem(problem: Problem): JsonObject {
  return {
    ...problem.extra,
    ...(problem.title === titleOf(problem, problem.id) ? {} : { title: problem.title }),
    ...(problem.kind === undefined ? {} : { kind: problem.kind }),
    ...(problem.subset === undefined ? {} : { subset: problem.subset }),
    question_id: problem.id,
    question: problem.statement,
    solution: problem.solution,
  };
}
