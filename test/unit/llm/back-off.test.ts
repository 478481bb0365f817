import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { DEFAULT_PATIENCE, ModelError, type ModelErrorCode, type Waiting } from "@/domain";
import { AttemptFailure, withRetries } from "../../../src/llm/chat/retry.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** The waits of a request that fails again and again, in ms, with a chance that is always the same. */
async function waitsFor(code: ModelErrorCode, chance: number): Promise<number[]> {
  vi.spyOn(Math, "random").mockReturnValue(chance);
  const waits: number[] = [];
  const onWait = (waiting: Waiting | null) => {
    if (waiting?.until != null) waits.push(waiting.until - Date.now());
  };
  const failing = () => Promise.reject(new AttemptFailure(new ModelError(code, "no", { retryable: true }), { again: true }));
  const outcome = withRetries(failing, { signal: new AbortController().signal, patience: DEFAULT_PATIENCE, baseMs: 1000, onWait }).catch(
    (error: unknown) => error,
  );
  await vi.runAllTimersAsync();
  expect(await outcome).toMatchObject({ code });
  return waits;
}

describe("waits between attempts, with the patience that is set at first", () => {
  it.each([0, 0.25, 0.5, 0.75, 0.999])("too many requests: all attempts are made, over a minute and more (chance %d)", async (chance) => {
    const waits = await waitsFor("rate-limited", chance);
    expect(waits).toHaveLength(DEFAULT_PATIENCE.retries);
    const total = waits.reduce((sum, wait) => sum + wait, 0);
    expect(total).toBeGreaterThanOrEqual(58_000);
    expect(total).toBeLessThanOrEqual(DEFAULT_PATIENCE.waitMs);
  });

  it("a server that failed is asked again soon", async () => {
    expect(await waitsFor("server-error", 0.5)).toEqual([1000, 2000, 4000, 8000]);
  });
});
