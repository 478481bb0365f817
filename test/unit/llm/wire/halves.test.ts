import { afterEach, describe, expect, it } from "vitest";
import type { ModelProfile } from "@/domain";
import { createChatModel } from "@/llm";
import { profileOf } from "../../../support/chat.ts";
import { type RawServer, sse, startRawServer } from "../../../support/providers/raw-server.ts";
import { ask, failureOf, KEY } from "./wire-case.ts";

/** The providers with protocols of their own: a reply whose end has a reason that nobody knows is no reply either. */
const gemini = (reason: string) => ({
  candidates: [{ content: { role: "model", parts: [{ text: "Half of " }] }, finishReason: reason, index: 0 }],
  usageMetadata: { promptTokenCount: 11, candidatesTokenCount: 7, totalTokenCount: 18 },
});
const message = (reason: string | null, content: unknown[] = []) => ({
  id: "msg_1",
  type: "message",
  role: "assistant",
  model: "test-model",
  content,
  stop_reason: reason,
  stop_sequence: null,
  usage: { input_tokens: 11, output_tokens: 7 },
});
const anthropic = (reason: string) =>
  sse(
    { type: "message_start", message: message(null) },
    { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
    { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "Half of " } },
    { type: "content_block_stop", index: 0 },
    { type: "message_delta", delta: { stop_reason: reason, stop_sequence: null }, usage: { output_tokens: 7 } },
    { type: "message_stop" },
  );

type Row = { name: string; profile: Partial<ModelProfile>; body: string; type?: string };
const ROWS: Row[] = [
  ...["OTHER", "FINISH_REASON_UNSPECIFIED", "LANGUAGE"].flatMap((reason): Row[] => [
    { name: `Gemini, streamed: ${reason}`, profile: { provider: "google" }, body: sse(gemini(reason)) },
    {
      name: `Gemini, in one piece: ${reason}`,
      profile: { provider: "google", streaming: false },
      body: JSON.stringify(gemini(reason)),
      type: "application/json",
    },
  ]),
  { name: "Anthropic, streamed", profile: { provider: "anthropic" }, body: anthropic("worker_lost") },
  {
    name: "Anthropic, in one piece",
    profile: { provider: "anthropic", streaming: false },
    body: JSON.stringify(message("worker_lost", [{ type: "text", text: "Half of " }])),
    type: "application/json",
  },
];

describe("halves with a reason of their own", () => {
  let server: RawServer;
  afterEach(() => server.close());

  it.each(ROWS)("$name", async ({ profile, body, type }) => {
    server = await startRawServer(() => ({ body, ...(type === undefined ? {} : { type }) }));
    const model = createChatModel(profileOf({ baseUrl: `${server.origin}/v1`, ...profile }), () => KEY, {
      patience: { retries: 1, waitMs: 60_000, cut: "keep" },
      retryBaseMs: 1,
    });
    expect(await failureOf(ask(model))).toMatchObject({
      code: "not-a-reply",
      retryable: true,
      paid: { text: "Half of ", usage: { inputTokens: 11, outputTokens: 7 } },
    });
    expect(server.posts()).toHaveLength(2);
  });
});
