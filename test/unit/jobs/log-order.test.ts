import * as fc from "fast-check";
import { expect, it } from "vitest";
import { takeInOrder } from "@/jobs/log-order.ts";

it("a view takes a log's events in their order, however they come and however long reads take", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(fc.nat({ max: 11 }), { minLength: 1 }), fc.infiniteStream(fc.nat({ max: 3 })), async (told, waits) => {
      const log = Array.from({ length: Math.max(...told) + 1 }, (_, seq) => ({ seq }));
      const view = { lastSeq: -1, taken: [] as number[] };
      const take = ({ seq }: { seq: number }): void => {
        if (seq <= view.lastSeq) return;
        view.lastSeq = seq;
        view.taken.push(seq);
      };
      const reads: Promise<unknown>[] = [];
      const read = async (from: number) => {
        const found = log.slice(from);
        for (let wait = waits.next().value; wait > 0; wait -= 1) await Promise.resolve();
        return found;
      };
      for (const seq of told) {
        takeInOrder(view, { seq }, take, (from) => {
          const reading = read(from);
          reads.push(reading);
          return reading;
        });
        for (let wait = waits.next().value; wait > 0; wait -= 1) await Promise.resolve();
      }
      await Promise.all(reads);
      await Promise.resolve();
      expect(view.taken).toEqual(log.map(({ seq }) => seq));
    }),
  );
});
