import { ImportError, isAbort, normaliseNewlines, titleOf } from "@/domain";
import { environmentOfEntry, INSTANCES_FILE, META_FILE, readMeta } from "./archive-format.ts";
import { ImportCollector } from "./import-collector.ts";
import { instanceOfRow } from "./instance-rows.ts";
import { readRows } from "./json-rows.ts";
import { parseJsonText } from "./json-text.ts";
import { createPace, type Pace } from "./pace.ts";
import { splitPaste, startsAsPython } from "./pasted-text.ts";
import { problemOfRow } from "./problem-rows.ts";
import { problemOf, readPython } from "./python-files.ts";
import { IMPORT_LIMITS, type ImportLimits, type ParsedImport } from "./types.ts";
import { readZip, type ZipEntry } from "./zip-read.ts";

type Context = { collector: ImportCollector; limits: ImportLimits; pace: Pace };

/** Where a pasted text comes from, in faults. */
export const PASTE_NAME = "pasted text";

const EXTENSION = /\.([A-Za-z0-9]{1,10})$/;

function extensionOf(name: string): string {
  return (EXTENSION.exec(name)?.[1] ?? "").toLowerCase();
}

/** @throws ImportError "binary" */
function decode(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    throw new ImportError("binary", "the text is in UTF-16; save it as UTF-8");
  }
  if (bytes.includes(0)) throw new ImportError("binary", "a binary file, not a text");
  try {
    return normaliseNewlines(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new ImportError("binary", "not a text in UTF-8");
  }
}

async function readRowFile(text: string, name: string, { collector, pace }: Context): Promise<void> {
  const stem = name.split(/[\\/]/).at(-1)?.replace(EXTENSION, "") ?? "";
  await readRows(
    text,
    {
      row(row, line) {
        if (typeof row["ability"] === "string") collector.instance(instanceOfRow(row), name);
        else if ("question" in row || "solution" in row) collector.problem(problemOfRow(row, `${stem || "problem"}-${line}`.slice(-200), collector.now));
        else throw new ImportError("bad-line", "neither a problem (question, solution) nor a training instance (ability)");
      },
      fault: (line, message) => collector.fault(name, line, message),
    },
    pace,
  );
}

function readPythonFile(source: string, name: string, { collector }: Context): void {
  const read = readPython(source, name, collector.now);
  if (read.kind === "environment") collector.environment(read.environment);
  else collector.problem(read.problem);
}

function isJsonLine(text: string): boolean {
  const trimmed = text.trimStart();
  if (!trimmed.startsWith("{") && !trimmed.startsWith("[")) return false;
  const end = trimmed.indexOf("\n");
  for (const candidate of [end === -1 ? trimmed : trimmed.slice(0, end), trimmed]) {
    try {
      parseJsonText(candidate);
      return true;
    } catch {
      // Not this one.
    }
  }
  return false;
}

/** A paste, or a file whose name does not say what it is. */
async function readAnyText(text: string, name: string, context: Context): Promise<void> {
  if (isJsonLine(text)) return await readRowFile(text, name, context);
  if (startsAsPython(text)) return readPythonFile(text, name, context);
  const split = splitPaste(text);
  if (split !== null) {
    const { collector } = context;
    return collector.problem(problemOf(split.statement, split.solution, titleOf({ ...split, extra: {} }, "problem").slice(0, 60), collector.now));
  }
  if (/^\s*[[{]/.test(text)) return await readRowFile(text, name, context);
  throw new ImportError("wrong-kind", "neither JSONL, nor Python, nor a statement followed by a Python solution");
}

async function readText(text: string, name: string, context: Context): Promise<void> {
  if (text.trim() === "") throw new ImportError("empty", "empty");
  const extension = extensionOf(name);
  if (extension === "py") return readPythonFile(text, name, context);
  if (["jsonl", "json", "ndjson"].includes(extension)) return await readRowFile(text, name, context);
  await readAnyText(text, name, context);
}

/** Our own archive's environments, and the entries that they account for. */
function readOwnArchive(entries: readonly ZipEntry[], name: string, context: Context): Set<ZipEntry> {
  const used = new Set<ZipEntry>();
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  const metaEntry = byName.get(META_FILE);
  if (metaEntry === undefined) return used;
  const meta = readMeta(decode(metaEntry.bytes));
  if (meta === null) return used;
  used.add(metaEntry);
  const { collector } = context;
  for (const fault of meta.faults) collector.fault(`${name}/${META_FILE}`, null, fault);
  for (const item of meta.entries) {
    const file = item.file === null ? undefined : byName.get(item.file);
    if (file !== undefined) used.add(file);
    if (item.file !== null && file === undefined) collector.fault(`${name}/${item.file}`, null, "the source is missing from the archive");
    try {
      const text = file === undefined || item.source !== undefined ? null : decode(file.bytes);
      collector.environment(environmentOfEntry(item, text, name, collector.now));
    } catch (error) {
      if (!(error instanceof ImportError)) throw error;
      collector.fault(`${name}/${item.file ?? item.id}`, null, error.message);
    }
  }
  // Made from the tasks that environments.json holds with more detail.
  const instances = byName.get(INSTANCES_FILE);
  if (instances !== undefined) used.add(instances);
  return used;
}

async function readArchive(bytes: Uint8Array, name: string, context: Context): Promise<void> {
  const { collector, limits, pace } = context;
  const { entries, faults } = await readZip(bytes, limits, pace);
  for (const fault of faults) collector.fault(`${name}/${fault.name}`, null, fault.message);
  const used = readOwnArchive(entries, name, context);
  const rest = entries.filter((entry) => !used.has(entry) && ["py", "jsonl", "ndjson", "json"].includes(extensionOf(entry.name)));
  if (used.size === 0 && rest.length === 0 && faults.length === 0) throw new ImportError("wrong-kind", "the archive holds no .py, .jsonl or .json file");
  for (const entry of rest) {
    await pace.step();
    const entryName = `${name}/${entry.name}`;
    await reported(entryName, context, () => readText(decode(entry.bytes), entryName, context));
  }
}

async function reported(name: string, { collector }: Context, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (isAbort(error)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    collector.fault(name, null, error instanceof ImportError ? error.message : `could not be read: ${reason}`);
  }
}

async function readFile(file: File, name: string, context: Context): Promise<void> {
  const { limits } = context;
  if (file.size > limits.fileBytes) {
    throw new ImportError("too-large", `the file has ${Math.round(file.size / 1e6)} MB, at most ${Math.round(limits.fileBytes / 1e6)} MB are read`);
  }
  if (file.size === 0) throw new ImportError("empty", "empty");
  const bytes = new Uint8Array(await file.arrayBuffer());
  const magic = String.fromCharCode(...bytes.subarray(0, 4));
  if (magic === "PK\x03\x04" || magic === "PK\x05\x06") return await readArchive(bytes, name, context);
  if (extensionOf(name) === "zip") throw new ImportError("bad-archive", "not a zip archive");
  if (magic === "PAR1") throw new ImportError("wrong-kind", "parquet tables are not read; export the rows as JSONL");
  await readText(decode(bytes), name, context);
}

/** Reads files one after the other. Rejects with CancelledError only; whatever is wrong with a file is a fault. */
export async function parseFiles(
  files: readonly File[],
  options: { signal?: AbortSignal | undefined; limits?: ImportLimits; now?: number } = {},
): Promise<ParsedImport> {
  const limits = options.limits ?? IMPORT_LIMITS;
  const collector = new ImportCollector(options.now ?? Date.now(), limits.faultsPerFile);
  const context: Context = { collector, limits, pace: createPace(options.signal) };
  for (const file of files) {
    const { name } = file;
    await context.pace.step();
    await reported(name, context, () => readFile(file, name, context));
  }
  return collector.result();
}
