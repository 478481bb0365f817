/**
 * The worker that judged Python lives in: one self-contained classic script, the same in a browser and in a
 * Node worker thread. It boots an interpreter and then answers one call at a time on its own port.
 */
import { MAX_CALL_CHARS, type WorkerInit } from "../wire.ts";
import { boot, makeSnapshot } from "./boot.ts";
import { lockDown } from "./lockdown.ts";

type Call = { id: number; method: string; params: string };

async function run(init: WorkerInit): Promise<void> {
  const { port } = init;
  // Taken now: judged code may change what it can reach.
  const send = port.postMessage.bind(port) as (message: unknown) => void;
  const { parse, stringify } = JSON;
  if (init.makeSnapshot) {
    send(await makeSnapshot(init));
    return;
  }
  let booted: Awaited<ReturnType<typeof boot>>;
  try {
    booted = await boot(init);
  } catch (error) {
    send(stringify({ id: 0, fatal: error instanceof Error ? error.message : String(error) }));
    return;
  }
  const { dispatch, heapBytes, onFatal, python, pyodide, snapshot, notice } = booted;
  let current = 0;
  let dead = false;
  const die = (error: unknown): void => {
    if (dead) return;
    dead = true;
    send(stringify({ id: current, fatal: String(error instanceof Error ? error.message : error).slice(0, 500) }));
  };
  onFatal(die);
  lockDown(globalThis);
  port.onmessage = (event: MessageEvent<unknown>) => {
    if (dead || typeof event.data !== "string" || event.data.length > MAX_CALL_CHARS) return;
    const call = parse(event.data) as Call;
    current = call.id;
    try {
      const reply = dispatch(call.method, call.params);
      // A fatal error does not always stop the interpreter: what it says afterwards does not count.
      if (dead) return;
      if (typeof reply !== "string") die("the reply was no text");
      else send(`{"id":${call.id},"heap":${heapBytes()},${reply.slice(1)}`);
    } catch (error) {
      die(error);
    }
  };
  send(stringify({ id: 0, ready: { python, pyodide, snapshot, notice } }));
}

globalThis.onmessage = (event: MessageEvent<WorkerInit>) => {
  globalThis.onmessage = null;
  void run(event.data);
};
