import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CallSettings, ChatRequest } from "@/domain";
import { replyKey } from "../../../src/llm/ledger/reply-key.ts";

const REQUEST: ChatRequest = {
  messages: [
    { role: "system", text: "Be brief." },
    { role: "user", text: "Add 1 and 2. \ud83e\uddee" },
    { role: "assistant", text: "", toolCalls: [{ id: "a", name: "Add", argumentsText: '{"x":1}', parameters: { x: 1 } }] },
    { role: "tool", callId: "a", name: "Add", text: "3" },
  ],
  tools: [{ name: "Add", description: "Adds.", parameters: { type: "object", properties: { x: { type: "integer" } } } }],
  sample: 0,
};
const SETTINGS: CallSettings = {
  provider: "openai",
  baseUrl: "https://api.openai.com/v1",
  api: "responses",
  model: "m",
  temperature: 0.5,
  maxOutputTokens: 100,
  effort: "low",
};

/** The same value with the keys of all objects the other way round. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, item]) => [key, reversed(item)]),
  );
}

describe("replyKey", () => {
  it("stays the same from version to version: stored replies are found by it", () => {
    expect(replyKey(REQUEST, SETTINGS)).toBe("479a3e0467bcd57f0903b2236b26ffd534a086865687cba557bbbf23abf470a5");
  });

  it("does not depend on the order in which things were written", () => {
    expect(replyKey(reversed(REQUEST) as ChatRequest, reversed(SETTINGS) as CallSettings)).toBe(replyKey(REQUEST, SETTINGS));
    expect(replyKey({ ...REQUEST, sample: 0 }, { ...SETTINGS, extra: 1 } as CallSettings)).toBe(replyKey(REQUEST, SETTINGS));
  });

  it("differs for everything that shapes a reply", () => {
    const [system, user, call, result] = REQUEST.messages;
    const requests: ChatRequest[] = [
      REQUEST,
      { ...REQUEST, sample: 1 },
      { ...REQUEST, tools: [] },
      { ...REQUEST, tools: [{ ...REQUEST.tools[0]!, description: "adds." }] },
      { ...REQUEST, messages: [system!, user!] },
      { ...REQUEST, messages: [user!, system!, call!, result!] },
      { ...REQUEST, messages: [{ role: "user", text: "Be brief." }, user!, call!, result!] },
    ];
    const settings: Partial<CallSettings>[] = [
      { provider: "compatible" },
      { baseUrl: "https://other.example/v1" },
      { api: "chat" },
      { model: "n" },
      { temperature: null },
      { temperature: 0 },
      { maxOutputTokens: null },
      { effort: null },
    ];
    const keys = [
      ...requests.map((request) => replyKey(request, SETTINGS)),
      ...settings.map((change) => replyKey(REQUEST, { ...SETTINGS, ...change })),
    ];
    expect(new Set(keys).size).toBe(keys.length);
    for (const key of keys) expect(key).toMatch(/^[0-9a-f]{64}$/);
  });

  it("takes any text, and tells texts apart", () => {
    const of = (text: string) => replyKey({ messages: [{ role: "user", text }], tools: [], sample: 0 }, SETTINGS);
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (one, other) => {
        expect(of(one) === of(other)).toBe(one === other);
      }),
    );
    // Halves of a pair, which UTF-8 cannot write.
    expect(new Set(["\ud800", "\udc00", "\ufffd"].map(of)).size).toBe(3);
  });
});
