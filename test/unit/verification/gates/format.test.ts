import { expect, test } from "vitest";
import type { Finding } from "@/domain";
import { gate } from "@/verification/gates/format.ts";
import { work } from "../work-support.ts";

const finding = (severity: Finding["severity"]): Finding => ({ severity, code: "no-task", message: "there is no task text", line: null });
const reading = (findings: Finding[]) => ({ findings, figures: { characters: 12 }, unassembled: null, startedAt: performance.now() });

test("a reply fails by an error that was found in reading it, not by a warning", async () => {
  const given = work([]);
  for (const [severity, passed] of [
    ["error", false],
    ["warning", true],
  ] as const) {
    const found = [finding(severity)];
    const result = await gate.run({ ...given, sources: { ...given.sources, reading: reading(found) } });
    expect(result).toMatchObject({ gate: "format", passed, findings: found, figures: { characters: 12 } });
  }
});

test("it does not apply where no reply was read", async () => {
  expect(await gate.run(work([]))).toBeNull();
});
