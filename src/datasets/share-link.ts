import { deflateSync } from "fflate";
import { z } from "zod";
import { base64Url, CLASS_NAME, type Environment, fromBase64Url, ImportError, parseConfig, publicTrace, type Trace, traceSchema } from "@/domain";
import { inflate, isDamage } from "./inflate.ts";
import { createPace } from "./pace.ts";

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

/** What is shared of an environment and a trace: no address or profile of whoever let a model play. */
export function sharedOf({ codeId, className, taskText, source }: Pick<Environment, "codeId" | "className" | "taskText" | "source">, config: string, trace: Trace | null): Shared {
  return { version: VERSION, codeId, className, taskText, source, config, trace: trace === null ? null : publicTrace(trace) };
}

/** Letters for the `#` part of an address; its length is its size. */
export function encodeShared(shared: Shared): string {
  return base64Url(deflateSync(new TextEncoder().encode(JSON.stringify(shared)), { level: 9 }));
}

/** Whether a link of this length gets through: everywhere, in most places (messengers and mail cut long ones), or only as a file. */
export function linkAdvice(chars: number): "short" | "long" | "file" {
  return chars <= 8000 ? "short" : chars <= 100_000 ? "long" : "file";
}

const wrong = (message: string): ImportError => new ImportError("wrong-kind", message, { hint: "Ask for the link again, or for a file in its place." });

/** @throws ImportError "too-large", "newer-version", "wrong-kind"; CancelledError */
export async function decodeShared(text: string, signal?: AbortSignal): Promise<Shared> {
  if (text.length > MAX_SHARED_CHARS) throw new ImportError("too-large", `The link has ${text.length} characters, more than ${MAX_SHARED_CHARS}.`, { hint: "Ask for a file in its place." });
  const packed = fromBase64Url(text);
  if (packed === null || packed.length === 0) throw wrong("The link is damaged: it holds what no link of ours holds.");
  const value = await unpack(packed, signal);
  const version: unknown = Reflect.get(Object(value), "version");
  if (typeof version === "number" && version > VERSION) {
    throw new ImportError("newer-version", "The link was made by a newer version of the playground.", { hint: "Reload the page to get the newest version." });
  }
  const parsed = sharedSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw wrong(`The link holds no environment: ${issue === undefined ? "wrong shape" : `${issue.path.join(".")}: ${issue.message}`}`);
}

async function unpack(packed: Uint8Array, signal: AbortSignal | undefined): Promise<unknown> {
  try {
    const bytes = await inflate(packed, MAX_UNPACKED_BYTES, createPace(signal));
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    if (error instanceof ImportError) throw new ImportError("too-large", "The link unpacks to far more than any episode needs.", { hint: "Do not trust where it came from." });
    if (isDamage(error) || error instanceof SyntaxError || error instanceof TypeError) throw wrong("The link is damaged: it was cut or changed on its way.");
    throw error;
  }
}
