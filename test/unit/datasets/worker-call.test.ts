import { expose } from "comlink";
import { describe, expect, it } from "vitest";
import { callWorker, WorkerLostError } from "../../../src/datasets/worker-call.ts";
import { parseFiles } from "@/datasets";
import { file } from "./datasets-support.ts";

type Api = { echo(value: string): Promise<string>; never(): Promise<string> };

/** A worker as the page sees one: a port that can die. */
class FakeWorker extends EventTarget {
  terminated = false;
  readonly #channel = new MessageChannel();
  constructor() {
    super();
    expose({ echo: async (value: string) => value, never: () => new Promise<string>(() => undefined) }, this.#channel.port2);
    this.#channel.port1.addEventListener("message", (event) =>
      this.dispatchEvent(new MessageEvent("message", { data: event.data as unknown })),
    );
    this.#channel.port1.start();
  }
  postMessage(message: unknown): void {
    this.#channel.port1.postMessage(message);
  }
  terminate(): void {
    this.terminated = true;
    this.#channel.port1.close();
  }
}

const asWorker = (fake: FakeWorker): Worker => fake as unknown as Worker;

describe("a call to a worker", () => {
  it("answers, and the worker is gone afterwards", async () => {
    const fake = new FakeWorker();
    expect(
      await callWorker<Api, string>(
        () => asWorker(fake),
        (api) => api.echo("x"),
      ),
    ).toBe("x");
    expect(fake.terminated).toBe(true);
  });

  it.each(["error", "messageerror"])("rejects when the worker ends with %s", async (type) => {
    const fake = new FakeWorker();
    const call = callWorker<Api, string>(
      () => asWorker(fake),
      (api) => api.never(),
    );
    fake.dispatchEvent(new Event(type));
    await expect(call).rejects.toBeInstanceOf(WorkerLostError);
    expect(fake.terminated).toBe(true);
  });

  it("is cancelled at once, by ending the worker", async () => {
    const fake = new FakeWorker();
    const stop = new AbortController();
    const call = callWorker<Api, string>(
      () => asWorker(fake),
      (api) => api.never(),
      stop.signal,
    );
    stop.abort();
    await expect(call).rejects.toMatchObject({ code: "cancelled" });
    expect(fake.terminated).toBe(true);
    await expect(
      callWorker<Api, string>(
        () => asWorker(new FakeWorker()),
        (api) => api.never(),
        stop.signal,
      ),
    ).rejects.toMatchObject({ code: "cancelled" });
  });

  it("says so when a worker cannot even start", async () => {
    const refuse = (): Worker => {
      throw new DOMException("blocked", "SecurityError");
    };
    await expect(callWorker<Api, string>(refuse, (api) => api.never())).rejects.toBeInstanceOf(WorkerLostError);
  });
});

describe("reading without a worker", () => {
  it("lets others run, and stops when asked to", async () => {
    const stop = new AbortController();
    const many = file("p.jsonl", '{"question":"x","solution":"y"}\n'.repeat(200_000));
    setTimeout(() => stop.abort(), 20);
    await expect(parseFiles([many], { signal: stop.signal })).rejects.toMatchObject({ code: "cancelled" });
  });
});
