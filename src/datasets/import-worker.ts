import { expose } from "comlink";
import type { Trace } from "@/domain";
import type { ParsedImport } from "./types.ts";
import { parseFiles } from "./parse-files.ts";
import { decodeShared, decodeSharedFile, type Opened, opened, type Shared } from "./share-link.ts";

/** What the page takes over in one piece: the time that it stands still for it is in proportion. */
const BATCH_CHARS = 1_000_000;

export type ImportBatch = Pick<ParsedImport, "problems" | "environments">;

/** Trusted code of ours: reads the person's files, and links, away from the page. It is terminated to cancel. */
export interface ImportWorkerApi {
  /** Reads them all, and gives what is not a problem or an environment. */
  parse(files: readonly File[], now: number): Promise<Pick<ParsedImport, "faults" | "notes">>;
  /** The next of what was read; null after the last. */
  next(): ImportBatch | null;
  open(link: string): Promise<Opened<Shared>>;
  openFile(file: Blob): Promise<Opened<Shared | Trace>>;
}

function* batchesOf({ problems, environments }: ImportBatch): Generator<ImportBatch> {
  let batch: ImportBatch = { problems: [], environments: [] };
  let chars = 0;
  for (const [kind, items] of Object.entries({ problems, environments })) {
    for (const item of items) {
      if (kind === "problems") batch.problems.push(item as ImportBatch["problems"][number]);
      else batch.environments.push(item as ImportBatch["environments"][number]);
      chars += JSON.stringify(item).length;
      if (chars < BATCH_CHARS) continue;
      yield batch;
      batch = { problems: [], environments: [] };
      chars = 0;
    }
  }
  yield batch;
}

let batches: Generator<ImportBatch> | null = null;

expose({
  async parse(files, now) {
    const { problems, environments, ...rest } = await parseFiles(files, { now });
    batches = batchesOf({ problems, environments });
    return rest;
  },
  next: () => batches?.next().value ?? null,
  open: (link) => opened(decodeShared(link)),
  openFile: (file) => opened(decodeSharedFile(file)),
} satisfies ImportWorkerApi);
