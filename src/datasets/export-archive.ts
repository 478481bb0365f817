import { Zip, ZipDeflate } from "fflate";
import { CancelledError, type Environment, fileNameOf, ImportError, type Problem } from "@/domain";
import { type ArchiveEntry, entryOf, INSTANCES_FILE, META_FILE, metaText, PROBLEMS_FILE } from "./archive-format.ts";
import { instanceLines, problemLines } from "./export-rows.ts";
import { safeFileName, sameFileKey } from "./names.ts";
import { createPace } from "./pace.ts";
import { decodeText } from "./text-bytes.ts";
import type { Download } from "./types.ts";

const README = `Environments from the CodeGym Playground

environments/        one Python file an environment: <code_id>__<Name>Env.py
instances.jsonl      training instances, one JSON object a line, for the tasks that were kept
problems.jsonl       the coding problems that the environments were made from
environments.json    everything else about the environments: tools, tasks with reference answers and
                     rounds, where they come from, and the verification reports

Importing this archive into a playground gives the same environments back. They count as unverified there
until they are verified there: a report tells what another machine found out. An environment file may be
edited before that; what was measured with the old code is then left out.

The Python files need the standard library and gymnasium. They may be the work of a language model: run them
only where they can do no harm.
`;

/** The earliest time that a zip can hold, in local time as the format has it: same content, same bytes. */
const NO_TIME = new Date(1980, 0, 1);

type ArchiveFile = { path: string; bytes: Uint8Array };

async function zipped(files: readonly ArchiveFile[], signal?: AbortSignal): Promise<Uint8Array> {
  const pace = createPace(signal);
  const chunks: Uint8Array[] = [];
  let failure: unknown;
  const zip = new Zip((error, chunk) => {
    if (error !== null) failure = error;
    else chunks.push(chunk);
  });
  for (const file of files) {
    const entry = new ZipDeflate(file.path, { level: 6 });
    entry.mtime = NO_TIME;
    zip.add(entry);
    const slice = 262_144;
    for (let at = 0; at === 0 || at < file.bytes.length; at += slice) {
      entry.push(file.bytes.subarray(at, at + slice), at + slice >= file.bytes.length);
      await pace.step();
    }
  }
  zip.end();
  if (failure !== undefined) throw failure;
  if (signal?.aborted === true) throw new CancelledError();
  const whole = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

function pathFor(environment: Environment, taken: Set<string>): string {
  const name = safeFileName(fileNameOf(environment)).replace(/\.py$/, "");
  let free = name;
  for (let number = 2; taken.has(sameFileKey(free)); number += 1) free = `${number}-${name}`;
  taken.add(sameFileKey(free));
  return `environments/${free}.py`;
}

function readsAs(bytes: Uint8Array, source: string): boolean {
  try {
    return decodeText(bytes) === source;
  } catch {
    return false;
  }
}

function sourceFiles(environments: readonly Environment[]): { files: ArchiveFile[]; entries: ArchiveEntry[] } {
  const files: ArchiveFile[] = [];
  const entries: ArchiveEntry[] = [];
  const taken = new Set<string>();
  for (const environment of environments) {
    const path = environment.source === "" ? null : pathFor(environment, taken);
    const bytes = new TextEncoder().encode(environment.source);
    if (path !== null) files.push({ path, bytes });
    entries.push(entryOf(environment, path, readsAs(bytes, environment.source)));
  }
  return { files, entries };
}

/** Everything about environments, and the problems they came from, in one zip. @throws CancelledError */
export async function exportArchive(
  environments: readonly Environment[],
  problems: readonly Problem[],
  signal?: AbortSignal,
): Promise<Download> {
  const encoder = new TextEncoder();
  const { files, entries } = sourceFiles(environments);
  const contents: ArchiveFile[] = [
    { path: "README.txt", bytes: encoder.encode(README) },
    { path: META_FILE, bytes: encoder.encode(metaText(entries)) },
    { path: INSTANCES_FILE, bytes: await instanceLines(environments, signal) },
    ...(problems.length === 0 ? [] : [{ path: PROBLEMS_FILE, bytes: await problemLines(problems, signal) }]),
    ...files,
  ];
  return { fileName: "codegym-environments.zip", mime: "application/zip", bytes: await zipped(contents, signal) };
}

/** One environment's Python file. @throws ImportError "empty" when its source was never imported */
export function exportEnvironmentFile(environment: Environment): Download {
  if (environment.source === "") {
    throw new ImportError("empty", `The source of ${environment.className} is not here: only its training instances were imported.`, {
      hint: `Import ${fileNameOf(environment)} first.`,
    });
  }
  return { fileName: safeFileName(fileNameOf(environment)), mime: "text/x-python", bytes: new TextEncoder().encode(environment.source) };
}
