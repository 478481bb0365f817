import { deflateSync } from "fflate";
import { z } from "zod";
import {
  base64Url,
  checkedForWriting,
  CLASS_NAME,
  type Environment,
  fromBase64Url,
  ImportError,
  type Inspection,
  issueText,
  parseConfig,
  publicTrace,
  type Trace,
  traceSchema,
  upgradedTrace,
} from "@/domain";
import { joinTasks } from "./import-collector.ts";
import { inflate, isDamage } from "./inflate.ts";
import { unreadableIn } from "./json-text.ts";
import { environmentIdOf, safeCodeId, safeFileName } from "./names.ts";
import { createPace } from "./pace.ts";
import { readTraceFile } from "./trace-files.ts";
import type { Download } from "./types.ts";

/** Raise with every change of the shape, and bring older ones up when they are read. */
const VERSION = 1;

/**
 * What a link opens. Tools are read from the source again, in the sandbox, and nothing says that it was verified: a
 * link is from anybody.
 */
const sharedSchema = z.object({
  version: z.literal(VERSION),
  codeId: z.string().max(200),
  className: z.string().max(200).regex(CLASS_NAME),
  taskText: z.string(),
  source: z.string().min(1),
  config: z.string().refine((config) => parseConfig(config) !== null, "not a JSON object"),
  trace: traceSchema.nullable(),
});
export type Shared = z.infer<typeof sharedSchema>;

/** Longer ones are not read. Chrome takes addresses of 2 MB, and no other browser takes more. */
export const MAX_SHARED_CHARS = 2_000_000;
/** Unpacked, of which an episode of thousands of steps is a part. */
const MAX_UNPACKED_BYTES = 16_000_000;

/** What is shared of an environment and a trace: no address or profile of whoever let a model play. @throws UnwritableError */
export function sharedOf(
  { codeId, className, taskText, source }: Pick<Environment, "codeId" | "className" | "taskText" | "source">,
  config: string,
  trace: Trace | null,
): Shared {
  return checkedForWriting(
    sharedSchema,
    { version: VERSION, codeId, className, taskText, source, config, trace: trace === null ? null : publicTrace(trace) },
    `link to ${className}`,
  );
}

/** Letters for the `#` part of an address; its length is its size. */
export function encodeShared(shared: Shared): string {
  return base64Url(deflateSync(new TextEncoder().encode(JSON.stringify(shared)), { level: 9 }));
}

/** Whether a link of this length gets through: everywhere, in most places (messengers and mail cut long ones), or only as a file. */
export function linkAdvice(chars: number): "short" | "long" | "file" {
  return chars <= 8000 ? "short" : chars <= 100_000 ? "long" : "file";
}

/** The same as a file, for what is too long for a link. */
export function exportShared(shared: Shared): Download {
  return {
    fileName: safeFileName(`${shared.className}-shared.json`),
    mime: "application/json",
    bytes: new TextEncoder().encode(JSON.stringify(shared)),
  };
}

/**
 * The environment in it, as one that nobody verified. `inspected`: what its source says of itself, once Python has
 * read it. @throws ImportError "bad-line" for a name that cannot be one
 */
export function environmentOfShared(
  { codeId, className, taskText, source, config }: Shared,
  inspected: Pick<Inspection, "tools" | "configs"> | null,
  addedAt: number,
): Environment {
  const name = { codeId: safeCodeId(codeId), className };
  const taskOf = (text: string): Environment["tasks"][number] => ({
    config: text,
    answer: null,
    answerMs: null,
    answerBytes: null,
    rounds: null,
    kept: false,
  });
  return {
    id: environmentIdOf(name),
    ...name,
    taskText,
    source,
    tools: inspected?.tools ?? [],
    tasks: joinTasks((inspected?.configs ?? []).map(taskOf), [taskOf(config)]),
    status: "unverified",
    report: null,
    provenance: { source: "imported", fromLink: true },
    addedAt,
  };
}

const wrong = (message: string): ImportError =>
  new ImportError("wrong-kind", message, { hint: "Ask for the link again, or for a file in its place." });

/** @throws ImportError "too-large", "newer-version", "wrong-kind"; CancelledError */
export async function decodeShared(text: string, signal?: AbortSignal): Promise<Shared> {
  if (text.length > MAX_SHARED_CHARS)
    throw new ImportError("too-large", `The link has ${text.length} characters, more than ${MAX_SHARED_CHARS}.`, {
      hint: "Ask for a file in its place.",
    });
  const packed = fromBase64Url(text);
  if (packed === null || packed.length === 0) throw wrong("The link is damaged: it holds what no link of ours holds.");
  return parseShared(await unpack(packed, signal), "link");
}

/** An error's class does not survive the way from a worker. */
export type Opened<T> = { value: T } | { fault: Pick<ImportError, "code" | "message" | "hint"> };

/** What a worker read, or why it could not. */
export async function opened<T>(reading: Promise<T>): Promise<Opened<T>> {
  try {
    return { value: await reading };
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
    return { fault: { code: error.code, message: error.message, hint: error.hint } };
  }
}

function parseShared(value: unknown, what: "link" | "file"): Shared {
  const version: unknown = Reflect.get(Object(value), "version");
  if (typeof version === "number" && version > VERSION) {
    throw new ImportError("newer-version", `The ${what} was made by a newer version of the playground.`, {
      hint: "Reload the page to get the newest version.",
    });
  }
  const unreadable = unreadableIn(value);
  if (unreadable !== null) throw wrong(`The ${what} cannot be read: ${unreadable}.`);
  const fields = Object(value);
  const parsed = sharedSchema.safeParse({ ...fields, trace: upgradedTrace(fields.trace) });
  if (parsed.success) return parsed.data;
  throw wrong(`The ${what} holds no environment: ${issueText(parsed.error)}`);
}

/**
 * A file of `exportShared`; or a trace by itself, from its file or from the page that shows one.
 * @throws ImportError "too-large", "newer-version", "wrong-kind"
 */
export async function decodeSharedFile(file: Blob): Promise<Shared | Trace> {
  if (file.size > MAX_UNPACKED_BYTES)
    throw new ImportError("too-large", `The file has ${file.size} bytes, more than ${MAX_UNPACKED_BYTES}.`, {
      hint: "Choose a file that was saved by “Share”.",
    });
  const text = await file.text();
  let value: unknown = null;
  try {
    value = JSON.parse(text);
  } catch {
    // It may be a page.
  }
  return Object.hasOwn(Object(value), "source") ? parseShared(value, "file") : readTraceFile(text);
}

async function unpack(packed: Uint8Array, signal: AbortSignal | undefined): Promise<unknown> {
  try {
    const bytes = await inflate(packed, MAX_UNPACKED_BYTES, createPace(signal));
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    if (error instanceof ImportError)
      throw new ImportError("too-large", "The link unpacks to far more than any episode needs.", {
        hint: "Do not trust where it came from.",
      });
    if (isDamage(error) || error instanceof SyntaxError || error instanceof TypeError)
      throw wrong("The link is damaged: it was cut or changed on its way.");
    throw error;
  }
}
