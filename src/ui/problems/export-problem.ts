import { codeIdOf, type Problem } from "@/domain";
import type { Download } from "@/state";

/** One row of FORMATS.md section 1; fields that were not ours come out as they came in. */
export function problemDownload(problem: Problem): Download {
  const row = {
    ...problem.extra,
    question_id: problem.id,
    question: problem.statement,
    solution: problem.solution,
    ...(problem.subset === undefined ? {} : { subset: problem.subset }),
  };
  return { fileName: `${codeIdOf(problem.id)}.jsonl`, mime: "application/jsonl", bytes: new TextEncoder().encode(`${JSON.stringify(row)}\n`) };
}
