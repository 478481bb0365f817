import PQueue from "p-queue";
import {
  type CallOptions,
  CancelledError,
  type Interpreter,
  type PythonMethod,
  type PythonParams,
  type PythonResult,
  type PythonSandbox,
  type Purpose,
  SandboxError,
  untilAborted,
} from "@/domain";
import { stillSane } from "./canary.ts";
import type { Connection } from "./connection.ts";
import type { Ready } from "./wire.ts";

/** Starts one interpreter; the browser's and Node's realms differ in nothing else. */
export interface Realm {
  spawn(signal?: AbortSignal): Promise<{ connection: Connection; ready: Ready }>;
  /** Resolves once it has answered or was given up; then what it had started says of itself whether it lives. */
  check(): Promise<void>;
  dispose(): void;
}

const ANALYSIS: ReadonlySet<PythonMethod> = new Set<PythonMethod>([
  "assemble",
  "inspect_environment",
  "inspect_solver",
  "insert_solver",
  "done_answers",
  "wrong_actions",
]);
/** A used interpreter whose memory grew past this is not used again: wasm memory never shrinks. */
const REUSE_HEAP_BYTES = 96_000_000;
const MAX_REUSES = 40;

/** `owner`: the judged source that ran in it; it is lent for nothing else. */
type Idle = { connection: Connection; owner: string; uses: number };

class Lease implements Interpreter {
  #released = false;
  #used: boolean;
  readonly #connection: Connection;
  readonly #analysisOnly: boolean;
  readonly #onRelease: () => void;

  constructor(connection: Connection, used: boolean, analysisOnly: boolean, onRelease: () => void) {
    this.#connection = connection;
    this.#used = used;
    this.#analysisOnly = analysisOnly;
    this.#onRelease = onRelease;
  }

  get fresh(): boolean {
    return !this.#used;
  }

  get alive(): boolean {
    return this.#connection.alive && !this.#released;
  }

  get heapBytes(): number {
    return this.#connection.heapBytes;
  }

  async call<M extends PythonMethod>(method: M, params: PythonParams<M>, options: CallOptions): Promise<PythonResult<M>> {
    if (this.#released) throw new SandboxError("closed", "The interpreter was given back.");
    if (this.#analysisOnly && !ANALYSIS.has(method))
      throw new Error(`${method} runs judged code; it has no place in an analysis interpreter`);
    if (!this.#analysisOnly && !ANALYSIS.has(method)) this.#used = true;
    return this.#connection.call(method, params, options);
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#onRelease();
  }
}

/**
 * Interpreters on loan. "proof" and "play" get one that nothing ever ran in; a search may get one that served the same judged
 * source before and still passed its canary; "analysis" has one of its own that never runs judged code.
 */
export class InterpreterPool implements PythonSandbox {
  readonly runtime: { pyodide: string; python: string };
  readonly parallelism: number;
  readonly #realm: Realm;
  /** One place an interpreter that works; more wait. */
  readonly #places: PQueue;
  readonly #spareCount: number;
  readonly #spares: Promise<Connection>[];
  readonly #used: Idle[] = [];
  #analysis: Promise<Connection> | null = null;
  readonly #analysisPlace = new PQueue({ concurrency: 1 });
  #closed = false;

  /** `first`: an interpreter that was started already; it becomes a spare. `spares`: how many wait to hide their start. */
  constructor(realm: Realm, parallelism: number, first: { connection: Connection; ready: Ready }, spares = 1) {
    this.#realm = realm;
    this.parallelism = parallelism;
    this.#places = new PQueue({ concurrency: parallelism });
    this.runtime = { pyodide: first.ready.pyodide, python: first.ready.python };
    this.#spareCount = spares;
    this.#spares = [Promise.resolve(first.connection)];
  }

  async acquire(purpose: Purpose, signal?: AbortSignal): Promise<Interpreter> {
    if (signal?.aborted) throw new CancelledError();
    if (this.#closed) throw closed();
    if (purpose === "analysis") return this.#acquireAnalysis(signal);
    // A person's episode may last for minutes; it must not take a place from the runs.
    const leave = purpose === "play" ? () => {} : await placeIn(this.#places, signal);
    try {
      if (this.#closed) throw closed();
      await this.#realm.check();
      const owner = typeof purpose === "string" ? null : purpose.searchFor;
      const reused = owner === null ? null : await this.#takeUsed(owner);
      const connection = reused?.connection ?? (await this.#takeFresh(signal));
      if (this.#closed) {
        connection.kill();
        throw closed();
      }
      const uses = (reused?.uses ?? 0) + 1;
      return new Lease(connection, reused !== null, false, () => {
        const sound = connection.alive && connection.heapBytes < REUSE_HEAP_BYTES && uses < MAX_REUSES;
        if (owner !== null && sound && !this.#closed) this.#keep({ connection, owner, uses });
        else connection.kill();
        leave();
        this.#refillSpares();
      });
    } catch (error) {
      leave();
      throw error;
    }
  }

  dispose(): void {
    this.#closed = true;
    // Whoever waits is let in, and finds it closed.
    for (const queue of [this.#places, this.#analysisPlace]) queue.concurrency = Infinity;
    for (const { connection } of this.#used.splice(0)) connection.kill();
    for (const spare of this.#spares.splice(0))
      void spare.then(
        (connection) => connection.kill(),
        () => {},
      );
    void this.#analysis?.then(
      (connection) => connection.kill(),
      () => {},
    );
    this.#realm.dispose();
  }

  /** For the next call of the same owner. The one that waited longest makes room. */
  #keep(idle: Idle): void {
    this.#used.push(idle);
    while (this.#used.length > this.parallelism) this.#used.shift()?.connection.kill();
  }

  async #takeUsed(owner: string): Promise<Idle | null> {
    for (;;) {
      const at = this.#used.findLastIndex((idle) => idle.owner === owner);
      const [idle] = at < 0 ? [] : this.#used.splice(at, 1);
      if (idle === undefined) return null;
      if (idle.connection.alive && (await stillSane(idle.connection))) return idle;
      idle.connection.kill();
    }
  }

  async #takeFresh(signal: AbortSignal | undefined): Promise<Connection> {
    const connection = (await this.#spares.shift()?.catch(() => null)) ?? null;
    if (connection?.alive) {
      if (!signal?.aborted) {
        this.#refillSpares();
        return connection;
      }
      connection.kill();
      throw new CancelledError();
    }
    return (await this.#realm.spawn(signal)).connection;
  }

  #refillSpares(): void {
    while (!this.#closed && this.#spares.length < this.#spareCount) {
      const spare = this.#realm.spawn().then(({ connection }) => connection);
      this.#spares.push(spare);
      // A spare that fails to start is no event: the next acquire starts one itself and reports.
      spare.catch(() => {
        const at = this.#spares.indexOf(spare);
        if (at >= 0) this.#spares.splice(at, 1);
      });
    }
  }

  async #acquireAnalysis(signal: AbortSignal | undefined): Promise<Interpreter> {
    const leave = await placeIn(this.#analysisPlace, signal);
    try {
      if (this.#closed) throw closed();
      await this.#realm.check();
      let connection = await this.#analysis?.catch(() => null);
      if (!connection?.alive) {
        this.#analysis = this.#takeFresh(undefined);
        connection = await this.#analysis;
      }
      return new Lease(connection, false, true, leave);
    } catch (error) {
      leave();
      throw error;
    }
  }
}

/**
 * Waits for a place; what comes of it gives the place back. The signal is not the queue's own: that one would give back a
 * place while its interpreter is still lent.
 */
function placeIn(queue: PQueue, signal: AbortSignal | undefined): Promise<() => void> {
  const place = new Promise<() => void>((resolve) => {
    void queue.add(() => new Promise<void>((leave) => resolve(leave)));
  });
  // Its turn still comes; it only has nothing to do in it.
  return untilAborted(place, signal, () => void place.then((leave) => leave()));
}

const closed = (): SandboxError => new SandboxError("closed", "The sandbox was closed.");
