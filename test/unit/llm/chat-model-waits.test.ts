import { describe, expect, it } from "vitest";
import { CancelledError, type Waiting } from "@/domain";
import { startOpenAIChat } from "../../support/providers/index.ts";
import { ask, chat, servers, start, SYSTEM_AND_USER } from "./chat-model-support.ts";

describe("patience", () => {
  it("does not wait longer than was set, all waits together", async () => {
    const server = await start(startOpenAIChat, { kind: "status", status: 429, headers: { "retry-after": "1800" } });
    const waits: (Waiting | null)[] = [];
    await expect(ask(chat(server), SYSTEM_AND_USER, { onWait: (waiting) => waits.push(waiting) })).rejects.toMatchObject({
      code: "rate-limited",
      retryable: true,
    });
    expect(server.chats()).toHaveLength(1);
    expect(waits).toEqual([]);
  });

  it("says until when it waits, and stops when it is told to", async () => {
    const server = await start(startOpenAIChat, { kind: "status", status: 429, headers: { "retry-after": "100" } });
    const abort = new AbortController();
    const before = Date.now();
    const waits: (Waiting | null)[] = [];
    const asked = ask(chat(server), SYSTEM_AND_USER, {
      signal: abort.signal,
      onWait: (waiting) => {
        waits.push(waiting);
        if (waiting !== null) abort.abort();
      },
    });
    await expect(asked).rejects.toBeInstanceOf(CancelledError);
    expect(waits).toHaveLength(2);
    expect((waits[0]?.until ?? 0) - before).toBeGreaterThanOrEqual(100_000);
    expect(waits[1]).toBeNull();
  });

  it("asks an address once where nobody ever answered", async () => {
    const server = await start(startOpenAIChat);
    const model = chat(server);
    await server.close();
    await expect(ask(model)).rejects.toMatchObject({ code: "unreachable", retryable: true });
  });
});

describe("requests at once", () => {
  it("are as many as was set, for all models of an address together", async () => {
    let open = 0;
    let most = 0;
    const release: (() => void)[] = [];
    const server = await startOpenAIChat({
      respond: async () => {
        open += 1;
        most = Math.max(most, open);
        await new Promise<void>((resolve) => release.push(resolve));
        open -= 1;
        return "ready";
      },
    });
    servers.push(server);
    const waits: (Waiting | null)[] = [];
    const models = [chat(server, { concurrency: 2 }), chat(server, { concurrency: 2, model: "other" })];
    const replies = Promise.all(
      [0, 1, 2, 3].map((index) => ask(models[index % 2] ?? chat(server), SYSTEM_AND_USER, { onWait: (waiting) => waits.push(waiting) })),
    );
    for (let answered = 0; answered < 4; answered += 1) {
      await expect.poll(() => release.length).toBeGreaterThan(0);
      release.shift()?.();
    }
    expect(await replies).toHaveLength(4);
    expect(most).toBe(2);
    expect(waits.filter((waiting) => waiting?.reason === "Waiting for its turn.")).toHaveLength(2);
    expect(waits.filter((waiting) => waiting === null)).toHaveLength(2);
  });

  it("halve when the provider says that it is too many, and grow again", async () => {
    const server = await start(startOpenAIChat, { kind: "status", status: 429, headers: { "retry-after": "0" } }, "ready");
    const model = chat(server, { concurrency: 4 });
    expect(model.concurrency).toBe(4);
    await ask(model);
    expect(model.concurrency).toBe(2);
    for (let index = 0; index < 7; index += 1) await ask(model);
    expect(model.concurrency).toBe(3);
    for (let index = 0; index < 8; index += 1) await ask(model);
    expect(model.concurrency).toBe(4);
    for (let index = 0; index < 8; index += 1) await ask(model);
    expect(model.concurrency).toBe(4);
  });

  it("leave the queue when they are cancelled, unsent", async () => {
    const server = await start(startOpenAIChat, { kind: "hang", text: "some" }, "ready");
    const [first, second] = [new AbortController(), new AbortController()];
    const model = chat(server, { concurrency: 1 });
    const hanging = ask(model, SYSTEM_AND_USER, { signal: first.signal });
    await server.when(({ method }) => method === "POST");
    const waits: (Waiting | null)[] = [];
    const queued = ask(model, SYSTEM_AND_USER, { signal: second.signal, onWait: (waiting) => waits.push(waiting) });
    second.abort();
    await expect(queued).rejects.toBeInstanceOf(CancelledError);
    expect(waits).toMatchObject([{ until: null }, null]);
    first.abort();
    await expect(hanging).rejects.toBeInstanceOf(CancelledError);
    expect((await ask(model)).text).toBe("ready");
    expect(server.chats()).toHaveLength(2);
  });
});
