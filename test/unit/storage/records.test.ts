import { describe, expect, it } from "vitest";
import { z } from "zod";
import { readRecord, type RecordKind } from "../../../src/storage/records.ts";

const kind: RecordKind<{ id: string; names: string[] }> = {
  name: "list",
  version: 3,
  schema: z.object({ id: z.string(), names: z.array(z.string()) }),
  upgrades: {
    1: ({ name, ...rest }) => ({ ...rest, list: [name] }),
    2: ({ list, ...rest }) => ({ ...rest, names: list }),
  },
};

describe("record versions", () => {
  it("upgrades step by step", () => {
    const read = { id: "a", names: ["x"] };
    expect(readRecord(kind, { v: 1, id: "a", name: "x" }, "a")).toEqual(read);
    expect(readRecord(kind, { v: 2, id: "a", list: ["x"] }, "a")).toEqual(read);
    expect(readRecord(kind, { v: 3, ...read }, "a")).toEqual(read);
  });

  it.each([
    [{ v: 4, id: "a" }, "newer-version"],
    [{ v: 0, id: "a" }, "corrupt"],
    [{ v: 1.5, id: "a" }, "corrupt"],
    [{ v: "3", id: "a" }, "corrupt"],
    [{ v: Number.NaN, id: "a" }, "corrupt"],
    [{ v: 3, id: "a" }, "corrupt"],
    [null, "corrupt"],
    [[], "corrupt"],
    ["text", "corrupt"],
  ])("refuses %j as %s", (raw, code) => {
    expect(() => readRecord(kind, raw, "a")).toThrow(expect.objectContaining({ code }));
  });
});
