import type { PythonSandbox } from "@/domain";
import { type PlayableEnvironment, Stage } from "./stage.ts";

/**
 * Stages of an evaluation: an idle one with the same environment is used again, and beyond `most` the oldest idle one is
 * closed. No interpreter ever serves two environments.
 */
export class Stages {
  readonly #sandbox: PythonSandbox;
  readonly #stepMs: number;
  readonly #most: number;
  readonly #idle: Stage[] = [];
  #busy = 0;

  constructor(sandbox: PythonSandbox, stepMs: number, most: number) {
    this.#sandbox = sandbox;
    this.#stepMs = stepMs;
    this.#most = most;
  }

  async use<T>(environment: PlayableEnvironment, work: (stage: Stage) => Promise<T>): Promise<T> {
    const at = this.#idle.findIndex((stage) => stage.environment === environment);
    const [stage = new Stage(this.#sandbox, environment, this.#stepMs)] = at < 0 ? [] : this.#idle.splice(at, 1);
    this.#busy += 1;
    this.#trim();
    try {
      return await work(stage);
    } finally {
      this.#busy -= 1;
      this.#idle.push(stage);
      this.#trim();
    }
  }

  close(): void {
    for (const stage of this.#idle.splice(0)) stage.close();
  }

  #trim(): void {
    while (this.#idle.length > 0 && this.#idle.length + this.#busy > this.#most) this.#idle.shift()?.close();
  }
}
