import {
  type CallSettings,
  CancelledError,
  type Caps,
  type ChatModel,
  type ChatOptions,
  type ChatRequest,
  type ModelRole,
  NO_CAPS,
  type PaidReply,
  type RawReply,
  type ReplyLedger,
  type Spend,
  type Tally,
  tallyOf,
  type Usage,
} from "@/domain";
import { withLedger } from "../../../src/llm/ledger/ledgered.ts";
import { createPriceBook } from "../../../src/llm/prices/prices.ts";

/** A ledger in memory; `wait` comes before each answer, so that a test can put work in any order. */
export class MemoryLedger implements ReplyLedger {
  readonly paid: PaidReply[] = [];
  /** By id: what stands in the book for requests without a reply. */
  readonly lines = new Map<string, Spend>();
  readonly wait: (what: string) => Promise<unknown>;
  constructor(wait: (what: string) => Promise<unknown> = () => Promise.resolve()) {
    this.wait = wait;
  }

  async find(key: string, runId: string | null): Promise<PaidReply | null> {
    await this.wait("find");
    return this.paid.findLast((item) => item.key === key && item.usable && (runId === null || item.runId === runId)) ?? null;
  }

  async findUseless(key: string, runId: string): Promise<PaidReply | null> {
    await this.wait("find");
    return this.paid.findLast((item) => item.key === key && item.failure !== null && item.runId === runId) ?? null;
  }

  async add(paid: PaidReply): Promise<void> {
    await this.wait("add");
    this.paid.push(structuredClone(paid));
    this.lines.delete(paid.id);
  }

  async open(line: Spend): Promise<void> {
    this.lines.set(line.id, line);
  }

  async correct(id: string, line: Spend | null): Promise<void> {
    if (line === null) this.lines.delete(id);
    else this.lines.set(id, line);
  }

  async spentInRun(runId: string): Promise<Tally> {
    const sum = tallyOf(this.paid.filter((item) => item.runId === runId).map((item) => item.reply));
    await this.wait("run");
    return sum;
  }

  async spentOnDay(day: string): Promise<Tally> {
    const sum = tallyOf(this.paid.filter((item) => item.day === day).map((item) => item.reply));
    await this.wait("day");
    return sum;
  }
}

/** $1 for a million tokens of input, $10 for a million of output: by the person's price. */
const SETTINGS: CallSettings = {
  provider: "openai",
  baseUrl: "https://api.openai.com/v1",
  api: "chat",
  model: "priced",
  temperature: null,
  maxOutputTokens: null,
  effort: null,
};
const prices = createPriceBook(() => [{ provider: "openai", model: "priced", input: 1, cachedInput: null, output: 10, editedAt: 1 }]);

export const usage = (inputTokens: number, outputTokens: number): Usage => ({
  inputTokens,
  outputTokens,
  cachedInputTokens: null,
  cacheWriteTokens: null,
  reasoningTokens: null,
});

export const ask = (text: string, sample = 0): ChatRequest => ({ messages: [{ role: "user", text }], tools: [], sample });

type Answer = (request: ChatRequest, options: ChatOptions) => Promise<Partial<RawReply>>;

/** A model whose answers the test writes. It stops when it is told to, as the real one does. */
export class ScriptedChat implements ChatModel<RawReply> {
  readonly label = "scripted";
  readonly settings: CallSettings;
  concurrency = 4;
  readonly asked: string[] = [];
  readonly stopped: string[] = [];
  readonly #answer: Answer;

  constructor(answer: Answer = async () => ({}), settings: Partial<CallSettings> = {}) {
    this.#answer = answer;
    this.settings = { ...SETTINGS, ...settings };
  }

  async chat(request: ChatRequest, options: ChatOptions): Promise<RawReply> {
    const text = request.messages[0]?.text ?? "";
    this.asked.push(text);
    const cut = new Promise<never>((_, reject) => {
      options.signal.addEventListener("abort", () => {
        this.stopped.push(text);
        reject(new CancelledError());
      });
    });
    return this.raw(text, await Promise.race([cut, this.#answer(request, options)]));
  }

  raw(text: string, more: Partial<RawReply>): RawReply {
    return {
      text: `reply to ${text}`,
      reasoning: "",
      toolCalls: [],
      finishReason: "stop",
      model: this.settings.model,
      usage: usage(1000, 100),
      settings: this.settings,
      ms: 5,
      receivedAt: Date.now(),
      billedUsd: null,
      ...more,
    };
  }
}

export type Wishes = {
  role?: ModelRole;
  runId?: string | null;
  caps?: Partial<Caps>;
  reuse?: boolean;
  onUnstored?: (error: unknown) => void;
};

export function ledgered(
  chat: ChatModel<RawReply>,
  ledger: ReplyLedger,
  { role = "solver", runId = "run", caps = {}, reuse = true, onUnstored }: Wishes = {},
): ChatModel {
  return withLedger(chat, {
    ledger,
    prices,
    role,
    runId,
    caps: () => ({ ...NO_CAPS, ...caps }),
    reuse: () => reuse,
    ...(onUnstored === undefined ? {} : { onUnstored }),
  });
}

export const going = (): ChatOptions => ({ signal: new AbortController().signal });

/** What it threw; fails when it did not throw. */
export async function thrownBy(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("it did not throw");
}

export function gate<T>(): { promise: Promise<T>; open: (value: T) => void } {
  let open: (value: T) => void = () => undefined;
  const promise = new Promise<T>((resolve) => {
    open = resolve;
  });
  return { promise, open };
}

/** Lets everything that can go on go on. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setTimeout(resolve));
}
