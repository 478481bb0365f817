import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { branchEvents, parseTrace, type Player, statesOf, storedEventsOf, traceOf, traceView } from "@/domain";
import { EpisodeControl, NoSolverError, type PlayableEnvironment, referenceTrace, replayTrace, Stage, wayOn } from "@/episodes";
import { episodeId, MemoryTraces, playable, play } from "../support/episodes.ts";
import { SEARCH, callOnce, inInterpreter, PANTRY, PATIENT_MS, pantryConfig, swap } from "../support/python.ts";
import { testSandbox } from "../support/sandbox.ts";

let sandbox: Awaited<ReturnType<typeof testSandbox>>;
let pantry: PlayableEnvironment;
beforeAll(async () => {
  sandbox = await testSandbox({ parallelism: 2 });
  pantry = await playable(sandbox, PANTRY);
});
afterAll(() => sandbox.dispose());

const CONFIG = pantryConfig(["oats", "rye", "oats"], [250, 90, 410]);
const PERSON: Player = { kind: "person" };
const REFERENCE: Player = { kind: "reference-solver" };
const call = (name: string, parameters: object = {}): string => JSON.stringify({ name, parameters });
const never = new AbortController().signal;

/** Plays by hand: the actions, then the person leaves unless the episode is over. */
async function byHand(
  traces: MemoryTraces,
  actions: readonly string[],
  more: { environment?: PlayableEnvironment; id?: string; states?: boolean; limits?: object } = {},
) {
  const control = new EpisodeControl();
  const leave = new AbortController();
  for (const action of actions) control.act(action);
  let made = traces.view(more.id ?? "episode").calls.length;
  const before = made;
  traces.onAppend = ({ event }) => {
    if (event.type !== "call-answered") return;
    made += 1;
    if (made - before === actions.length && !event.finished) leave.abort();
  };
  return await play({ sandbox, environment: pantry, config: CONFIG, player: PERSON, traces, control, signal: leave.signal, ...more });
}

describe("the reference solver", () => {
  test("plays to the end, with hidden states as differences that say what each step changed", async () => {
    const traces = new MemoryTraces();
    const view = await play({ sandbox, environment: pantry, config: CONFIG, player: REFERENCE, traces, states: true });
    expect(view).toMatchObject({ status: "ended", why: "finished", reward: 1, finished: true, rounds: 7, badTurns: 0 });
    expect(view.calls.map(({ observation }) => observation)).toEqual([
      '{"jars": 3}',
      "oats",
      "250",
      "rye",
      "oats",
      "410",
      "submitted 660, reward=1",
    ]);
    const states = statesOf(view) ?? [];
    expect(states).toHaveLength(8);
    expect(states.map((state) => state["step_count"])).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(states.at(-1)).toMatchObject({ labels: ["oats", "rye", "oats"], weights: [250, 90, 410], _reward: 1, _done: true });
    expect(view.calls[0]?.change).toEqual([{ at: ["step_count"], to: 1 }]);
  });

  test("earns nothing by its own word: what it does to its environment stays in its own interpreter", async () => {
    const forging = swap(
      PANTRY,
      "        jars = json.loads(self.step(",
      '        step = self.step\n        for cell in step.__closure__:\n            if type(cell.cell_contents).__name__ == \'PantryEnv\': cell.cell_contents.get_ref_answer = lambda: 1\n        return step(json.dumps({"name": "Done", "parameters": {"answer": 1}}))[1]\n        jars = json.loads(self.step(',
    );
    const { solver } = await callOnce(sandbox, "analysis", "inspect_solver", { source: forging });
    const own = await inInterpreter(sandbox, SEARCH, async (python) => {
      await python.call("load_environment", { source: forging, className: "PantryEnv" }, { deadlineMs: PATIENT_MS });
      await python.call("load_solver", { solver: solver ?? "" }, { deadlineMs: PATIENT_MS });
      return await python.call(
        "solve",
        { config: CONFIG, maxSteps: 100, trace: true, states: false, memory: false },
        { deadlineMs: PATIENT_MS },
      );
    });
    expect(own.reward).toBe(1);
    const view = await play({
      sandbox,
      environment: await playable(sandbox, forging),
      config: CONFIG,
      player: REFERENCE,
      traces: new MemoryTraces(),
    });
    expect(view).toMatchObject({ status: "ended", why: "finished", reward: 0 });
  });

  test("its path is an ended episode of its own; without a solver, or with one that fails, there is an error and no path", async () => {
    const path = (environment: PlayableEnvironment) => referenceTrace(sandbox, environment, CONFIG, { stepMs: PATIENT_MS, signal: never });
    const view = await path(pantry);
    expect(view).toMatchObject({ status: "ended", why: "finished", reward: 1, rounds: 7, head: { player: REFERENCE } });
    expect(view.calls.at(-1)).toMatchObject({ ok: true, observation: "submitted 660, reward=1" });
    const without = swap(PANTRY, "def solve(self", "def solve_by_hand(self");
    await expect(path({ ...pantry, source: without })).rejects.toThrow(NoSolverError);
    const failing = swap(
      PANTRY,
      "        jars = json.loads(self.step(",
      "        raise ValueError('no light in here')\n        jars = json.loads(self.step(",
    );
    await expect(path({ ...pantry, source: failing })).rejects.toMatchObject({
      code: "python-error",
      failure: { type: "ValueError", message: "no light in here" },
    });
  });

  test("that goes beyond the limit of rounds is stopped by it", async () => {
    const view = await play({
      sandbox,
      environment: pantry,
      config: CONFIG,
      player: REFERENCE,
      traces: new MemoryTraces(),
      limits: { rounds: 4 },
    });
    expect(view).toMatchObject({ why: "round-limit", rounds: 4, finished: false, reward: 0 });
  });
});

describe("a person", () => {
  test("leaves, comes back, and is where the episode was", async () => {
    const traces = new MemoryTraces();
    expect(await byHand(traces, [call("Observe"), call("Weigh", { index: 0 })], { states: true })).toMatchObject({
      status: "halted",
      error: null,
      rounds: 2,
    });
    const view = await byHand(traces, [call("Weigh", { index: 2 }), call("Done", { answer: 660 })]);
    expect(view).toMatchObject({ status: "ended", why: "finished", reward: 1, rounds: 4, control: "person" });
    expect(view.calls.every(({ by }) => by === "person")).toBe(true);
    expect(statesOf(view)?.map((state) => state["step_count"])).toEqual([0, 1, 2, 3, 4]);
  });

  test("whatever is sent, the environment answers or the referee does, and the episode goes on", async () => {
    const brittle = await playable(
      sandbox,
      swap(
        PANTRY,
        "        try:\n            call = json.loads(action)",
        "        if 'boom' in action: raise RuntimeError('jar broke')\n        if 'loop' in action:\n            while True: pass\n        try:\n            call = json.loads(action)",
      ),
    );
    const traces = new MemoryTraces();
    const actions = [
      "no json",
      call("Nothing"),
      call("Weigh", { index: 99 }),
      call("boom"),
      "[".repeat(50),
      call("Weigh", { index: 0 }),
      call("loop"),
      call("Done", { answer: 660 }),
    ];
    const view = await byHand(traces, actions, { environment: brittle, states: true, limits: { stepMs: 3000 } });
    expect(view).toMatchObject({ why: "finished", reward: 1, rounds: 8 });
    expect(view.faults).toMatchObject({ "environment-raised": 1, "environment-hung": 1 });
    expect(view.calls.map(({ ok }) => ok)).toEqual([false, false, false, false, false, true, false, true]);
    expect(view.calls[3]).toMatchObject({ observation: "RuntimeError: jar broke", faults: ["environment-raised"], finished: false });
    expect(view.calls[6]?.observation).toContain("The call was undone.");
    // The undone call left no mark on the environment.
    expect(statesOf(view)?.map((state) => state["step_count"])).toEqual([0, 1, 2, 3, 4, 5, 6, 6, 7]);
    const stage = new Stage(sandbox, brittle, PATIENT_MS);
    expect(await replayTrace(stage, traces.byId.get("episode") ?? [], never)).toMatchObject({ agrees: true, reward: 1, finished: true });
    stage.close();
  });

  test("an environment that never comes back is given up", async () => {
    const hanging = await playable(sandbox, swap(PANTRY, "        self.step_count += 1", "        while True: pass"));
    const view = await byHand(new MemoryTraces(), ["a", "b", "c", "d"], { environment: hanging, limits: { stepMs: 1500 } });
    expect(view).toMatchObject({ status: "ended", why: "environment-failed", rounds: 3 });
    expect(view.faults["environment-hung"]).toBe(3);
  });

  test("an environment that does not start is an outcome", async () => {
    const view = await play({ sandbox, environment: pantry, config: '{"labels": 3}', player: REFERENCE, traces: new MemoryTraces() });
    expect(view).toMatchObject({ status: "ended", why: "environment-failed", rounds: 0, reward: 0 });
  });

  test("long observations are cut for players and say by how much, and replays agree with that", async () => {
    const traces = new MemoryTraces();
    const config = pantryConfig([`${"x".repeat(99)}😀${"y".repeat(900)}`], [1]);
    const control = new EpisodeControl();
    for (const action of [call("ReadLabel", { index: 0 }), call("Done", { answer: 0 })]) control.act(action);
    const view = await play({ sandbox, environment: pantry, config, player: PERSON, traces, control, limits: { observationChars: 100 } });
    expect(view.calls[0]).toMatchObject({ observation: "x".repeat(99), cut: 902 });
    expect(view.cuts).toBe(1);
    const stage = new Stage(sandbox, pantry, PATIENT_MS);
    expect(await replayTrace(stage, traces.byId.get("episode") ?? [], never)).toMatchObject({ agrees: true });
    stage.close();
  });
});

describe("a hint", () => {
  const spilling = swap(
    PANTRY,
    "        weight = self.weights[index]",
    "        if index == 1: self.weights[0] = 7\n        weight = self.weights[index]",
  );
  const taring = swap(
    swap(
      swap(PANTRY, "        weight = self.weights[index]", "        if index == 1: self.tare = 5\n        weight = self.weights[index]"),
      '        return json.dumps({"jars"',
      '        self.tare = 0\n        return json.dumps({"jars"',
    ),
    "        self._done = True",
    "        self._done = True\n        if self.tare != 0: self._reward = 0.0",
  );
  const detour = [call("Observe"), call("Weigh", { index: 1 })];

  test.each([
    [
      "on the solver's own path is its next call",
      PANTRY,
      [call("Observe")],
      { kind: "call", action: call("ReadLabel", { index: 0 }), detour: false },
    ],
    [
      "after a harmless detour is the call that it had not made yet",
      PANTRY,
      detour,
      { kind: "call", action: call("ReadLabel", { index: 0 }), detour: true },
    ],
    [
      "after a detour that only a fresh start makes good is its first call",
      taring,
      detour,
      { kind: "call", action: call("Observe"), detour: true },
    ],
    ["after a detour that spoils its path is where they part", spilling, detour, { kind: "parted", steps: 1 }],
  ])("%s", async (_what, source, actions, expected) => {
    const environment = await playable(sandbox, source);
    const traces = new MemoryTraces();
    const solved = await play({ sandbox, environment: pantry, config: CONFIG, player: REFERENCE, traces: new MemoryTraces() });
    const view = await byHand(traces, actions, { environment });
    const stage = new Stage(sandbox, environment, PATIENT_MS);
    const hint = await wayOn(
      stage,
      view,
      solved.calls.map(({ action }) => action),
      never,
    );
    stage.close();
    expect({ ...hint, ...("action" in hint ? { action: JSON.stringify(JSON.parse(hint.action)) } : {}) }).toEqual(expected);
  });
});

describe("a trace", () => {
  test("is replayed from its file, and says at which step another environment parts from it", async () => {
    const traces = new MemoryTraces();
    await play({ sandbox, environment: pantry, config: CONFIG, player: REFERENCE, traces });
    const file = JSON.stringify(traceOf(episodeId("episode"), await traces.read(episodeId("episode"))));
    const { events } = parseTrace(JSON.parse(file));
    const stored = storedEventsOf({ version: 1, id: episodeId("copy"), events });

    const stage = new Stage(sandbox, pantry, PATIENT_MS);
    const outcome = await replayTrace(stage, stored, never);
    expect(outcome).toMatchObject({ agrees: true, reward: 1, finished: true });
    expect(outcome.states).toHaveLength(8);
    stage.close();

    const heavier = new Stage(
      sandbox,
      await playable(sandbox, swap(PANTRY, "weight = self.weights[index]", "weight = self.weights[index] + index")),
      PATIENT_MS,
    );
    expect(await replayTrace(heavier, stored, never)).toMatchObject({ agrees: false, step: 6, recorded: "410", got: "412" });
    heavier.close();

    const generous = new Stage(
      sandbox,
      await playable(
        sandbox,
        swap(PANTRY, "self._reward = 1.0 if type(answer) is type(reference) and answer == reference else 0.0", "self._reward = 0.5"),
      ),
      PATIENT_MS,
    );
    expect(await replayTrace(generous, stored, never)).toMatchObject({ agrees: false, step: 7 });
    generous.close();
  });

  test("branches at any step, by replay, and the branch stands on its own", async () => {
    const traces = new MemoryTraces();
    await play({ sandbox, environment: pantry, config: CONFIG, player: REFERENCE, traces, states: true });
    const from = branchEvents(await traces.read(episodeId("episode")), 3, PERSON, 0);
    await traces.append(episodeId("branch"), from);
    const view = await byHand(traces, [call("Done", { answer: 1 })], { id: "branch" });
    expect(view.head).toMatchObject({ player: PERSON, branch: { traceId: "episode", steps: 3 } });
    expect(view).toMatchObject({ why: "finished", reward: 0, rounds: 4 });
    expect(view.calls.map(({ observation }) => observation)).toEqual(['{"jars": 3}', "oats", "250", "submitted 1, reward=0"]);
    expect(statesOf(view)?.at(-1)).toMatchObject({ step_count: 4, _reward: 0 });
    expect(traces.view("episode").rounds).toBe(7);
  });

  test("that the environment does not repeat is not taken up", async () => {
    const traces = new MemoryTraces();
    await byHand(traces, [call("Weigh", { index: 1 })]);
    const lighter = await playable(sandbox, swap(PANTRY, "weight = self.weights[index]", "weight = self.weights[index] - 1"));
    expect(await byHand(traces, [call("Observe")], { environment: lighter })).toMatchObject({
      status: "halted",
      error: { code: "not-repeatable", message: expect.stringContaining("Step 1") },
    });
  });
});

describe("scripted players", () => {
  test.each<Player>([{ kind: "random", seed: 7 }, { kind: "prober" }])(
    "$kind plays the same again, and goes on where it was cut off",
    async (player) => {
      const whole = new MemoryTraces();
      const limits = { rounds: 30 };
      const view = await play({ sandbox, environment: pantry, config: CONFIG, player, traces: whole, limits });
      expect(view.status).toBe("ended");
      expect(view.rounds).toBeGreaterThan(8);

      const cut = new MemoryTraces();
      const stop = new AbortController();
      cut.onAppend = ({ seq }) => {
        if (seq === 6) stop.abort();
      };
      expect(await play({ sandbox, environment: pantry, config: CONFIG, player, traces: cut, limits, signal: stop.signal })).toMatchObject({
        status: "halted",
      });
      const resumed = await play({ sandbox, environment: pantry, config: CONFIG, player, traces: cut, limits });
      expect(resumed.calls.map(({ action, observation }) => [action, observation])).toEqual(
        view.calls.map(({ action, observation }) => [action, observation]),
      );
      expect(resumed.why).toBe(view.why);
    },
  );

  test("the random caller's seed and try change what it does", async () => {
    const actions = async (seed: number, sample: number) =>
      (
        await play({
          sandbox,
          environment: pantry,
          config: CONFIG,
          player: { kind: "random", seed },
          sample,
          traces: new MemoryTraces(),
          limits: { rounds: 12 },
        })
      ).calls.map(({ action }) => action);
    const [first, second, third] = [await actions(1, 0), await actions(2, 0), await actions(1, 1)];
    expect(first).not.toEqual(second);
    expect(first).not.toEqual(third);
  });

  test("the prober goes through all tools before it goes deeper", async () => {
    const view = await play({ sandbox, environment: pantry, config: CONFIG, player: { kind: "prober" }, traces: new MemoryTraces() });
    expect(view.calls.slice(0, 4).map(({ action }) => JSON.parse(action))).toEqual([
      { name: "Observe", parameters: {} },
      { name: "ReadLabel", parameters: { index: 0 } },
      { name: "Weigh", parameters: { index: 0 } },
      { name: "ReadLabel", parameters: { index: 1 } },
    ]);
    expect(view.why).toBe("finished");
  });

  test("a recorded episode plays the same, marked as such", async () => {
    const traces = new MemoryTraces();
    const original = await play({ id: "first", sandbox, environment: pantry, config: CONFIG, player: REFERENCE, traces });
    const trace = traceOf(episodeId("first"), await traces.read(episodeId("first")));
    const player: Player = { kind: "recorded", label: "Somebody", traceId: trace.id };
    const view = await play({
      id: "again",
      sandbox,
      environment: pantry,
      config: CONFIG,
      player,
      traces,
      ports: { recorded: async () => trace },
    });
    expect(view.calls.map(({ action }) => action)).toEqual(original.calls.map(({ action }) => action));
    expect(view).toMatchObject({ why: "finished", reward: 1, head: { player: { kind: "recorded", label: "Somebody" } } });
  });
});

describe("the person's hand on a player", () => {
  test("one step at a time, by hand in between, and back", async () => {
    const traces = new MemoryTraces();
    const control = new EpisodeControl();
    control.step();
    control.step();
    traces.onAppend = ({ event }) => {
      const calls = traces.view("episode").calls.length;
      if (event.type === "call-answered" && calls === 1) {
        control.takeOver();
        control.act(call("Weigh", { index: 1 }));
      } else if (event.type === "call-answered" && event.by === "person") {
        control.giveBack();
        control.play();
      }
    };
    const view = await play({ sandbox, environment: pantry, config: CONFIG, player: REFERENCE, traces, control });
    expect(view.calls.map(({ by }) => by)).toEqual(["player", "player", "person", "player", "player", "player", "player", "player"]);
    expect(view.entries.flatMap((entry) => (entry.type === "control-changed" ? [entry.to] : []))).toEqual(["person", "player"]);
    expect(view).toMatchObject({ why: "finished", reward: 1 });
    expect(traceView(traces.byId.get("episode") ?? [])).toEqual(view);
  });
});
