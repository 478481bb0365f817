import { parseArgs } from "node:util";
import { PlaygroundError } from "@/domain";

export type VerifyArguments = { envs: string; instances: string | null; json: string | null; jobs: number | null };

/** The command was called wrongly; the message is for the person at the terminal. */
export class UsageError extends PlaygroundError<"usage"> {}

export const USAGE = `Usage: npm run verify -- --envs DIR [--instances FILE.jsonl] [--json OUT] [--jobs N]

  --envs DIR        folder with <code_id>__<Name>Env.py files
  --instances FILE  training instances (JSONL): each starts its environment and runs its solve().
                    Without it, the gates contract, run and solver contract are taken for each file.
  --json OUT        also write the results as JSON
  --jobs N          interpreters at once (default: one a core)

Exit code: 0 all passed, 1 something failed, 2 wrong use.
Only for files you trust: in Node, unlike in the browser, nothing isolates Python from this machine.`;

/** @throws UsageError */
export function parseArguments(argv: readonly string[]): VerifyArguments | "help" {
  let values: { envs?: string; instances?: string; json?: string; jobs?: string; help?: boolean };
  try {
    ({ values } = parseArgs({
      args: [...argv],
      options: {
        envs: { type: "string" },
        instances: { type: "string" },
        json: { type: "string" },
        jobs: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
      strict: true,
    }));
  } catch (error) {
    throw new UsageError("usage", error instanceof Error ? error.message : String(error));
  }
  if (values.help === true) return "help";
  if (values.envs === undefined) throw new UsageError("usage", "--envs is missing");
  const jobs = values.jobs === undefined ? null : Number(values.jobs);
  if (jobs !== null && (!Number.isInteger(jobs) || jobs < 1 || jobs > 64)) {
    throw new UsageError("usage", `--jobs takes a whole number from 1 to 64, not “${values.jobs ?? ""}”`);
  }
  return { envs: values.envs, instances: values.instances ?? null, json: values.json ?? null, jobs };
}
