import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parseTrace, type RunEvent, storedEventsOf, traceView } from "@/domain";
import { openShared, readSharedFile, readTraceFile } from "@/datasets";
import { createEpisodeArchive } from "@/state/episode-archive.ts";
import type { UnreadableRecord } from "@/storage";
import { factsOf } from "../support/corpus-facts.ts";
import { type DatabaseDump, restoreDatabase } from "../support/database-dump.ts";
import { file, imported } from "./datasets/datasets-support.ts";
import { freshName, open } from "./storage/storage-support.ts";

/** Files of every version so far, which must open for ever: test/fixtures/corpus/README.md. */
const FOLDER = fileURLToPath(new URL("../fixtures/corpus/", import.meta.url));
const bytesOf = (name: string): Uint8Array<ArrayBuffer> => new Uint8Array(readFileSync(`${FOLDER}${name}`));
const textOf = (name: string): string => readFileSync(`${FOLDER}${name}`, "utf8");
const named = (pattern: RegExp): string[] => readdirSync(FOLDER).filter((name) => pattern.test(name));

describe.each(named(/^database-[\d.]+\.json$/))("%s", (name) => {
  const dump = JSON.parse(textOf(name)) as DatabaseDump;

  async function restored() {
    const database = freshName();
    await restoreDatabase(database, dump);
    return await open(database);
  }

  it("opens with every record in it, and says of each log what it has always said", async () => {
    const storage = await restored();
    let unreadable: readonly UnreadableRecord[] = [];
    storage.onUnreadable((records) => (unreadable = records));
    await storage.findUnreadable();
    const facts = await factsOf(storage);
    expect(unreadable).toEqual([]);
    expect(facts).toEqual(JSON.parse(textOf(name.replace(".json", "-facts.json"))));
    expect((await storage.problems.list()).items).toHaveLength(dump.records["problems"]?.length ?? 0);
    expect((await storage.environments.list()).items).toHaveLength(dump.records["environments"]?.length ?? 0);
    const settings = await storage.settings.read();
    expect(settings?.profiles.map(({ model }) => model)).toEqual(dump.version === 1 ? ["first-model"] : ["some-model"]);
    const keys = await storage.keys.read();
    expect([...keys.keys()].every((id) => settings?.profiles.some((profile) => profile.id === id))).toBe(true);
    expect(keys.size).toBe(dump.records["keys"]?.length);
  });

  it("has runs that are resumed, and episodes of before there were traces that become some", async () => {
    const storage = await restored();
    for (const { id, lastSeq } of (await storage.runs.list()).items) {
      const resumed: RunEvent = { type: "run-resumed", model: "m" };
      expect(await storage.runs.append(id, resumed)).toMatchObject({ seq: lastSeq + 1 });
      expect((await storage.runs.read(id)).items).toHaveLength(lastSeq + 2);
    }
    const archive = createEpisodeArchive(Promise.resolve(storage), () => undefined);
    for (const { id, steps } of (await storage.episodes.list()).items) {
      expect(traceView(await archive.read(id)).calls).toHaveLength(steps.length);
      await archive.takeOver(id);
      await storage.traces.append(id, { type: "episode-resumed" });
      expect(traceView(await archive.read(id))).toMatchObject({ status: "open", rounds: steps.length });
    }
  });
});

it.each(named(/^archive-.*\.zip$/))("%s imports without a fault", async (name) => {
  const { environments, problems } = await imported(file(name, bytesOf(name)));
  expect(environments.map(({ id, tasks }) => [id, tasks.length])).toEqual([
    ["bakery-orders__BakeryOrdersEnv", 15],
    ["blinking-beacons__BlinkingBeaconsEnv", 15],
    ["bead-necklace__OpenNecklaceEnv", 20],
    ["bakery-orders-2__BakeryOrdersEnv", 15],
  ]);
  expect(environments.every(({ source, tools }) => source !== "" && tools.length > 0)).toBe(true);
  expect(problems).toHaveLength(1);
});

it.each(named(/^instances.*\.jsonl$/))("%s imports without a fault", async (name) => {
  const { environments } = await imported(file(name, bytesOf(name)));
  expect(environments).toMatchObject([{ id: "bakery-orders__BakeryOrdersEnv" }]);
  expect(environments[0]?.tasks.length).toBeGreaterThan(10);
});

const PLAYED = { status: "ended", why: "finished", reward: 0, rounds: 10, head: { player: { kind: "model" } } };

it.each([...named(/^trace-.*\.(json|html)$/)])("%s is an episode", (name) => {
  expect(traceView(storedEventsOf(readTraceFile(textOf(name))))).toMatchObject(PLAYED);
});

it.each([...named(/^shared-.*\.json$/), ...named(/^link-.*\.txt$/)])("%s opens with its episode", async (name) => {
  const shared = name.startsWith("link") ? await openShared(textOf(name)) : await readSharedFile(file(name, bytesOf(name)));
  if ("events" in shared) throw new Error("a trace by itself");
  expect(shared).toMatchObject({ className: "BakeryOrdersEnv", codeId: "bakery-orders" });
  expect(traceView(storedEventsOf(parseTrace(shared.trace)))).toMatchObject(PLAYED);
});

it("has each kind of file, and its facts", () => {
  for (const pattern of [
    /^database-1\.json$/,
    /^database-2\.json$/,
    /^database-3\.json$/,
    /^archive-1/,
    /^trace-1\.html$/,
    /^shared-1/,
    /^link-1/,
  ])
    expect(named(pattern)).toHaveLength(1);
  expect(existsSync(`${FOLDER}README.md`)).toBe(true);
});
