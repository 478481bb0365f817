import { describe, expect, it } from "vitest";
import { CancelledError, type ModelRequest, problemIdSchema } from "@/domain";
import { createRecordedModel } from "@/llm";

const request: ModelRequest = {
  problemId: problemIdSchema.parse("river-levels"),
  role: "solver",
  sample: 2,
  attempt: 1,
  promptVersion: "solver@1",
  system: "",
  user: "",
};
const text = "<solver>\ndef solve(self):\n    pass\n</solver>\n".repeat(20);
const recordings = { "./recordings/river-levels/solver-2.1.md": () => Promise.resolve(text.replaceAll("\n", "\r\n")) };

describe("the recorded model", () => {
  it("streams the recording of (problem, role, sample, attempt) in growing pieces", async () => {
    const model = createRecordedModel({ recordings, durationMs: 300 });
    expect(model).toMatchObject({ label: "Recorded replies", recorded: true });
    const seen: string[] = [];
    const reply = await model.generate(request, { signal: new AbortController().signal, onText: (so) => seen.push(so) });
    expect(reply).toMatchObject({ text, finishReason: "stop", usage: null });
    expect(seen.length).toBeGreaterThan(1);
    expect(seen.every((so, index) => text.startsWith(so) && so.length > (seen[index - 1]?.length ?? 0))).toBe(true);
    expect(seen.at(-1)).toBe(text);
  });

  it("costs nothing and counts nothing", async () => {
    const reply = await createRecordedModel({ recordings, durationMs: 0 }).generate(request, { signal: new AbortController().signal });
    expect(reply).toMatchObject({ usage: null, cost: { usd: 0, source: "free" }, settings: null, parts: 1, reusedFrom: null });
  });

  it("a designer's reply has the form that the prompt asks for", async () => {
    const files = ["designer-0.1.compact.md", "designer-0.1.md", "tester-0.0.md"];
    const model = createRecordedModel({
      durationMs: 0,
      recordings: Object.fromEntries(files.map((name) => [`./recordings/river-levels/${name}`, () => Promise.resolve(name)])),
    });
    const textOf = async (role: ModelRequest["role"], attempt: number, promptVersion: string): Promise<string> =>
      (await model.generate({ ...request, role, sample: 0, attempt, promptVersion }, { signal: new AbortController().signal })).text;
    expect(await textOf("designer", 1, "designer@2+repair@1")).toBe("designer-0.1.compact.md");
    expect(await textOf("designer", 1, "designer@2+edited+repair@1")).toBe("designer-0.1.compact.md");
    expect(await textOf("designer", 1, "designer@1+repair@1")).toBe("designer-0.1.md");
    expect(await textOf("tester", 0, "tester@1")).toBe("tester-0.0.md");
  });

  it("says which recording is missing", async () => {
    const model = createRecordedModel({ recordings, durationMs: 0 });
    const attempt = model.generate({ ...request, sample: 3 }, { signal: new AbortController().signal });
    await expect(attempt).rejects.toMatchObject({
      code: "no-recording",
      message: expect.stringContaining("river-levels/solver-3.1"),
      hint: expect.any(String),
    });
    const inherited = model.generate(
      { ...request, problemId: problemIdSchema.parse("../__proto__") },
      { signal: new AbortController().signal },
    );
    await expect(inherited).rejects.toMatchObject({ code: "no-recording" });
  });

  it("stops when it is told to", async () => {
    const abort = new AbortController();
    const model = createRecordedModel({ recordings, durationMs: 60_000 });
    const attempt = model.generate(request, { signal: abort.signal, onText: () => abort.abort() });
    await expect(attempt).rejects.toBeInstanceOf(CancelledError);
  });
});
