import { describe, expect, test } from "vitest";
import type { Finding, Inspection } from "@/domain";
import { checkContract } from "@/verification";
import { callOnce, gateContext, lineOf, PANTRY, swap } from "../../support/python.ts";
import { sandboxForFile } from "./gates-support.ts";

const sandbox = sandboxForFile();
const errors = (inspection: Inspection): Finding[] => inspection.findings.filter((item) => item.severity === "error");

describe("the tools' numbers, where they are computed, are read off a started instance", () => {
  const MAPPING = /self\.func_mapping = \{[^}]*\}/;
  const named = '{"Observe": self.OBSERVE, "ReadLabel": self.READ, "Weigh": 2, "Done": self.DONE}';
  const withCodes = (mapping: string, before = ""): string =>
    swap(
      PANTRY.replace(MAPPING, `self.func_mapping = ${mapping}`),
      "    def __init__(",
      `    OBSERVE, READ, DONE = 0, 1, 3\n${before}\n    def __init__(`,
    );
  const check = async (source: string) => (await checkContract(gateContext(sandbox()), source, null)).inspection;

  test.each([
    ["class attributes", withCodes(named)],
    ["a comprehension", withCodes('{name: code for code, name in enumerate(["Observe", "ReadLabel", "Weigh", "Done"])}')],
    ["another method's", withCodes("self.tools()", `    def tools(self):\n        return ${named}\n`)],
    ["an instance that needs a configuration", withCodes('{"Observe": 0, "ReadLabel": 1, "Weigh": 2, "Done": [3][int(env_str is None)]}')],
  ])("%s", async (_name, source) => {
    const inspection = await check(source);
    expect(errors(inspection)).toEqual([]);
    expect(inspection.tools.map((tool) => tool.name)).toEqual(["Observe", "ReadLabel", "Weigh", "Done"]);
  });

  test.each([
    ["no numbers", withCodes('{"Observe": self.OBSERVE, "ReadLabel": "one".upper(), "Weigh": 2, "Done": 3}'), "code of `ReadLabel`"],
    ["no Done", withCodes("dict(Observe=0, ReadLabel=1, Weigh=2)"), "does not name the tool `Done`"],
    ["no dictionary", withCodes("list(range(4))"), "not a dictionary"],
    ["no start", withCodes("{}[5]"), "KeyError"],
  ])("a fault shows when it runs: %s", async (_name, source, message) => {
    expect(errors(await check(source)).map((item) => item.message)).toEqual([expect.stringContaining(message)]);
  });

  test("a contract that is broken anyway runs nothing", async () => {
    const source = `${withCodes(named).replace("def Done(", "def Finish(")}\nraise SystemExit("it ran")\n`;
    expect(
      errors(await check(source))
        .map((item) => item.message)
        .join(),
    ).not.toContain("it ran");
  });
});

describe("an environment that looks at who calls it", () => {
  test.each(["__import__('sys')._getframe().f_back", "sys.modules['json']", "(x for x in []).gi_frame"])("%s", async (code) => {
    const source = swap(PANTRY, "        return self._done\n", `        ${code}  # HERE\n        return self._done\n`);
    const { findings: found } = await callOnce(sandbox(), "analysis", "inspect_environment", { source, className: null });
    expect(new Set(found.map((item) => [item.code, item.line].join()))).toEqual(new Set([`looks-at-callers,${lineOf(source, "# HERE")}`]));
  });
});
