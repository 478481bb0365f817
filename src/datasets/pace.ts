import { CancelledError } from "@/domain";

/** Long enough to get on, short enough for a page that reads without a worker to stay responsive. */
const SLICE_MS = 12;

/** Called between the steps of long work: lets others run now and then, and ends the work when asked to. */
export type Pace = { step(): Promise<void> | undefined };

/** `step()` rejects with CancelledError once `signal` is aborted. */
export function createPace(signal?: AbortSignal): Pace {
  let sliceStart = performance.now();
  const check = (): void => {
    if (signal?.aborted === true) throw new CancelledError();
  };
  return {
    step() {
      if (signal?.aborted !== true && performance.now() - sliceStart < SLICE_MS) return undefined;
      return new Promise<void>((resolve) => setTimeout(resolve, 0)).then(() => {
        check();
        sliceStart = performance.now();
      });
    },
  };
}
