import type { ImportWorkerApi } from "./import-worker.ts";
import { parseFiles, PASTE_NAME } from "./parse-files.ts";
import type { ParsedImport } from "./types.ts";
import { callWorker, importWorker, WorkerLostError } from "./worker-call.ts";

async function parseInWorker(files: readonly File[], signal: AbortSignal | undefined): Promise<ParsedImport> {
  try {
    return await callWorker<ImportWorkerApi, ParsedImport>(
      importWorker,
      async (api) => {
        const parsed: ParsedImport = { ...(await api.parse(files, Date.now())), problems: [], environments: [] };
        for (let batch = await api.next(); batch !== null; batch = await api.next()) {
          for (const problem of batch.problems) parsed.problems.push(problem);
          for (const environment of batch.environments) parsed.environments.push(environment);
        }
        return parsed;
      },
      signal,
    );
  } catch (error) {
    if (!(error instanceof WorkerLostError)) throw error;
    const message = `reading ended early, maybe for want of memory (${error.message}); try smaller files, one at a time`;
    return { problems: [], environments: [], faults: files.map((file) => ({ file: file.name, line: null, message })), notes: [] };
  }
}

/**
 * Reads files: in a worker where there are workers, here otherwise (Node). Never rejects for what is in a
 * file. @throws CancelledError
 */
export async function readFiles(files: readonly File[], signal?: AbortSignal): Promise<ParsedImport> {
  return typeof Worker === "undefined" ? await parseFiles(files, { signal }) : await parseInWorker(files, signal);
}

/** JSONL, Python, or a statement followed by its solution. @throws CancelledError */
export async function readPaste(text: string, signal?: AbortSignal): Promise<ParsedImport> {
  return await readFiles([new File([text], PASTE_NAME)], signal);
}
