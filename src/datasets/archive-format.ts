import { z } from "zod";
import {
  checkedForWriting,
  type Environment,
  environmentIdSchema,
  environmentSchema,
  ImportError,
  issueText,
  problemIdSchema,
  type Task,
} from "@/domain";
import { isJsonObject, parseSyntax, unreadableIn } from "./json-text.ts";
import { shownName, wellFormed } from "./names.ts";

/**
 * `environments.json` of our archives: all that an environment has besides its source, which is a file of its
 * own that people open and edit.
 */
const ARCHIVE_FORMAT = "codegym-playground-archive";
export const ARCHIVE_VERSION = 1;
export const META_FILE = "environments.json";
export const INSTANCES_FILE = "instances.jsonl";
export const PROBLEMS_FILE = "problems.jsonl";

const entrySchema = environmentSchema.omit({ source: true, report: true, status: true }).extend({
  /** Path of the source in the archive; null when only training instances are known. */
  file: z.string().nullable(),
  /** Of the source as it was exported: says whether the file was edited since. */
  sourceHash: z.string(),
  /** The source itself, only where a UTF-8 file with LF line ends cannot hold it. */
  source: z.string().optional(),
  /** What the exporting device found out; evidence for people, never taken over. */
  status: z.unknown(),
  report: z.unknown(),
});
export type ArchiveEntry = z.infer<typeof entrySchema>;

/** Tells one text from another (cyrb53, 53 bits); no protection against intent, which verification gives. */
function hashOf(text: string): string {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return (4294967296 * (2097151 & low) + (high >>> 0)).toString(16);
}

export function entryOf(environment: Environment, file: string | null, exact: boolean): ArchiveEntry {
  const { source, ...rest } = environment;
  const entry = { ...rest, file, sourceHash: hashOf(source), ...(exact ? {} : { source }) };
  return checkedForWriting(entrySchema, entry, `environment “${environment.id}”`);
}

/** @throws UnwritableError when the archive could not be read again */
export function metaText(entries: readonly ArchiveEntry[]): string {
  return `${JSON.stringify({ format: ARCHIVE_FORMAT, version: ARCHIVE_VERSION, environments: entries }, null, 1)}\n`;
}

/** Null when the file is somebody else's. @throws ImportError "newer-version", "bad-line" */
export function readMeta(text: string): { entries: ArchiveEntry[]; faults: string[] } | null {
  const meta = parseSyntax(text);
  if (!isJsonObject(meta) || meta["format"] !== ARCHIVE_FORMAT) return null;
  const { version, environments } = meta;
  if (typeof version !== "number" || !Array.isArray(environments))
    throw new ImportError("bad-line", "version or list of environments is missing");
  if (version > ARCHIVE_VERSION) {
    throw new ImportError(
      "newer-version",
      `the archive was made by a newer version of the playground (${version}); reload the page to get it`,
    );
  }
  const entries: ArchiveEntry[] = [];
  const faults: string[] = [];
  for (const [index, item] of environments.entries()) {
    const unreadable = unreadableIn(item);
    const parsed = unreadable === null ? entrySchema.safeParse(item) : null;
    if (parsed?.success === true) entries.push(parsed.data);
    else faults.push(`environment ${index + 1}: ${parsed === null ? unreadable : issueText(parsed.error)}`);
  }
  return { entries, faults };
}

/** What was measured with other code says nothing of this one; an imported instance keeps its own rounds. */
export function unmeasured(task: Task): Task {
  const info = task.instance?.["extra_info"];
  const rounds = isJsonObject(info) && Number.isSafeInteger(info["solve_fc_round"]) ? Number(info["solve_fc_round"]) : null;
  return { ...task, answer: null, answerMs: null, answerBytes: null, rounds };
}

export function environmentOfEntry(entry: ArchiveEntry, fileSource: string | null, archiveName: string, now: number): Environment {
  const { file: _file, sourceHash, source: exactSource, status: _status, report: _report, provenance, ...rest } = entry;
  const source = exactSource ?? fileSource ?? "";
  const same = hashOf(source) === sourceHash;
  // The run stays behind on the device that made it.
  const { runId: _runId, problemId, ...origin } = provenance;
  return {
    ...rest,
    id: environmentIdSchema.parse(wellFormed(rest.id)),
    codeId: wellFormed(rest.codeId),
    className: wellFormed(rest.className),
    source,
    tools: same ? rest.tools : [],
    tasks: same ? rest.tasks : rest.tasks.map(unmeasured),
    status: "unverified",
    report: null,
    provenance: {
      ...origin,
      ...(problemId === undefined ? {} : { problemId: problemIdSchema.parse(wellFormed(problemId)) }),
      source: "imported",
      fileName: shownName(archiveName),
    },
    addedAt: now,
  };
}
