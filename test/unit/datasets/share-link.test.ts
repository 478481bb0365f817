import { deflateSync } from "fflate";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  base64Url,
  DEFAULT_EPISODE_LIMITS,
  environmentIdSchema,
  episodeIdSchema,
  type FaultKind,
  fromBase64Url,
  ImportError,
  profileIdSchema,
  type Trace,
} from "@/domain";
import { decodeShared, encodeShared, linkAdvice, MAX_SHARED_CHARS, type Shared, sharedOf } from "@/datasets";

const pack = (value: unknown): string => base64Url(deflateSync(new TextEncoder().encode(JSON.stringify(value))));
const started: Trace["events"][number]["event"] = {
  type: "episode-started",
  environmentId: environmentIdSchema.parse("e"),
  className: "SumEnv",
  sourceHash: "",
  config: "{}",
  player: { kind: "random", seed: 3 },
  limits: DEFAULT_EPISODE_LIMITS,
  sample: 0,
  branch: null,
  evaluationId: null,
  state: null,
};

const text = fc.oneof(fc.string({ unit: "grapheme" }), fc.string());
const call = fc.record({
  type: fc.constant("call-answered" as const),
  by: fc.constantFrom("player" as const, "person" as const),
  action: text,
  callId: fc.constant(null),
  ok: fc.boolean(),
  observation: text,
  cut: fc.nat(),
  faults: fc.constantFrom<FaultKind[]>([], ["unknown-tool"]),
  ms: fc.nat(),
  reward: fc.constantFrom(0, 1),
  finished: fc.boolean(),
  change: fc.constant(null),
});
const trace: fc.Arbitrary<Trace> = fc.array(call, { maxLength: 20 }).map((calls) => ({
  version: 1,
  id: episodeIdSchema.parse("t"),
  events: [{ at: 1, event: started }, ...calls.map((event, index) => ({ at: 2 + index, event }))],
}));
const shared: fc.Arbitrary<Shared> = fc
  .tuple(
    text,
    text,
    text.filter((source) => source !== ""),
    fc.dictionary(fc.string(), fc.jsonValue()),
    fc.option(trace),
  )
  .map(([codeId, taskText, source, config, kept]) =>
    sharedOf({ codeId: codeId.slice(0, 100), className: "SumEnv", taskText, source }, JSON.stringify(config), kept),
  );

const codeOf = async (link: string): Promise<string> => {
  try {
    await decodeShared(link);
    return "read";
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
    return error.code;
  }
};

describe("links", () => {
  it("with values that stand too deep are refused with a reason, whatever their depth", async () => {
    for (const depth of [201, 5000, 200_000]) {
      const deep = `${"[".repeat(depth)}${"]".repeat(depth)}`;
      const link = base64Url(deflateSync(new TextEncoder().encode(`{"version":1,"trace":${deep}}`)));
      expect(await codeOf(link), String(depth)).toBe("wrong-kind");
    }
  });

  it("open to what was shared, in letters that every address holds", async () => {
    await fc.assert(
      fc.asyncProperty(shared, async (value) => {
        const link = encodeShared(value);
        expect(link).toMatch(/^[A-Za-z0-9_-]+$/);
        expect(await decodeShared(link)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { numRuns: 200 },
    );
  });

  it("of any letters are read or refused, never anything else", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string(),
          fc.base64String(),
          fc.uint8Array().map((bytes) => base64Url(bytes)),
        ),
        async (link) => {
          expect(["wrong-kind", "too-large", "newer-version"]).toContain(await codeOf(link));
        },
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        expect(["wrong-kind", "newer-version"]).toContain(await codeOf(pack(value)));
      }),
    );
  });

  it("that were cut or changed on their way are refused, or hold what holds together", async () => {
    await fc.assert(
      fc.asyncProperty(shared, fc.nat(), fc.constantFrom("A", "_", "9", ""), async (value, at, letter) => {
        const link = encodeShared(value);
        const place = at % link.length;
        expect(["read", "wrong-kind", "too-large"]).toContain(await codeOf(link.slice(0, place) + letter + link.slice(place + 1)));
        expect(await codeOf(link.slice(0, place))).not.toBe("read");
      }),
    );
  });

  it("that unpack to a bomb are stopped before they do", async () => {
    // A text, so that nothing but its size is wrong with it.
    const bomb = base64Url(deflateSync(new Uint8Array(40_000_000).fill(32), { level: 1 }));
    expect(bomb.length).toBeLessThan(MAX_SHARED_CHARS);
    expect(await codeOf(bomb)).toBe("too-large");
    expect(await codeOf("A".repeat(MAX_SHARED_CHARS + 1))).toBe("too-large");
  });

  it("with a class name, a configuration or a trace that is none are refused, and newer ones by name", async () => {
    const good = sharedOf({ codeId: "c", className: "SumEnv", taskText: "", source: "x" }, "{}", {
      version: 1,
      id: episodeIdSchema.parse("t"),
      events: [{ at: 1, event: started }],
    });
    expect(await codeOf(pack(good))).toBe("read");
    expect(await codeOf(pack({ ...good, className: "SumEnv\nimport os" }))).toBe("wrong-kind");
    expect(await codeOf(pack({ ...good, config: "[]" }))).toBe("wrong-kind");
    expect(await codeOf(pack({ ...good, config: "{" }))).toBe("wrong-kind");
    expect(await codeOf(pack({ ...good, trace: { version: 1, id: "t", events: [] } }))).toBe("wrong-kind");
    expect(
      await codeOf(
        pack({ ...good, trace: { version: 1, id: "t", events: [{ at: 1, event: { type: "episode-ended", why: "finished" } }] } }),
      ),
    ).toBe("wrong-kind");
    expect(await codeOf(pack({ ...good, version: 2 }))).toBe("newer-version");
    expect(await codeOf(pack({ ...good, trace: { ...good.trace, version: 2 } }))).toBe("newer-version");
  });

  it("name the model that played and not where it was asked", async () => {
    const settings = {
      provider: "compatible",
      baseUrl: "http://canary.local/v1",
      api: "chat",
      model: "small",
      temperature: 0.5,
      maxOutputTokens: null,
      effort: null,
    } as const;
    const player = {
      kind: "model",
      label: "small at canary.local",
      profileId: profileIdSchema.parse("canary-profile"),
      settings,
      protocol: "text",
    } as const;
    const kept: Trace = { version: 1, id: episodeIdSchema.parse("t"), events: [{ at: 1, event: { ...started, player } }] };
    const opened = await decodeShared(encodeShared(sharedOf({ codeId: "c", className: "SumEnv", taskText: "", source: "x" }, "{}", kept)));
    expect(JSON.stringify(opened)).not.toContain("canary");
    expect(opened.trace?.events[0]?.event).toMatchObject({
      player: { kind: "model", label: "small", protocol: "text", settings: { model: "small", temperature: 0.5 } },
    });
  });

  it("nothing that the schema does not know comes through", async () => {
    const good = sharedOf({ codeId: "c", className: "SumEnv", taskText: "", source: "x" }, "{}", null);
    expect(await decodeShared(pack({ ...good, status: "verified", key: "k" }))).toEqual(good);
  });

  it("say how far they get", () => {
    expect([linkAdvice(8000), linkAdvice(8001), linkAdvice(100_001)]).toEqual(["short", "long", "file"]);
  });
});

describe("base64url", () => {
  it("is its own way back", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20_000 }), (bytes) => {
        expect(fromBase64Url(base64Url(bytes))).toEqual(bytes);
      }),
    );
  });

  it("of other letters is none", () => {
    expect([fromBase64Url("a+b"), fromBase64Url("a/b="), fromBase64Url("aaaaa"), fromBase64Url("")]).toEqual([
      null,
      null,
      null,
      new Uint8Array(),
    ]);
  });
});
