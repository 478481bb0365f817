import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CALL_BEGIN, CALL_END, type EnvironmentId, type TraceEntry } from "@/domain";
import { conversationOf, readTurn } from "@/episodes";
import { shownObservation } from "../../../src/episodes/observation.ts";
import { ARGUMENTS, between, DRAFT, encoded, LOOK, native, REAL, text, TOOLS, WEIGH } from "./turns-support.ts";
import { turnReply } from "../../support/trace-events.ts";

describe("a turn by text", () => {
  it("is the one call between the markers, as it was written", () => {
    const call = { kind: "call", callId: null, faults: [] };
    expect(text(between('[{"name": "Weigh", "parameters": {"index": 12345678901234567890}}]'))).toEqual({
      ...call,
      action: '{"name": "Weigh", "parameters": {"index": 12345678901234567890}}',
    });
    expect(text(`I think [1] is it. ${between(' [ {"parameters": {}, "name": "Look"} ] \n')} and so on`)).toEqual({
      ...call,
      action: '{"parameters": {}, "name": "Look"}',
    });
    // The end mark is where servers stop, and some take it away.
    expect(text(`${CALL_BEGIN}[{"name": "Look", "parameters": {}}]`)).toMatchObject({ kind: "call" });
    expect(text(between('[{"name": "Done", "parameters": {"answer": 3.0}}]'))).toMatchObject({
      action: '{"name": "Done", "parameters": {"answer": 3.0}}',
      faults: [],
    });
    expect(text(between('[{"name": "Weigh", "parameters": {"index": "}]\\"{"}}]'))).toMatchObject({
      action: '{"name": "Weigh", "parameters": {"index": "}]\\"{"}}',
      faults: ["wrong-types"],
    });
  });

  it("with a list of more than one call makes the first", () => {
    const two = '[{"name": "Look", "parameters": {}}, {"name": "Weigh", "parameters": {"index": 1}}]';
    expect(text(between(two))).toMatchObject({ action: '{"name": "Look", "parameters": {}}', faults: ["several-calls"] });
    expect(text(between('[{"name": "Look", "parameters": {}}]').repeat(2))).toMatchObject({ faults: ["several-calls"] });
    expect(text(between('[{"name": "Fly", "parameters": {}}, 1]'))).toMatchObject({ faults: ["several-calls", "unknown-tool"] });
    // Between markers of their own, what came before the last was a draft.
    expect(
      text(between('[{"name": "Look", "parameters": {}}]') + between('[{"name": "Weigh", "parameters": {"index": 1}}]')),
    ).toMatchObject({ action: '{"name": "Weigh", "parameters": {"index": 1}}', faults: ["several-calls"] });
  });

  it.each([
    ["[]", "malformed"],
    ["", "malformed"],
    ['[{"name": 3, "parameters": {}}]', "malformed"],
    ['[{"name": "Look", "parameters": []}]', "malformed"],
    ['[{"name": "Look", "parameters": {}}', "malformed"],
    ['[{"name": "Weigh", "parameters": {"index": NaN}}]', "malformed"],
    [`[{"name": "Look", "parameters": ${"[".repeat(200)}${"]".repeat(200)}}]`, "malformed"],
    [`[{"name": "Look", "parameters": {"x": "${"x".repeat(200_000)}"}}]`, "malformed"],
  ])("%.60s is no call", (body, fault) => {
    // Markers around nothing are only spoken of.
    expect(text(between(body))).toMatchObject({ kind: "none", fault: body === "" ? "no-call" : fault });
  });

  it("without a call, or cut off, is told so", () => {
    expect(text("Just thinking.")).toMatchObject({ kind: "none", fault: "no-call" });
    expect(text("Just think", "length")).toMatchObject({ fault: "cut-off" });
    expect(text(`${CALL_BEGIN}[{"name": "Lo`, "length")).toMatchObject({ fault: "cut-off" });
    expect(text(`${CALL_BEGIN}[{"name": "Lo`)).toMatchObject({ fault: "malformed" });
  });
});

describe("a turn by tool calls", () => {
  it("keeps its arguments as they were written, and whole floats as floats", () => {
    expect(native("Weigh", '{"index":12345678901234567890}')).toEqual({
      kind: "call",
      callId: "c",
      action: '{"name": "Weigh", "parameters": {"index":12345678901234567890}}',
      faults: [],
    });
    expect(native("Done", '{"answer":3}')).toMatchObject({ action: '{"name": "Done", "parameters": {"answer":3.0}}', faults: [] });
    expect(native("Done", '{"answer":3.5}')).toMatchObject({ action: '{"name": "Done", "parameters": {"answer":3.5}}' });
    expect(native("Look", "")).toMatchObject({ action: '{"name": "Look", "parameters": {}}', faults: ["loose-form"] });
  });

  it("that is none is told so", () => {
    expect(native("Weigh", '{"index": ')).toMatchObject({ kind: "none", fault: "malformed" });
    expect(native("Weigh", '{"index": ', { finishReason: "length" })).toMatchObject({ fault: "cut-off" });
    expect(readTurn(turnReply({ text: "Hm." }), "native", TOOLS)).toMatchObject({ fault: "no-call" });
    expect(native("constructor", "{}")).toMatchObject({ kind: "call", faults: ["unknown-tool"] });
    expect(native("Weigh", '{"index": true, "more": 1}')).toMatchObject({ faults: ["wrong-types"] });
  });
});

describe("reasoning", () => {
  it.each([
    ["a thought", `<think>${DRAFT}</think>\n${REAL}`],
    ["a second thought", `<think>So.</think> And <think>${DRAFT}</think>\n${REAL}`],
    ["thinking", `<thinking>\n${DRAFT}\n</thinking>${REAL}`],
    ["a thought by another name", `<thought>${DRAFT}</thought>${REAL}`],
    ["a tag with attributes", `<reasoning effort="high">${DRAFT}</reasoning>${REAL}`],
    ["a tag with a prefix", `<seed:think>${DRAFT}</seed:think>${REAL}`],
    ["a draft before the thought's end", `${DRAFT} or not\n</think>\n${REAL}`],
    ["thoughts within thoughts", `<think>a <think>b</think> ${DRAFT} </think>${REAL}`],
    [
      "a draft that closes the thought in a text",
      `<think>${between('[{"name": "Done", "parameters": {"answer": "</think>"}}]')} no</think>${REAL}`,
    ],
    ["square brackets", `[THINK]${DRAFT}[/THINK]${REAL}`],
    ["other marks", `<|begin_of_thought|>${DRAFT}<|end_of_thought|>${REAL}`],
    ["a channel", `<|channel|>analysis<|message|>${DRAFT}<|end|><|start|>assistant<|channel|>final<|message|>${REAL}<|end|>`],
    ["a call after which it goes on thinking", `${REAL}\n<think>or ${DRAFT}`],
    ["a tag that is spoken of", `I write no \`<think>\` here: ${REAL}`],
    ["a tag within a call", `${between('[{"name": "Look", "parameters": {}, "why": "</think>"}]').replace(', "why": "</think>"', "")}`],
  ])("is left out: %s", (_, said) => {
    expect(text(said)).toEqual({ kind: "call", action: LOOK, callId: null, faults: [] });
  });

  it.each([
    ["a thought without an end", `<think>Hm. ${DRAFT}`],
    ["a call before the thought's end", `${DRAFT}</think>`],
    ["nothing but thoughts", `<think>${DRAFT}</think><thinking>${DRAFT}</thinking>`],
  ])("alone makes no call, and is told so: %s", (_, said) => {
    expect(text(said)).toMatchObject({ kind: "none", fault: "no-call", answer: expect.stringContaining("reasoning") });
  });

  it("that came as the whole turn is none either", () => {
    expect(readTurn(turnReply({ text: DRAFT, reasoning: DRAFT }), "text", TOOLS)).toMatchObject({ kind: "none", fault: "no-call" });
  });

  it("in the text of a call is the call's", () => {
    const action = '{"name": "Weigh", "parameters": {"index": "</think> <think>"}}';
    expect(text(between(`[${action}]`))).toEqual({ kind: "call", action, callId: null, faults: ["wrong-types"] });
    const marked = `{"name": "Weigh", "parameters": {"index": "${CALL_END} ${CALL_BEGIN}"}}`;
    expect(text(between(`[${marked}]`))).toMatchObject({ kind: "call", action: marked });
  });
});

describe("markers in prose", () => {
  it.each([
    `I put it between ${CALL_BEGIN} and ${CALL_END}. ${REAL}`,
    `The form is ${CALL_BEGIN}[{"name": "…", "parameters": {…}}]${CALL_END}, so: ${REAL}`,
    `${REAL} That was ${CALL_BEGIN}, as asked.`,
    `${CALL_BEGIN} ${REAL}`,
    `${REAL}${CALL_BEGIN}[{"name": "Lo`,
  ])("do not hide the call: %.60s", (said) => {
    expect(text(said)).toMatchObject({ kind: "call", action: LOOK });
  });

  it("without a call are none", () => {
    expect(text(`I know ${CALL_BEGIN} and ${CALL_END}.`)).toMatchObject({ kind: "none", fault: "no-call" });
  });
});

describe("the conversation that is sent back", () => {
  const environment = { id: "e" as EnvironmentId, className: "AEnv", source: "", taskText: "Weigh.", tools: TOOLS };
  const turnOf = (name: string, argumentsText: string): TraceEntry[] => [
    { seq: 1, at: 1, type: "reply-received", reply: turnReply({ toolCalls: [{ id: "c", name, argumentsText, parameters: null }] }) },
    {
      seq: 2,
      at: 2,
      type: "call-answered",
      by: "player",
      action: WEIGH,
      callId: "c",
      ok: true,
      observation: "5",
      cut: 0,
      faults: ["loose-form"],
      ms: 1,
      reward: 0,
      finished: false,
      change: null,
    },
  ];

  it.each([
    ["functions.Weigh", ARGUMENTS, "Weigh", ARGUMENTS],
    ["Weigh<|channel|>json", encoded, "Weigh", ARGUMENTS],
    ["Look", "null", "Look", "{}"],
    ["fly away!", "{}", "fly_away_", "{}"],
    ["☃", "{}", "_", "{}"],
  ])("holds %s(%s) as strict servers take it, with the model's own digits", (name, written, cleanName, cleanArguments) => {
    const messages = conversationOf(environment, "native", turnOf(name, written));
    expect(messages[2]).toMatchObject({
      role: "assistant",
      toolCalls: [{ id: "c", name: cleanName, argumentsText: cleanArguments, parameters: expect.any(Object) }],
    });
    expect(messages[3]).toMatchObject({
      role: "tool",
      callId: "c",
      name: cleanName,
      text: expect.stringMatching(/^5\n\n\(Your call was made, though/),
    });
  });
});

describe("observations", () => {
  it("are at most so long, well formed, and say what is missing", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), fc.integer({ min: 100, max: 250 }), (whole, max) => {
        const { observation, cut } = shownObservation(whole, max);
        expect(observation.length).toBeLessThanOrEqual(max);
        expect(observation.length + cut).toBe(whole.length);
        expect(encodeURIComponent(observation)).toBeTypeOf("string");
        if (whole.length <= max) expect(cut).toBe(0);
      }),
    );
    expect(shownObservation("\ud800", 100)).toEqual({ observation: "\ufffd", cut: 0 });
  });
});
