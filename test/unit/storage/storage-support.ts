import "fake-indexeddb/auto";
import { Dexie } from "dexie";
import { afterEach } from "vitest";
import {
  DEFAULT_EPISODE_LIMITS,
  DEFAULT_LIMITS,
  type Environment,
  environmentIdSchema,
  environmentSchema,
  type Episode,
  type EpisodeId,
  episodeIdSchema,
  episodeSchema,
  evaluationIdSchema,
  modelReplySchema,
  type Problem,
  problemSchema,
  type RunEvent,
  type RunId,
  runIdSchema,
  type TraceEvent,
} from "@/domain";
import { openStorage, type PlaygroundStorage } from "@/storage";

let count = 0;
const opened: PlaygroundStorage[] = [];

/** `Promise.withResolvers`, which Node 20 lacks. */
export function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let settle: (value: T) => void = () => undefined;
  const promise = new Promise<T>((resolve) => {
    settle = resolve;
  });
  return { promise, resolve: settle };
}

export const freshName = (): string => `test-${(count += 1)}-${process.pid}`;

/** A storage that is closed after the test. */
export async function open(name: string = freshName()): Promise<PlaygroundStorage> {
  const storage = await openStorage(name);
  opened.push(storage);
  return storage;
}

afterEach(() => {
  for (const storage of opened.splice(0)) storage.close();
});

/** The tables as they are, past our code. */
export async function raw<T>(name: string, work: (database: Dexie) => Promise<T>): Promise<T> {
  const database = await new Dexie(name, { indexedDB, IDBKeyRange }).open();
  try {
    return await work(database);
  } finally {
    database.close();
  }
}

export function problem(id: string, more: Partial<Problem> = {}): Problem {
  return problemSchema.parse({
    id,
    title: `Problem ${id}`,
    statement: "Add.",
    solution: "print(1)",
    extra: {},
    origin: "imported",
    addedAt: 1,
    ...more,
  });
}

export function environment(id: string, more: Partial<Environment> = {}): Environment {
  return environmentSchema.parse({
    id,
    codeId: id,
    className: "SumEnv",
    taskText: "Add them.",
    source: "class SumEnv: pass\n",
    tools: [],
    tasks: [],
    status: "unverified",
    report: null,
    provenance: { source: "imported" },
    addedAt: 1,
    ...more,
  });
}

export function episode(id: string, environmentId: string): Episode {
  return episodeSchema.parse({
    id,
    environmentId,
    config: "{}",
    player: "person",
    steps: [],
    reward: 0,
    finished: false,
    startedAt: 1,
    endedAt: null,
  });
}

export const traceId = (text: string): EpisodeId => episodeIdSchema.parse(text);

export function traceStarted(environmentId = "e", evaluationId: string | null = null): TraceEvent {
  return {
    type: "episode-started",
    environmentId: environmentIdSchema.parse(environmentId),
    className: "SumEnv",
    sourceHash: "",
    config: "{}",
    player: { kind: "person" },
    limits: DEFAULT_EPISODE_LIMITS,
    sample: 0,
    branch: null,
    evaluationId: evaluationId === null ? null : evaluationIdSchema.parse(evaluationId),
    state: { total: 0, __proto__: null },
  };
}

export const runId = (text: string): RunId => runIdSchema.parse(text);

export function runStarted(id = "p"): RunEvent {
  return {
    type: "run-started",
    problem: problem(id),
    limits: DEFAULT_LIMITS,
    model: "Recorded replies",
    recorded: true,
    form: "compact",
    fresh: false,
    synthesizer: "model",
    choices: { disabled: [], renamed: {} },
    promptVersions: { designer: "1", tester: "1", solver: "1" },
    prompts: {},
  };
}

export const noticed = (message: string): RunEvent => ({ type: "sandbox-noticed", message });

export function replyReceived(text: string): RunEvent {
  return {
    type: "reply-received",
    role: "designer",
    sample: 0,
    attempt: 0,
    candidate: null,
    reply: modelReplySchema.parse({ text, finishReason: "stop", model: "m", usage: null, ms: 1, receivedAt: 1 }),
  };
}
