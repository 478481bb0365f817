import {
  type EndReason,
  type EpisodeId,
  type EpisodeLimits,
  errorData,
  type EvaluationId,
  type HiddenState,
  isAbort,
  type Player,
  SandboxError,
  sourceHashOf,
  stateChange,
  type StoredTraceEvent,
  type TraceEvent,
  type TraceView,
} from "@/domain";
import { EpisodeControl } from "./control.ts";
import type { Mover, PlannedCall } from "./players/mover.ts";
import { answerOf, replayCalls } from "./replay.ts";
import { EpisodeError, type Stage, type StageAnswer, type StagedStep } from "./stage.ts";
import { type AppendTrace, TraceLog } from "./trace-log.ts";

export type EpisodeInput = {
  id: EpisodeId;
  config: string;
  player: Player;
  limits: EpisodeLimits;
  /** Tells tries of the same task apart. */
  sample: number;
  /** The evaluation it is a try of. */
  evaluationId?: EvaluationId;
  /** Whether hidden states are recorded; a trace that is taken up keeps to what it began with. */
  states: boolean;
  /** Events of this trace that are stored already: it is taken up after them. */
  prior: readonly StoredTraceEvent[];
  control?: EpisodeControl;
  signal: AbortSignal;
};

export type EpisodePorts = {
  /** For this episode alone while it goes on; whoever made it closes it. */
  stage: Stage;
  /** Null: a person's episode. */
  mover: Mover | null;
  append: AppendTrace;
};

/** An environment that does not come back so often is given up. */
const MAX_HANGS = 3;
/** Calls that are made in one go when nobody watches for each. */
const MOST_AT_ONCE = 64;

/**
 * Plays one episode to its end, or until it is stopped; the log says which. Each event is stored before the next thing
 * happens, so a reload loses the step in flight at most, and the same call with those events goes on after them. A
 * failure that is not the player's doing halts the episode. Never rejects but for a log that cannot be written.
 * @throws StorageError
 */
export async function playEpisode(input: EpisodeInput, ports: EpisodePorts): Promise<TraceView> {
  const log = new TraceLog(input.prior, ports.append);
  if (log.view.status === "ended") return log.view;
  const referee = new Referee(input, ports, log);
  try {
    await referee.begin();
    await referee.play();
  } catch (error) {
    const fresh = input.prior.length === 0;
    if (fresh && error instanceof EpisodeError && error.code === "will-not-start")
      await log.emit({ type: "episode-ended", why: "environment-failed" });
    else if (input.signal.aborted || isAbort(error)) await log.emit({ type: "episode-halted", error: null });
    else await log.emit({ type: "episode-halted", error: errorData(error) });
  }
  return log.view;
}

class Referee {
  readonly #input: EpisodeInput;
  readonly #ports: EpisodePorts;
  readonly #log: TraceLog;
  readonly #control: EpisodeControl;
  #state: HiddenState | null = null;
  #hangs = 0;

  constructor(input: EpisodeInput, ports: EpisodePorts, log: TraceLog) {
    this.#input = input;
    this.#ports = ports;
    this.#log = log;
    this.#control = input.control ?? new EpisodeControl();
  }

  get #view(): TraceView {
    return this.#log.view;
  }

  get #states(): boolean {
    return this.#view.head === null ? this.#input.states : this.#view.head.state !== null;
  }

  async begin(): Promise<void> {
    if (this.#view.head !== null) {
      await this.#restore();
      await this.#log.emit({ type: "episode-resumed" });
      return;
    }
    const { config, player, limits, sample, evaluationId, signal } = this.#input;
    const { environment } = this.#ports.stage;
    const start = async (): Promise<HiddenState | null> => await this.#ports.stage.start(config, this.#states, signal);
    let failure: unknown = null;
    try {
      this.#state = await start();
    } catch (error) {
      if (!(error instanceof EpisodeError)) throw error;
      failure = error;
    }
    const { id: environmentId, className, source } = environment;
    await this.#log.emit({
      type: "episode-started",
      environmentId,
      className,
      sourceHash: sourceHashOf(source),
      config,
      player,
      limits,
      sample,
      branch: null,
      evaluationId: evaluationId ?? null,
      state: this.#state,
    });
    if (failure !== null) throw failure;
  }

  async play(): Promise<void> {
    const { signal } = this.#input;
    while (this.#view.status !== "ended") {
      const over = this.#over();
      if (over !== null) {
        await this.#log.emit({ type: "episode-ended", why: over });
        return;
      }
      const turn = await this.#control.turn(this.#view.control, signal);
      if (turn.type === "change") await this.#log.emit({ type: "control-changed", to: turn.to });
      else if (turn.type === "person") await this.#make([{ action: turn.action, callId: null, faults: [] }], "person");
      else await this.#move(turn.most);
    }
  }

  /** Why it is over; null while it is not. */
  #over(): EndReason | null {
    const view = this.#view;
    const limits = view.head?.limits ?? this.#input.limits;
    if (view.finished) return "finished";
    if (this.#hangs >= MAX_HANGS) return "environment-failed";
    // A call that was paid for is made.
    if (view.pending !== null) return null;
    if (view.badTurns >= limits.badTurns) return gaveUpBy(view);
    if (view.rounds >= limits.rounds) return "round-limit";
    if (limits.tokens !== null && view.took.inputTokens + view.took.outputTokens >= limits.tokens) return "token-cap";
    if (limits.usd !== null && view.took.usd >= limits.usd) return "cost-cap";
    return null;
  }

  async #move(most: number): Promise<void> {
    const { mover } = this.#ports;
    const { signal } = this.#input;
    if (mover === null) {
      // A person's episode that was "given back" has nobody to go on with it.
      await this.#log.emit({ type: "control-changed", to: "person" });
      this.#control.takeOver();
      return;
    }
    const move = await mover.move({ view: this.#view, emit: (...events: TraceEvent[]) => this.#log.emit(...events), signal });
    if (move.type === "give-up") await this.#log.emit({ type: "episode-ended", why: "gave-up" });
    else if (move.type === "calls") {
      const left = (this.#view.head?.limits ?? this.#input.limits).rounds - this.#view.rounds;
      await this.#make(move.calls.slice(0, Math.max(1, Math.min(most, left, MOST_AT_ONCE))), "player");
    }
  }

  async #make(calls: readonly PlannedCall[], by: "player" | "person"): Promise<void> {
    const { stage } = this.#ports;
    const { signal } = this.#input;
    const actions = calls.map(({ action }) => action);
    let answer: StageAnswer;
    try {
      answer = await stage.step(actions, this.#states, signal);
    } catch (error) {
      if (!(error instanceof SandboxError) || error.code !== "interpreter-lost") throw error;
      // It went down with others; what was done so far is done again, and then the call is made.
      await this.#restore();
      answer = await stage.step(actions, this.#states, signal);
    }
    const { steps, hung } = answer;
    await this.#log.emit(
      ...steps.flatMap((step, index): TraceEvent[] => (calls[index] === undefined ? [] : [this.#answered(calls[index], by, step)])),
    );
    if (hung === null) return;
    // In a batch nobody knows which call it was: those that came back are made again one by one.
    await this.#restore();
    const [first, ...more] = calls.slice(steps.length);
    if (first === undefined) return;
    if (more.length > 0) {
      await this.#make([first], by);
      return;
    }
    this.#hangs += 1;
    const { reward, finished } = this.#view;
    const observation = `The environment did not come back (${hung.message}) The call was undone.`;
    const change = this.#states ? [] : null;
    await this.#log.emit({
      type: "call-answered",
      by,
      ...first,
      ok: false,
      observation,
      cut: 0,
      faults: [...first.faults, "environment-hung"],
      ms: 0,
      reward,
      finished,
      change,
    });
  }

  #answered({ action, callId, faults }: PlannedCall, by: "player" | "person", step: StagedStep): TraceEvent {
    const { observationChars } = this.#view.head?.limits ?? this.#input.limits;
    const raised = step.raised !== null;
    const change = step.state === null ? null : stateChange(this.#state ?? {}, step.state);
    this.#state = step.state;
    return {
      type: "call-answered",
      by,
      action,
      callId,
      ...answerOf(step, observationChars),
      faults: raised ? [...faults, "environment-raised"] : faults,
      ms: step.ms,
      reward: raised ? this.#view.reward : step.reward,
      finished: raised ? this.#view.finished : step.finished,
      change,
    };
  }

  /** Where the log is, in a fresh episode. @throws EpisodeError "not-repeatable" */
  async #restore(): Promise<void> {
    const outcome = await replayCalls(this.#ports.stage, this.#view, this.#states, this.#input.signal);
    if (!outcome.agrees) {
      throw new EpisodeError(
        "not-repeatable",
        `Step ${outcome.step} gives another observation than before, so the episode cannot continue.`,
        {
          hint: "Start over. The environment was changed, or depends on chance or time.",
        },
      );
    }
    this.#state = outcome.states?.at(-1) ?? null;
  }
}

/** What the turns without a call were, when there were too many. */
function gaveUpBy({ entries }: TraceView): EndReason {
  const last = entries.findLast(({ type }) => type === "turn-faulted" || type === "reply-failed");
  if (last === undefined || !("fault" in last)) return "gave-up";
  if (last.fault === "refusal") return "refused";
  return last.fault === "malformed" || last.fault === "cut-off" ? "bad-calls" : "gave-up";
}
