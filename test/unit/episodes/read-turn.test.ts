import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CALL_BEGIN, CALL_END, type Tool, type TraceReply, UNKNOWN_COST } from "@/domain";
import { readTurn } from "@/episodes";
import { shownObservation } from "../../../src/episodes/observation.ts";

const parameter = (name: string, type: string, required = true) => ({ name, type, description: "", required });
const tool = (name: string, parameters: Tool["parameters"]): Tool => ({ name, signature: `${name}()`, summary: "", parameters, returns: "", docstring: "", line: 1 });
const TOOLS = [tool("Weigh", [parameter("index", "int")]), tool("Done", [parameter("answer", "float")]), tool("Look", [])];

const reply = (more: Partial<TraceReply>): TraceReply => ({ text: "", reasoning: "", toolCalls: [], finishReason: "stop", model: "m", usage: null, cost: UNKNOWN_COST, reusedFrom: null, ms: 1, ...more });
const native = (name: string, argumentsText: string, more: Partial<TraceReply> = {}) => {
  let parameters = null;
  try {
    parameters = JSON.parse(argumentsText === "" ? "{}" : argumentsText);
  } catch {
    // Malformed, as the model wrote it.
  }
  return readTurn(reply({ toolCalls: [{ id: "c", name, argumentsText, parameters }], ...more }), "native", TOOLS);
};
const text = (body: string, finishReason = "stop") => readTurn(reply({ text: body, finishReason }), "text", TOOLS);
const between = (body: string): string => `${CALL_BEGIN}${body}${CALL_END}`;

describe("a turn by text", () => {
  it("is the one call between the markers, as it was written", () => {
    const call = { kind: "call", callId: null, faults: [] };
    expect(text(between('[{"name": "Weigh", "parameters": {"index": 12345678901234567890}}]'))).toEqual({ ...call, action: '{"name": "Weigh", "parameters": {"index": 12345678901234567890}}' });
    expect(text(`I think [1] is it. ${between(' [ {"parameters": {}, "name": "Look"} ] \n')} and so on`)).toEqual({ ...call, action: '{"parameters": {}, "name": "Look"}' });
    // The end mark is where servers stop, and some take it away.
    expect(text(`${CALL_BEGIN}[{"name": "Look", "parameters": {}}]`)).toMatchObject({ kind: "call" });
    expect(text(between('[{"name": "Done", "parameters": {"answer": 3.0}}]'))).toMatchObject({ action: '{"name": "Done", "parameters": {"answer": 3.0}}', faults: [] });
    expect(text(between('[{"name": "Weigh", "parameters": {"index": "}]\\"{"}}]'))).toMatchObject({ action: '{"name": "Weigh", "parameters": {"index": "}]\\"{"}}', faults: ["wrong-types"] });
  });

  it("with more than one call makes the first", () => {
    const two = '[{"name": "Look", "parameters": {}}, {"name": "Weigh", "parameters": {"index": 1}}]';
    expect(text(between(two))).toMatchObject({ action: '{"name": "Look", "parameters": {}}', faults: ["several-calls"] });
    expect(text(between('[{"name": "Look", "parameters": {}}]').repeat(2))).toMatchObject({ faults: ["several-calls"] });
    expect(text(between('[{"name": "Fly", "parameters": {}}, 1]'))).toMatchObject({ faults: ["several-calls", "unknown-tool"] });
  });

  it.each([
    ["[]", "malformed"],
    ["", "malformed"],
    ['{"name": "Look", "parameters": {}}', "malformed"],
    ['[{"name": "Look"}]', "malformed"],
    ['[{"name": 3, "parameters": {}}]', "malformed"],
    ['[{"name": "Look", "parameters": []}]', "malformed"],
    ['[{"name": "Look", "parameters": {}}', "malformed"],
    ['[{"name": "Weigh", "parameters": {"index": NaN}}]', "malformed"],
    [`[{"name": "Look", "parameters": ${"[".repeat(200)}${"]".repeat(200)}}]`, "malformed"],
    [`[{"name": "Look", "parameters": {"x": "${"x".repeat(200_000)}"}}]`, "malformed"],
  ])("%.60s is no call", (body, fault) => {
    expect(text(between(body))).toMatchObject({ kind: "none", fault });
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
    expect(native("Weigh", '{"index":12345678901234567890}')).toEqual({ kind: "call", callId: "c", action: '{"name": "Weigh", "parameters": {"index":12345678901234567890}}', faults: [] });
    expect(native("Done", '{"answer":3}')).toMatchObject({ action: '{"name": "Done", "parameters": {"answer": 3.0}}', faults: [] });
    expect(native("Done", '{"answer":3.5}')).toMatchObject({ action: '{"name": "Done", "parameters": {"answer":3.5}}' });
    expect(native("Look", "")).toMatchObject({ action: '{"name": "Look", "parameters": {}}', faults: [] });
  });

  it("that is none is told so", () => {
    expect(native("Weigh", '{"index": ')).toMatchObject({ kind: "none", fault: "malformed" });
    expect(native("Weigh", '{"index": ', { finishReason: "length" })).toMatchObject({ fault: "cut-off" });
    expect(readTurn(reply({ text: "Hm." }), "native", TOOLS)).toMatchObject({ fault: "no-call" });
    expect(native("constructor", "{}")).toMatchObject({ kind: "call", faults: ["unknown-tool"] });
    expect(native("Weigh", '{"index": true, "more": 1}')).toMatchObject({ faults: ["wrong-types"] });
  });
});

describe("whatever a model writes", () => {
  const pieces = fc.array(fc.oneof(fc.string(), fc.constantFrom(CALL_BEGIN, CALL_END, "[", "]", "{", "}", '"name"', ":", '"Look"', '"parameters"', ",", "\\", '"', "null", "-", "1e999"))).map((parts) => parts.join(""));

  it("comes to one action of JSON, or to a message", () => {
    fc.assert(
      fc.property(pieces, pieces, fc.constantFrom("stop", "length"), fc.constantFrom("native" as const, "text" as const), (said, args, finishReason, protocol) => {
        let parameters = null;
        try {
          parameters = JSON.parse(args);
        } catch {
          // Then it is malformed.
        }
        const object = typeof parameters === "object" && !Array.isArray(parameters) ? parameters : null;
        const turn = readTurn(reply({ text: said, finishReason, toolCalls: said.length % 2 === 0 ? [] : [{ id: "", name: said, argumentsText: args, parameters: object }] }), protocol, TOOLS);
        if (turn.kind === "none") expect(turn.answer).not.toBe("");
        else expect(JSON.parse(turn.action)).toMatchObject({ name: expect.any(String), parameters: expect.any(Object) });
      }),
      { numRuns: 1000 },
    );
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
