import { z } from "zod";
import { loadPart, normaliseNewlines, type Problem, problemIdSchema } from "@/domain";

const indexSchema = z.array(
  z.object({
    id: problemIdSchema,
    title: z.string(),
    kind: z.string(),
    /** What it is about, in a sentence for a list. */
    about: z.string(),
  }),
);
const filesSchema = z.record(z.string(), z.string());

/** The problems that ship with the app, in the order of their index; `extra.about` says what each is about. */
export async function loadBundledProblems(): Promise<Problem[]> {
  // Bundler-only: `import.meta.glob` is unknown to plain Node, where nobody calls this.
  const files = await loadPart(() => import("./bundled-files.ts"));
  const index = indexSchema.parse(files.index["./bundled/index.json"] ?? []);
  const statements = filesSchema.parse(files.statements);
  const solutions = filesSchema.parse(files.solutions);
  return index.map(({ id, title, kind, about }) => {
    const statement = statements[`./bundled/${id}/statement.md`];
    const solution = solutions[`./bundled/${id}/solution.py`];
    if (statement === undefined || solution === undefined) throw new Error(`bundled problem ${id} lacks a file`);
    return {
      id,
      title,
      statement: normaliseNewlines(statement),
      solution: normaliseNewlines(solution),
      extra: { about },
      origin: "bundled",
      kind,
      addedAt: 0,
    };
  });
}
