import { findDuplicates } from "./import-plan.ts";
import type { ImportWorkerApi } from "./import-worker.ts";
import { parseFiles, PASTE_NAME } from "./parse-files.ts";
import type { Existing, ImportPlan, ParsedImport } from "./types.ts";
import { callWorker, WorkerLostError } from "./worker-call.ts";

async function parseInWorker(files: readonly File[], signal: AbortSignal | undefined): Promise<ParsedImport> {
  try {
    return await callWorker<ImportWorkerApi, ParsedImport>(
      () => new Worker(new URL("./import-worker.ts", import.meta.url), { type: "module" }),
      (api) => api.parse(files, Date.now()),
      signal,
    );
  } catch (error) {
    if (!(error instanceof WorkerLostError)) throw error;
    const message = `reading ended early, maybe for want of memory (${error.message}); try smaller files, one at a time`;
    return { problems: [], environments: [], faults: files.map((file) => ({ file: file.name, line: null, message })) };
  }
}

/**
 * Reads files: in a worker where there are workers, here otherwise (Node). Never rejects for what is in a
 * file. @throws CancelledError
 */
export async function readFiles(files: readonly File[], existing: Existing, signal?: AbortSignal): Promise<ImportPlan> {
  const parsed = typeof Worker === "undefined" ? await parseFiles(files, { signal }) : await parseInWorker(files, signal);
  return { ...parsed, duplicates: findDuplicates(parsed, existing) };
}

/** JSONL, Python, or a statement followed by its solution. @throws CancelledError */
export async function readPaste(text: string, existing: Existing, signal?: AbortSignal): Promise<ImportPlan> {
  return await readFiles([new File([text], PASTE_NAME)], existing, signal);
}
