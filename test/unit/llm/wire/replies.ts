import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ModelServer, ScriptedCall, Split } from "../../../support/providers/index.ts";
import { ask, failureOf, FULL_USAGE, KEY, modelOf, onlyChat, ownHeaders, request, script, TOOLS, type WireCase } from "./wire-case.ts";

const CALLS: ScriptedCall[] = [
  { id: "call_a", name: "look_up", arguments: '{"item":"naïve 🎉 \\"quoted\\"","how_many":2}' },
  { id: "call_b", name: "finish", arguments: "{}" },
];
const ARGUMENTS = [{ item: 'naïve 🎉 "quoted"', how_many: 2 }, {}];
const SPLITS: Split[] = ["whole", "characters", "name-then-arguments", "parallel-interleaved"];

/** What every wire format must bring through, streamed and in one piece. */
export function describeReplies(wire: WireCase): void {
  describe.each([
    ["streamed", true],
    ["in one piece", false],
  ])("replies, %s", (_, streaming) => {
    let server: ModelServer;
    beforeEach(async () => {
      server = await wire.start({ key: KEY });
    });
    afterEach(() => server.close());
    const model = (more = {}) => modelOf(wire, server, { streaming, ...more });

    it("asks in the provider's form and gets text, model, reason and usage", async () => {
      script(server, { kind: "text", text: "Ünïcode reply 🎉, and more of it", model: "test-model-0613", usage: FULL_USAGE });
      const reply = await ask(model());
      expect(reply).toMatchObject({
        text: "Ünïcode reply 🎉, and more of it",
        toolCalls: [],
        finishReason: "stop",
        usage: wire.usage,
        billedUsd: wire.billedUsd ?? null,
      });
      expect(["test-model-0613", "test-model"]).toContain(reply.model);
      const sent = onlyChat(server);
      expect(sent.path).toBe(wire.path(streaming));
      expect(sent.aborted).toBe(false);
      expect(wire.sent(sent.body ?? {})).toMatchObject({
        system: "You play by the rules.",
        user: "Begin, naïvely 🎉.",
        temperature: undefined,
        effort: undefined,
        tools: [],
      });
    });

    it("puts temperature, limit and effort where the provider looks for them", async () => {
      await ask(model({ temperature: 0.25, maxOutputTokens: 4321 }));
      expect(wire.sent(onlyChat(server).body ?? {})).toMatchObject({ temperature: 0.25, limit: 4321 });
    });

    it("sends only headers that the provider accepts from pages, and the key in its own alone", async () => {
      await ask(model());
      const sent = onlyChat(server);
      const [name, written] = wire.keyHeader;
      expect(ownHeaders(sent).toSorted()).toEqual([...wire.headers].toSorted());
      expect(sent.headers["user-agent"]).not.toMatch(/ai/i);
      expect(sent.headers[name]).toBe(written(KEY));
      expect(JSON.stringify({ ...sent, headers: { ...sent.headers, [name]: "" } })).not.toContain(KEY);
      // What was sent would also come through a browser's preflight.
      const asked = ownHeaders(sent)
        .filter((header) => header !== "accept")
        .join(",");
      const preflight = (headers: string) =>
        fetch(`${server.origin}${sent.path}`, {
          method: "OPTIONS",
          headers: { origin: "https://page.test", "access-control-request-method": "POST", "access-control-request-headers": headers },
        });
      if (wire.profile.provider === "ollama") return;
      expect((await preflight(asked)).status).toBe(204);
      expect((await preflight(`${asked},x-stainless-os`)).status).toBe(403);
    });

    it("describes tools as JSON schemas", async () => {
      await ask(model(), request({ tools: TOOLS }));
      const { tools } = wire.sent(onlyChat(server).body ?? {});
      expect(tools.map(({ name, description }) => ({ name, description }))).toEqual(
        TOOLS.map(({ name, description }) => ({ name, description })),
      );
      expect(tools[0]?.parameters).toMatchObject(TOOLS[0]?.parameters ?? {});
    });

    it.each(SPLITS)("reads several calls that come %s", async (split) => {
      script(server, { kind: "tools", calls: CALLS, split, usage: FULL_USAGE });
      const reply = await ask(model(), request({ tools: TOOLS }));
      expect(reply).toMatchObject({ text: "", finishReason: "tool-calls", usage: wire.usage });
      expect(reply.toolCalls.map(({ id, name, parameters }) => ({ id, name, parameters }))).toEqual(
        CALLS.map(({ id, name }, index) => ({ id, name, parameters: ARGUMENTS[index] })),
      );
      expect(reply.toolCalls.map(({ argumentsText }) => JSON.parse(argumentsText))).toEqual(ARGUMENTS);
    });

    it("reads text before a call", async () => {
      script(server, { kind: "tools", calls: CALLS.slice(0, 1), text: "I look it up.", split: "characters" });
      const reply = await ask(model(), request({ tools: TOOLS }));
      expect(reply).toMatchObject({
        text: "I look it up.",
        finishReason: "tool-calls",
        toolCalls: [{ id: "call_a", parameters: ARGUMENTS[0] }],
      });
    });

    it.runIf(wire.brokenArguments === "always" || (wire.brokenArguments === "streamed" && streaming))(
      "keeps broken arguments as they were written",
      async () => {
        const broken = '{"item": "bread", how_many: 2';
        script(server, {
          kind: "tools",
          calls: [{ id: "call_a", name: "look_up", arguments: broken }, ...CALLS.slice(1)],
          split: "characters",
        });
        const { toolCalls } = await ask(model(), request({ tools: TOOLS }));
        expect(toolCalls).toEqual([
          { id: "call_a", name: "look_up", argumentsText: broken, parameters: null },
          { id: "call_b", name: "finish", argumentsText: "{}", parameters: {} },
        ]);
      },
    );

    it.runIf(wire.reasoning)("keeps reasoning apart from the text", async () => {
      script(server, { kind: "text", text: "the answer", reasoning: "first this, then that", usage: FULL_USAGE });
      const seen: string[] = [];
      const reply = await ask(model(), request(), { onReasoning: (text) => seen.push(text) });
      expect(reply).toMatchObject({ text: "the answer", reasoning: "first this, then that", usage: wire.usage });
      expect(seen.length > 0).toBe(streaming);
      expect(seen.every((text) => "first this, then that".startsWith(text))).toBe(true);
    });

    it("keeps a reply that ends at the output limit", async () => {
      script(server, { kind: "text", text: "half of", finishReason: "length" });
      expect(await ask(model())).toMatchObject({ text: "half of", finishReason: "length" });
    });

    it("says that usage is unknown where the provider says nothing", async () => {
      script(server, { kind: "text", text: "free of charge?", usage: null });
      expect((await ask(model())).usage).toBeNull();
    });

    it("names an empty reply, and what it took", async () => {
      script(server, { kind: "empty", usage: FULL_USAGE });
      const error = await failureOf(ask(model()));
      expect(error).toMatchObject({ code: "empty-reply", paid: { text: "", usage: wire.usage, billedUsd: wire.billedUsd ?? null } });
      expect(server.chats()).toHaveLength(1);
    });

    it.runIf(wire.reasoning)("names a reply that was all reasoning", async () => {
      script(server, { kind: "text", text: "", reasoning: "hmm", finishReason: "length" });
      expect(await failureOf(ask(model()))).toMatchObject({
        code: "empty-reply",
        hint: expect.stringContaining("reasoning"),
        paid: { finishReason: "length" },
      });
    });

    const { refusal } = wire;
    it.runIf(refusal !== undefined)("names a refusal, and what it took", async () => {
      script(server, refusal?.behaviour ?? "");
      const error = await failureOf(ask(model()));
      expect(error).toMatchObject({
        code: "refused",
        message: expect.stringMatching(refusal?.words ?? /^$/),
        paid: { usage: wire.usage, billedUsd: wire.billedUsd ?? null },
      });
      expect(server.chats()).toHaveLength(1);
    });

    it("brings the whole text when its bytes come a few at a time", async () => {
      script(server, {
        kind: "text",
        text: "Zwölf Boxkämpfer 🥊 jagen Viktor",
        bytesAtOnce: 5,
        ...(wire.reasoning ? { reasoning: "grübel 🤔" } : {}),
      });
      expect((await ask(model())).text).toBe("Zwölf Boxkämpfer 🥊 jagen Viktor");
    });
  });
}
