import { describe, expect, it } from "vitest";
import { splitThoughts } from "../../../src/llm/chat/thoughts.ts";

const CODE = 'def cut(text):\n    return text.split("</think>")[-1]';

describe("thoughts apart from the text", () => {
  it.each([
    ["none", "Hello", { text: "Hello", thoughts: "" }],
    ["tagged", "<think>hm</think>\n\nHello", { text: "Hello", thoughts: "hm" }],
    ["under another name", "<thinking>hm</thinking>Hello", { text: "Hello", thoughts: "hm" }],
    ["twice", "<think>one</think>\n<think>two</think>\nHello", { text: "Hello", thoughts: "one\n\ntwo" }],
    ["with only their end", "Let me see. 3 < 5.\n</think>\nHello", { text: "Hello", thoughts: "Let me see. 3 < 5." }],
    ["without an end", "<think>hm", { text: "", thoughts: "hm" }],
    ["still coming", "<thi", { text: "", thoughts: "" }],
    ["with half of their end", "<think>hm</thi", { text: "", thoughts: "hm" }],
    [
      "a literal in a code block",
      `Here it is:\n\`\`\`python\n${CODE}\n\`\`\``,
      { text: `Here it is:\n\`\`\`python\n${CODE}\n\`\`\``, thoughts: "" },
    ],
    [
      "a literal without quotes in a code block",
      "See:\n```\nhm</think>x\n```\nDone.",
      { text: "See:\n```\nhm</think>x\n```\nDone.", thoughts: "" },
    ],
    ["a literal in quotes", `<solve>\n${CODE}\n</solve>`, { text: `<solve>\n${CODE}\n</solve>`, thoughts: "" }],
    [
      "a literal in thoughts",
      `<think>I split at "</think>", so:\n\`\`\`python\n${CODE}\n\`\`\`\nGood.</think>\nHello`,
      { text: "Hello", thoughts: `I split at "</think>", so:\n\`\`\`python\n${CODE}\n\`\`\`\nGood.` },
    ],
    [
      "a code block that the thoughts left open",
      "<think>```python\nx = 1\n</think>\nHello",
      { text: "Hello", thoughts: "```python\nx = 1" },
    ],
    ["a text that begins with another tag", "<task>Find it</task>", { text: "<task>Find it</task>", thoughts: "" }],
  ])("%s", (_, given, wanted) => {
    expect(splitThoughts(given)).toEqual(wanted);
  });
});
