/**
 * The worker that judged Python lives in: one self-contained classic script, the same in a browser and in a
 * Node worker thread. It boots an interpreter and then answers one call at a time on its own port.
 */
import { MAX_CALL_CHARS, type WorkerInit } from "../wire.ts";
import { boot, makeSnapshot } from "./boot.ts";
import { takeClocks } from "./clock.ts";
import { lockDown } from "./lockdown.ts";
import { createPlayer } from "./player.ts";
import { createPrompter } from "./prompter.ts";
import { allowOnly } from "./python-calls.ts";

/** What Python answers to "feed": the actions do not go through its hands. */
const FED = '{"ok": null}';

type Call = { id: number; method: string; params: string };

async function run(first: MessageEvent<WorkerInit>): Promise<void> {
  const { data: init } = first;
  const { port } = init;
  // Taken now: judged code may change what it can reach, and so read or rewrite what passes through it.
  const send = port.postMessage.bind(port) as (message: unknown) => void;
  const { parse, stringify } = JSON;
  const getter = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(first), "data")?.get;
  const dataOf: (event: MessageEvent<unknown>) => unknown =
    getter === undefined ? (event) => event.data : Function.prototype.call.bind(getter);
  const prompter = createPrompter();
  if (init.makeSnapshot) {
    send(await makeSnapshot(init));
    return;
  }
  let booted: Awaited<ReturnType<typeof boot>>;
  try {
    booted = await boot(init, prompter.next);
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
  allowOnly(prompter.next);
  const player = createPlayer(dispatch, takeClocks());
  lockDown(globalThis);
  const fed = ({ id, params }: Call): void => {
    prompter.load(params);
    const reply = dispatch("feed", "{}");
    if (dead) return;
    // Nothing that Python says counts as its actions. `>>>`: a number, whatever was put in the place of the size.
    if (reply === FED) send(`{"id":${id},"heap":${heapBytes() >>> 0},"ok":{"actions":${prompter.actions()}}}`);
    else send(`{"id":${id},"heap":${heapBytes() >>> 0},"error":${stringify((parse(String(reply)) as { error: unknown }).error)}}`);
  };
  port.onmessage = (event: MessageEvent<unknown>) => {
    const data = dataOf(event);
    if (dead || typeof data !== "string" || data.length > MAX_CALL_CHARS) return;
    const call = parse(data) as Call;
    current = call.id;
    try {
      if (call.method === "feed") {
        fed(call);
        return;
      }
      const { method, params } = call;
      const reply = method === "start" ? player.start(params) : method === "steps" ? player.steps(params) : dispatch(method, params);
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
  void run(event);
};
