import { expose } from "comlink";
import type { ParsedImport } from "./types.ts";
import { parseFiles } from "./parse-files.ts";

/** Trusted code of ours: reads the person's files away from the page. It is terminated to cancel. */
export interface ImportWorkerApi {
  parse(files: readonly File[], now: number): Promise<ParsedImport>;
}

expose({ parse: (files: readonly File[], now: number) => parseFiles(files, { now }) } satisfies ImportWorkerApi);
