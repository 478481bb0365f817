import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as datasets from "@/datasets";
import { actionText, type Environment, type EpisodeId, type JsonObject, type Player, PlaygroundError } from "@/domain";
import { createPlayStore, type OpenEpisode, type PlayHandle } from "@/state";
import type { PlaygroundStorage } from "@/storage";
import { playable } from "../support/episodes.ts";
import { PANTRY, PATIENT_MS, pantryConfig, swap } from "../support/python.ts";
import { testSandbox } from "../support/sandbox.ts";
import { environment as stored, freshName, open } from "../unit/storage/storage-support.ts";

let sandbox: Awaited<ReturnType<typeof testSandbox>>;
let pantry: Environment;
beforeAll(async () => {
  sandbox = await testSandbox({ parallelism: 2 });
  pantry = { ...stored("pantry"), ...(await playable(sandbox, PANTRY)) };
});
afterAll(() => sandbox.dispose());

const CONFIG = pantryConfig(["oats", "rye", "oats"], [250, 90, 410]);
const call = (name: string, parameters: JsonObject = {}): string => actionText(name, parameters, undefined);

/** What one tab remembers across its reloads. */
type Tab = { ids: readonly EpisodeId[] };

function playIn(storage: PlaygroundStorage, tab: Tab = { ids: [] }, played = pantry): PlayHandle & { notices: string[] } {
  const notices: string[] = [];
  const noModel = (): never => {
    throw new PlaygroundError("no-profile", "no model in this test");
  };
  const handle = createPlayStore({
    storage: Promise.resolve(storage),
    sandbox: async () => sandbox,
    models: { modelPlayer: noModel, chat: noModel, canAsk: () => false },
    ready: Promise.resolve(),
    stepMs: () => PATIENT_MS,
    environment: (id) => (id === played.id ? played : undefined),
    datasets,
    notify: ({ title }) => notices.push(title),
    interrupted: {
      read: () => [...tab.ids],
      write: (ids) => {
        tab.ids = [...ids];
      },
    },
  });
  return { ...handle, notices };
}

/** The opened episode once it is as wanted. */
function until({ store }: PlayHandle, id: EpisodeId, wanted: (episode: OpenEpisode) => boolean): Promise<OpenEpisode> {
  return new Promise((resolve) => {
    const look = (): void => {
      const episode = store.getState().opened[id];
      if (episode === undefined || !wanted(episode)) return;
      stop();
      resolve(episode);
    };
    const stop = store.subscribe(look);
    look();
  });
}

const start = (play: PlayHandle, player: Player): EpisodeId =>
  play.store.getState().start({ environmentId: pantry.id, config: CONFIG, player });
const ended = ({ phase, view }: OpenEpisode): boolean => phase === "idle" && view.status === "ended";
const madeCalls =
  (count: number) =>
  ({ phase, view }: OpenEpisode): boolean =>
    phase === "yours" && view.calls.length === count;

async function person(play: PlayHandle, id: EpisodeId, actions: readonly string[], from = 0): Promise<void> {
  for (const [index, action] of actions.entries()) {
    await until(play, id, madeCalls(from + index));
    play.store.getState().act(id, action);
  }
}

describe("the play store", () => {
  test("a person's calls are kept one by one; a branch repeats the first of them and goes its own way", async () => {
    const storage = await open(freshName());
    const play = playIn(storage);
    const id = start(play, { kind: "person" });
    await person(play, id, [call("Observe"), call("Weigh", { index: 0 }), call("Done", { answer: 1 })]);
    const lost = await until(play, id, ended);
    expect(lost.view).toMatchObject({ why: "finished", reward: 0, rounds: 3 });
    const branch = await play.store.getState().branch(id, 2, { kind: "person" });
    await person(play, branch, [call("Done", { answer: 660 })], 2);
    const won = await until(play, branch, ended);
    expect(won.view).toMatchObject({ reward: 1, rounds: 3, head: { branch: { traceId: id, steps: 2 }, player: { kind: "person" } } });
    expect((await play.store.getState().episodes(pantry.id)).map(({ id: one, branchOf, reward }) => [one, branchOf, reward])).toEqual([
      [branch, id, 1],
      [id, null, 0],
    ]);
    expect(await play.store.getState().replay(branch)).toMatchObject({ agrees: true, reward: 1 });
    await play.store.getState().remove(branch);
    expect((await play.store.getState().episodes(pantry.id)).map((episode) => episode.id)).toEqual([id]);
    expect(play.store.getState().opened[branch]).toBeUndefined();
  });

  test("a call that was stopped by hand: the next one is taken already, and in between the episode is never shown as at rest", async () => {
    const source = swap(PANTRY, '        return json.dumps({"jars": len(self.labels)})', "        while True: pass");
    const trap = { ...pantry, ...(await playable(sandbox, source)), id: pantry.id };
    const play = playIn(await open(freshName()), { ids: [] }, trap);
    const { act, stop } = play.store.getState();
    const id = start(play, { kind: "person" });
    await until(play, id, madeCalls(0));
    act(id, call("Observe"));
    await until(play, id, ({ phase }) => phase === "calling");
    const phases: string[] = [];
    play.store.subscribe(({ opened }) => phases.push(opened[id]?.phase ?? "gone"));
    stop(id);
    await until(play, id, ({ phase }) => phase === "yours");
    expect(new Set(phases)).toEqual(new Set(["starting", "yours"]));
    await person(play, id, [call("Weigh", { index: 0 })], 0);
    expect((await until(play, id, madeCalls(1))).view.calls.at(-1)?.observation).toBe("250");
  });

  test("scripted players end by themselves; what they played plays again as a recorded player", async () => {
    const play = playIn(await open(freshName()));
    const id = start(play, { kind: "reference-solver" });
    const { view } = await until(play, id, ended);
    expect(view).toMatchObject({ why: "finished", reward: 1 });
    const again = await until(play, start(play, { kind: "recorded", label: "Reference solver", traceId: id }), ended);
    expect(again.view.calls.map(({ action }) => action)).toEqual(view.calls.map(({ action }) => action));
    expect(again.view.reward).toBe(1);
    const path = await play.store.getState().reference(pantry.id, CONFIG);
    expect(path.steps.map(({ action }) => action)).toEqual(view.calls.map(({ action }) => action));
    expect(play.store.getState().active.size).toBe(0);
  });

  test("after a reload the same tab goes on where the events end; another tab waits to be asked", async () => {
    const storage = await open(freshName());
    const tab: Tab = { ids: [] };
    const before = playIn(storage, tab);
    const id = start(before, { kind: "person" });
    await person(before, id, [call("Observe")]);
    await until(before, id, madeCalls(1));
    expect(tab.ids).toEqual([id]);
    // What a document that is gone leaves behind: its events, no lock, no last word.
    const left = await open(freshName());
    await left.traces.appendAll(
      id,
      (await storage.traces.read(id)).items.map(({ event }) => event),
    );

    const other = playIn(left);
    await other.ready;
    await other.store.getState().open(id);
    expect(other.store.getState().opened[id]).toMatchObject({ phase: "idle", view: { status: "open", rounds: 1 } });

    const after = playIn(left, { ids: [id] });
    await after.store.getState().open(id);
    await person(after, id, [call("Done", { answer: 660 })], 1);
    expect((await until(after, id, ended)).view).toMatchObject({ reward: 1, rounds: 2 });
    before.reset();
  });

  test("an episode is laid down with its page and taken up with it", async () => {
    const storage = await open(freshName());
    const play = playIn(storage);
    const id = start(play, { kind: "person" });
    await person(play, id, [call("Observe")]);
    await until(play, id, madeCalls(1));
    play.store.getState().close(id);
    expect(play.store.getState().opened[id]).toBeUndefined();
    await expect.poll(async () => (await storage.traces.read(id)).items.at(-1)?.event).toEqual({ type: "episode-halted", error: null });
    await play.store.getState().open(id);
    await until(play, id, madeCalls(1));
    play.reset();
  });

  test("what cannot be opened says so, and what is erased is gone without a word", async () => {
    const play = playIn(await open(freshName()));
    await expect(play.store.getState().open("gone" as EpisodeId)).rejects.toMatchObject({ code: "no-episode" });
    const id = start(play, { kind: "person" });
    await until(play, id, madeCalls(0));
    play.reset();
    expect(play.store.getState().opened).toEqual({});
    expect(play.notices).toEqual([]);
  });
});
