import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CALL_BEGIN, CALL_END, callKey, type EnvironmentId, type Tool, type TraceEntry, type TraceReply, UNKNOWN_COST } from "@/domain";
import { conversationOf, readTurn } from "@/episodes";
import { shownObservation } from "../../../src/episodes/observation.ts";

const parameter = (name: string, type: string, required = true) => ({ name, type, description: "", required });
const tool = (name: string, parameters: Tool["parameters"]): Tool => ({
  name,
  signature: `${name}()`,
  summary: "",
  parameters,
  returns: "",
  docstring: "",
  line: 1,
});
const TOOLS = [tool("Weigh", [parameter("index", "int")]), tool("Done", [parameter("answer", "float")]), tool("Look", [])];

const reply = (more: Partial<TraceReply>): TraceReply => ({
  text: "",
  reasoning: "",
  toolCalls: [],
  finishReason: "stop",
  model: "m",
  usage: null,
  cost: UNKNOWN_COST,
  reusedFrom: null,
  ms: 1,
  ...more,
});
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
    expect(readTurn(reply({ text: "Hm." }), "native", TOOLS)).toMatchObject({ fault: "no-call" });
    expect(native("constructor", "{}")).toMatchObject({ kind: "call", faults: ["unknown-tool"] });
    expect(native("Weigh", '{"index": true, "more": 1}')).toMatchObject({ faults: ["wrong-types"] });
  });
});

const LOOK = '{"name": "Look", "parameters": {}}';
const REAL = between(`[${LOOK}]`);
const DRAFT = between('[{"name": "Done", "parameters": {"answer": 0.5}}]');

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
    expect(readTurn(reply({ text: DRAFT, reasoning: DRAFT }), "text", TOOLS)).toMatchObject({ kind: "none", fault: "no-call" });
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

const WEIGH = '{"name": "Weigh", "parameters": {"index": 9007199254740993}}';
const ARGUMENTS = '{"index": 9007199254740993}';
const encoded = JSON.stringify(ARGUMENTS);

describe("a call by text in another form", () => {
  it.each([
    ["one object for a list of one", between(WEIGH)],
    ["arguments for parameters", between(`[{"name": "Weigh", "arguments": ${ARGUMENTS}}]`)],
    ["parameters as text", between(`[{"name": "Weigh", "parameters": ${encoded}}]`)],
    ["parameters as text in text", between(`[{"name": "Weigh", "parameters": ${JSON.stringify(encoded)}}]`)],
    ["a fence between the markers", between(`\n\`\`\`json\n[${WEIGH}]\n\`\`\`\n`)],
    ["the list as text", between(JSON.stringify(`[${WEIGH}]`))],
    ["the form of programs", between(`[{"type": "function", "function": {"name": "Weigh", "arguments": ${encoded}}}]`)],
    ["a name with a prefix", between(`[{"name": "functions.Weigh", "parameters": ${ARGUMENTS}}]`)],
    ["a name with a mark behind it", between(`[{"name": "Weigh<|channel|>json", "parameters": ${ARGUMENTS}}]`)],
    ["more text behind it, and no end", `${CALL_BEGIN}[${WEIGH}] is what I send.`],
    ["Hermes", `<tool_call>\n{"name": "Weigh", "arguments": ${ARGUMENTS}}\n</tool_call>`],
    ["Hermes without its end", `<tool_call>{"name": "Weigh", "arguments": ${ARGUMENTS}}`],
    ["function_call", `<function_call>${WEIGH}</function_call>`],
    ["a list of calls", `[TOOL_CALLS][{"name": "Weigh", "arguments": ${ARGUMENTS}}]`],
  ])("is the same call, and counted: %s", (_, said) => {
    expect(text(said)).toEqual({ kind: "call", action: WEIGH, callId: null, faults: ["loose-form"] });
  });

  it.each([
    ["no parameters", between('[{"name": "Look"}]')],
    ["null parameters", between('[{"name": "Look", "parameters": null}]')],
    ["empty parameters", between('[{"name": "Look", "parameters": ""}]')],
  ])("means none: %s", (_, said) => {
    expect(text(said)).toEqual({ kind: "call", action: LOOK, callId: null, faults: ["loose-form"] });
  });

  it.each([
    ["[]", "The list is empty"],
    ['[{"parameters": {}}]', '"name"'],
    ['[{"name": "Look", "parameters": [1]}]', "a list, not an object"],
    ['[{"name": "Look", "parameters": 3}]', "a number, not an object"],
    ["[{'name': 'Look', 'parameters': {}}]", "double quotes"],
    ['[{"name": "Weigh", "parameters": {"index": 1,}}]', "comma"],
    ['[{"name": "Weigh", "parameters": {"index": NaN}}]', "NaN"],
    ['[{"name": "Weigh", "parameters": {“index”: 1}}]', "curly"],
    ['[{"name": "Look", "parameters": {}}', "bracket is missing"],
    [`[{"name": "Look", "parameters": ${"[".repeat(200)}${"]".repeat(200)}}]`, "deeper than 100"],
    ['["Look"]', "no object"],
  ])("that cannot be read gets a message that names the fault: %.50s", (body, part) => {
    expect(text(between(body))).toMatchObject({ kind: "none", fault: "malformed", answer: expect.stringContaining(part) });
  });
});

describe("a tool call in another form", () => {
  const WEIGH_NATIVE = `{"name": "Weigh", "parameters": ${ARGUMENTS}}`;
  it.each([
    ["arguments as text in text", "Weigh", encoded],
    ["twice so", "Weigh", JSON.stringify(encoded)],
    ["a name with a prefix", "functions.Weigh", ARGUMENTS],
    ["another prefix", "tools:Weigh", ARGUMENTS],
    ["a number behind the name", "functions.Weigh:0", ARGUMENTS],
    ["a channel behind the name", "Weigh<|channel|>commentary", ARGUMENTS],
    ["both", "to=functions.Weigh<|constrain|>json", ARGUMENTS],
  ])("is the same call, and counted: %s", (_, name, written) => {
    expect(native(name, written)).toEqual({ kind: "call", action: WEIGH_NATIVE, callId: "c", faults: ["loose-form"] });
  });

  it.each(["", "null", '""', "  "])("means no parameters: %j", (written) => {
    expect(native("Look", written)).toEqual({ kind: "call", action: LOOK, callId: "c", faults: ["loose-form"] });
  });

  it("is read out of the text where a server passes it on", () => {
    const said = readTurn(
      reply({ text: `<think>${DRAFT}</think><tool_call>\n{"name": "Weigh", "arguments": ${ARGUMENTS}}\n</tool_call>` }),
      "native",
      TOOLS,
    );
    expect(said).toEqual({ kind: "call", action: WEIGH, callId: null, faults: ["loose-form"] });
  });

  it.each([
    ["[1]", "a list, not an object"],
    ["{'index': 1}", "double quotes"],
    ['{"index": [1, 2}', "not valid JSON"],
  ])("that cannot be read gets a message that names the fault: %s", (written, part) => {
    expect(native("Weigh", written)).toMatchObject({ kind: "none", fault: "malformed", answer: expect.stringContaining(part) });
  });

  it("keeps all digits beside a float that had lost its point", () => {
    const tools = [tool("Mix", [parameter("x", "float"), parameter("y", "int")])];
    const written = '{"x": 3, "y": 9007199254740993}';
    const said = readTurn(
      reply({ toolCalls: [{ id: "c", name: "Mix", argumentsText: written, parameters: JSON.parse(written) }] }),
      "native",
      tools,
    );
    expect(said).toMatchObject({ action: '{"name": "Mix", "parameters": {"x": 3.0, "y": 9007199254740993}}', faults: [] });
  });
});

describe("the conversation that is sent back", () => {
  const environment = { id: "e" as EnvironmentId, className: "AEnv", source: "", taskText: "Weigh.", tools: TOOLS };
  const turnOf = (name: string, argumentsText: string): TraceEntry[] => [
    { seq: 1, at: 1, type: "reply-received", reply: reply({ toolCalls: [{ id: "c", name, argumentsText, parameters: null }] }) },
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

describe("any call in any of these wrappings", () => {
  const parameters = fc.dictionary(
    fc.constantFrom("index", "answer", "x"),
    fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
      fc.constantFrom(CALL_END, "</think>", "}]", "```", "<tool_call>"),
    ),
    { maxKeys: 3 },
  );
  const written = parameters.map((value) =>
    JSON.stringify(value, (_, item: unknown) => (typeof item === "bigint" ? `big${item}` : item)).replace(/"big(-?\d+)"/g, "$1"),
  );
  const entry = fc.constantFrom(
    (name: string, args: string) => `{"name": "${name}", "parameters": ${args}}`,
    (name: string, args: string) => `{"name": "${name}", "arguments": ${args}}`,
    (name: string, args: string) => `{"arguments": ${JSON.stringify(args)}, "name": "functions.${name}"}`,
    (name: string, args: string) => `{"type": "function", "function": {"name": "${name}", "arguments": ${JSON.stringify(args)}}}`,
  );
  const list = fc.constantFrom(
    (one: string) => `[${one}]`,
    (one: string) => one,
    (one: string) => `\n[\n${one}\n]\n`,
    (one: string) => `\`\`\`json\n[${one}]\n\`\`\``,
  );
  const marked = fc.constantFrom(
    between,
    (body: string) => `<tool_call>${body}</tool_call>`,
    (body: string) => `${CALL_BEGIN}${body}`,
  );
  const around = fc.constantFrom(
    (call: string) => call,
    (call: string) => `<think>${DRAFT}</think>\n${call}`,
    (call: string) => `${DRAFT} no\n</think>Well, ${CALL_BEGIN}! ${call}`,
    (call: string) => `<thought>a</thought><thinking>${DRAFT}</thinking> So:\n\n${call}`,
  );

  it("reads as the same call", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("Weigh", "Done", "Look"),
        written,
        entry,
        list,
        marked,
        around,
        (name, args, inEntry, inList, inMarks, inTurn) => {
          const turn = text(inTurn(inMarks(inList(inEntry(name, args)))));
          const { action, faults } = turn.kind === "call" ? turn : { action: JSON.stringify(turn), faults: [] };
          expect(callKey(action)).toBe(callKey(`{"name": "${name}", "parameters": ${args}}`));
          expect(faults).not.toContain("several-calls");
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe("whatever a model writes", () => {
  const pieces = fc
    .array(
      fc.oneof(
        fc.string(),
        fc.constantFrom(
          CALL_BEGIN,
          CALL_END,
          "[",
          "]",
          "{",
          "}",
          '"name"',
          ":",
          '"Look"',
          '"parameters"',
          ",",
          "\\",
          '"',
          "null",
          "-",
          "1e999",
        ),
      ),
    )
    .map((parts) => parts.join(""));

  it("comes to one action of JSON, or to a message", () => {
    fc.assert(
      fc.property(
        pieces,
        pieces,
        fc.constantFrom("stop", "length"),
        fc.constantFrom("native" as const, "text" as const),
        (said, args, finishReason, protocol) => {
          let parameters = null;
          try {
            parameters = JSON.parse(args);
          } catch {
            // Then it is malformed.
          }
          const object = typeof parameters === "object" && !Array.isArray(parameters) ? parameters : null;
          const turn = readTurn(
            reply({
              text: said,
              finishReason,
              toolCalls: said.length % 2 === 0 ? [] : [{ id: "", name: said, argumentsText: args, parameters: object }],
            }),
            protocol,
            TOOLS,
          );
          if (turn.kind === "none") expect(turn.answer).not.toBe("");
          else expect(JSON.parse(turn.action)).toMatchObject({ name: expect.any(String), parameters: expect.any(Object) });
        },
      ),
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
