import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { EVALUATION_LOG, type LogFormat, parseTrace, RUN_LOG, sourceHashOf, TRACE_LOG, upgradedEvent } from "@/domain";

const FILE = new URL("../../fixtures/corpus/event-schemas.json", import.meta.url);
const known = z.record(z.string(), z.record(z.string(), z.string())).parse(JSON.parse(readFileSync(FILE, "utf8")));

/** In whatever order the fields are written down. */
const sorted = (_key: string, value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    : value;

/** Of the fields and types of an event as they are stored, and as they are read: a default makes the two differ. */
function fingerprintOf({ schema }: LogFormat<never>): string {
  const shapes = (["input", "output"] as const).map((io) => z.toJSONSchema(schema, { io, unrepresentable: "any" }));
  return bytesToHex(sha256(utf8ToBytes(JSON.stringify(shapes, sorted)))).slice(0, 16);
}

const logs = [RUN_LOG, EVALUATION_LOG, TRACE_LOG] as unknown as LogFormat<never>[];

describe.each(logs)("the log of a $name", (log) => {
  it("has another version whenever an event's fields or types are others", () => {
    // Fails after a change of the schema: raise `version`, add an upgrade, make a corpus (its README says how), and add the new fingerprint.
    expect(known[log.name]).toMatchObject({ [log.version]: fingerprintOf(log) });
  });

  it("has an upgrade from every version before", () => {
    expect(Object.keys(known[log.name] ?? {})).toEqual(Array.from({ length: log.version }, (_, at) => String(at + 1)));
    expect(Object.keys(log.upgrades)).toEqual(Array.from({ length: log.version - 1 }, (_, at) => String(at + 1)));
  });
});

describe("an event of an older version", () => {
  const log: LogFormat<unknown> = {
    name: "run",
    version: 3,
    schema: z.unknown(),
    upgrades: { 1: ({ text, ...rest }) => ({ ...rest, words: text }), 2: (event) => ({ ...event, loud: false }) },
  };

  it("is brought up step by step, from where it stands", () => {
    expect(upgradedEvent(log, { type: "said", text: "a" }, 1)).toEqual({ type: "said", words: "a", loud: false });
    expect(upgradedEvent(log, { type: "said", words: "b" }, 2)).toEqual({ type: "said", words: "b", loud: false });
    expect(upgradedEvent(log, { type: "said", words: "c", loud: true }, 3)).toEqual({ type: "said", words: "c", loud: true });
    expect(() => upgradedEvent(log, {}, 0)).toThrow("no run was ever of version 0");
  });
});

it("a trace of a newer version is refused by name, wherever it stands", () => {
  expect(() => parseTrace({ version: TRACE_LOG.version + 1, id: "t", anything: sourceHashOf("") })).toThrow(
    expect.objectContaining({ code: "newer-version", message: "The episode was made by a newer version of the playground." }),
  );
});
