import {
  CancelledError,
  type Finding,
  type Interpreter,
  isJudgedDoing,
  type JudgedSandboxCode,
  PythonError,
  type PythonSandbox,
  type Purpose,
  SandboxError,
  type Verdict,
} from "@/domain";

/** What went wrong while judged code ran: a verdict that names it, and evidence. */
export type Failure = { verdict: Exclude<Verdict, "solved" | "wrong">; finding: Finding };

const SANDBOX_VERDICT = {
  "time-limit": "time-limit",
  "memory-limit": "memory-limit",
  crashed: "crash",
  "protocol-violation": "crash",
  "size-limit": "error",
} as const satisfies Record<JudgedSandboxCode, Verdict>;

const HINT: Record<Failure["verdict"], string | undefined> = {
  error: undefined,
  "time-limit": "Look for a loop that does not end, or raise the time limit in Settings.",
  "memory-limit": "Look for data that grows without bound, or raise the memory limit in Settings.",
  crash: "The interpreter died: deep recursion, an abort, or an attempt to leave the sandbox.",
};

function failure(verdict: Failure["verdict"], message: string, extra: Partial<Finding> = {}): Failure {
  const hint = HINT[verdict];
  return {
    verdict,
    finding: { severity: "error", code: verdict, message, line: null, ...(hint === undefined ? {} : { hint }), ...extra },
  };
}

/** An error of a call as evidence. Cancellation, and interpreters that were lost, closed or never started, are no fault of the code's: rethrown. */
export function failureOf(error: unknown): Failure {
  if (!isJudgedDoing(error)) throw error;
  if (error instanceof PythonError) {
    const { failure: python } = error;
    const verdict = python.type === "MemoryError" ? "memory-limit" : "error";
    const message = verdict === "memory-limit" ? "MemoryError: out of memory" : error.message;
    return failure(verdict, message, { line: python.line, failure: python });
  }
  return failure(SANDBOX_VERDICT[error.code], error.message);
}

export function memoryFailure(peakBytes: number, limitBytes: number): Failure | null {
  if (peakBytes <= limitBytes) return null;
  const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
  return failure("memory-limit", `it needed ${megabytes(peakBytes)} MB; the limit is ${megabytes(limitBytes)} MB`);
}

export function timeFailure(ms: number, limitMs: number): Failure | null {
  return ms <= limitMs ? null : failure("time-limit", `it took ${(ms / 1000).toFixed(2)} s; the limit is ${limitMs / 1000} s`);
}

const MAX_LOST = 3;

/** Lends an interpreter to `work`; one that was lost with its frame is replaced and the work done again. */
export async function withInterpreter<T>(
  sandbox: PythonSandbox,
  purpose: Purpose,
  signal: AbortSignal,
  work: (interpreter: Interpreter) => Promise<T>,
): Promise<T> {
  for (let lost = 0; ; lost++) {
    if (signal.aborted) throw new CancelledError();
    const interpreter = await sandbox.acquire(purpose, signal);
    try {
      return await work(interpreter);
    } catch (error) {
      if (!(error instanceof SandboxError && error.code === "interpreter-lost")) throw error;
      if (lost >= MAX_LOST)
        throw new SandboxError("crashed", `The sandbox had to be rebuilt ${lost + 1} times under this call.`, { cause: error });
    } finally {
      interpreter.release();
    }
  }
}

/** Room for the message and the machine's noise on top of a limit; the measured time decides. */
export const SLACK_MS = 500;
