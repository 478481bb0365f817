import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Caps, type ChatReply, ModelError, type RawReply } from "@/domain";
import { open } from "../storage/storage-support.ts";
import { ask, gate, going, ledgered, MemoryLedger, ScriptedChat, settled, thrownBy, usage } from "./ledgered-support.ts";

describe("caps", () => {
  it("stop new requests, name themselves and what was spent, and can be raised", async () => {
    const { replies } = await open();
    const chat = new ScriptedChat(async () => ({ usage: usage(0, 2000) }));
    const caps: Partial<Caps> = { runUsd: 0.05 };
    const model = ledgered(chat, replies, { caps });
    await model.chat(ask("a"), going());
    await model.chat(ask("b"), going());
    const error = await thrownBy(model.chat(ask("c"), going()));
    expect(error).toBeInstanceOf(ModelError);
    expect(error).toMatchObject({ code: "cap-reached", retryable: false, paid: null });
    expect((error as ModelError).message).toBe(
      "The cap of $0.05 per run stopped a request: $0.04 spent in this run, and it may cost about $0.02.",
    );
    expect((error as ModelError).hint).toMatch(/Settings.*Resume/);
    expect(chat.asked).toEqual(["a", "b"]);
    caps.runUsd = 0.07;
    expect((await model.chat(ask("c"), going())).text).toBe("reply to c");
    // What is stored costs nothing, whatever the caps.
    caps.runUsd = 0;
    expect((await model.chat(ask("a"), going())).text).toBe("reply to a");
  });

  it("hold for the run, and for the day over all runs and roles", async () => {
    const { replies } = await open();
    const chat = new ScriptedChat(async () => ({ usage: usage(0, 2000) }));
    await ledgered(chat, replies, { runId: "one", role: "designer" }).chat(ask("a"), going());
    await ledgered(chat, replies, { runId: "two", role: "tester", caps: { runUsd: 0.03 } }).chat(ask("b"), going());
    expect(await thrownBy(ledgered(chat, replies, { runId: "three", caps: { dayUsd: 0.05 } }).chat(ask("c"), going()))).toMatchObject({
      code: "cap-reached",
      message: "The cap of $0.05 per day stopped a request: $0.04 spent today, and it may cost about $0.02.",
    });
    // A connection check belongs to no run.
    await ledgered(chat, replies, { runId: null, caps: { runUsd: 0.001, runTokens: 1 } }).chat(ask("c"), going());
    expect(await thrownBy(ledgered(chat, replies, { runId: null, caps: { dayUsd: 0.07 } }).chat(ask("d"), going()))).toMatchObject({
      code: "cap-reached",
    });
  });

  it("count tokens whatever they cost", async () => {
    const ledger = new MemoryLedger();
    const unpriced = new ScriptedChat(async () => ({ usage: usage(500, 1500) }), { model: "nobody-knows" });
    const caps = { runTokens: 5000 };
    const model = ledgered(unpriced, ledger, { caps });
    expect((await model.chat(ask("a"), going())).cost).toEqual({ usd: null, source: "unknown" });
    await model.chat(ask("b"), going());
    expect(await thrownBy(model.chat(ask("c"), going()))).toMatchObject({
      message: "The cap of 5,000 tokens per run stopped a request: 4,000 tokens spent in this run, and it may take about 1,501 tokens.",
    });
    const local = new ScriptedChat(async () => ({}), { provider: "ollama" });
    expect(await thrownBy(ledgered(local, ledger, { caps }).chat(ask("d"), going()))).toMatchObject({ code: "cap-reached" });
  });

  it("on tokens hold also where a server never counts", async () => {
    const chat = new ScriptedChat(async () => ({ usage: null }));
    const model = ledgered(chat, new MemoryLedger(), { caps: { dayTokens: 9000 } });
    let came = 0;
    let error: unknown = null;
    while (error === null && came < 20) {
      await model.chat(ask(`question ${came}`), going()).then(
        () => came++,
        (thrown: unknown) => (error = thrown),
      );
    }
    expect(came).toBe(4);
    expect((error as ModelError).message).toContain("about 8,");
  });

  it("of 0 forbid everything that is paid, and nothing that is free", async () => {
    const ledger = new MemoryLedger();
    for (const caps of [{ runUsd: 0 }, { dayUsd: 0 }]) {
      expect(await thrownBy(ledgered(new ScriptedChat(), ledger, { caps }).chat(ask("a"), going()))).toMatchObject({ code: "cap-reached" });
      const unpriced = new ScriptedChat(async () => ({}), { model: "nobody-knows" });
      const error = await thrownBy(ledgered(unpriced, ledger, { caps }).chat(ask("a"), going()));
      expect((error as ModelError).message).toMatch(/\$0\.00 per (run|day) .* nobody knows what it costs\.$/);
      expect(
        (await ledgered(new ScriptedChat(async () => ({}), { provider: "ollama" }), ledger, { caps }).chat(ask("a"), going())).cost.usd,
      ).toBe(0);
      expect(
        (
          await ledgered(new ScriptedChat(async () => ({}), { provider: "openrouter", model: "deepseek/deepseek-r1:free" }), ledger, {
            caps,
          }).chat(ask("a"), going())
        ).cost.usd,
      ).toBe(0);
    }
    expect(
      await thrownBy(
        ledgered(new ScriptedChat(async () => ({}), { provider: "ollama" }), ledger, { caps: { runTokens: 0 } }).chat(ask("new"), going()),
      ),
    ).toMatchObject({ code: "cap-reached" });
  });

  it("in dollars let pass what nobody can price, until they are reached", async () => {
    const ledger = new MemoryLedger();
    const unpriced = ledgered(new ScriptedChat(async () => ({}), { model: "nobody-knows" }), ledger, { caps: { runUsd: 0.04 } });
    for (const text of ["a", "b", "c"]) await unpriced.chat(ask(text), going());
    await ledgered(new ScriptedChat(async () => ({ usage: usage(0, 4000) })), ledger).chat(ask("d"), going());
    expect(await thrownBy(unpriced.chat(ask("e"), going()))).toMatchObject({ code: "cap-reached" });
  });

  it("see what is under way, and forget it when it came to nothing", async () => {
    const ledger = new MemoryLedger();
    const reply = gate<Partial<RawReply>>();
    const chat = new ScriptedChat(() => reply.promise);
    const model = ledgered(chat, ledger, { caps: { runUsd: 0.05 } });
    const abort = new AbortController();
    const first = thrownBy(model.chat(ask("a"), { signal: abort.signal }));
    const second = model.chat(ask("b"), going());
    await settled();
    const error = await thrownBy(model.chat(ask("c"), going()));
    expect((error as ModelError).message).toBe(
      "The cap of $0.05 per run stopped a request: $0.00 spent in this run, about $0.04 held for requests under way, and it may cost about $0.02.",
    );
    expect(
      await ledgered(chat, ledger, { runId: "other", caps: { dayUsd: 0.05 } })
        .chat(ask("c"), going())
        .then(() => "", String),
    ).toContain("per day");
    abort.abort();
    await first;
    await settled();
    const third = model.chat(ask("c"), going());
    await settled();
    expect(chat.asked).toEqual(["a", "b", "c"]);
    reply.open({});
    await Promise.all([second, third]);
  });

  it("expect replies as long as earlier ones of the role, and no longer than they may be", async () => {
    const ledger = new MemoryLedger();
    const short = new ScriptedChat(async () => ({ usage: usage(0, 100) }));
    const solver = (caps: Partial<Caps> = {}) => ledgered(short, ledger, { caps });
    expect(await thrownBy(solver({ runTokens: 1500 }).chat(ask("a"), going()))).toMatchObject({ code: "cap-reached" });
    await solver().chat(ask("a"), going());
    await solver({ runTokens: 1500 }).chat(ask("b"), going());
    expect(await thrownBy(ledgered(short, ledger, { role: "designer", caps: { runTokens: 1500 } }).chat(ask("c"), going()))).toMatchObject({
      code: "cap-reached",
    });
    const bounded = new ScriptedChat(async () => ({ usage: usage(0, 100) }), { maxOutputTokens: 300 });
    await ledgered(bounded, ledger, { role: "tester", caps: { runTokens: 1500 } }).chat(ask("c"), going());
  });
});

describe("under any interleaving", () => {
  /** Exactly what is held for it: 4 characters a token of input, and `OUTPUT` tokens of output. */
  const OUTPUT = 1000;
  const dollars = (input: number, output: number) => (input * 1 + output * 10) / 1_000_000;
  const request = fc.record({
    input: fc.integer({ min: 1, max: 20_000 }),
    surplus: fc.oneof(fc.constant(0), fc.nat(3000)),
    fails: fc.boolean(),
  });

  it("caps are passed by no more than replies under way were longer than was held for them", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(request, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 0, max: 120_000 }),
        fc.constantFrom("runUsd", "dayUsd"),
        async (scheduler, requests, micros, cap) => {
          const ledger = new MemoryLedger((what) => scheduler.schedule(Promise.resolve(), what));
          const limit = micros / 1_000_000;
          const flying = new Set<number>();
          let atLast: number[] = [];
          const chat = new ScriptedChat(
            async ({ sample }) => {
              flying.add(sample);
              atLast = [...flying];
              await scheduler.schedule(Promise.resolve(), "reply");
              const { input, surplus, fails } = requests[sample]!;
              if (fails) {
                flying.delete(sample);
                throw new ModelError("server-error", "The provider failed.");
              }
              return { usage: usage(input, OUTPUT + surplus) };
            },
            { maxOutputTokens: OUTPUT },
          );
          const asked = requests.map(async ({ input }, sample) => {
            const model = ledgered(chat, ledger, {
              runId: cap === "runUsd" ? "run" : `run ${sample}`,
              role: sample % 2 === 0 ? "solver" : "tester",
              caps: { [cap]: limit },
            });
            const outcome = await model.chat(ask("x".repeat(input * 4), sample), going()).catch((error: unknown) => error as ModelError);
            flying.delete(sample);
            return outcome;
          });
          await scheduler.waitFor(Promise.all(asked));
          const outcomes = await Promise.all(asked);
          const booked = ledger.paid.reduce((sum, paid) => sum + (paid.reply.cost.usd ?? 0), 0);
          const longer = atLast.reduce((sum, sample) => sum + (requests[sample]!.fails ? 0 : dollars(0, requests[sample]!.surplus)), 0);
          expect(booked).toBeLessThanOrEqual(limit + longer + 1e-9);
          // Whoever was let through has a reply in the book, and whoever was not was told why.
          expect(ledger.paid).toHaveLength(outcomes.filter((outcome) => !(outcome instanceof ModelError)).length);
          for (const outcome of outcomes)
            if (outcome instanceof ModelError) expect(["cap-reached", "server-error"]).toContain(outcome.code);
        },
      ),
      { numRuns: 150 },
    );
  });

  it("a cap lets through all that fits under it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 1, max: 8 }), fc.integer({ min: 0, max: 8 }), async (scheduler, requests, fit) => {
        const ledger = new MemoryLedger((what) => scheduler.schedule(Promise.resolve(), what));
        const chat = new ScriptedChat(
          async () => {
            await scheduler.schedule(Promise.resolve(), "reply");
            return { usage: usage(100, OUTPUT) };
          },
          { maxOutputTokens: OUTPUT },
        );
        const model = ledgered(chat, ledger, { caps: { runTokens: fit * (100 + OUTPUT) } });
        const all = Promise.allSettled(Array.from({ length: requests }, (_, sample) => model.chat(ask("x".repeat(400), sample), going())));
        await scheduler.waitFor(all);
        expect(ledger.paid).toHaveLength(Math.min(requests, fit));
      }),
      { numRuns: 60 },
    );
  });

  it("identical requests are paid once, and one of them has the bill", async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.array(fc.nat(2), { minLength: 1, maxLength: 10 }), async (scheduler, questions) => {
        const ledger = new MemoryLedger((what) => scheduler.schedule(Promise.resolve(), what));
        const chat = new ScriptedChat(async () => {
          await scheduler.schedule(Promise.resolve(), "reply");
          return {};
        });
        const asked = questions.map(async (question, index) => {
          await scheduler.schedule(Promise.resolve(), "click");
          return await ledgered(chat, ledger, { runId: `run ${index % 2}` }).chat(ask(`question ${question}`), going());
        });
        await scheduler.waitFor(Promise.all(asked));
        const replies: ChatReply[] = await Promise.all(asked);
        const distinct = new Set(questions);
        expect(chat.asked.toSorted()).toEqual([...distinct].toSorted().map((question) => `question ${question}`));
        expect(ledger.paid).toHaveLength(distinct.size);
        for (const question of distinct) {
          const own = replies.filter((reply) => reply.text === `reply to question ${question}`);
          expect(own).toHaveLength(questions.filter((other) => other === question).length);
          expect(own.filter((reply) => reply.reusedFrom === null)).toHaveLength(1);
        }
      }),
      { numRuns: 150 },
    );
  });

  it("who cancels stops nobody else", async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.array(fc.boolean(), { minLength: 1, maxLength: 6 }), async (scheduler, cancels) => {
        const ledger = new MemoryLedger((what) => scheduler.schedule(Promise.resolve(), what));
        const chat = new ScriptedChat(async () => {
          await scheduler.schedule(Promise.resolve(), "reply");
          return {};
        });
        const model = ledgered(chat, ledger);
        const asked = cancels.map(async (cancel) => {
          const abort = new AbortController();
          await scheduler.schedule(Promise.resolve(), "click");
          if (cancel) void scheduler.schedule(Promise.resolve(), "cancel").then(() => abort.abort());
          return await model.chat(ask("a"), { signal: abort.signal }).then(
            (reply) => reply.text,
            () => "cancelled",
          );
        });
        await scheduler.waitFor(Promise.all(asked));
        const outcomes = await Promise.all(asked);
        outcomes.forEach((outcome, index) => {
          if (!cancels[index]) expect(outcome).toBe("reply to a");
        });
        await scheduler.waitIdle();
        // Paid again only after everybody had left.
        expect(ledger.paid.length).toBeLessThanOrEqual(chat.asked.length);
        if (!cancels.includes(true)) expect(chat.asked).toHaveLength(1);
      }),
      { numRuns: 150 },
    );
  });
});
