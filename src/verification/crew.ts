import { inTime, type Interpreter, type Purpose, type PythonSandbox } from "@/domain";
import { withInterpreter } from "./failure.ts";

/** For so long one interpreter works alone: starting another takes about as long, and most work is done by then. In ms. */
const HELP_AFTER_MS = 300;

/** Many small things to decide by running judged code, each by itself. */
export type Work<Item, Result> = {
  /** The judged source: interpreters that served it may serve it again. */
  source: string;
  /** Taken from the front; what could not be decided for no fault of its own goes back there. */
  queue: Item[];
  /** The rest need not be decided. */
  enough: () => boolean;
  load: (python: Interpreter) => Promise<unknown>;
  /** `failure`: why `load` failed, null when it did not. */
  decide: (python: Interpreter, item: Item, failure: { error: unknown } | null) => Promise<Result>;
  passed: (result: Result) => boolean;
  take: (result: Result) => Promise<void> | void;
};

/**
 * Empties the queue with one interpreter, and with further ones (`most` in all) while there is more after a while.
 * Used ones may serve: they are fast, and trusted for nothing. What fails in one is decided again in one that
 * nothing ran in before; what passes counts for nothing until the proof.
 */
export async function decideAll<Item, Result>(
  { sandbox, signal }: { sandbox: PythonSandbox; signal: AbortSignal },
  most: number,
  { source, queue, enough, load, decide, passed, take }: Work<Item, Result>,
): Promise<void> {
  const hasMore = (): boolean => queue.length > 0 && !enough();

  async function work(): Promise<void> {
    let purpose: Purpose = { searchFor: source };
    while (hasMore()) {
      await withInterpreter(sandbox, purpose, signal, async (python) => {
        const { fresh } = python;
        const failure = await load(python).then(
          () => null,
          (error: unknown) => ({ error }),
        );
        while (hasMore()) {
          const item = queue.shift();
          if (item === undefined) return;
          let result: Result | null = null;
          try {
            result = await decide(python, item, failure);
          } finally {
            if (result === null) queue.unshift(item);
          }
          if (!fresh && !passed(result)) {
            queue.unshift(item);
            purpose = "proof";
            return;
          }
          await take(result);
          if (!python.alive) return;
        }
      });
    }
  }

  const first = work();
  const done = first.catch(() => {});
  const help = async (number: number): Promise<void> => {
    await inTime(done, number * HELP_AFTER_MS, () => new Error("not done yet")).catch(() => undefined);
    if (hasMore()) await work();
  };
  await Promise.all([first, ...Array.from({ length: Math.max(0, most - 1) }, (_, index) => help(index + 1))]);
}
