import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CALL_BEGIN, CALL_END, callKey } from "@/domain";
import { readTurn } from "@/episodes";
import { ARGUMENTS, between, DRAFT, encoded, LOOK, native, text, TOOLS, WEIGH, parameter, tool } from "./turns-support.ts";
import { turnReply } from "../../support/trace-events.ts";

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
      turnReply({ text: `<think>${DRAFT}</think><tool_call>\n{"name": "Weigh", "arguments": ${ARGUMENTS}}\n</tool_call>` }),
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
      turnReply({ toolCalls: [{ id: "c", name: "Mix", argumentsText: written, parameters: JSON.parse(written) }] }),
      "native",
      tools,
    );
    expect(said).toMatchObject({ action: '{"name": "Mix", "parameters": {"x": 3.0, "y": 9007199254740993}}', faults: [] });
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
