/**
 * The command `npm run verify`: the same engine in Node worker threads, for files you trust. Wires files and
 * the terminal to `verify-files.ts`; exit codes are part of the interface.
 */
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { errorData, normaliseNewlines } from "@/domain";
import { createNodeSandbox } from "@/sandbox/node";
import { parseArguments, USAGE, UsageError, type VerifyArguments } from "./arguments.ts";
import { hasPassed, type SourceFile, verifyFiles, verifyInstances, type VerifyResult } from "./verify-files.ts";

async function readText(file: string, what: string): Promise<string> {
  try {
    return normaliseNewlines(await readFile(file, "utf8"));
  } catch (error) {
    throw new UsageError("usage", `${what} ${file} cannot be read (${errorData(error).message})`);
  }
}

async function readSources(directory: string): Promise<SourceFile[]> {
  let names: string[];
  try {
    names = (await readdir(directory)).filter((name) => name.endsWith(".py")).toSorted();
  } catch (error) {
    throw new UsageError("usage", `the folder ${directory} cannot be read (${errorData(error).message})`);
  }
  if (names.length === 0) throw new UsageError("usage", `there is no .py file in ${directory}`);
  return Promise.all(names.map(async (name) => ({ name, source: await readText(path.join(directory, name), "the file") })));
}

function line(result: VerifyResult): string {
  const figures = result.rounds === null ? "" : `  reward ${result.reward ?? "-"}  ${result.rounds} rounds`;
  const name = [result.code_id, result.env].filter((part) => part !== "").join("__");
  const config = result.config === "" ? "" : `  ${result.config.slice(result.config.indexOf("@") + 1, 80)}`;
  return `${hasPassed(result) ? "ok  " : "FAIL"} ${result.verdict.padEnd(12)}${figures}  ${Math.round(result.ms)} ms  ${name}${config}${result.error === undefined ? "" : `\n       ${result.error}`}`;
}

async function verify(options: VerifyArguments, assetsDir: string): Promise<number> {
  const files = await readSources(options.envs);
  const instances = options.instances === null ? null : await readText(options.instances, "the instances");
  const startedAt = performance.now();
  const sandbox = await createNodeSandbox({ assetsDir, ...(options.jobs === null ? {} : { parallelism: options.jobs }) });
  const results: VerifyResult[] = [];
  const report = (result: VerifyResult): void => {
    results.push(result);
    console.log(line(result));
  };
  try {
    if (instances === null) await verifyFiles(sandbox, files, report);
    else await verifyInstances(sandbox, files, instances, report);
  } finally {
    sandbox.dispose();
  }
  const passed = results.filter(hasPassed).length;
  const summary = { passed, failed: results.length - passed, wallSeconds: Number(((performance.now() - startedAt) / 1000).toFixed(2)) };
  console.log(`${summary.passed} passed, ${summary.failed} failed in ${summary.wallSeconds} s`);
  if (options.json !== null) await writeFile(options.json, `${JSON.stringify({ results, summary }, null, 1)}\n`);
  return summary.failed > 0 ? 1 : 0;
}

/** @returns the exit code: 0 all passed, 1 something failed, 2 wrong use */
export async function main(argv: readonly string[], assetsDir: string): Promise<number> {
  try {
    const options = parseArguments(argv);
    if (options === "help") {
      console.log(USAGE);
      return 0;
    }
    return await verify(options, assetsDir);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message}\n\n${USAGE}`);
    return 2;
  }
}
