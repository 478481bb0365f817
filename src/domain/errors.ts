import type { ChatReply, RawReply } from "./chat-reply.ts";

/**
 * Errors are classes with codes. Code tests the class or the code, never the text; `message` tells the
 * person what happened, `hint` what to do. `retryable` says whether the same call can succeed later.
 */
export type ErrorData = {
  name: string;
  code: string;
  message: string;
  hint?: string | undefined;
  retryable: boolean;
};

export class PlaygroundError<Code extends string = string> extends Error {
  /** Written out in each class: names are stored, and a class's own name changes with every build that is minified. */
  override readonly name: string = "PlaygroundError";
  readonly code: Code;
  readonly hint: string | undefined;
  readonly retryable: boolean;

  constructor(code: Code, message: string, options: { hint?: string; retryable?: boolean; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.retryable = options.retryable ?? false;
  }

  toData(): ErrorData {
    return { name: this.name, code: this.code, message: this.message, hint: this.hint, retryable: this.retryable };
  }
}

/** The person, or the page going away, stopped the work. Never shown as a failure. */
export class CancelledError extends PlaygroundError<"cancelled"> {
  override readonly name = "CancelledError";

  constructor(message = "Cancelled.") {
    super("cancelled", message);
  }
}

/** A file of the app itself is gone or is another one: after a new release only a reload helps. */
export class MissingPartError extends PlaygroundError<"missing-part"> {
  override readonly name = "MissingPartError";

  constructor(message: string, options: { cause?: unknown } = {}) {
    super("missing-part", message, {
      ...options,
      hint: "A newer version was probably put online since this tab was opened: reload the app.",
    });
  }
}

/** What the isolated Python did to its host. `interpreter-lost`: an innocent bystander of a rebuilt frame. */
export type SandboxErrorCode =
  "boot-failed" | "time-limit" | "memory-limit" | "crashed" | "interpreter-lost" | "size-limit" | "protocol-violation" | "closed";
export class SandboxError extends PlaygroundError<SandboxErrorCode> {
  override readonly name = "SandboxError";
}

/**
 * Who did it. "closed" is the host's: it ended the interpreter, or never had one. An interpreter that its code brought
 * down says so with its own reason, also in later calls.
 */
const SANDBOX_BLAME = {
  "time-limit": "judged",
  "memory-limit": "judged",
  crashed: "judged",
  "size-limit": "judged",
  "protocol-violation": "judged",
  "boot-failed": "host",
  "interpreter-lost": "host",
  closed: "host",
} as const satisfies Record<SandboxErrorCode, "judged" | "host">;

export type JudgedSandboxCode = {
  [Code in SandboxErrorCode]: (typeof SANDBOX_BLAME)[Code] extends "judged" ? Code : never;
}[SandboxErrorCode];
export type JudgedError = PythonError | (SandboxError & { readonly code: JudgedSandboxCode });

/** Whether the judged code did it, and not what happened around it: the one place that decides so. */
export function isJudgedDoing(error: unknown): error is JudgedError {
  return error instanceof PythonError || (error instanceof SandboxError && SANDBOX_BLAME[error.code] === "judged");
}

/** An exception raised by the judged Python, as data. `line` is in the judged source, counted from 1. */
export type PythonFailure = { type: string; message: string; line: number | null; traceback: string };

export class PythonError extends PlaygroundError<"python-error"> {
  override readonly name = "PythonError";
  readonly failure: PythonFailure;
  constructor(failure: PythonFailure) {
    super("python-error", `${failure.type}: ${failure.message}`);
    this.failure = failure;
  }
}

export type ModelErrorCode =
  | "unauthorized"
  | "forbidden"
  | "no-credit"
  | "no-such-model"
  | "refused"
  | "cap-reached"
  | "rate-limited"
  | "server-error"
  | "bad-request"
  | "not-found"
  | "unreachable"
  /** The model's own doing: a call of its that nobody can read. */
  | "bad-reply"
  /** What came is no reply, or not all of one: the server's fault, or that of the way. Never judged as the model's. */
  | "not-a-reply"
  | "empty-reply"
  | "cut-off"
  | "no-recording"
  | "timeout";
/** The model's own doing, judged like a reply. What never was one ("not-a-reply") is the fault of the server or the way. */
export const USELESS_CODES = ["refused", "empty-reply", "bad-reply"] as const satisfies readonly ModelErrorCode[];
type UselessCode = (typeof USELESS_CODES)[number];

const MODEL_ERROR = "ModelError";
export class ModelError extends PlaygroundError<ModelErrorCode> {
  override readonly name = MODEL_ERROR;
  /** A reply that was paid for and is of no use (refused, empty); with its price once it was booked. */
  readonly paid: RawReply | ChatReply | null;

  constructor(
    code: ModelErrorCode,
    message: string,
    options: { hint?: string; retryable?: boolean; cause?: unknown; paid?: RawReply | ChatReply | null } = {},
  ) {
    super(code, message, options);
    this.paid = options.paid ?? null;
  }
}

export function isUseless(error: unknown): error is ModelError & { readonly code: UselessCode } {
  return error instanceof ModelError && USELESS_CODES.some((code) => code === error.code);
}

export type StorageErrorCode = "full" | "newer-version" | "unavailable" | "corrupt";
export class StorageError extends PlaygroundError<StorageErrorCode> {
  override readonly name = "StorageError";
}

/** A file or paste that could not be read; `place` names the line or field. */
export class ImportError extends PlaygroundError<
  "bad-line" | "binary" | "too-large" | "wrong-kind" | "empty" | "newer-version" | "bad-archive"
> {
  override readonly name = "ImportError";
}

export function assertNever(value: never): never {
  throw new Error(`unhandled case: ${JSON.stringify(value)}`);
}

/** Any thrown value as data that can be stored and shown. */
export function errorData(error: unknown): ErrorData {
  if (error instanceof PlaygroundError) return error.toData();
  const message = error instanceof Error ? error.message : String(error);
  return { name: error instanceof Error ? error.name : "Error", code: "unexpected", message, retryable: false };
}

export function isAbort(error: unknown): boolean {
  return error instanceof CancelledError || (error instanceof Error && error.name === "AbortError");
}

/** Whether data that was made of an error was a `ModelError`. */
export function isModelFailure({ name }: Pick<ErrorData, "name">): boolean {
  return name === MODEL_ERROR;
}
