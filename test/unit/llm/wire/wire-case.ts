import { expect } from "vitest";
import {
  type ChatModel,
  type ChatOptions,
  type ChatRequest,
  type ChatTool,
  ModelError,
  type ModelErrorCode,
  type ModelProfile,
  type Patience,
  type RawReply,
  type Usage,
} from "@/domain";
import { createChatModel } from "@/llm";
import { profileOf } from "../../../support/chat.ts";
import type {
  Behaviour,
  ModelServer,
  ModelServerOptions,
  RecordedRequest,
  ScriptedUsage,
  Trouble,
} from "../../../support/providers/index.ts";

/** One provider in one wire format: where its fields are, and what it can do. */
export type WireCase = {
  profile: Pick<ModelProfile, "provider"> & Partial<ModelProfile>;
  start: (options?: ModelServerOptions) => Promise<ModelServer>;
  /** The path of a request for a reply, with its query. */
  path: (streaming: boolean) => string;
  /** Names of all headers but those that Node's own fetch puts on every request. */
  headers: readonly string[];
  /** The header with the key, and how the key stands in it. */
  keyHeader: readonly [string, (key: string) => string];
  sent: (body: Body) => Sent;
  /** What is known of `FULL_USAGE` on the other side. */
  usage: Usage;
  billedUsd?: number;
  reasoning: boolean;
  refusal?: { behaviour: Behaviour; words: RegExp };
  /** Arguments travel as text, so that they can be broken: in streams, always, or never. */
  brokenArguments: "always" | "streamed" | "never";
  troubles: Partial<Record<Trouble, { code: ModelErrorCode; again: boolean }>>;
};

export type Body = Record<string, unknown>;
/** A request as it was meant, whatever its format. */
export type Sent = {
  system: string;
  user: string;
  temperature: unknown;
  limit: unknown;
  effort: unknown;
  tools: readonly { name: unknown; description: unknown; parameters: unknown }[];
};

/** What every provider's error of this kind comes to. */
export const TROUBLES = {
  "wrong-key": { code: "unauthorized", again: false },
  "no-credit": { code: "no-credit", again: false },
  "no-such-model": { code: "no-such-model", again: false },
  "rate-limit": { code: "rate-limited", again: true },
  overloaded: { code: "server-error", again: true },
  "too-long": { code: "bad-request", again: false },
} satisfies WireCase["troubles"];

export const KEY = "key-1234567890-abcdefghijklmnop";
export const FULL_USAGE: ScriptedUsage = { input: 100, output: 40, cached: 30, reasoning: 16, usd: 0.0125 };

export const TOOLS: ChatTool[] = [
  {
    name: "look_up",
    description: "Looks one item up.",
    parameters: {
      type: "object",
      properties: { item: { type: "string", description: "Its name." }, how_many: { type: "integer" } },
      required: ["item"],
    },
  },
  { name: "finish", description: "Ends it.", parameters: { type: "object", properties: {} } },
];

export const request = (more: Partial<ChatRequest> = {}): ChatRequest => ({
  messages: [
    { role: "system", text: "You play by the rules." },
    { role: "user", text: "Begin, naïvely 🎉." },
  ],
  tools: [],
  sample: 0,
  ...more,
});

const PATIENCE: Patience = { retries: 2, waitMs: 60_000, cut: "keep" };

/** A profile of this provider at the server's address. */
export function profileFor(wire: WireCase, server: ModelServer, more: Partial<ModelProfile> = {}): ModelProfile {
  return profileOf({ baseUrl: server.baseUrl, ...wire.profile, ...more });
}

export function modelOf(
  wire: WireCase,
  server: ModelServer,
  more: Partial<ModelProfile> = {},
  patience: Partial<Patience> = {},
): ChatModel<RawReply> {
  return createChatModel(profileFor(wire, server, more), () => KEY, { patience: { ...PATIENCE, ...patience }, retryBaseMs: 1 });
}

export const ask = (model: ChatModel<RawReply>, asked: ChatRequest = request(), options: Partial<ChatOptions> = {}): Promise<RawReply> =>
  model.chat(asked, { signal: new AbortController().signal, ...options });

/** The behaviours one after the other; the last one stays. */
export function script(server: ModelServer, ...behaviours: Behaviour[]): void {
  const before = server.chats().length;
  server.setRespond(() => behaviours[Math.min(server.chats().length - before, behaviours.length) - 1] ?? "");
}

/** The error of an attempt that has to fail; nothing in it may show the key. */
export async function failureOf(attempt: Promise<unknown>): Promise<ModelError> {
  const error: unknown = await attempt.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ModelError)) throw new Error(`not a ModelError: ${String(error)}`);
  expect(error.hint).toBeTruthy();
  const shown = JSON.stringify([error.toData(), error.paid, String(error.stack), String(error.cause)]);
  for (const part of [KEY, KEY.slice(0, 8), KEY.slice(-8)]) expect(shown).not.toContain(part);
  return error;
}

/** Headers that Node's fetch sends of itself; browsers have their own, which no preflight is asked about. */
const OF_NODE = ["host", "connection", "content-length", "accept-encoding", "accept-language", "sec-fetch-mode", "user-agent"];

export const ownHeaders = ({ headers }: RecordedRequest): string[] => Object.keys(headers).filter((name) => !OF_NODE.includes(name));

export const onlyChat = (server: ModelServer): RecordedRequest => {
  const [chat, ...more] = server.chats();
  if (chat === undefined || more.length > 0) throw new Error(`one request was expected, not ${server.chats().length}`);
  return chat;
};

/** A value deep in a body; undefined where the way ends. */
export const at = (value: unknown, ...path: (string | number)[]): unknown =>
  path.reduce<unknown>((inner, name) => Reflect.get(Object(inner), name), value);

export const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** How OpenAI's chat completions and their copies say it. */
export function sentAsChat(body: Body): Sent {
  const said = (role: string) =>
    at(
      list(body["messages"]).find((message) => at(message, "role") === role),
      "content",
    );
  const text = (content: unknown) =>
    typeof content === "string"
      ? content
      : list(content)
          .map((part) => at(part, "text"))
          .join("");
  return {
    system: text(said("system")),
    user: text(said("user")),
    temperature: body["temperature"],
    limit: body["max_tokens"],
    effort: body["reasoning_effort"],
    tools: list(body["tools"]).map((tool) => ({
      name: at(tool, "function", "name"),
      description: at(tool, "function", "description"),
      parameters: at(tool, "function", "parameters"),
    })),
  };
}
