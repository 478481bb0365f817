import {
  CancelledError,
  type Environment,
  type HiddenState,
  type Interpreter,
  isAbort,
  isJudgedDoing,
  PlaygroundError,
  type PlayedStep,
  type PythonSandbox,
  SandboxError,
} from "@/domain";

/** What an episode needs of an environment. */
export type PlayableEnvironment = Pick<Environment, "id" | "className" | "source" | "taskText" | "tools">;

/** The environment cannot be played as it is: it does not start, or answers the same actions in another way. */
export class EpisodeError extends PlaygroundError<"not-repeatable" | "will-not-start"> {
  override readonly name = "EpisodeError";
}

export type StagedStep = PlayedStep & { ms: number };
/** `hung`: the last action did not come back, and its interpreter is gone. */
export type StageAnswer = { steps: StagedStep[]; hung: PlaygroundError | null };

/** A batch of many steps may take longer than one, but nobody waits for it longer than this. */
const MAX_BATCH_MS = 60_000;

/**
 * An interpreter with one environment in it, and nobody else's code: players never come here, only their actions. It
 * serves one episode after the other; each runs the module again.
 */
export class Stage {
  readonly environment: PlayableEnvironment;
  readonly #sandbox: PythonSandbox;
  readonly #stepMs: number;
  #python: Interpreter | null = null;

  constructor(sandbox: PythonSandbox, environment: PlayableEnvironment, stepMs: number) {
    this.#sandbox = sandbox;
    this.environment = environment;
    this.#stepMs = stepMs;
  }

  /** A new episode of this configuration. Returns its hidden state. @throws EpisodeError, SandboxError, CancelledError */
  async start(config: string, states: boolean, signal: AbortSignal): Promise<HiddenState | null> {
    if (signal.aborted) throw new CancelledError();
    if (this.#python?.alive !== true) {
      this.close();
      this.#python = await this.#sandbox.acquire("play", signal);
    }
    const python = this.#python;
    const options = { deadlineMs: this.#stepMs, signal };
    const { source, className } = this.environment;
    try {
      await python.call("load_environment", { source, className }, options);
      return (await python.call("start", { config, state: states }, options)).state;
    } catch (error) {
      this.close();
      if (!isJudgedDoing(error)) throw error;
      throw new EpisodeError("will-not-start", `The environment does not start: ${error.message}`, {
        hint: "Verify it, or choose another task.",
        cause: error,
      });
    }
  }

  /**
   * Answers to the first actions, at least one unless the first does not come back; all of them unless the episode
   * ends or there is too much to send at once. After `hung` nothing goes on before `start`.
   * @throws CancelledError, SandboxError that is no doing of the environment's
   */
  async step(actions: readonly string[], states: boolean, signal: AbortSignal): Promise<StageAnswer> {
    const python = this.#python;
    if (python === null) throw new SandboxError("closed", "The episode was not started.");
    const began = performance.now();
    const deadlineMs = Math.max(this.#stepMs, Math.min(this.#stepMs * actions.length, MAX_BATCH_MS));
    try {
      const { steps } = await python.call("steps", { actions: [...actions], state: states }, { deadlineMs, signal });
      const ms = (performance.now() - began) / Math.max(1, steps.length);
      return { steps: steps.map((step) => ({ ...step, ms })), hung: null };
    } catch (error) {
      this.close();
      if (isAbort(error) || signal.aborted) throw new CancelledError();
      if (isJudgedDoing(error)) return { steps: [], hung: error };
      throw error;
    }
  }

  close(): void {
    this.#python?.release();
    this.#python = null;
  }
}
