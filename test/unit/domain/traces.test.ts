import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  branchEvents,
  DEFAULT_EPISODE_LIMITS,
  END_REASONS,
  environmentIdSchema,
  episodeIdSchema,
  FAULT_KINDS,
  parseTrace,
  slimTrace,
  storedEventsOf,
  type StoredTraceEvent,
  type Trace,
  type TraceEvent,
  traceOf,
  type TraceReply,
  traceView,
} from "@/domain";
import { conversationOf } from "@/episodes";

const ID = episodeIdSchema.parse("t");
const ENVIRONMENT = { id: environmentIdSchema.parse("e"), className: "SumEnv", source: "", taskText: "Add them.", tools: [] };
const text = fc.string({ unit: "binary", maxLength: 12 });
const json = fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value)));
const fault = fc.constantFrom(...FAULT_KINDS);
const toolCall = fc.record({ id: text, name: text, argumentsText: text, parameters: fc.constantFrom(null, { index: 1 }) });
const reply: fc.Arbitrary<TraceReply> = fc.record({
  text,
  reasoning: text,
  toolCalls: fc.array(toolCall, { maxLength: 3 }),
  finishReason: text,
  model: text,
  usage: fc.option(
    fc.record({
      inputTokens: fc.option(fc.nat()),
      outputTokens: fc.option(fc.nat()),
      cachedInputTokens: fc.constant(null),
      cacheWriteTokens: fc.constant(null),
      reasoningTokens: fc.constant(null),
    }),
  ),
  cost: fc.constantFrom<TraceReply["cost"]>({ usd: null, source: "unknown" }, { usd: 0.25, source: "table" }),
  reusedFrom: fc.option(fc.nat()),
  ms: fc.nat(),
});
const started: TraceEvent = {
  type: "episode-started",
  environmentId: ENVIRONMENT.id,
  className: "SumEnv",
  sourceHash: "",
  config: "{}",
  player: { kind: "prober" },
  limits: DEFAULT_EPISODE_LIMITS,
  sample: 0,
  branch: null,
  evaluationId: null,
  state: { total: 0 },
};
const event: fc.Arbitrary<TraceEvent> = fc.oneof(
  fc.record({ type: fc.constant("reply-received" as const), reply }),
  fc.record({ type: fc.constant("reply-failed" as const), fault, reply, answer: text }),
  fc.record({ type: fc.constant("turn-faulted" as const), fault, answer: text }),
  fc.record({
    type: fc.constant("call-answered" as const),
    by: fc.constantFrom("player" as const, "person" as const),
    action: text,
    callId: fc.option(text),
    ok: fc.boolean(),
    observation: text,
    cut: fc.nat(3),
    faults: fc.uniqueArray(fault, { maxLength: 2 }),
    ms: fc.nat(),
    reward: fc.constantFrom(0, 1),
    finished: fc.boolean(),
    change: fc.option(fc.array(fc.record({ at: fc.array(text, { minLength: 1, maxLength: 3 }), to: json }))),
  }),
  fc.record({ type: fc.constant("control-changed" as const), to: fc.constantFrom("player" as const, "person" as const) }),
  fc.record({ type: fc.constant("episode-resumed" as const) }),
  fc.record({ type: fc.constant("episode-halted" as const), error: fc.constant(null) }),
  fc.record({ type: fc.constant("episode-ended" as const), why: fc.constantFrom(...END_REASONS) }),
);
const events: fc.Arbitrary<StoredTraceEvent[]> = fc
  .array(event, { maxLength: 30 })
  .map((more) => [started, ...more].map((item, seq) => ({ traceId: ID, seq, at: seq, event: item })));

describe("traces", () => {
  it("survive being written and read", () => {
    fc.assert(
      fc.property(events, (stored) => {
        const trace = parseTrace(JSON.parse(JSON.stringify(traceOf(ID, stored))));
        expect(storedEventsOf(trace)).toEqual(JSON.parse(JSON.stringify(stored)));
        expect(traceView(storedEventsOf(trace))).toEqual(traceView(stored));
        parseTrace(slimTrace(trace));
      }),
    );
  });

  it("of any JSON are read or refused by name", () => {
    const codes = new Set<unknown>();
    const tryIt = (value: unknown): void => {
      try {
        parseTrace(value);
        codes.add("read");
      } catch (error) {
        codes.add(Reflect.get(Object(error), "code"));
      }
    };
    fc.assert(fc.property(fc.anything(), (value) => tryIt(value)));
    fc.assert(
      fc.property(events, fc.constantFrom("version", "id", "events"), fc.jsonValue(), (stored, key, value) =>
        tryIt({ ...traceOf(ID, stored), [key]: value }),
      ),
    );
    tryIt({ version: 2 });
    expect([...codes].filter((code) => !["read", "wrong-kind", "newer-version"].includes(String(code)))).toEqual([]);
    expect(codes).toContain("newer-version");
  });

  it("begin once, with their beginning", () => {
    const at = (item: TraceEvent): Trace["events"][number] => ({ at: 1, event: item });
    expect(() => parseTrace({ version: 1, id: "t", events: [] })).toThrow();
    expect(() => parseTrace({ version: 1, id: "t", events: [at({ type: "episode-resumed" })] })).toThrow();
    expect(() => parseTrace({ version: 1, id: "t", events: [at(started), at(started)] })).toThrow();
    expect(parseTrace({ version: 1, id: "t", events: [at(started)] }).events).toHaveLength(1);
  });

  it("say the same taken event by event, twice, or at once", () => {
    fc.assert(
      fc.property(events, (stored) => {
        const view = traceView(stored);
        expect(traceView([...stored, ...stored])).toEqual(view);
        // One count for the limit, lists and results: calls, and turns that came to none.
        expect(view.rounds).toBe(
          view.entries.filter(({ type }) => type === "call-answered" || type === "turn-faulted" || type === "reply-failed").length,
        );
        expect(view.spent.replies).toBe(
          stored.filter(({ event: { type } }) => type === "reply-received" || type === "reply-failed").length,
        );
      }),
    );
  });

  it("branch after any step: what came before is the same, and costs nothing again", () => {
    fc.assert(
      fc.property(events, fc.nat(12), (stored, steps) => {
        const branch = traceView(branchEvents(stored, steps, { kind: "person" }, 0).map((item, seq) => ({ seq, at: seq, event: item })));
        const whole = traceView(stored);
        const kept = whole.calls.filter(({ faults }) => !faults.includes("environment-hung")).slice(0, steps);
        expect(branch.calls.filter(({ faults }) => !faults.includes("environment-hung")).map(({ action }) => action)).toEqual(
          kept.map(({ action }) => action),
        );
        expect(branch.head).toMatchObject({ player: { kind: "person" }, branch: { traceId: "t", steps } });
        expect(branch).toMatchObject({ status: "open", why: null, spent: { usd: 0, inputTokens: 0 } });
      }),
    );
  });
});

describe("a model's conversation", () => {
  it("is made of events alone: before and after they were stored it has the same bytes", () => {
    fc.assert(
      fc.property(events, fc.constantFrom("native" as const, "text" as const), (stored, protocol) => {
        const bytes = (some: readonly StoredTraceEvent[]): string =>
          JSON.stringify(conversationOf(ENVIRONMENT, protocol, traceView(some).entries));
        expect(bytes(storedEventsOf(parseTrace(JSON.parse(JSON.stringify(traceOf(ID, stored))))))).toBe(bytes(stored));
        expect(
          bytes([...stored.slice(0, 1), { traceId: ID, seq: 0.5, at: 0, event: { type: "episode-resumed" } }, ...stored.slice(1)]),
        ).toBe(bytes(stored));
      }),
    );
  });

  it("answers every tool call before anything else is said, each once and in order", () => {
    fc.assert(
      fc.property(events, (stored) => {
        const messages = conversationOf(ENVIRONMENT, "native", traceView(stored).entries);
        let open: string[] = [];
        for (const message of messages) {
          if (message.role === "tool") expect(open.shift()).toBe(message.callId);
          else expect(open).toEqual([]);
          if (message.role === "assistant") open = message.toolCalls.map(({ id }) => id);
        }
      }),
    );
  });
});
