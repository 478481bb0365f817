import { describe, expect, it } from "vitest";
import { addressOf, adviceText, embedSnippet } from "../../../src/ui/components/sharing/embed-snippet.ts";
import { replayText } from "../../../src/ui/share/texts.ts";

describe("what is shared", () => {
  it("lies behind the # of the page's own address", () => {
    expect(addressOf("/open/abc_-", "https://host.example/sub/path/?x=1#/play/e?trace=2")).toBe(
      "https://host.example/sub/path/#/open/abc_-",
    );
  });

  it("cannot leave the attribute it stands in", () => {
    const snippet = embedSnippet('https://host.example/"><script>&', 'A"Env');
    expect(snippet).toContain('src="https://host.example/&quot;>&lt;script>&amp;" title="A&quot;Env in');
    // The frame and the script that gives it its height, each with its end.
    expect(snippet.match(/<[^=\s>]+/g)).toEqual(["<iframe", "</iframe", "<script", "</script"]);
  });

  it("has its size and how far it gets said", () => {
    expect(adviceText(4210, "short")).toMatch(/^4,210 characters\. Short/);
    expect(adviceText(200_000, "file")).toContain("send the file");
  });

  it("is the same here, parts at a step, or earns another reward", () => {
    expect(replayText({ agrees: true, reward: 1, states: [] }, { reward: 1 })).toMatchObject({ good: true });
    expect(replayText({ agrees: true, reward: 0, states: [] }, { reward: 1 })).toMatchObject({ good: false, title: "Another reward" });
    expect(replayText({ agrees: false, step: 3, recorded: "a", got: "b", reward: 0, states: [] }, { reward: 1 })).toMatchObject({
      good: false,
      title: "They part at round 3",
    });
  });
});
