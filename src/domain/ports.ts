import type { PythonMethod, PythonParams, PythonResult } from "./python-protocol.ts";
import type { ChatOptions } from "./chat.ts";
import type { ModelReply, ModelRequest, Role } from "./model.ts";

/**
 * What engines are given. Implementations: `sandbox` (Python), `llm` (models), `storage` (event logs);
 * `main.tsx` and `headless` wire them.
 */

/**
 * Why an interpreter is wanted. Only "analysis" never runs judged code; "proof" and "play" are always fresh ones. A search may
 * get one that served before, but only for the same judged source (`searchFor`): code that spoils its interpreter spoils the
 * judgement of itself and of nothing else.
 */
export type Purpose = "analysis" | "proof" | "play" | { searchFor: string };

export type CallOptions = {
  /** Wall clock, kept by the host; past it the interpreter is terminated. */
  deadlineMs: number;
  signal?: AbortSignal | undefined;
};

export interface Interpreter {
  /** True until judged code has run in it. A rejection by a used one is confirmed by a fresh one. */
  readonly fresh: boolean;
  /** False once it was terminated; every later call rejects with why it ended ("closed" when it was given back). */
  readonly alive: boolean;
  /** Size of its wasm memory after the last call, in bytes: it grows with the peak and never shrinks. */
  readonly heapBytes: number;
  /** @throws PythonError (judged code raised), SandboxError, CancelledError */
  call<M extends PythonMethod>(method: M, params: PythonParams<M>, options: CallOptions): Promise<PythonResult<M>>;
  /** Gives it back; the pool decides whether it is used again. Idempotent. */
  release(): void;
}

export interface PythonSandbox {
  acquire(purpose: Purpose, signal?: AbortSignal): Promise<Interpreter>;
  /** How many interpreters may run judged code at once. */
  readonly parallelism: number;
  readonly runtime: { pyodide: string; python: string };
}

/** A model as the pipeline asks it: one prompt, one whole text. */
export interface LanguageModel {
  /** Shown and stored: "Recorded replies", "gpt-… at api.example.com". Never holds a key. */
  readonly label: string;
  readonly recorded: boolean;
  /** Requests that may be under way at once, at this moment. */
  readonly concurrency: number;
  /** @throws ModelError, CancelledError */
  generate(request: ModelRequest, options: ChatOptions): Promise<ModelReply>;
}

/** The models of one run, by role. */
export type RoleModels = Record<Role, LanguageModel>;
