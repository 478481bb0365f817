import { ImportError, isAbort, type JsonObject, titleOf } from "@/domain";
import { environmentOfEntry, INSTANCES_FILE, META_FILE, readMeta } from "./archive-format.ts";
import { ImportCollector } from "./import-collector.ts";
import { gunzip } from "./inflate.ts";
import { instanceOfRow } from "./instance-rows.ts";
import { readRows } from "./json-rows.ts";
import { parseJsonText } from "./json-text.ts";
import { stemOf } from "./names.ts";
import { createPace, type Pace } from "./pace.ts";
import { splitPaste, startsAsPython } from "./pasted-text.ts";
import { problemOfRow } from "./problem-rows.ts";
import { problemOf, readPython } from "./python-files.ts";
import { decodeRows, decodeText, isGzip, isParquet, isTar, isZip } from "./text-bytes.ts";
import { IMPORT_LIMITS, type ImportLimits, type ParsedImport } from "./types.ts";
import { isWanted, readZip, type ZipEntry } from "./zip-read.ts";

type Context = { collector: ImportCollector; limits: ImportLimits; pace: Pace };

/** Where a pasted text comes from, in faults. */
export const PASTE_NAME = "pasted text";

const EXTENSION = /\.([A-Za-z0-9]{1,10})$/;

function extensionOf(name: string): string {
  return (EXTENSION.exec(name)?.[1] ?? "").toLowerCase();
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6).toLocaleString("en")} MB`;

async function readRowFile(text: string, name: string, { collector, pace }: Context): Promise<void> {
  const stem = stemOf(name);
  await readRows(
    text,
    {
      isRow: (row) => kindOfRow(row) !== null,
      row({ value, numbers, number, line }) {
        const kind = kindOfRow(value);
        if (kind === null) throw new ImportError("bad-line", "neither a problem (question, solution) nor a training instance (ability)");
        if (kind === "instance") return collector.instance(instanceOfRow(value, numbers), name);
        const problem = problemOfRow(value, numbers, `${stem || "problem"}-${number}`.slice(-200), collector.now);
        collector.problem(problem);
        const given = value["question_id"];
        if (typeof given === "string" && given !== "" && given !== problem.id)
          collector.note(name, line, `the id holds half a character, which was replaced: it is now “${problem.id}”`);
      },
      fault: (line, message) => collector.fault(name, line, message),
    },
    pace,
  );
}

function kindOfRow(row: JsonObject): "instance" | "problem" | null {
  if (typeof row["ability"] === "string") return "instance";
  return "question" in row || "solution" in row ? "problem" : null;
}

function readPythonFile(source: string, name: string, { collector, limits }: Context): void {
  checkPythonSize(source.length, limits);
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
    return collector.problem(
      problemOf(split.statement, split.solution, titleOf({ ...split, extra: {} }, "problem").slice(0, 60), collector.now),
    );
  }
  if (/^\s*[[{]/.test(text)) return await readRowFile(text, name, context);
  throw new ImportError("wrong-kind", "neither JSONL, nor Python, nor a statement followed by a Python solution");
}

/** @throws ImportError "too-large" */
function checkPythonSize(bytes: number, { pythonBytes }: ImportLimits): void {
  if (bytes <= pythonBytes) return;
  throw new ImportError(
    "too-large",
    `${megabytes(bytes)} of Python is no environment and no solution, of which at most ${megabytes(pythonBytes)} are read; rows of data belong in a .jsonl file`,
  );
}

const ROW_EXTENSIONS = ["jsonl", "json", "ndjson"];

async function readText(bytes: Uint8Array, name: string, context: Context): Promise<void> {
  if (isGzip(bytes))
    return await readText(await gunzip(bytes, context.limits.fileBytes, context.pace), name.replace(/\.gz(?:ip)?$/i, ""), {
      ...context,
      limits: { ...context.limits, fileBytes: 0 },
    });
  if (isTar(bytes)) throw new ImportError("wrong-kind", "a tar archive, which is not read here; pack the files as .zip");
  const extension = extensionOf(name);
  const rows = ROW_EXTENSIONS.includes(extension);
  const text = rows ? decodeRows(bytes) : decodeText(bytes);
  if (text.trim() === "") throw new ImportError("empty", "empty");
  if (extension === "py") return readPythonFile(text, name, context);
  if (rows) return await readRowFile(text, name, context);
  await readAnyText(text, name, context);
}

/** Our own archive's environments, and the entries that they account for. */
function readOwnArchive(entries: readonly ZipEntry[], name: string, context: Context): Set<ZipEntry> {
  const used = new Set<ZipEntry>();
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  const metaEntry = byName.get(META_FILE);
  if (metaEntry === undefined) return used;
  const meta = readMeta(decodeText(metaEntry.bytes));
  if (meta === null) return used;
  used.add(metaEntry);
  const { collector } = context;
  for (const fault of meta.faults) collector.fault(`${name}/${META_FILE}`, null, fault);
  for (const item of meta.entries) {
    const file = item.file === null ? undefined : byName.get(item.file);
    if (file !== undefined) used.add(file);
    if (item.file !== null && file === undefined) collector.fault(`${name}/${item.file}`, null, "the source is missing from the archive");
    try {
      const text = file === undefined || item.source !== undefined ? null : decodeText(file.bytes);
      const environment = environmentOfEntry(item, text, name, collector.now);
      collector.environment(environment);
      if (environment.id !== item.id)
        collector.note(name, null, `the id of an environment holds half a character, which was replaced: it is now “${environment.id}”`);
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
  const rest = entries.filter(
    (entry) =>
      !used.has(entry) && isWanted(entry.name) && ["py", ...ROW_EXTENSIONS].includes(extensionOf(entry.name.replace(/\.gz$/i, ""))),
  );
  if (used.size === 0 && rest.length === 0 && faults.length === 0)
    throw new ImportError("wrong-kind", "the archive holds no .py, .jsonl or .json file");
  for (const entry of rest) {
    await pace.step();
    const entryName = `${name}/${entry.name}`;
    await reported(entryName, context, () => readText(entry.bytes, entryName, context));
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
  if (extensionOf(name) === "py") checkPythonSize(file.size, limits);
  if (file.size > limits.fileBytes)
    throw new ImportError(
      "too-large",
      `the file has ${megabytes(file.size)}, of which at most ${megabytes(limits.fileBytes)} are read; split it into smaller ones`,
    );
  if (file.size === 0) throw new ImportError("empty", "empty");
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (isZip(bytes)) return await readArchive(bytes, name, context);
  if (extensionOf(name) === "zip") throw new ImportError("bad-archive", "not a zip archive");
  if (isParquet(bytes)) throw new ImportError("wrong-kind", "parquet tables are not read; export the rows as JSONL");
  await readText(bytes, name, context);
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
