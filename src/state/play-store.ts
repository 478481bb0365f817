import { createStore, type StoreApi } from "zustand/vanilla";
import {
  actionText,
  type Environment,
  type EnvironmentId,
  type Episode,
  type EpisodeId,
  errorData,
  isAbort,
  jsonObjectSchema,
  type Limits,
  PlaygroundError,
  type PythonSandbox,
  type TraceStep,
} from "@/domain";
import { HandEpisode, recordReference } from "@/episodes";
import type { PlaygroundStorage } from "@/storage";
import type { PlaySession, PlayState, PlayStep } from "./types.ts";

export type PlayPorts = {
  storage: Promise<Pick<PlaygroundStorage, "episodes">>;
  sandbox(): Promise<PythonSandbox>;
  limits(): Limits;
  environment(id: EnvironmentId): Environment | undefined;
  notify(notice: { level: "info" | "error"; title: string; message: string }): void;
};

/** On top of the test's limit: one step on a busy phone. */
const STEP_SLACK_MS = 2000;

export function shownStep({ action, ok, observation }: TraceStep): PlayStep {
  let call: PlayStep["call"] = null;
  try {
    const parsed = jsonObjectSchema.parse(JSON.parse(action));
    const parameters = jsonObjectSchema.safeParse(parsed["parameters"] ?? {});
    if (typeof parsed["name"] === "string" && parameters.success) call = { name: parsed["name"], parameters: parameters.data };
  } catch {
    // Shown as it was sent.
  }
  return { action, call, ok, observation };
}

export function createPlayStore(ports: PlayPorts): StoreApi<PlayState> {
  let episode: HandEpisode | null = null;
  let record: Episode | null = null;
  let abort = new AbortController();
  /** Counts sessions: what an older one still brings is dropped. */
  let turn = 0;

  function found(id: EnvironmentId): Environment {
    const environment = ports.environment(id);
    if (environment === undefined || environment.source === "") {
      throw new PlaygroundError("no-environment", environment === undefined ? "This environment is no longer here." : "The environment's Python file is missing.", {
        hint: environment === undefined ? "Choose another one." : "Import its .py file.",
      });
    }
    return environment;
  }

  function show(changes: Partial<PlaySession>): void {
    store.setState((state) => (state.session === null ? state : { session: { ...state.session, ...changes } }));
  }

  function begin(environmentId: EnvironmentId, config: string, player: PlaySession["player"]): number {
    abort.abort();
    abort = new AbortController();
    episode?.close();
    episode = null;
    record = null;
    store.setState({
      session: { environmentId, config, player, phase: "starting", error: null, steps: [], states: [], cursor: 0, reward: 0, finished: false },
    });
    return ++turn;
  }

  function showEpisode(current: HandEpisode): void {
    show({
      phase: current.finished ? "finished" : "ready",
      error: null,
      steps: current.steps.map(shownStep),
      states: [...current.states],
      cursor: current.steps.length,
      reward: current.reward,
      finished: current.finished,
    });
  }

  async function keep(): Promise<void> {
    if (record === null || episode === null) return;
    const { finished, reward, steps } = episode;
    record = { ...record, steps: [...steps], reward, finished, endedAt: finished ? Date.now() : null };
    try {
      await (await ports.storage).episodes.put(record);
    } catch (error) {
      const { message, hint } = errorData(error);
      ports.notify({ level: "error", title: "The episode could not be saved", message: `${message} ${hint ?? ""}`.trim() });
    }
  }

  async function unfinished(environmentId: EnvironmentId, config: string): Promise<Episode | null> {
    const episodes = await store.getState().episodes(environmentId);
    return episodes.find((item) => item.config === config && item.player === "person" && !item.finished) ?? null;
  }

  async function send(action: string): Promise<void> {
    const current = episode;
    const mine = turn;
    if (current === null || store.getState().session?.phase === "busy") return;
    show({ phase: "busy", error: null });
    try {
      await current.act(action, abort.signal);
      if (mine !== turn) return;
      showEpisode(current);
      await keep();
    } catch (error) {
      if (mine !== turn) return;
      // The steps so far stand; the next call plays them again in a new interpreter.
      if (isAbort(error)) abort = new AbortController();
      show({ phase: "ready", error: isAbort(error) ? null : errorData(error) });
    }
  }

  const stepMs = (): number => ports.limits().testMs + STEP_SLACK_MS;

  const store: StoreApi<PlayState> = createStore<PlayState>()(() => ({
    session: null,

    async start(environmentId, config, options = {}) {
      const mine = begin(environmentId, config, "person");
      try {
        const environment = found(environmentId);
        const before = options.resume === true ? await unfinished(environmentId, config).catch(() => null) : null;
        const started = await HandEpisode.start(
          { sandbox: await ports.sandbox(), environment, config, stepMs: stepMs() },
          before?.steps ?? [],
          abort.signal,
        );
        if (mine !== turn) return started.close();
        episode = started;
        record = before ?? {
          id: crypto.randomUUID() as EpisodeId,
          environmentId,
          config,
          player: "person",
          steps: [],
          reward: 0,
          finished: false,
          startedAt: Date.now(),
          endedAt: null,
        };
        showEpisode(started);
      } catch (error) {
        if (mine === turn) show({ phase: "failed", error: isAbort(error) ? null : errorData(error) });
      }
    },

    async watchReference(environmentId, config) {
      const mine = begin(environmentId, config, "reference-solver");
      try {
        const environment = found(environmentId);
        const { steps, states, reward, finished } = await recordReference(await ports.sandbox(), environment, config, {
          stepMs: stepMs(),
          signal: abort.signal,
        });
        if (mine === turn) show({ phase: "finished", steps: steps.map(shownStep), states, cursor: 0, reward, finished });
      } catch (error) {
        if (mine === turn) show({ phase: "failed", error: isAbort(error) ? null : errorData(error) });
      }
    },

    act(name, parameters) {
      const { session } = store.getState();
      const tools = session === null ? [] : (ports.environment(session.environmentId)?.tools ?? []);
      return send(actionText(name, parameters, tools.find((tool) => tool.name === name)));
    },
    actRaw: (action) => send(action),

    moveTo(cursor) {
      const { session } = store.getState();
      if (session !== null) show({ cursor: Math.max(0, Math.min(session.steps.length, Math.round(cursor))) });
    },
    stop: () => abort.abort(),
    leave() {
      turn++;
      abort.abort();
      abort = new AbortController();
      episode?.close();
      episode = null;
      store.setState({ session: null });
    },
    async episodes(environmentId) {
      const { items } = await (await ports.storage).episodes.listOf(environmentId);
      return items.toSorted((a, b) => b.startedAt - a.startedAt);
    },
  }));
  return store;
}
