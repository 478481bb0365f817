import { parseArgs } from "node:util";
import { PlaygroundError } from "@/domain";

export type VerifyArguments = { envs: string; instances: string | null; json: string | null; jobs: number | null };
export type YieldArguments = { file: string; json: string | null; jobs: number | null };

/** The command was called wrongly; the message is for the person at the terminal. */
export class UsageError extends PlaygroundError<"usage"> {
  override readonly name = "UsageError";
}

const TRUST = "Only for files you trust: in Node, unlike in the browser, nothing isolates Python from this machine.";

export const VERIFY_USAGE = `Usage: npm run verify -- --envs DIR [--instances FILE.jsonl] [--json OUT] [--jobs N]

  --envs DIR        folder with <code_id>__<Name>Env.py files
  --instances FILE  training instances (JSONL): each starts its environment and runs its solve().
                    Without it, the gates contract, run and solver contract are taken for each file.
  --json OUT        also write the results as JSON
  --jobs N          interpreters at once (default: one a core)

Exit code: 0 all passed, 1 something failed, 2 wrong use.
${TRUST}`;

export const YIELD_USAGE = `Usage: npm run yield -- FILE.jsonl [--json OUT] [--jobs N]

Compiles each problem's solution into an environment and takes it through all gates, without any model.

  FILE.jsonl  problems: question_id, question, solution. Where a row has entry_point and test (a function
              check(candidate)), the environment's reference answers must also satisfy those assertions.
  --json OUT  also write the results as JSON
  --jobs N    interpreters at once (default: one a core); each problem is given two of them, so N / 2
              problems run at once, and with 1 to 3 one after the other

Seconds are a problem's own time by the clock, from reading its solution to the last gate and its
assertions; with four jobs and more that includes what problems that run at once take from each other.

Exit code: 0 every problem has its result (refused and rejected are results), 1 assertions failed, a row
could not be read or the sandbox failed, 2 wrong use.
${TRUST}`;

const COMMON = { json: { type: "string" }, jobs: { type: "string" }, help: { type: "boolean", short: "h" } } as const;

/** @throws UsageError for what `read` (of node:util) does not take */
function taking<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new UsageError("usage", error instanceof Error ? error.message : String(error));
  }
}

function jobsOf(text: string | undefined): number | null {
  const jobs = text === undefined ? null : Number(text);
  if (jobs !== null && (!Number.isInteger(jobs) || jobs < 1 || jobs > 64)) {
    throw new UsageError("usage", `--jobs takes a whole number from 1 to 64, not “${text ?? ""}”`);
  }
  return jobs;
}

/** @throws UsageError */
export function parseVerifyArguments(argv: readonly string[]): VerifyArguments | "help" {
  const options = { ...COMMON, envs: { type: "string" }, instances: { type: "string" } } as const;
  const { values } = taking(() => parseArgs({ args: [...argv], options, strict: true }));
  if (values.help === true) return "help";
  if (values.envs === undefined) throw new UsageError("usage", "--envs is missing");
  return { envs: values.envs, instances: values.instances ?? null, json: values.json ?? null, jobs: jobsOf(values.jobs) };
}

/** @throws UsageError */
export function parseYieldArguments(argv: readonly string[]): YieldArguments | "help" {
  const { values, positionals } = taking(() => parseArgs({ args: [...argv], options: COMMON, strict: true, allowPositionals: true }));
  if (values.help === true) return "help";
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new UsageError("usage", "one file with problems is needed");
  return { file, json: values.json ?? null, jobs: jobsOf(values.jobs) };
}
