import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { moduleDocstring, topLevelClasses, withoutText } from "@/datasets/python-text.ts";
import { splitPaste, startsAsPython } from "@/datasets/pasted-text.ts";
import { parseJsonText } from "@/datasets/json-text.ts";
import { safeCodeId, safeFileName } from "@/datasets/names.ts";
import { CALL_BEGIN, jsonDepth, normaliseNewlines, objectEnd, onOneLine, titleOf, toolDocs, unspaced } from "@/domain";
import { readTurn } from "@/episodes";
import { splitThoughts } from "@/llm/chat/thoughts.ts";
import { bodyRetryAfterMs, providerMessage, readErrorBody } from "@/llm/failures/error-body.ts";
import { classify } from "@/llm/failures/classify.ts";
import { parseDesignerReply, parseSolverReply, parseTesterReply } from "@/synthesis";
import { segmentsOf } from "@/ui/play/picks.ts";
import { excerptOf } from "@/ui/problems/problem-row.tsx";

/**
 * What reads texts of strangers on the page's own thread takes time in proportion to their length. A parser that does
 * not needs minutes for such a text, one that does needs milliseconds, and processor time tells them apart on any
 * machine.
 */
const CHARS = 120_000;
const MOST_CPU_MS = 1500;

const reply = (text: string, argumentsText: string | null): Parameters<typeof readTurn>[0] => ({
  text,
  reasoning: "",
  toolCalls: argumentsText === null ? [] : [{ id: "1", name: "Get", argumentsText, parameters: {} }],
  finishReason: "stop",
  model: "m",
  usage: { inputTokens: null, outputTokens: null, cachedInputTokens: null, cacheWriteTokens: null, reasoningTokens: null },
  cost: { usd: null, source: "unknown" },
  reusedFrom: null,
  ms: 0,
});

const PARSERS: Record<string, (text: string) => unknown> = {
  "a tester's reply": (text) => parseTesterReply(text, "AEnv"),
  "a tester's reply in its block": (text) => parseTesterReply(`<tests>${text}</tests>`, "AEnv"),
  "a designer's reply": parseDesignerReply,
  "a designer's reply in its blocks": (text) =>
    parseDesignerReply(`<task>${text}</task><environment>class AEnv(Env):\n${text}</environment>`),
  "a solver's reply": parseSolverReply,
  "a solver's reply in its block": (text) => parseSolverReply(`<solver>def solve(self):\n${text}</solver>`),
  "a turn by text": (text) => readTurn(reply(`${text}${CALL_BEGIN}${text}`, null), "text", []),
  "a turn by tool call": (text) => readTurn(reply("", text), "native", []),
  thoughts: splitThoughts,
  Python: (text) => [moduleDocstring(text), topLevelClasses(text), withoutText(text), startsAsPython(text)],
  "a docstring": (text) => moduleDocstring(`"""${text}"""`),
  "a paste": splitPaste,
  JSON: (text) => [objectEnd(text, 0, text.length), jsonDepth(text)],
  "JSON that is valid": (text) => [onOneLine(JSON.stringify([text], null, 1)), unspaced(JSON.stringify([text]))],
  "a row": (text) => {
    try {
      return parseJsonText(text);
    } catch {
      return null;
    }
  },
  newlines: normaliseNewlines,
  "a title": (text) => titleOf({ statement: text, solution: text, extra: {} }, ""),
  "an excerpt": (text) => excerptOf({ statement: text, title: "" } as Parameters<typeof excerptOf>[0]),
  names: (text) => [safeCodeId(text), safeFileName(text)],
  "tool docs": (text) => toolDocs([{ signature: "f()", docstring: text }]),
  "an observation": segmentsOf,
  "an error body": (text) => [
    readErrorBody(text),
    providerMessage(text, "key"),
    bodyRetryAfterMs(JSON.stringify({ error: { message: text } })),
  ],
  "an error's meaning": (text) =>
    classify({ provider: "openai", status: 400, ...readErrorBody(text) } as unknown as Parameters<typeof classify>[0]),
};

function cpuMs(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function slowOnes(text: string): string[] {
  return Object.entries(PARSERS).flatMap(([name, parse]) => {
    const ms = cpuMs(() => parse(text));
    return ms > MOST_CPU_MS ? [`${name}: ${Math.round(ms)} ms`] : [];
  });
}

const grown = (before: string, unit: string, after: string): string => before + unit.repeat(Math.ceil(CHARS / unit.length)) + after;

/** Each made a parser of ours, or one like them, slow once. */
const KNOWN: Record<string, string> = {
  "broken objects, a quote before each": grown("", '"{`\n', ""),
  "a broken object before noise": grown('{"a": \n', ",\n", ""),
  "broken objects before noise": grown("", '{"a": x}\n,\n,\n', ""),
  "a name far from its @": grown("{\nA", " ", "@"),
  "noise, then a name far from its @": `${grown("{", "\n,", "")}${grown("A", " ", "")}`,
  "objects on one line": grown("", '{"a": 1} ', ""),
  "prose with braces": grown("", "see {x and\n", ""),
  "escaped quotes": grown('"', '\\"', ""),
  "a class far from its colon": grown("class A", " ", "x"),
  "classes without their brackets' end": grown("", "class A(\n", ""),
  "strings on one line": grown("", '""', ""),
  "a fence far from its language": grown("```", " ", "!"),
  backticks: grown("", "`", " !"),
  fences: grown("", "```\n", ""),
  "fences of all kinds": grown("", '```py\n~~~\n"""\n', ""),
  "fences, then blanks": grown("```\na\n```\n".repeat(900), " ", ""),
  "blank lines first": grown("", "\n", "x"),
  "a margin that shrinks": `${" ".repeat(60_000)}a\n${" ".repeat(30_000)}b\n`,
  "lines with a margin of their own": Array.from({ length: 480 }, (_, index) => `${" ".repeat(480 - index)}a`).join("\n"),
  tags: grown("", "<task>", ""),
  "tags with gaps": grown("", `<task>${" ".repeat(50)}`, ""),
  "a tag without an end": grown("<task ", "a", ""),
  "openings of tags": grown("", "<", ""),
  digits: grown("", "1", ""),
  "lengths of time": grown("try again in ", "1s ", ""),
  "digits to wait for": grown("try again in ", "1", ""),
  brackets: grown("", "[", ""),
  "an object in an object": grown("", '{"a":', ""),
  dots: grown("", ".", "x"),
  underscores: grown("", "_", "x"),
  stars: grown("", "*", "x"),
};

describe("time grows with the length of a text", () => {
  it.each(Object.entries(KNOWN))("%s", (_, text) => {
    expect(slowOnes(text)).toEqual([]);
  });

  it("whatever is repeated", () => {
    const atom = fc.oneof(
      fc.constantFrom(
        "<task>",
        "</tests>",
        "<environment>",
        "</think>",
        "```",
        "```python\n",
        "~~~",
        '"""',
        "'",
        '"',
        "\\",
        '\\"',
        "\n",
        " ",
        "\t",
        "    ",
      ),
      fc.constantFrom(
        "class A(",
        "class AEnv(Env):\n",
        "def solve(self):\n",
        "import a",
        "from a ",
        "@a",
        "AEnv@{",
        "{",
        "}",
        "[",
        "]",
        "(",
        ")",
        ",",
        ":",
        "#",
        "*",
        "_",
        "$",
        "1",
        ".5",
        "a",
        "1. ",
        "- ",
        "…",
        "é",
        "\u0000",
        "\ud800",
      ),
      fc.constantFrom("wait 1s ", "retry in ", "invalid api key", "referrer ", "blocked", "capacity", CALL_BEGIN, "NaN"),
    );
    const few = fc.array(atom, { maxLength: 2 }).map((parts) => parts.join(""));
    const unit = fc.array(atom, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(few, unit, few, (before, repeated, after) => {
        expect(slowOnes(grown(before, repeated, after))).toEqual([]);
      }),
      { numRuns: 40, endOnFailure: true },
    );
  });
});
