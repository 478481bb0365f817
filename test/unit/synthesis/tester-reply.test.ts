import { describe, expect, it } from "vitest";
import { parseTesterReply } from "@/synthesis";

const A = '{"levels": [1, 2, 12345678901234567890123], "mail": "a@b.c", "text": "}{ ] [ \\" </tests>"}';
const B = '{"levels": [], "mark": -1.50e3}';
const configs = (reply: string) => parseTesterReply(reply, "RiverEnv").configs;
const codes = (reply: string) =>
  parseTesterReply(reply, "RiverEnv").findings.map((finding) => `${finding.severity} ${finding.code}:${finding.line}`);

describe("what is forgiven", () => {
  const pretty = '{\n  "levels": [\n    1,\n    2\n  ],\n  "nested": {\n    "x": 12345678901234567890\n  }\n}';
  it.each<[string, string, string[]]>([
    ["one object a line", `<tests>\n${A}\n${B}\n</tests>`, [A, B]],
    ["names before them", `<tests>\nRiverEnv@${A}\nRiverEnv@ ${B}\n</tests>`, [A, B]],
    ["CRLF", `<tests>\r\n${A}\r\n${B}\r\n</tests>\r\n`, [A, B]],
    ["no tags", `${A}\n${B}`, [A, B]],
    ["no last tag", `<tests>\n${A}\n${B}`, [A, B]],
    ["a fence", `<tests>\n\`\`\`json\n${A}\n${B}\n\`\`\`\n</tests>`, [A, B]],
    ["bullets", `<tests>\n- ${A}\n* RiverEnv@${B}\n</tests>`, [A, B]],
    ["numbers", `<tests>\n1. ${A}\n2) ${B}\n</tests>`, [A, B]],
    ["bold numbers", `<tests>\n**1.** ${A}\n**2.** \`RiverEnv@${B}\`\n</tests>`, [A, B]],
    ["labels", `<tests>\nTest 1: ${A}\nHard case (ties): RiverEnv@${B}\n</tests>`, [A, B]],
    ["labels without a colon", `<tests>\nTest one ${A}\nand then RiverEnv@${B}\n</tests>`, [A, B]],
    ["commas", `<tests>\n${A},\n${B},\n</tests>`, [A, B]],
    ["comments", `<tests>\n# easy {set}\n${A}  # first\n// hard\n${B} (second)\n</tests>`, [A, B]],
    ["an array of objects", `<tests>\n[${A}, ${B}]\n</tests>`, [A, B]],
    ["an array over lines", `<tests>\n[\n  ${A},\n  ${B}\n]\n</tests>`, [A, B]],
    ["an array of strings", `<tests>\n${JSON.stringify([A, `RiverEnv@${B}`], null, 2)}\n</tests>`, [A, B]],
    ["quotes that were not escaped", `<tests>\n"RiverEnv@${B}"\n'RiverEnv@${A}'\nRiverEnv@'{"a": 1}'\n</tests>`, [B, A, '{"a": 1}']],
    ["a prompt's form first", `The form is <tests> … </tests>.\n<tests>\n${A}\n</tests>`, [A]],
    ["reasoning", `<think>\n<tests>\n{"draft": 1}\n</tests>\n</think>\n<tests>\n${A}\n</tests>`, [A]],
    [
      "objects over lines",
      `<tests>\n${pretty}\nRiverEnv@${pretty.replace("2\n", "3\n")}\n</tests>`,
      ['{"levels": [1, 2], "nested": {"x": 12345678901234567890}}', '{"levels": [1, 3], "nested": {"x": 12345678901234567890}}'],
    ],
    ["all on one line", `<tests>${A} ${B}</tests>`, [A, B]],
    ["an empty object", "<tests>\n{}\n</tests>", ["{}"]],
  ])("%s", (_, reply, expected) => {
    expect(configs(reply)).toEqual(expected);
    expect(codes(reply)).toEqual([]);
  });

  it("the name of another class, with a warning", () => {
    expect(configs(`<tests>\nLakeEnv@${B}\n</tests>`)).toEqual([B]);
    expect(codes(`<tests>\nLakeEnv@${B}\n</tests>`)).toEqual(["warning other-class-name:2"]);
  });

  it.each([
    ["a list under its name", (list: string) => `{"tests": ${list}}`],
    ["between the tags", (list: string) => `<tests>\n{"tests": ${list}}\n</tests>`],
    ["in a fence", (list: string) => `<tests>\n\`\`\`json\n{\n  "test_cases": ${list}\n}\n\`\`\`\n</tests>`],
    ["after prose", (list: string) => `Here they are.\n\`\`\`json\n{"configurations": ${list}}\n\`\`\`\n`],
  ])("fifteen in one object: %s", (_, wrap) => {
    const all = Array.from({ length: 15 }, (__, index) => `{"levels": [${index}], "big": 1234567890123456789${index}}`);
    const { configs: kept, findings } = parseTesterReply(wrap(`[${all.join(", ")}]`), "RiverEnv");
    expect(kept).toEqual(all);
    expect(findings).toMatchObject([{ severity: "warning", code: "wrapped" }]);
  });

  it("curly quotes and odd spaces, with a warning", () => {
    expect(configs('<tests>\n{“levels”:\u00A0[1], "text": "“a”"}\n</tests>')).toEqual(['{"levels": [1], "text": "“a”"}']);
    expect(codes("<tests>\n{“levels”:\u00A0[1]}\n</tests>")).toEqual(["warning typography:2"]);
  });

  it("equal numbers, however they are written, are duplicates", () => {
    const reply =
      '<tests>\n{"mark": 1}\n{"mark": 1.0}\n{"mark": 10e-1}\n{"mark": "1.0"}\n{"mark": 9007199254740993}\n{"mark": 9007199254740992}\n</tests>';
    expect(configs(reply)).toEqual(['{"mark": 1}', '{"mark": "1.0"}', '{"mark": 9007199254740993}', '{"mark": 9007199254740992}']);
    expect(codes(reply)).toEqual(["warning duplicate:3", "warning duplicate:4"]);
  });

  it("what Python tells apart stays apart", () => {
    const all = ["1", "true", '"1"', "[1]", "null", "0", "false", '""', '{"1": 1}', "-1"].map((value) => `{"mark": ${value}}`);
    expect(configs(`<tests>\n${all.join("\n")}\n</tests>`)).toEqual(all);
    expect(codes(`<tests>\n${all.join("\n")}\n</tests>`)).toEqual([]);
  });

  it("duplicates, with a warning", () => {
    const reply = `<tests>\n${B}\nRiverEnv@${B.replaceAll(" ", "")}\n${A}\n</tests>`;
    expect(configs(reply)).toEqual([B, A]);
    expect(codes(reply)).toEqual(["warning duplicate:3"]);
  });
});

describe("what is wrong is named with its number and line, and the others are kept", () => {
  it.each<[string, string, string, RegExp]>([
    ["Python", "{'levels': [1], 'on': True}", "invalid-json", /not Python/],
    ["Python behind the name", "RiverEnv@{'levels': [1]}", "invalid-json", /double quotes/],
    ["a tuple", '{"levels": (1, 2)}', "invalid-json", /a tuple is a list/],
    ["a range", '{"levels": list(range(2, 8, 2))}', "invalid-json", /range\(2, 8, 2\) is \[2, 4, 6\]/],
    ["a long range", '{"levels": range(1000)}', "invalid-json", /write its numbers out as a list/],
    ["a comprehension", '{"levels": [i for i in numbers]}', "invalid-json", /comprehensions/],
    ["a trailing comma", '{"levels": [1],}', "invalid-json", /comma/],
    ["NaN", '{"mark": NaN}', "invalid-json", /NaN/],
    ["an expression", '{"levels": [1] * 5}', "invalid-json", /expressions/],
    ["an ellipsis", '{"levels": [1, 2, ...]}', "invalid-json", /ellipsis/],
    ["a missing brace", '{"levels": [1]', "invalid-json", /one JSON object/],
    ["a missing bracket", '{"levels": [1}', "invalid-json", /one JSON object/],
    ["a missing quote", '{"levels: [1]}', "invalid-json", /one JSON object/],
    ["a list behind the name", "RiverEnv@[1, 2]", "not-an-object", /one JSON object/],
  ])("%s", (_, bad, code, hint) => {
    const { configs: kept, findings } = parseTesterReply(`<tests>\n${A}\n${bad}\n${B}\n</tests>`, "RiverEnv");
    expect(kept).toEqual([A, B]);
    expect(findings).toMatchObject([
      { severity: "error", code, line: 3, message: expect.stringContaining("Configuration 2"), hint: expect.stringMatching(hint) },
    ]);
  });

  it("a broken object over lines gives no false ones", () => {
    const reply = `<tests>\n{\n  "levels": [1, 2,\n  "nested": {\n    "x": 1\n  }\n}\nRiverEnv@${B}\n</tests>`;
    expect(configs(reply)).toEqual([B]);
    expect(codes(reply)).toEqual(["error invalid-json:2"]);
  });

  it("a broken one in an array of strings", () => {
    expect(codes(`<tests>\n["RiverEnv@{\\"a\\": }", "RiverEnv@{\\"a\\": 1}"]\n</tests>`)).toEqual(["error invalid-json:2"]);
  });

  it.each<[string, string, string]>([
    ["nothing", "", "error missing-tests:null"],
    ["prose", "I can't.", "error missing-tests:null"],
    ["an empty block", "\n<tests>\n</tests>", "error no-configurations:2"],
  ])("%s", (_, reply, expected) => expect(codes(reply)).toEqual([expected]));

  it("too many invalid ones end the reading", () => {
    const { findings } = parseTesterReply(`<tests>\n${"{oops\n".repeat(5000)}</tests>`, "RiverEnv");
    expect(findings.length).toBeLessThan(60);
    expect(findings.at(-1)?.code).toBe("too-many");
  });
});
