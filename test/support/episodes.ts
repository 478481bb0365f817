import {
  DEFAULT_EPISODE_LIMITS,
  type EpisodeId,
  episodeIdSchema,
  type EpisodeLimits,
  environmentIdSchema,
  NO_CAPS,
  type ModelPlayer,
  type ModelProfile,
  type Player,
  profileIdSchema,
  type PythonSandbox,
  type ReplyLedger,
  type StoredTraceEvent,
  traceView,
  type TraceEvent,
  type TraceView,
} from "@/domain";
import {
  castPlayer,
  type CastPorts,
  type EpisodeControl,
  type PlayableEnvironment,
  playEpisode,
  Stage,
  type TraceStore,
  type Watch,
} from "@/episodes";
import { createChatModel, createPriceBook, withLedger } from "@/llm";
import { callOnce, PATIENT_MS } from "./python.ts";

export const PATIENT_LIMITS: EpisodeLimits = { ...DEFAULT_EPISODE_LIMITS, stepMs: PATIENT_MS };
export const episodeId = (id: string): EpisodeId => episodeIdSchema.parse(id);

/** An environment as an import makes it: tools from its source. */
export async function playable(sandbox: PythonSandbox, source: string, id = "pantry"): Promise<PlayableEnvironment> {
  const { className, tools, docstring } = await callOnce(sandbox, "analysis", "inspect_environment", { source, className: null });
  return { id: environmentIdSchema.parse(id), className, source, taskText: docstring, tools };
}

/** Traces in memory, as the storage keeps them. `onAppend` sees each event when it is stored; what it throws is a failed write. */
export class MemoryTraces implements TraceStore {
  readonly byId = new Map<string, StoredTraceEvent[]>();
  onAppend: (event: StoredTraceEvent) => void = () => {};

  async read(id: EpisodeId): Promise<StoredTraceEvent[]> {
    return structuredClone(this.byId.get(id) ?? []);
  }
  async append(id: EpisodeId, events: readonly TraceEvent[]): Promise<StoredTraceEvent[]> {
    const known = this.byId.get(id) ?? [];
    this.byId.set(id, known);
    return events.map((event) => {
      const stored = { traceId: id, seq: known.length, at: 1000 + known.length, event: structuredClone(event) };
      this.onAppend(stored);
      known.push(stored);
      return stored;
    });
  }
  view(id: string): TraceView {
    return traceView(this.byId.get(id) ?? []);
  }
  types(id: string): string[] {
    return (this.byId.get(id) ?? []).map(({ event }) => event.type);
  }
}

/** A model over HTTP with ledger, as the page asks it. */
export function chatAt(profile: ModelProfile, ledger: ReplyLedger, runId: string) {
  const chat = createChatModel(profile, () => "test-key", { patience: { retries: 0, waitMs: 1000, cut: "keep" }, retryBaseMs: 1 });
  return withLedger(chat, { ledger, prices: createPriceBook(() => []), role: "player", runId, caps: () => NO_CAPS, reuse: () => false });
}

export function modelPlayer(profile: ModelProfile, protocol: ModelPlayer["protocol"]): ModelPlayer {
  const { provider, baseUrl, api, model, temperature, maxOutputTokens, effort } = profile;
  return {
    kind: "model",
    label: model,
    profileId: profileIdSchema.parse("p"),
    protocol,
    settings: { provider, baseUrl, api, model, temperature, maxOutputTokens, effort },
  };
}

const nobody: Omit<CastPorts, "sandbox"> = {
  chat: () => {
    throw new Error("no model in this test");
  },
  recorded: async () => null,
};

export type PlayOptions = {
  id?: string;
  sandbox: PythonSandbox;
  environment: PlayableEnvironment;
  config: string;
  player: Player;
  traces: MemoryTraces;
  limits?: Partial<EpisodeLimits>;
  states?: boolean;
  sample?: number;
  control?: EpisodeControl;
  signal?: AbortSignal;
  ports?: Partial<CastPorts>;
  watch?: Watch;
  /** One that serves several episodes; the test closes it. */
  stage?: Stage;
};

/** One episode, taken up where its stored events end. */
export async function play(options: PlayOptions): Promise<TraceView> {
  const { sandbox, environment, config, player, traces, control, watch } = options;
  const id = episodeId(options.id ?? "episode");
  const limits = { ...PATIENT_LIMITS, ...options.limits };
  const sample = options.sample ?? 0;
  const stage = options.stage ?? new Stage(sandbox, environment, limits.stepMs);
  try {
    const mover = await castPlayer(
      player,
      { environment, config, limits, sample, ...(watch === undefined ? {} : { watch }) },
      { sandbox, ...nobody, ...options.ports },
    );
    return await playEpisode(
      {
        id,
        config,
        player,
        limits,
        sample,
        states: options.states ?? false,
        prior: await traces.read(id),
        ...(control === undefined ? {} : { control }),
        signal: options.signal ?? new AbortController().signal,
      },
      { stage, mover, append: (events) => traces.append(id, events) },
    );
  } finally {
    if (options.stage === undefined) stage.close();
  }
}
