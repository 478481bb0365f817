import { describe, expect, it } from "vitest";
import { type EpisodeId, type JsonObject, type ModelProfile, noFaults, profileIdSchema, RECORDED_PROFILE, type TraceEntry } from "@/domain";
import type { EpisodeSummary } from "@/state";
import { callKey, compareWith } from "@/domain";
import { gridOf, parseValue } from "../../../src/ui/play/parameter-input.ts";
import { offeredValues, pickedText, segmentsOf } from "../../../src/ui/play/picks.ts";
import { hasModel, playerGroups, playerOf } from "../../../src/ui/play/players.ts";
import { faultsText, outcomeOf } from "../../../src/ui/play/texts.ts";
import { timelineOf } from "../../../src/ui/play/timeline.ts";
import { answeredCall, turnReply } from "../../support/trace-events.ts";

const action = (name: string, parameters: JsonObject = {}): string => JSON.stringify({ name, parameters });
const reply = (text: string) => turnReply({ text });
const call = (seq: number, by: "player" | "person", more: object = {}): TraceEntry => ({
  ...answeredCall({ by, action: action("Observe") }),
  seq,
  at: seq,
  ...more,
});

describe("a timeline", () => {
  it("joins a reply with what it came to, and counts calls and repeatable steps", () => {
    const entries: TraceEntry[] = [
      { seq: 1, at: 1, type: "reply-received", reply: reply("a") },
      call(2, "player"),
      { seq: 3, at: 3, type: "reply-received", reply: reply("b") },
      { seq: 4, at: 4, type: "turn-faulted", fault: "no-call", answer: "Send one call." },
      { seq: 5, at: 5, type: "reply-failed", fault: "silence", reply: reply(""), answer: "Empty." },
      call(6, "player", { faults: ["environment-hung"] }),
      { seq: 7, at: 7, type: "reply-received", reply: reply("c") },
      { seq: 8, at: 8, type: "control-changed", to: "person" },
      call(9, "person"),
    ];
    const turns = timelineOf({ entries, pending: null });
    expect(
      turns.map(({ number, reply: said, outcome, calls, steps, handover }) => [
        number,
        said?.text ?? null,
        outcome.kind,
        calls,
        steps,
        handover,
      ]),
    ).toEqual([
      [1, "a", "call", 1, 1, null],
      [2, "b", "fault", 1, 1, null],
      [3, "", "fault", 1, 1, null],
      [4, null, "call", 2, 1, null],
      [5, "c", "unused", 2, 1, "person"],
      [6, null, "call", 3, 2, null],
    ]);
  });

  it("tells a reply whose call is still to come from one that was passed over", () => {
    const entry: TraceEntry & { type: "reply-received" } = { seq: 1, at: 1, type: "reply-received", reply: reply("a") };
    expect(timelineOf({ entries: [entry], pending: entry })[0]?.outcome.kind).toBe("pending");
    expect(timelineOf({ entries: [entry], pending: null })[0]?.outcome.kind).toBe("unused");
  });
});

describe("the comparison with the reference", () => {
  it("does not mind how a call is written", () => {
    expect(callKey('{"name": "A", "parameters": {"x": 1.0, "y": [2]}}')).toBe(callKey('{"parameters":{"y":[2],"x":1},"name":"A"}'));
    expect(callKey("no call")).toBe("no call");
  });

  it("finds where the ways part, what was made, and what comes next", () => {
    const reference = ["A", "B", "C"].map((name) => action(name));
    expect(compareWith(reference, [])).toEqual({ same: 0, made: [false, false, false], next: 0 });
    expect(compareWith(reference, [action("A"), action("X"), action("B")])).toEqual({ same: 1, made: [true, true, false], next: 2 });
    expect(compareWith(reference, reference)).toEqual({ same: 3, made: [true, true, true], next: null });
    expect(compareWith(reference, [...reference, action("D")]).same).toBe(3);
  });
});

describe("values of observations", () => {
  it("are numbers, texts and truths, but no names of entries and no parts of words", () => {
    const picked = (text: string) => segmentsOf(text).flatMap(({ value }) => value ?? []);
    expect(picked('{"days": 10, "name": "oats", "open": true, "at": [1, -2.5]}')).toEqual(["10", '"oats"', "true", "1", "-2.5"]);
    expect(picked("jar x1 weighs 12 g")).toEqual(["12"]);
    expect(
      segmentsOf('{"a": 1}')
        .map(({ text }) => text)
        .join(""),
    ).toBe('{"a": 1}');
  });

  it("are offered where they fit, the last seen first", () => {
    const seen = ['{"grid": [[1, 2]], "name": "oats"}', "rye 1", "7"];
    expect(offeredValues({ type: "int" }, seen)).toEqual(["7", "1", "2"]);
    expect(offeredValues({ type: "str" }, seen)).toEqual(['"oats"']);
    expect(offeredValues({ type: "list[list[int]]" }, seen)).toEqual(["[[1,2]]", "[1,2]"]);
    expect(offeredValues({ type: "bool" }, seen)).toEqual([]);
    expect(offeredValues({ type: "str" }, ["rye"])).toEqual(['"rye"']);
  });

  it("keep integers that JavaScript cannot hold", () => {
    expect(offeredValues({ type: "int" }, ['{"n": 12345678901234567890}'])).toEqual(["12345678901234567890"]);
  });

  it("are written as the field wants them", () => {
    expect(pickedText({ type: "str" }, '"oats"')).toBe("oats");
    expect(pickedText({ type: "dict" }, '"oats"')).toBe('"oats"');
    expect(pickedText({ type: "int" }, "3")).toBe("3");
  });
});

describe("a field for lists and grids", () => {
  const field = (type: string) => ({ name: "cells", type, description: "", required: true });

  it("says at which place a value does not fit", () => {
    expect(parseValue(field("list[int]"), "[1, 2]")).toEqual({ literal: "[1, 2]" });
    const wrong = parseValue(field("list[list[int]]"), '[[1], ["a"]]');
    expect(wrong).toMatchObject({ error: expect.stringMatching(/^It does not fit list\[list\[int\]\]: at \[1\]\[0\], /) as string });
    expect(parseValue(field("list[int]"), "[1,")).toMatchObject({ error: expect.stringContaining("Not valid JSON") as string });
    expect(parseValue(field("Whatever"), '{"a": 1}')).toEqual({ literal: '{"a": 1}' });
  });

  it("shows a grid as a table, and nothing else", () => {
    expect(
      gridOf([
        [1, 2],
        [3, 4],
      ]),
    ).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(gridOf([[1, 2], [3]])).toBeNull();
    expect(gridOf([1, 2])).toBeNull();
    expect(gridOf([[[1]]])).toBeNull();
  });
});

describe("the choice of players", () => {
  const profile: ModelProfile = {
    ...RECORDED_PROFILE,
    id: profileIdSchema.parse("p"),
    name: "Mine",
    provider: "openai",
    model: "some-model",
  };
  const tools = [{ name: "Observe", parameters: [] }];

  it("offers each model in both protocols, and says what it lacks", () => {
    const items = (keys: Record<string, "kept">, over = tools) =>
      playerGroups({ profiles: [profile], keys, tools: over, recorded: [] }).find(({ group }) => group === "Models")?.items;
    expect(items({ p: "kept" })).toEqual([
      { value: "native:p", label: "Mine, tool calling", disabled: false },
      { value: "text:p", label: "Mine, text protocol", disabled: false },
    ]);
    expect(items({})?.every(({ disabled, label }) => disabled && label.endsWith("(lacks a key)"))).toBe(true);
    expect(items({ p: "kept" }, [{ name: "Größe", parameters: [] }])?.map(({ disabled }) => disabled)).toEqual([true, false]);
    expect(hasModel({ profiles: [profile], keys: {} })).toBe(false);
  });

  it("makes the player that was chosen, and a person of what is no longer there", () => {
    const episode: EpisodeSummary = {
      id: "t:1" as EpisodeId,
      environmentId: "e" as EpisodeSummary["environmentId"],
      config: "{}",
      player: { kind: "prober" },
      branchOf: null,
      startedAt: 0,
      status: "ended",
      why: "finished",
      rounds: 1,
      reward: 1,
    };
    const maker = {
      modelPlayer: () => {
        throw new Error("not asked");
      },
      episodes: [episode],
      seed: 7,
    };
    expect(playerOf("random", maker)).toEqual({ kind: "random", seed: 7 });
    expect(playerOf("recorded:t:1", maker)).toEqual({ kind: "recorded", label: "Breadth-first prober", traceId: "t:1" });
    expect(playerOf("recorded:gone", maker)).toEqual({ kind: "person" });
  });
});

describe("how an episode is told", () => {
  it("counts faults by name, and says why it ended", () => {
    expect(faultsText(noFaults())).toBe("");
    expect(faultsText({ ...noFaults(), malformed: 2, refusal: 1 })).toBe("2 × malformed call, 1 × refusal");
    expect(outcomeOf({ status: "halted", why: null, reward: 0 }).label).toBe("unfinished");
    expect(outcomeOf({ status: "ended", why: "finished", reward: 1 })).toEqual({ label: "reward 1", color: "green" });
    expect(outcomeOf({ status: "ended", why: "round-limit", reward: 0 }).label).toBe("round limit");
  });
});
