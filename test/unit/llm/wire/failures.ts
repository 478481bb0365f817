import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CancelledError, type Waiting } from "@/domain";
import type { ModelServer, Trouble } from "../../../support/providers/index.ts";
import { ask, failureOf, KEY, modelOf, request, script, type WireCase } from "./wire-case.ts";

/** What every wire format must survive, or name. */
export function describeFailures(wire: WireCase): void {
  describe.each([
    ["streamed", true],
    ["in one piece", false],
  ])("failures, %s", (_, streaming) => {
    let server: ModelServer;
    beforeEach(async () => {
      server = await wire.start();
    });
    afterEach(() => server.close());
    const model = (patience = {}) => modelOf(wire, server, { streaming }, patience);

    it.each(Object.entries(wire.troubles))("knows the provider's words for %s", async (name, { code, again }) => {
      const trouble = name as Trouble;
      script(server, { kind: "trouble", trouble, afterSeconds: 0 }, { kind: "trouble", trouble, afterSeconds: 0 }, "at last");
      if (again) {
        expect((await ask(model())).text).toBe("at last");
        script(server, { kind: "trouble", trouble, afterSeconds: 0 });
        expect(await failureOf(ask(model({ retries: 0 })))).toMatchObject({ code, retryable: true });
        expect(server.chats()).toHaveLength(4);
      } else {
        expect((await failureOf(ask(model()))).code).toBe(code);
        expect(server.chats()).toHaveLength(1);
      }
    });

    it("refuses to show a key that an answer repeats", async () => {
      script(server, { kind: "status", status: 400, message: `no such key: ${KEY}, that is ${KEY.slice(0, 12)}***${KEY.slice(-10)}` });
      expect((await failureOf(ask(model()))).code).toBe("bad-request");
    });

    it("waits as long as a busy server asks, and shows that it waits", async () => {
      script(server, { kind: "status", status: 429, headers: { "retry-after": "0" } }, "at last");
      const waits: (Waiting | null)[] = [];
      expect((await ask(model(), request(), { onWait: (waiting) => waits.push(waiting) })).text).toBe("at last");
      expect(waits).toContainEqual({
        reason: expect.stringContaining("no more requests"),
        until: expect.any(Number),
        attempt: 2,
        attempts: 3,
      });
      expect(waits.at(-1)).toBeNull();
    });

    it.runIf(wire.troubles["rate-limit"] !== undefined)(
      "gives up when the provider asks to wait longer than there is patience for",
      async () => {
        script(server, { kind: "trouble", trouble: "rate-limit", afterSeconds: 900 });
        expect(await failureOf(ask(model()))).toMatchObject({ code: "rate-limited", retryable: true });
        expect(server.chats()).toHaveLength(1);
      },
    );

    it.runIf(wire.troubles["rate-limit"] !== undefined)("counts down as long as the provider asks, and stops while it waits", async () => {
      script(server, { kind: "trouble", trouble: "rate-limit", afterSeconds: 40 });
      const abort = new AbortController();
      const began = Date.now();
      let until: number | null = null;
      const onWait = (waiting: Waiting | null) => {
        if (waiting?.until == null) return;
        until = waiting.until;
        abort.abort();
      };
      await expect(ask(model(), request(), { signal: abort.signal, onWait })).rejects.toBeInstanceOf(CancelledError);
      expect(until).toBeGreaterThanOrEqual(began + 40_000);
      expect(server.chats()).toHaveLength(1);
    });

    it("asks again after failures of the server, as often as there is patience for", async () => {
      script(server, { kind: "status", status: 500 }, { kind: "status", status: 502 }, "at last");
      expect((await ask(model())).text).toBe("at last");
      script(server, { kind: "status", status: 503, message: "down" });
      expect(await failureOf(ask(model({ retries: 1 })))).toMatchObject({ code: "server-error", retryable: true });
      expect(server.chats()).toHaveLength(5);
    });

    it.each([400, 401, 403, 404, 422])("asks once when the answer is %i", async (status) => {
      script(server, { kind: "status", status });
      await failureOf(ask(model()));
      expect(server.chats()).toHaveLength(1);
    });

    it("asks again when a reply breaks off", async () => {
      script(server, { kind: "cut", text: "half a rep" }, { kind: "cut", text: "half", politely: streaming }, "whole");
      expect((await ask(model())).text).toBe("whole");
      expect(server.chats()).toHaveLength(3);
      script(server, { kind: "cut", text: "half a rep" });
      expect(await failureOf(ask(model({ retries: 0 })))).toMatchObject({ code: "not-a-reply", retryable: true });
    });

    it.runIf(streaming)("asks again after an error inside a stream, at its beginning too", async () => {
      script(
        server,
        { kind: "stream-error", text: "some", message: "Overloaded" },
        { kind: "stream-error", text: "", message: "Overloaded" },
        "whole",
      );
      expect((await ask(model())).text).toBe("whole");
      expect(server.chats()).toHaveLength(3);
      script(server, { kind: "stream-error", text: "some", message: `lost ${KEY}` });
      expect(await failureOf(ask(model({ retries: 0 })))).toMatchObject({ code: "server-error", retryable: true });
    });

    it("names broken JSON and web pages, and does not ask again", async () => {
      script(server, { kind: "malformed" });
      expect((await failureOf(ask(model()))).code).toBe("not-a-reply");
      script(server, { kind: "html" });
      expect(await failureOf(ask(model()))).toMatchObject({ code: "not-a-reply", message: expect.stringContaining("web page") });
      expect(server.chats()).toHaveLength(2);
    });

    it.each([
      ["before the answer", { kind: "hang", silent: true }],
      ["within it", { kind: "hang", text: "some" }],
    ] as const)("stops at once when it is told to %s, and closes the connection", async (_where, behaviour) => {
      script(server, behaviour);
      const abort = new AbortController();
      const attempt = ask(model(), request(), { signal: abort.signal });
      const sent = await server.when(({ method }) => method === "POST");
      abort.abort();
      await expect(attempt).rejects.toBeInstanceOf(CancelledError);
      await expect.poll(() => sent.aborted).toBe(true);
      expect(server.chats()).toHaveLength(1);
    });
  });
}
