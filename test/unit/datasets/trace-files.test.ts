import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DEFAULT_EPISODE_LIMITS, environmentIdSchema, episodeIdSchema, evaluationView, type Trace, type TraceEvent } from "@/domain";
import { evaluationTable, exportTrace, exportTracePage, readTraceFile } from "@/datasets";
import { textOf } from "./datasets-support.ts";

const started: TraceEvent = {
  type: "episode-started",
  environmentId: environmentIdSchema.parse("e"),
  className: "SumEnv",
  sourceHash: "",
  config: "{}",
  player: { kind: "recorded", label: "<b>Bold</b>", traceId: episodeIdSchema.parse("r") },
  limits: DEFAULT_EPISODE_LIMITS,
  sample: 0,
  branch: null,
  evaluationId: null,
  state: null,
};
const answered = (action: string, observation: string): TraceEvent => ({
  type: "call-answered",
  by: "player",
  action,
  callId: null,
  ok: true,
  observation,
  cut: 5,
  faults: ["unknown-tool"],
  ms: 1,
  reward: 1,
  finished: true,
  change: null,
});
const reply = (text: string): TraceEvent => ({
  type: "reply-received",
  reply: {
    text,
    reasoning: text,
    toolCalls: [],
    finishReason: "stop",
    model: "m",
    usage: null,
    cost: { usd: null, source: "unknown" },
    reusedFrom: null,
    ms: 1,
  },
});
const traceOf = (...events: TraceEvent[]): Trace => ({
  version: 1,
  id: episodeIdSchema.parse("t"),
  events: [started, ...events].map((event, at) => ({ at, event })),
});
const ENVIRONMENT = { className: "SumEnv", taskText: "Add </pre><script>alert(1)</script> them." };

describe("a page of an episode", () => {
  it("shows what happened", () => {
    const page = textOf(
      exportTracePage(
        ENVIRONMENT,
        traceOf(reply("I look."), answered('{"name": "Look", "parameters": {"at": 1}}', "seven"), {
          type: "episode-ended",
          why: "finished",
        }),
      ),
    );
    for (const part of [
      "I look.",
      "1. Look",
      "{&quot;at&quot;: 1}",
      "→ seven… (5 more characters)",
      "unknown tool",
      "Solved (handed in): reward 1 after 1 round.",
    ])
      expect(page).toContain(part);
  });

  const evil = fc
    .array(
      fc.oneof(
        fc.string({ unit: "binary" }),
        fc.constantFrom(
          "</script>",
          "<!--",
          "-->",
          "<script>",
          "</pre>",
          "<img src=x onerror=alert(1)>",
          '" onload="',
          "]]>",
          "\u2028",
          "&lt;",
          "</style>",
        ),
      ),
    )
    .map((parts) => parts.join(""));

  it("holds whatever was written as text: no markup but its own, and it imports again", () => {
    fc.assert(
      fc.property(evil, evil, evil, (text, action, observation) => {
        const trace = traceOf(
          reply(text),
          answered(action, observation),
          answered(JSON.stringify({ name: text, parameters: { [text]: observation } }), ""),
          { type: "turn-faulted", fault: "no-call", answer: text },
        );
        const page = textOf(exportTracePage({ className: text, taskText: action }, trace));
        const tags = [...page.matchAll(/<[^>]*>/g)].map(([tag]) => tag);
        expect(
          tags.filter(
            (tag) =>
              !/^<(\/?(html|head|title|style|body|h1|h2|p|pre|ol|li|strong|span|details|summary|script)|!doctype html|meta [^<]*)( (class|id|type|lang)="[\w\s/-]*")*>$/.test(
                tag,
              ),
          ),
        ).toEqual([]);
        expect(tags.filter((tag) => tag.startsWith("<script"))).toEqual(['<script type="application/json" id="codegym-trace">']);
        expect(readTraceFile(page)).toEqual(JSON.parse(JSON.stringify(trace)));
        expect(readTraceFile(textOf(exportTrace({ className: text }, trace)))).toEqual(JSON.parse(JSON.stringify(trace)));
      }),
      { numRuns: 300 },
    );
  });

  it("asks for nothing: its own policy forbids it", () => {
    const page = textOf(exportTracePage(ENVIRONMENT, traceOf()));
    expect(page).toContain("default-src 'none'; style-src 'unsafe-inline'");
    expect(page).not.toMatch(/\b(src|href)=/);
  });

  it("that is none is refused", () => {
    for (const text of ["", "{}", "<html></html>", '<script type="application/json" id="codegym-trace">{</script>'])
      expect(() => readTraceFile(text)).toThrow(expect.objectContaining({ code: "wrong-kind" }));
  });
});

describe("the table of an evaluation", () => {
  it("has a line for each try, and texts that no spreadsheet runs", () => {
    const plan = {
      title: "",
      tasks: [{ environmentId: environmentIdSchema.parse('=HYPERLINK("x"),y'), sourceHash: "", config: "{}", referenceRounds: 7 }],
      players: [{ kind: "random" as const, seed: 3 }],
      tries: 2,
      concurrency: 1,
      limits: DEFAULT_EPISODE_LIMITS,
      caps: { usd: null, tokens: null },
    };
    const result = (number: number, unknownCosts: number) => ({
      task: 0,
      player: 0,
      try: number,
      traceId: episodeIdSchema.parse("t"),
      why: "finished" as const,
      reward: 1,
      rounds: 9,
      faults: { "no-call": 2 },
      tools: {},
      inputTokens: 5,
      outputTokens: 6,
      usd: 0.5,
      unknownCosts,
      ms: 12,
    });
    const view = evaluationView(
      [
        { type: "evaluation-started" as const, plan },
        { type: "try-ended" as const, result: result(1, 1) },
        { type: "try-ended" as const, result: result(0, 0) },
      ].map((event, seq) => ({ seq, at: seq, event })),
    );
    expect(textOf(evaluationTable(view)).split("\r\n")).toEqual([
      "environment,task,player,try,outcome,reward,rounds,reference_rounds,bad_turns,input_tokens,output_tokens,usd,ms",
      `"'=HYPERLINK(""x""),y",1,Random caller (seed 3),1,finished,1,9,7,2,5,6,0.5,12`,
      `"'=HYPERLINK(""x""),y",1,Random caller (seed 3),2,finished,1,9,7,2,5,6,,12`,
      "",
    ]);
  });
});
