import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chatToolOf, nativeCallObstacle, parametersFault, type Tool, toolParametersJsonSchema, type ToolParameter } from "@/domain";

const parameter = (type: string, more: Partial<ToolParameter> = {}): ToolParameter => ({
  name: "x",
  type,
  description: "",
  required: true,
  ...more,
});
const schemaOf = (type: string) =>
  (toolParametersJsonSchema({ parameters: [parameter(type)] })["properties"] as Record<string, unknown>)["x"];
const fits = (type: string, x: unknown): boolean => parametersFault({ parameters: [parameter(type)] }, { x } as never) === null;

describe("types of tools", () => {
  it.each([
    ["int", { type: "integer" }],
    ["float", { type: "number" }],
    ["bool", { type: "boolean" }],
    ["str", { type: "string" }],
    ["list[int]", { type: "array", items: { type: "integer" } }],
    ["List[List[str]]", { type: "array", items: { type: "array", items: { type: "string" } } }],
    ["list", { type: "array", items: {} }],
    ["dict[str, float]", { type: "object", additionalProperties: { type: "number" } }],
    ["tuple[int, int]", { type: "array", items: { type: "integer" }, minItems: 2, maxItems: 2 }],
    ["tuple[int, ...]", { type: "array", items: { type: "integer" } }],
    ["Optional[int]", { type: ["integer", "null"] }],
    ["int | None", { type: ["integer", "null"] }],
    ["Union[int, str]", { type: ["integer", "string"] }],
    ['Literal["up", "down"]', { type: "string", enum: ["up", "down"] }],
    ["", {}],
    ["some words", {}],
    ["Any", {}],
  ])("%s", (type, schema) => {
    expect(schemaOf(type)).toEqual(schema);
  });

  it("become one object, with what is required and what is not", () => {
    const tool: Tool = {
      name: "Weigh",
      signature: "Weigh(index: int, unit: str='g')",
      summary: "Weigh one jar.",
      parameters: [
        parameter("int", { name: "index", description: "Which jar." }),
        parameter("str", { name: "unit", required: false, default: "'g'" }),
      ],
      returns: "str: The weight.",
      docstring: "…",
      line: 1,
    };
    expect(chatToolOf(tool)).toEqual({
      name: "Weigh",
      description: "Weigh one jar.\n\nReturns: str: The weight.",
      parameters: {
        type: "object",
        properties: { index: { type: "integer", description: "Which jar." }, unit: { type: "string", description: "Default: 'g'" } },
        required: ["index"],
        additionalProperties: false,
      },
    });
    expect(toolParametersJsonSchema({ parameters: [] })).toEqual({ type: "object", properties: {}, additionalProperties: false });
  });

  it("tell what fits from what does not", () => {
    expect([fits("int", 1), fits("int", 1e300), fits("int", 1.5), fits("int", true), fits("int", "1")]).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
    expect([fits("float", 1), fits("float", 1.5), fits("float", "1")]).toEqual([true, true, false]);
    expect([fits("list[list[int]]", [[1]]), fits("list[list[int]]", [["1"]]), fits("list[int]", 1)]).toEqual([true, false, false]);
    expect([fits("Optional[str]", null), fits("str", null)]).toEqual([true, false]);
    expect([fits("anything at all", { a: [] }), fits("dict[str, int]", { a: 1 }), fits("dict[str, int]", { a: "1" })]).toEqual([
      true,
      true,
      false,
    ]);
    expect(parametersFault({ parameters: [parameter("int")] }, {})).toContain("x");
    expect(parametersFault({ parameters: [] }, { y: 1 })).toContain("y");
    expect(parametersFault({ parameters: [parameter("int", { required: false })] }, {})).toBeNull();
  });

  it("of any spelling never throw", () => {
    const spelling = fc
      .array(
        fc.oneof(
          fc.string(),
          fc.constantFrom("list[", "]", "|", "dict", ",", "int", "Optional[", "Literal['", "'", "constructor", "__proto__"),
        ),
      )
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(spelling, fc.string(), fc.jsonValue(), (type, name, value) => {
        const tool = { parameters: [parameter(type, { name })] };
        expect(toolParametersJsonSchema(tool)["type"]).toBe("object");
        parametersFault(tool, { [name]: value } as never);
      }),
      { numRuns: 500 },
    );
  });

  it("with names that providers do not take are told", () => {
    expect(nativeCallObstacle([{ name: "Weigh", parameters: [parameter("int")] }])).toBeNull();
    expect(nativeCallObstacle([{ name: "Wäge", parameters: [] }])).toContain("Wäge");
    expect(nativeCallObstacle([{ name: "Weigh", parameters: [parameter("int", { name: "größe" })] }])).toContain("größe");
  });
});
