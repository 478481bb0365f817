import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test, vi } from "vitest";
import * as datasets from "@/datasets";
import {
  DEFAULT_SETTINGS,
  type Environment,
  type EnvironmentId,
  type EpisodeId,
  PlaygroundError,
  type ProblemId,
  profileIdSchema,
  type RunId,
  sourceHashOf,
  storedEventsOf,
  traceOf,
} from "@/domain";
import { loadRecordings } from "@/episodes";
import { createRecordedModel } from "@/llm";
import { createEvaluationsStore, createPlayStore, createRunsStore } from "@/state";
import { dumpDatabase } from "../support/database-dump.ts";
import { factsOf } from "../support/corpus-facts.ts";
import { profileOf } from "../support/chat.ts";
import { PATIENT_LIMITS } from "../support/episodes.ts";
import { PATIENT_MS } from "../support/python.ts";
import { sameForAll } from "../support/runs.ts";
import { testSandbox } from "../support/sandbox.ts";
import { freshName, open } from "../unit/storage/storage-support.ts";

const FOLDER = fileURLToPath(new URL("../fixtures/corpus/", import.meta.url));
const WANTED = process.env["MAKE_CORPUS"] !== undefined;

/**
 * Makes the files that test/unit/storage/corpus.test.ts opens, from real work of the real stores:
 * `MAKE_CORPUS=1 npx vitest run --project python test/python/make-corpus.test.ts`. To be run
 * before a version is raised, in an empty folder: what is there already is never written again.
 */
test.runIf(WANTED)(
  "a corpus of this version",
  async () => {
    const write = (name: string, content: string | Uint8Array): void => writeFileSync(`${FOLDER}${name}`, content, { flag: "wx" });
    const sandbox = await testSandbox({ parallelism: 2 });
    const problems = await datasets.loadBundledProblems();
    const name = freshName();
    const storage = await open(name);
    const environments = new Map<EnvironmentId, Environment>();
    const notices: string[] = [];
    const noModel = (): never => {
      throw new PlaygroundError("no-profile", "no model here");
    };
    const common = {
      storage: Promise.resolve(storage),
      sandbox: async () => sandbox,
      ready: Promise.resolve(),
      saveEnvironment: async (environment: Environment) => {
        environments.set(environment.id, environment);
        await storage.environments.put(environment);
      },
      environment: (id: EnvironmentId) => environments.get(id),
      notify: ({ title }: { title: string }) => notices.push(title),
      interrupted: { read: () => [], write: () => undefined },
      models: { modelPlayer: noModel, chat: noModel, canAsk: () => false },
      datasets,
    };

    const runs = createRunsStore({
      ...common,
      models: () => sameForAll(createRecordedModel()),
      hasModels: () => true,
      settings: () => ({ ...DEFAULT_SETTINGS, limits: { ...DEFAULT_SETTINGS.limits, testerReplies: 1 } }),
      problem: (id) => problems.find((problem) => problem.id === id),
      environments: () => [...environments.values()],
    });
    const run = async (id: string, synthesizer: "model" | "compiler"): Promise<RunId> => {
      const runId = await runs.store.getState().start(id as ProblemId, { synthesizer });
      await vi.waitFor(() => expect(runs.store.getState().active.has(runId)).toBe(false), { timeout: 100_000 });
      return runId;
    };
    await run("bakery-orders", "model");
    await run("blinking-beacons", "model");
    await run("bead-necklace", "compiler");
    const resumed = await run("bakery-orders", "model");
    await runs.store.getState().resume(resumed);

    const pantry = [...environments.values()].find(({ codeId }) => codeId.startsWith("bakery")) ?? noModel();
    const configs = pantry.tasks.filter(({ kept }) => kept).map(({ config }) => config);
    const evaluations = createEvaluationsStore({ ...common, price: async () => null, history: async () => [] });
    const evaluation = await evaluations.store.getState().start({
      title: "Solver, prober and chance",
      tasks: configs
        .slice(0, 2)
        .map((config) => ({ environmentId: pantry.id, sourceHash: sourceHashOf(pantry.source), config, referenceRounds: 12 })),
      players: [{ kind: "reference-solver" }, { kind: "prober" }, { kind: "random", seed: 1 }],
      tries: 2,
      concurrency: 2,
      limits: { ...PATIENT_LIMITS, rounds: 20 },
      caps: { usd: null, tokens: null },
    });
    await vi.waitFor(() => expect(evaluations.store.getState().active.has(evaluation)).toBe(false), { timeout: 100_000 });

    const play = createPlayStore({ ...common, stepMs: () => PATIENT_MS });
    const [config = ""] = configs;
    const state = () => play.store.getState();
    const until = (id: EpisodeId, phase: string) => vi.waitFor(() => expect(state().opened[id]?.phase).toBe(phase), { timeout: 60_000 });
    const solved = state().start({ environmentId: pantry.id, config, player: { kind: "reference-solver" } });
    await until(solved, "idle");
    const mine = state().start({ environmentId: pantry.id, config, player: { kind: "person" } });
    for (const action of [
      '{"name": "Observe", "parameters": {}}',
      '{"name": "Nothing", "parameters": {"a": 12345678901234567890}}',
      "no call",
    ]) {
      await until(mine, "yours");
      state().act(mine, action);
      await vi.waitFor(() => expect(state().opened[mine]?.view.calls.at(-1)?.action).toBe(action), { timeout: 60_000 });
    }
    state().stop(mine);
    await until(mine, "idle");
    const branch = await state().branch(mine, 2, { kind: "reference-solver" });
    await until(branch, "idle");
    const recorded = (await loadRecordings(pantry.id))[0] ?? noModel();
    await storage.traces.appendAll(
      recorded.id,
      storedEventsOf(recorded).map(({ event }) => event),
    );

    const profile = profileOf({ id: profileIdSchema.parse("mine"), provider: "openai", model: "some-model" });
    await storage.settings.write({ ...DEFAULT_SETTINGS, profiles: [profile], profile: profile.id });
    await storage.saveLibrary({ problems: problems.slice(0, 1).map((problem) => ({ ...problem, origin: "imported" })), environments: [] });

    const dump = await dumpDatabase(name);
    write(`database-${dump.version}.json`, `${JSON.stringify(dump)}\n`);
    const trace = traceOf(recorded.id, (await storage.traces.read(recorded.id)).items);
    write("trace-1.json", datasets.exportTrace(pantry, trace).bytes);
    write("trace-1.html", datasets.exportTracePage(pantry, trace).bytes);
    const shared = datasets.sharedOf(pantry, config, trace);
    write("shared-1.json", datasets.exportShared(shared).bytes);
    write("link-1.txt", datasets.encodeShared(shared));
    write("archive-1.zip", (await datasets.exportArchive([...environments.values()], problems.slice(0, 1))).bytes);
    write("instances.jsonl", (await datasets.exportInstances([pantry])).bytes);
    write(`database-${dump.version}-facts.json`, `${JSON.stringify(await factsOf(storage), null, 1)}\n`);
    expect(notices).toEqual([]);
    await sandbox.dispose();
  },
  400_000,
);
