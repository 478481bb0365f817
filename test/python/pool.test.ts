import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { CancelledError, type Interpreter, PythonError, SandboxError, type SandboxErrorCode } from "@/domain";
import { Connection } from "@/sandbox/connection.ts";
import { sandboxManifestSchema } from "@/sandbox/manifest.ts";
import { MAX_REPLY_CHARS } from "@/sandbox/wire.ts";
import { SEARCH, PANTRY, PANTRY_CONFIGS, PATIENT_MS } from "../support/python.ts";
import { testSandbox } from "../support/sandbox.ts";

type Sandbox = Awaited<ReturnType<typeof testSandbox>>;
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await testSandbox({ parallelism: 1 });
});
afterAll(() => sandbox.dispose());

const OPTIONS = { deadlineMs: PATIENT_MS };
const LOAD = { source: PANTRY, className: "PantryEnv" };
const ENDLESS = { source: "while True: pass" };
const [CONFIG = ""] = PANTRY_CONFIGS;
const say = async (python: Interpreter, expression: string): Promise<string> =>
  (await python.call("run_main", { source: `import sys, random, os\nprint(${expression})` }, OPTIONS)).output.trim();

async function codeOf(work: Promise<unknown>): Promise<SandboxErrorCode | "cancelled" | "python-error" | "answered"> {
  try {
    await work;
    return "answered";
  } catch (error) {
    if (error instanceof SandboxError || error instanceof CancelledError || error instanceof PythonError) return error.code;
    throw error;
  }
}

describe("lending", () => {
  test("says what it runs, and what was used", async () => {
    expect(sandbox.ready).toMatchObject({
      snapshot: "used",
      notice: null,
      python: expect.stringMatching(/^3\.14\./),
      pyodide: expect.any(String),
    });
    expect(sandbox.runtime).toEqual({ python: sandbox.ready.python, pyodide: sandbox.ready.pyodide });
  });

  test("search gets a used one again and says so; proof and play never do", async () => {
    const first = await sandbox.acquire(SEARCH);
    expect(first.fresh).toBe(true);
    await say(first, "setattr(sys, 'mark', 1)");
    expect(first.fresh).toBe(false);
    first.release();
    first.release();
    expect(await codeOf(say(first, "1"))).toBe("closed");

    const again = await sandbox.acquire(SEARCH);
    expect(again.fresh).toBe(false);
    expect(await say(again, "hasattr(sys, 'mark')")).toBe("True");
    again.release();
    for (const purpose of ["proof", "play"] as const) {
      const python = await sandbox.acquire(purpose);
      expect(python.fresh).toBe(true);
      expect(await say(python, "hasattr(sys, 'mark')")).toBe("False");
      python.release();
      expect(python.alive).toBe(false);
    }
  });

  test("one that grew, or fails its canary, is not used again", async () => {
    for (const source of ["x = bytearray(120_000_000)", "import json\njson.dumps = None"]) {
      const python = await sandbox.acquire(SEARCH);
      await python.call("run_main", { source: `import sys\nsys.mark = 1\n${source}` }, OPTIONS);
      python.release();
      const next = await sandbox.acquire(SEARCH);
      expect(await say(next, "hasattr(sys, 'mark')")).toBe("False");
      next.release();
    }
  });

  test("interpreters differ in chance and in addresses", async () => {
    const seen: string[] = [];
    for (let index = 0; index < 3; index++) {
      const python = await sandbox.acquire("proof");
      seen.push(await say(python, "random.random(), [id(object()) for _ in range(3)], os.urandom(4)"));
      python.release();
    }
    expect(new Set(seen).size).toBe(3);
    expect(new Set(seen.map((text) => /\[.*\]/.exec(text)?.[0])).size).toBeGreaterThan(1);
  });

  test("the analysis interpreter refuses to run judged code, and serves one after another", async () => {
    const python = await sandbox.acquire("analysis");
    await expect(python.call("run_main", { source: "1" }, OPTIONS)).rejects.toThrow(/no place in an analysis interpreter/);
    await expect(python.call("load_environment", LOAD, OPTIONS)).rejects.toThrow(/analysis/);
    expect((await python.call("inspect_solver", { source: "x" }, OPTIONS)).solver).toBeNull();
    expect(python.fresh).toBe(true);
    let second: Interpreter | null = null;
    const waiting = sandbox.acquire("analysis").then((lease) => {
      second = lease;
      return lease;
    });
    const other = await sandbox.acquire(SEARCH);
    expect(second).toBeNull();
    other.release();
    python.release();
    (await waiting).release();
  });

  test("parameters that are none, and results that are too large, cost nothing but the call", async () => {
    const python = await sandbox.acquire(SEARCH);
    await expect(python.call("solve", { config: 5 } as never, OPTIONS)).rejects.toThrow();
    expect(await codeOf(python.call("run_main", { source: "#".repeat(70_000_000) }, OPTIONS))).toBe("size-limit");
    expect(await codeOf(python.call("solve", { config: CONFIG, maxSteps: 1, trace: true, states: false, memory: false }, OPTIONS))).toBe(
      "python-error",
    );
    await python.call(
      "load_environment",
      { source: `${PANTRY}\nPantryEnv.step = lambda self, action: (True, "x" * 190_000)`, className: "PantryEnv" },
      OPTIONS,
    );
    // More than fits into a reply: a batch ends early, and the rest is asked for again.
    await python.call("start", { config: CONFIG, state: false }, OPTIONS);
    const { steps } = await python.call("steps", { actions: Array.from({ length: 100 }, () => "{}"), state: false }, OPTIONS);
    expect(steps).toHaveLength(5);
    expect(await say(python, "1 + 1")).toBe("2");
    python.release();
  });
});

describe("ending", () => {
  test("a deadline ends the interpreter; the next one answers", async () => {
    const python = await sandbox.acquire(SEARCH);
    expect(await codeOf(python.call("run_main", ENDLESS, { deadlineMs: 200 }))).toBe("time-limit");
    expect(python.alive).toBe(false);
    // Later calls are told why it ended, until it is given back.
    expect(await codeOf(say(python, "1"))).toBe("time-limit");
    python.release();
    expect(await codeOf(say(python, "1"))).toBe("closed");
    const next = await sandbox.acquire(SEARCH);
    expect(next.fresh).toBe(true);
    expect(await say(next, "1 + 1")).toBe("2");
    next.release();
  });

  test("an analysis that hangs is ended too", async () => {
    const python = await sandbox.acquire("analysis");
    expect(await codeOf(python.call("inspect_solver", { source: "x = 1\n".repeat(500_000) }, { deadlineMs: 20 }))).toBe("time-limit");
    python.release();
    const next = await sandbox.acquire("analysis");
    expect((await next.call("inspect_solver", { source: "x" }, OPTIONS)).solver).toBeNull();
    next.release();
  });

  test("cancelled in flight: the interpreter goes, the place is free", async () => {
    const controller = new AbortController();
    const python = await sandbox.acquire(SEARCH, controller.signal);
    const call = codeOf(python.call("run_main", ENDLESS, { deadlineMs: PATIENT_MS, signal: controller.signal }));
    controller.abort();
    expect(await call).toBe("cancelled");
    expect(python.alive).toBe(false);
    python.release();
    expect(await codeOf(sandbox.acquire(SEARCH, controller.signal))).toBe("cancelled");
    const next = await sandbox.acquire(SEARCH);
    expect(await codeOf(next.call("run_main", { source: "1" }, { deadlineMs: PATIENT_MS, signal: controller.signal }))).toBe("cancelled");
    expect(await say(next, "1 + 1")).toBe("2");
    next.release();
  });

  test.each([["search", SEARCH] as const, ["analysis", "analysis"] as const])(
    "cancelled in the queue for %s: at once, and the others move on",
    async (_name, purpose) => {
      const holder = await sandbox.acquire(purpose);
      const controller = new AbortController();
      const cancelled = codeOf(sandbox.acquire(purpose, controller.signal));
      const patient = sandbox.acquire(purpose);
      controller.abort();
      // The holder still has its interpreter while this settles.
      expect(await cancelled).toBe("cancelled");
      expect(holder.alive).toBe(true);
      holder.release();
      const next = await patient;
      expect(next.alive).toBe(true);
      next.release();
    },
  );

  test("closing the sandbox ends what waits, what runs, and what comes later", async () => {
    const other = await testSandbox({ parallelism: 1 });
    const holder = await other.acquire(SEARCH);
    const running = codeOf(holder.call("run_main", ENDLESS, OPTIONS));
    const waiting = codeOf(other.acquire(SEARCH));
    other.dispose();
    expect(await waiting).toBe("closed");
    expect(await codeOf(other.acquire(SEARCH))).toBe("closed");
    expect(await codeOf(other.acquire("analysis"))).toBe("closed");
    expect(["crashed", "closed"]).toContain(await running);
    holder.release();
  });
});

describe("starting without a snapshot, or with one that is no good", () => {
  const packed = async (): Promise<Uint8Array> => {
    const folder = fileURLToPath(new URL("../../public/sandbox/", import.meta.url));
    const manifest = sandboxManifestSchema.parse(JSON.parse(await readFile(`${folder}manifest.json`, "utf8")));
    return gunzipSync(await readFile(`${folder}${manifest.files.snapshot}`));
  };
  const zeroed = (bytes: Uint8Array, from: number, length: number): Uint8Array => bytes.slice().fill(0, from, from + length);
  const dataStart = (bytes: Uint8Array): number => 12 + 8 * new DataView(bytes.buffer, bytes.byteOffset).getUint32(8, true);

  test.each<[name: string, snapshot: (bytes: Uint8Array) => Uint8Array | null, notice: RegExp]>([
    ["none", () => null, /^There is no snapshot\. Python was started the slow way\.$/],
    [
      "cut short",
      (bytes) => bytes.slice(0, bytes.length - 100),
      /^The snapshot cannot be used \(.+\)\. Python was started the slow way\.$/,
    ],
    ["other bytes", () => Uint8Array.from({ length: 5000 }, (_, index) => (index * 7919) % 251), /cannot be used/],
    ["of another build", (bytes) => zeroed(bytes, dataStart(bytes), 64), /cannot be used/],
  ])("%s: it says so, and works", async (_name, change, notice) => {
    const other = await testSandbox({ parallelism: 1, snapshot: change(await packed()) });
    try {
      expect(other.ready).toMatchObject({ snapshot: "unusable", notice: expect.stringMatching(notice), python: sandbox.ready.python });
      const python = await other.acquire("proof");
      await python.call("load_environment", LOAD, OPTIONS);
      expect((await python.call("reference_answer", { config: CONFIG, answerChars: 100, memory: true }, OPTIONS)).answer).toBe("1");
      expect(await say(python, "sys.path, 'mark' in sys.__dict__")).toMatch(/^\['[^',]*\.zip'\] False$/);
      python.release();
    } finally {
      other.dispose();
    }
  });
});

/** The host's end against a worker that says anything: a real port, no interpreter. */
describe("a worker that breaks the protocol is ended", () => {
  const ports: MessagePort[] = [];
  afterEach(() => {
    for (const port of ports.splice(0)) port.close();
  });
  function connect(answer: (port: MessagePort, message: unknown) => void): {
    connection: Connection;
    worker: MessagePort;
    killed: () => number;
  } {
    const { port1, port2 } = new MessageChannel();
    ports.push(port1, port2);
    let kills = 0;
    port2.onmessage = (event) => answer(port2, event.data);
    const connection = new Connection({ port: port1, kill: () => Promise.resolve(++kills > 0) });
    return { connection, worker: port2, killed: () => kills };
  }
  const READY = JSON.stringify({ id: 0, ready: { python: "3", pyodide: "3", snapshot: "used", notice: null } });
  const done = (id: number, ok: unknown): string => JSON.stringify({ id, heap: 1, ok });
  const call = (connection: Connection) => connection.call("done_answers", { actions: [] }, OPTIONS);

  test("a good one answers: the same rules let it pass", async () => {
    const { connection, worker, killed } = connect((port, message) =>
      port.postMessage(done((JSON.parse(String(message)) as { id: number }).id, { answers: ["1"] })),
    );
    const ready = connection.ready();
    worker.postMessage(READY);
    expect(await ready).toMatchObject({ snapshot: "used" });
    expect(await call(connection)).toEqual({ answers: ["1"] });
    expect(await call(connection)).toEqual({ answers: ["1"] });
    expect(killed()).toBe(0);
  });

  test.each<[name: string, message: unknown]>([
    ["no JSON", "hello"],
    ["an object instead of text", { id: 1, heap: 1, ok: { answers: [] } }],
    ["bytes", new Uint8Array(4)],
    ["nothing", undefined],
    ["the wrong call", done(2, { answers: [] })],
    ["ready, once more", READY],
    ["no outcome", '{"id":1,"heap":1}'],
    ["an error of another form", '{"id":1,"heap":1,"error":"boom"}'],
    ["a line that is no number", '{"id":1,"heap":1,"error":{"type":"E","message":"","line":"7","traceback":""}}'],
    ["a result of another form", done(1, { answers: [5] })],
    ["a result for another method", done(1, { source: "x" })],
    ["too much", done(1, { answers: ["x".repeat(MAX_REPLY_CHARS)] })],
    ["page markup", "<img src=x onerror=alert(1)>"],
    ["an array", "[]"],
    ["a prototype", '{"__proto__":{"id":1},"heap":1,"ok":{"answers":[]}}'],
  ])("%s", async (_name, message) => {
    const { connection, killed } = connect((port) => port.postMessage(message));
    expect(await codeOf(call(connection))).toBe("protocol-violation");
    expect(connection.alive).toBe(false);
    expect(killed()).toBe(1);
    expect(await codeOf(call(connection))).toBe("protocol-violation");
  });

  test("speaking unasked", async () => {
    const { connection, worker, killed } = connect(() => {});
    worker.postMessage(done(1, { answers: [] }));
    await expect.poll(() => connection.alive).toBe(false);
    expect(killed()).toBe(1);
    expect(await codeOf(call(connection))).toBe("protocol-violation");
  });

  test("a fatal error is a crash; a first message that is none is no start", async () => {
    const crashing = connect((port) => port.postMessage('{"id":1,"fatal":"stack"}'));
    expect(await codeOf(call(crashing.connection))).toBe("crashed");
    const failing = connect(() => {});
    const ready = codeOf(failing.connection.ready());
    failing.worker.postMessage('{"id":0,"fatal":"no memory"}');
    expect(await ready).toBe("boot-failed");
    const odd = connect(() => {});
    const start = codeOf(odd.connection.ready());
    odd.worker.postMessage('{"id":0,"heap":1,"ok":{}}');
    expect(await start).toBe("boot-failed");
    expect([failing.killed(), odd.killed()]).toEqual([1, 1]);
    const silent = connect(() => {});
    expect(await codeOf(silent.connection.ready(undefined, 50))).toBe("boot-failed");
  });

  test("one call at a time", async () => {
    const { connection } = connect(() => {});
    const first = codeOf(call(connection));
    await expect(call(connection)).rejects.toThrow(/one call in flight/);
    connection.kill();
    expect(await first).toBe("closed");
  });
});
