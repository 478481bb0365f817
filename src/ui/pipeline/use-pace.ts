import { useEffect, useRef, useState } from "react";
import type { Count } from "./run-progress.ts";

type Sample = { at: number; done: number };
/** `rate` is per second. Null where too little was seen to say. */
export type Pace = { now: number; rate: number | null; leftMs: number | null };

const WINDOW_MS = 15_000;

function paceOf(samples: readonly Sample[], total: number, now: number): Pace {
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined || now - first.at < 900 || last.done <= first.done) {
    return { now, rate: null, leftMs: null };
  }
  const rate = ((last.done - first.done) / (now - first.at)) * 1000;
  return { now, rate, leftMs: total > last.done ? ((total - last.done) / rate) * 1000 : 0 };
}

/** A clock that ticks once a second while `active`, with the rate of what is counted: figures that do not flicker. */
export function usePace(count: Count | null, active: boolean): Pace {
  const latest = useRef(count);
  useEffect(() => {
    latest.current = count;
  });
  const [pace, setPace] = useState<Pace>(() => ({ now: Date.now(), rate: null, leftMs: null }));
  useEffect(() => {
    if (!active) return undefined;
    let key: string | null = null;
    let samples: Sample[] = [];
    const tick = (): void => {
      const now = Date.now();
      const counted = latest.current;
      if (counted === null || counted.key !== key) samples = [];
      key = counted?.key ?? null;
      if (counted !== null) samples = [...samples.filter((sample) => now - sample.at < WINDOW_MS), { at: now, done: counted.done }];
      setPace(paceOf(samples, counted?.total ?? 0, now));
    };
    tick();
    const timer = setInterval(tick, 1000);
    return () => clearInterval(timer);
  }, [active]);
  return active ? pace : { ...pace, rate: null, leftMs: null };
}
