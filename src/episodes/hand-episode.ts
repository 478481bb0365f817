import {
  CancelledError,
  type Environment,
  type HiddenState,
  type Interpreter,
  PlaygroundError,
  type PlayState,
  type PythonSandbox,
  type TraceStep,
} from "@/domain";

export type StepOutcome = { step: TraceStep; state: HiddenState; reward: number; finished: boolean };

/** An episode could not go on as it was: the environment answers the same actions in another way. */
export class EpisodeError extends PlaygroundError<"not-repeatable"> {}

export type HandEpisodeOptions = { sandbox: PythonSandbox; environment: Pick<Environment, "source" | "className">; config: string; stepMs: number };

/**
 * An episode stepped by hand. When a call hangs or kills its interpreter, the steps before it are played again
 * in a new one, so the episode goes on as if that call had not been made.
 */
export class HandEpisode {
  readonly steps: TraceStep[] = [];
  readonly states: HiddenState[] = [];
  reward = 0;
  finished = false;
  readonly #options: HandEpisodeOptions;
  #python: Interpreter | null = null;

  private constructor(options: HandEpisodeOptions) {
    this.#options = options;
  }

  /** `prior`: actions of an earlier sitting, played again. @throws PythonError, SandboxError, EpisodeError, CancelledError */
  static async start(options: HandEpisodeOptions, prior: readonly TraceStep[], signal: AbortSignal): Promise<HandEpisode> {
    const episode = new HandEpisode(options);
    episode.steps.push(...prior);
    await episode.#restore(signal);
    return episode;
  }

  async act(action: string, signal: AbortSignal): Promise<StepOutcome> {
    const python = this.#python?.alive ? this.#python : await this.#restore(signal);
    const outcome = await python.call("step", { action, state: true }, { deadlineMs: this.#options.stepMs, signal });
    const step: TraceStep = { action, ok: outcome.ok, observation: outcome.observation };
    this.steps.push(step);
    this.#take(outcome);
    return { step, state: outcome.state ?? {}, reward: this.reward, finished: this.finished };
  }

  close(): void {
    this.#python?.release();
    this.#python = null;
  }

  async #restore(signal: AbortSignal): Promise<Interpreter> {
    this.close();
    const { sandbox, environment, config, stepMs } = this.#options;
    const python = await sandbox.acquire("play", signal);
    const options = { deadlineMs: stepMs, signal };
    try {
      await python.call("load_environment", { source: environment.source, className: environment.className }, options);
      this.states.length = 0;
      this.#take(await python.call("start", { config, state: true }, options));
      for (const [index, known] of this.steps.entries()) {
        if (signal.aborted) throw new CancelledError();
        const outcome = await python.call("step", { action: known.action, state: true }, options);
        if (outcome.observation !== known.observation) {
          throw new EpisodeError("not-repeatable", `Round ${index + 1} gives another observation than before, so the episode cannot go on.`, {
            hint: "Start over. The environment depends on chance or time.",
          });
        }
        this.#take(outcome);
      }
    } catch (error) {
      python.release();
      throw error;
    }
    this.#python = python;
    return python;
  }

  #take({ reward, finished, state }: PlayState): void {
    this.reward = reward;
    this.finished = finished;
    this.states.push(state ?? {});
  }
}
