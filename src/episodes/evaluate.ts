import PQueue from "p-queue";
import {
  applyEvaluationEvent,
  callOf,
  CancelledError,
  type EnvironmentId,
  type EpisodeId,
  episodeIdSchema,
  type ErrorData,
  errorData,
  type EvaluationEvent,
  type EvaluationId,
  type EvaluationPlan,
  type EvaluationView,
  evaluationView,
  isModelFailure,
  isScripted,
  type Player,
  PlaygroundError,
  sampleOf,
  sourceHashOf,
  StorageError,
  type StoredEvaluationEvent,
  type StoredTraceEvent,
  type TraceEvent,
  type TraceView,
  tryKey,
  type TryPlace,
  type TryResult,
  triesOf,
} from "@/domain";
import { type Amount, Budget } from "./budget.ts";
import { castPlayer, type CastPorts } from "./cast.ts";
import { playEpisode } from "./play-episode.ts";
import type { Mover } from "./players/mover.ts";
import type { PlayableEnvironment } from "./stage.ts";
import { Stages } from "./stages.ts";
import { keptInMemory } from "./trace-log.ts";

export type TraceStore = {
  /** Empty when there are none. @throws StorageError */
  read(id: EpisodeId): Promise<readonly StoredTraceEvent[]>;
  /** Under the next numbers, all or none. @throws StorageError */
  append(id: EpisodeId, events: readonly TraceEvent[]): Promise<readonly StoredTraceEvent[]>;
};

export type EvaluationPorts = CastPorts & {
  /** Null when it is not here any more. */
  environment(id: EnvironmentId): Promise<PlayableEnvironment | null>;
  /** Resolves when it is durable. @throws StorageError */
  append(event: EvaluationEvent): Promise<StoredEvaluationEvent>;
  traces: TraceStore;
};

/** A resumed evaluation keeps to its own plan, but for caps and concurrency. */
export type EvaluationInput = { id: EvaluationId; plan: EvaluationPlan; prior: readonly StoredEvaluationEvent[]; signal: AbortSignal };

class EvaluationError extends PlaygroundError<"no-environment" | "other-source" | "capped"> {
  override readonly name = "EvaluationError";
}

/** The trace of a try has a name that follows from the plan, so that a try that was cut off finds its trace again. */
function traceIdOf(id: EvaluationId, { task, player, try: number }: TryPlace): EpisodeId {
  return episodeIdSchema.parse(`${id}-${task}-${player}-${number}`);
}

/**
 * Plays all tries of a plan, several at once, and stores each result as an event; called again with the events so far it
 * goes on with what is missing, a try that was cut off in its middle included. A model that cannot be asked (key, credit,
 * cap, connection) is asked no more in this sitting; the others go on. Never rejects but for a log that cannot be written.
 * @throws StorageError
 */
export async function runEvaluation(input: EvaluationInput, ports: EvaluationPorts): Promise<EvaluationView> {
  const run = new EvaluationRun(input, ports);
  return await run.run();
}

class EvaluationRun {
  readonly #input: EvaluationInput;
  readonly #ports: EvaluationPorts;
  readonly #view: EvaluationView;
  readonly #plan: EvaluationPlan;
  readonly #stages: Stages;
  readonly #budget: Budget;
  readonly #environments = new Map<EnvironmentId, Promise<PlayableEnvironment | null>>();
  /** Players that cannot be asked at present, and why. */
  readonly #blocked = new Map<number, ErrorData>();
  /** What tries under way have taken so far: they count against the caps before they end. */
  readonly #underWay = new Map<string, TraceView["took"]>();
  /** The log could not be written: nothing new is begun, and a reply under way is waited for, since it is paid for. */
  #broken: { error: unknown } | null = null;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(input: EvaluationInput, ports: EvaluationPorts) {
    this.#input = input;
    this.#ports = ports;
    this.#view = evaluationView(input.prior);
    const { caps, concurrency } = input.plan;
    this.#plan = { ...(this.#view.plan ?? input.plan), caps, concurrency };
    this.#budget = new Budget(this.#plan.caps, () => this.#spent());
    this.#stages = new Stages(ports.sandbox, this.#plan.limits.stepMs, this.#plan.concurrency);
  }

  async run(): Promise<EvaluationView> {
    try {
      await this.#emit(this.#view.plan === null ? { type: "evaluation-started", plan: this.#input.plan } : { type: "evaluation-resumed" });
      const queue = new PQueue({ concurrency: this.#plan.concurrency });
      const missing = triesOf(this.#plan).filter((place) => !this.#view.results.has(tryKey(place)));
      await queue.addAll(
        missing.map((place) => async () => {
          try {
            await this.#try(place);
          } catch (error) {
            this.#broken ??= { error };
          }
        }),
      );
      if (this.#broken !== null) throw this.#broken.error;
      await this.#emit(this.#outcome());
      return this.#view;
    } finally {
      this.#stages.close();
    }
  }

  #outcome(): EvaluationEvent {
    if (this.#input.signal.aborted) return { type: "evaluation-halted", error: null };
    const [blocked] = this.#blocked.values();
    const [failed] = this.#view.failures.values();
    const error = blocked ?? failed?.error;
    return error === undefined ? { type: "evaluation-finished" } : { type: "evaluation-halted", error };
  }

  /** One at a time, so that the view and the log have the same order. */
  #emit(event: EvaluationEvent): Promise<void> {
    const stored = this.#tail.then(async () => applyEvaluationEvent(this.#view, await this.#ports.append(event)));
    this.#tail = stored.catch(() => {});
    return stored;
  }

  async #try(place: TryPlace): Promise<void> {
    if (this.#input.signal.aborted || this.#broken !== null || this.#blocked.has(place.player)) return;
    try {
      const result = await this.#play(place);
      if (result !== null) await this.#emit({ type: "try-ended", result });
    } catch (error) {
      if (!(error instanceof PlaygroundError) || error instanceof StorageError) throw error;
      await this.#fail(place, errorData(error));
    } finally {
      this.#underWay.delete(tryKey(place));
    }
  }

  async #fail(place: TryPlace, error: ErrorData): Promise<void> {
    const player = this.#plan.players[place.player];
    if (player?.kind === "model" && (isModelFailure(error) || error.code === "capped")) this.#blocked.set(place.player, error);
    await this.#emit({ type: "try-failed", ...place, error });
  }

  /** Null when it was stopped or failed, which is in the log. */
  async #play(place: TryPlace): Promise<TryResult | null> {
    const { traces } = this.#ports;
    const task = this.#plan.tasks[place.task];
    const player = this.#plan.players[place.player];
    if (task === undefined || player === undefined) return null;
    const environment = await this.#environmentOf(task);
    const id = traceIdOf(this.#input.id, place);
    const prior = await traces.read(id);
    const sample = sampleOf(this.#plan, place);
    const part = { environment, config: task.config, limits: this.#plan.limits, sample };
    const mover = await castPlayer(player, part, this.#ports);
    const whole: StoredTraceEvent[] = [];
    // What a scripted player does costs nothing and comes again: it is stored in one piece.
    const append =
      isScripted(player) && prior.length === 0 ? keptInMemory(whole, id) : (events: readonly TraceEvent[]) => traces.append(id, events);
    const view = await this.#stages.use(environment, (stage) =>
      playEpisode(
        {
          id,
          evaluationId: this.#input.id,
          config: task.config,
          player,
          limits: this.#plan.limits,
          sample,
          states: false,
          prior,
          signal: this.#input.signal,
        },
        { stage, mover: mover === null ? null : this.#capped(mover, place, player), append },
      ),
    );
    if (view.status === "halted") {
      if (view.error !== null) await this.#fail(place, view.error);
      return null;
    }
    if (whole.length > 0)
      await traces.append(
        id,
        whole.map(({ event }) => event),
      );
    return resultOf(place, id, view);
  }

  async #environmentOf({ environmentId, sourceHash }: EvaluationPlan["tasks"][number]): Promise<PlayableEnvironment> {
    const known = this.#environments.get(environmentId) ?? this.#ports.environment(environmentId);
    this.#environments.set(environmentId, known);
    const environment = await known;
    if (environment === null)
      throw new EvaluationError("no-environment", "An environment of this evaluation is not here any more.", {
        hint: "Import it again and press Resume.",
      });
    if (sourceHashOf(environment.source) !== sourceHash) {
      throw new EvaluationError("other-source", `${environment.className} was changed since the evaluation was planned.`, {
        hint: "Plan a new evaluation with it.",
      });
    }
    return environment;
  }

  /** The mover, stopped before it asks for what would pass the evaluation's own caps. */
  #capped(mover: Mover, place: TryPlace, player: Player): Mover {
    if (player.kind !== "model") return mover;
    return {
      move: async (context) => {
        const { view, signal } = context;
        this.#underWay.set(tryKey(place), view.took);
        // What was paid for is played.
        if (view.pending !== null) return await mover.move(context);
        const move = await this.#budget.spend(
          place.player,
          () => amountOf(view.took),
          signal,
          async () => {
            if (this.#broken !== null) throw new CancelledError();
            return await mover.move(context);
          },
        );
        if (move !== "capped") return move;
        throw new EvaluationError("capped", "The evaluation's cap is reached: another request could pass it.", {
          hint: "Raise it and press Resume; what was played stays.",
        });
      },
    };
  }

  #spent(): Amount {
    return [...this.#view.results.values(), ...this.#underWay.values()]
      .map(amountOf)
      .reduce((sum, { usd, tokens }) => ({ usd: sum.usd + usd, tokens: sum.tokens + tokens }), { usd: 0, tokens: 0 });
  }
}

function amountOf({ usd, inputTokens, outputTokens }: Pick<TryResult, "usd" | "inputTokens" | "outputTokens">): Amount {
  return { usd, tokens: inputTokens + outputTokens };
}

function resultOf(place: TryPlace, traceId: EpisodeId, view: TraceView): TryResult | null {
  if (view.why === null) return null;
  const tools: Record<string, number> = {};
  for (const { action } of view.calls) {
    const name = callOf(action)?.name;
    if (name !== undefined) tools[name] = (Object.hasOwn(tools, name) ? (tools[name] ?? 0) : 0) + 1;
  }
  const { inputTokens, outputTokens, usd, unknownCosts } = view.took;
  return {
    ...place,
    traceId,
    why: view.why,
    reward: view.reward,
    rounds: view.rounds,
    faults: Object.fromEntries(Object.entries(view.faults).filter(([, count]) => count > 0)),
    tools,
    inputTokens,
    outputTokens,
    usd,
    unknownCosts,
    ms: (view.endedAt ?? 0) - (view.startedAt ?? 0),
  };
}
