import { applyRunEvent, emptyRunView, evaluationView, traceView } from "@/domain";
import type { PlaygroundStorage } from "@/storage";

/** What can be said of every log in a storage in a few words: written down when a corpus is made, and compared for ever. */
export async function factsOf(storage: PlaygroundStorage) {
  const { items: runs } = await storage.runs.list();
  const { items: evaluations } = await storage.evaluations.list();
  const { items: traces } = await storage.traces.list();
  const byId = <T>(entries: readonly (readonly [string, T])[]): Record<string, T> =>
    Object.fromEntries(entries.toSorted(([one], [other]) => (one < other ? -1 : 1)));
  return {
    runs: byId(
      await Promise.all(
        runs.map(async ({ id, title }) => {
          const { items, faults } = await storage.runs.read(id);
          const view = emptyRunView();
          for (const event of items) applyRunEvent(view, event);
          const { status, replies, candidates, log } = view;
          const facts = { title, faults: faults.length, events: items.length, status, replies: replies.length, lines: log.length };
          return [
            id,
            { ...facts, candidates: candidates.map((one) => [one.status, one.tests.length, one.cells.size, one.gates.length]) },
          ] as const;
        }),
      ),
    ),
    evaluations: byId(
      await Promise.all(
        evaluations.map(async ({ id, title, done, total }) => {
          const { items, faults } = await storage.evaluations.read(id);
          const { status, results } = evaluationView(items);
          const tries = [...results].map(([key, { reward, rounds, why }]) => [key, reward, rounds, why]).toSorted();
          return [id, { title, done, total, faults: faults.length, status, tries }] as const;
        }),
      ),
    ),
    episodes: byId(
      await Promise.all(
        traces.map(async ({ id, player }) => {
          const { items, faults } = await storage.traces.read(id);
          const { status, why, rounds, reward, calls, entries } = traceView(items);
          const facts = { player: player.kind, faults: faults.length, status, why, rounds, reward };
          return [id, { ...facts, calls: calls.length, entries: entries.length }] as const;
        }),
      ),
    ),
  };
}
