import { describe, expect, it } from "vitest";
import { type EvaluationEvent, type EvaluationId, type EvaluationView, type StoredEvaluationEvent, StorageError } from "@/domain";
import { EVALUATION_JOB, JobDriver, type JobStorage, type Work } from "@/jobs";
import { planOver, tryResult } from "../../support/evaluations.ts";

const ID = "e" as EvaluationId;
const STARTED: EvaluationEvent = { type: "evaluation-started", plan: planOver() };
const ended = (number: number): EvaluationEvent => ({ type: "try-ended", result: tryResult(0, 0, number) });

type Storage = JobStorage<EvaluationId, EvaluationEvent, StoredEvaluationEvent, { id: EvaluationId }>;

/** A device with one log, whose tabs hear of each other. */
function device() {
  const log: StoredEvaluationEvent[] = [];
  const locks = new Set<string>();
  const tabs: { tab: number; callback: (ids: readonly string[] | null) => void }[] = [];
  const state = { full: false, reads: 0, removed: 0 };
  const storageOf = (tab: number): Storage => ({
    append(id, events) {
      if (state.full) return Promise.reject(new StorageError("full", "full"));
      const stored = events.map((event, index) => ({ evaluationId: id, seq: log.length + index, at: 1, event }));
      log.push(...stored);
      for (const other of tabs) if (other.tab !== tab) other.callback([id]);
      return Promise.resolve(stored);
    },
    read(_id, from) {
      state.reads += 1;
      return Promise.resolve(log.slice(from));
    },
    list: () => Promise.resolve(log.length === 0 ? [] : [{ id: ID }]),
    remove() {
      state.removed += 1;
      log.length = 0;
      return Promise.resolve();
    },
    async lock(id, work) {
      if (locks.has(id)) return { held: false };
      locks.add(id);
      try {
        return { held: true, value: await work() };
      } finally {
        locks.delete(id);
      }
    },
    locked: () => Promise.resolve(new Set(locks)),
    takeCutOff: () => Promise.resolve([]),
    onChange(callback) {
      tabs.push({ tab, callback });
      return () => undefined;
    },
  });
  let count = 0;
  function openTab(interrupted: EvaluationId[] = []) {
    const seen = {
      notices: [] as string[],
      views: new Map<EvaluationId, EvaluationView | null>(),
      publications: 0,
      driven: new Set<EvaluationId>() as ReadonlySet<EvaluationId>,
      elsewhere: false,
      takenUp: 0,
      survivors: interrupted as readonly EvaluationId[],
    };
    const jobs = new JobDriver({
      kind: EVALUATION_JOB,
      storage: Promise.resolve(storageOf((count += 1))),
      ready: Promise.resolve(),
      interrupted: { read: () => interrupted, write: (ids) => (seen.survivors = ids) },
      notify: ({ title }) => seen.notices.push(title),
      title: () => "",
      async takeUp() {
        seen.takenUp += 1;
      },
      onViews(changed, driven) {
        seen.publications += 1;
        for (const [id, shown] of changed) seen.views.set(id, shown?.view ?? null);
        seen.elsewhere = changed.get(ID)?.elsewhere ?? seen.elsewhere;
        seen.driven = driven;
      },
    });
    return { jobs, seen };
  }
  return { log, state, openTab };
}

/** Goes on until it is let go or stopped. */
function held(events: readonly EvaluationEvent[]) {
  let letGo = (): void => undefined;
  const gate = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const work: Work<EvaluationEvent, StoredEvaluationEvent> = async ({ append, signal }) => {
    for (const event of events) await append(event);
    await Promise.race([gate, new Promise((resolve) => signal.addEventListener("abort", resolve))]);
    await append({ type: "evaluation-halted", error: null });
  };
  return { work, letGo: () => letGo() };
}

describe("a job", () => {
  it("is shown at a bounded rate, all of it, and its end together with the end of its driving", async () => {
    const { jobs, seen } = device().openTab();
    await jobs.ready;
    await jobs.begin(ID, {}, async ({ append }) => {
      await append(STARTED);
      for (let number = 0; number < 500; number += 1) await append(ended(number));
      await append({ type: "evaluation-finished" });
      expect(seen.driven.has(ID)).toBe(true);
    });
    expect(seen.driven.size).toBe(0);
    expect(seen.survivors).toEqual([]);
    expect(seen.views.get(ID)).toMatchObject({ status: "finished", lastSeq: 501 });
    expect(seen.publications).toBeLessThan(50);
  });

  it("has one driver: another tab says so, shows it as it grows, and sees it let go", async () => {
    const { openTab } = device();
    const [one, two] = [openTab(), openTab()];
    const first = held([STARTED, ended(0)]);
    const driving = one.jobs.begin(ID, {}, first.work);
    await expect.poll(() => one.seen.views.get(ID)?.results.size).toBe(1);
    await two.jobs.open(ID);
    await two.jobs.drive(ID, () => Promise.reject(new Error("two drivers")));
    expect(two.seen.notices).toEqual(["Open in another tab"]);
    expect(two.seen.elsewhere).toBe(true);
    first.letGo();
    await driving;
    await expect.poll(() => two.seen.views.get(ID)?.status).toBe("halted");
    await expect.poll(() => two.seen.elsewhere).toBe(false);
  });

  it("waits for a full storage and says so once; what it had to store is not lost", async () => {
    const { log, state, openTab } = device();
    const { jobs, seen } = openTab();
    state.full = true;
    const driving = jobs.begin(ID, {}, async ({ append, patiently }) => {
      await Promise.all([
        append(STARTED),
        patiently(() => (state.full ? Promise.reject(new StorageError("full", "full")) : Promise.resolve())),
      ]);
    });
    await expect.poll(() => seen.notices).toEqual(["The browser's storage is full"]);
    state.full = false;
    await driving;
    expect(log.map(({ event }) => event.type)).toEqual(["evaluation-started"]);
    expect(seen.notices).toHaveLength(1);
  });

  it.each(["remove", "reset"] as const)("is gone without a word by %s while it is driven, with what it still wrote", async (how) => {
    const { log, state, openTab } = device();
    const { jobs, seen } = openTab();
    const driving = jobs.begin(ID, {}, held([STARTED]).work);
    await expect.poll(() => log.length).toBe(1);
    await jobs[how](ID);
    await driving;
    expect([log.length, state.removed, seen.notices.length]).toEqual([0, 1, 0]);
    expect(seen.views.get(ID)).toBeNull();
    expect(jobs.present(ID)).toBeNull();
  });

  it("that ends by an error outside of its log says so, and can be resumed", async () => {
    const { jobs, seen } = device().openTab();
    await jobs.begin(ID, {}, () => Promise.reject(new Error("the disk is gone")));
    expect(seen.notices).toEqual(["The evaluation stopped"]);
    await jobs.drive(ID, async ({ append }) => void (await append(STARTED)));
    expect(seen.views.get(ID)).toMatchObject({ lastSeq: 0 });
  });

  it("is taken up after a reload only where its log is open", async () => {
    const { log, openTab } = device();
    log.push({ evaluationId: ID, seq: 0, at: 1, event: STARTED });
    const open = openTab([ID]);
    await expect.poll(() => open.seen.takenUp).toBe(1);
    log.push({ evaluationId: ID, seq: 1, at: 1, event: { type: "evaluation-finished" } });
    const over = openTab([ID]);
    await over.jobs.ready;
    await over.jobs.open(ID);
    expect(over.seen.takenUp).toBe(0);
  });
});
