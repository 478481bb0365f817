import { CancelledError, untilAborted } from "@/domain";

/** What the referee does next: the player's move (at most so many calls), a person's call, or a change of hands. */
export type ControlTurn =
  { type: "player"; most: number } | { type: "person"; action: string } | { type: "change"; to: "player" | "person" };

/**
 * The person's hand on an episode: pause, one step, take over, give back. All of it holds from the next turn on; a reply
 * that is under way is paid for and so is waited for.
 */
export class EpisodeControl {
  #paused = false;
  #steps = 0;
  #hands: "player" | "person" | null = null;
  readonly #actions: string[] = [];
  #wake: () => void = () => {};

  get paused(): boolean {
    return this.#paused;
  }

  pause(): void {
    this.#paused = true;
    this.#steps = 0;
    this.#wake();
  }

  play(): void {
    this.#paused = false;
    this.#wake();
  }

  /** One move of the player, then it is paused. */
  step(): void {
    this.#paused = true;
    this.#steps += 1;
    this.#wake();
  }

  takeOver(): void {
    this.#hands = "person";
    this.#wake();
  }

  giveBack(): void {
    this.#hands = "player";
    this.takeBack();
    this.#wake();
  }

  /** Calls by hand whose turn has not come are not made. */
  takeBack(): void {
    this.#actions.length = 0;
  }

  /** A call by hand; made when the person has the move. */
  act(action: string): void {
    this.#actions.push(action);
    this.#wake();
  }

  /** Waits until somebody has a move. @throws CancelledError */
  async turn(current: "player" | "person", signal: AbortSignal): Promise<ControlTurn> {
    for (;;) {
      if (signal.aborted) throw new CancelledError();
      const hands = this.#hands ?? current;
      if (hands !== current) return { type: "change", to: hands };
      const action = hands === "person" ? this.#actions.shift() : undefined;
      if (action !== undefined) return { type: "person", action };
      if (hands === "player" && !this.#paused) return { type: "player", most: Infinity };
      if (hands === "player" && this.#steps > 0) {
        this.#steps -= 1;
        return { type: "player", most: 1 };
      }
      await this.#woken(signal);
    }
  }

  #woken(signal: AbortSignal): Promise<void> {
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    return untilAborted(woken, signal);
  }
}
