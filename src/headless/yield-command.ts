import path from "node:path";
import { parseFiles } from "@/datasets";
import { DEFAULT_LIMITS, type Problem } from "@/domain";
import { createNodeSandbox } from "@/sandbox/node";
import { UsageError, type YieldArguments } from "./arguments.ts";
import { each } from "./each.ts";
import { readBytes, writeJson } from "./files.ts";
import { type Outcome, yieldOfProblem, type YieldResult } from "./yield-problem.ts";

const WINDOW = `${DEFAULT_LIMITS.minRounds} to ${DEFAULT_LIMITS.maxRounds} rounds`;

/** As the app imports them. */
async function readProblems(file: string): Promise<{ problems: Problem[]; faults: string[] }> {
  const { problems, faults } = await parseFiles([new File([await readBytes(file, "the problems")], path.basename(file))]);
  const messages = faults.map((fault) => `${fault.file}${fault.line === null ? "" : `, line ${fault.line}`}: ${fault.message}`);
  if (problems.length === 0) throw new UsageError("usage", [`there are no problems in ${file}`, ...messages].join("\n"));
  return { problems, faults: messages };
}

function line({ question_id, status, reason, tests, inWindow, tools, coverage, seconds }: YieldResult): string {
  const figures =
    status === "refused" ? "" : `  ${tests} tests  ${inWindow} in ${WINDOW}  ${tools} tools  coverage ${Math.round(coverage * 100)} %`;
  return `${status.padEnd(8)}  ${question_id}${figures}  ${seconds.toFixed(2)} s${reason === undefined ? "" : `\n          ${reason}`}`;
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return ((sorted[half] ?? 0) + (sorted[sorted.length - 1 - half] ?? 0)) / 2;
}

/** Most frequent first: "3 refused by effects". */
function countsOf(outcomes: readonly Outcome[]): string[] {
  const counts = new Map<string, number>();
  for (const { result, kind } of outcomes) {
    if (result.status === "verified") continue;
    const key = `${result.status} by ${kind}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].toSorted((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])).map(([key, count]) => `  ${count} ${key}`);
}

/** `npm run yield`. Returns the exit code: 0 every problem has its result, 1 something failed. @throws UsageError */
export async function yieldOf(options: YieldArguments, assetsDir: string): Promise<number> {
  const { problems, faults } = await readProblems(options.file);
  for (const fault of faults) console.error(`not read  ${fault}`);
  const startedAt = performance.now();
  const sandbox = await createNodeSandbox({ assetsDir, ...(options.jobs === null ? {} : { parallelism: options.jobs }) });
  const outcomes: (Outcome | undefined)[] = problems.map(() => undefined);
  try {
    // One problem keeps two interpreters busy: more at once would measure waiting.
    await each([...problems.entries()], Math.max(1, Math.floor(sandbox.parallelism / 2)), async ([index, problem]) => {
      const outcome = await yieldOfProblem(sandbox, problem, index);
      outcomes[index] = outcome;
      console.log(line(outcome.result));
    });
  } finally {
    sandbox.dispose();
  }
  const wallSeconds = (performance.now() - startedAt) / 1000;
  const done = outcomes.filter((outcome) => outcome !== undefined);
  // In the file's order, whichever was done first.
  const results = done.map(({ result }) => result);
  const verified = results.filter(({ status }) => status === "verified");
  const summary = {
    total: results.length,
    compiled: results.filter(({ status }) => status !== "refused").length,
    verified: verified.length,
    withTasks: verified.filter(({ inWindow }) => inWindow > 0).length,
  };
  const share = (count: number): string => `${count} (${Math.round((100 * count) / summary.total)} %)`;
  console.log(
    `\n${summary.total} problems: ${share(summary.compiled)} compiled, ${share(summary.verified)} verified, ${share(summary.withTasks)} with tasks of ${WINDOW}`,
  );
  for (const text of countsOf(done)) console.log(text);
  console.log(`median ${medianOf(results.map(({ seconds }) => seconds)).toFixed(2)} s a problem, ${wallSeconds.toFixed(1)} s in all`);
  await writeJson(options.json, { results, summary });
  return faults.length > 0 || done.some(({ failed }) => failed) ? 1 : 0;
}
