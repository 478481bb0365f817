import { readdir } from "node:fs/promises";
import path from "node:path";
import { errorData, normaliseNewlines } from "@/domain";
import { createNodeSandbox } from "@/sandbox/node";
import { UsageError, type VerifyArguments } from "./arguments.ts";
import { readBytes, writeJson } from "./files.ts";
import { hasPassed, type SourceFile, verifyFiles, verifyInstances, type VerifyResult } from "./verify-files.ts";

async function readText(file: string, what: string): Promise<string> {
  return normaliseNewlines((await readBytes(file, what)).toString("utf8"));
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

/** `npm run verify`. Returns the exit code: 0 all passed, 1 something failed. @throws UsageError */
export async function verify(options: VerifyArguments, assetsDir: string): Promise<number> {
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
  await writeJson(options.json, { results, summary });
  return summary.failed > 0 ? 1 : 0;
}
