import type { ChatOptions } from "@/domain";

/** Four characters a token: a guess, for what no provider has counted. */
export function tokensIn(characters: number): number {
  return Math.ceil(characters / 4);
}

/** Listens to a request under way, so that one that never comes to its end is not booked as nothing. */
export class Heard {
  readonly options: ChatOptions;
  #text = 0;
  #reasoning = 0;
  #waits = false;

  constructor(under: ChatOptions) {
    this.options = {
      ...under,
      onText: (text) => {
        this.#text = text.length;
        under.onText?.(text);
      },
      onReasoning: (text) => {
        this.#reasoning = text.length;
        under.onReasoning?.(text);
      },
      onWait: (waiting) => {
        this.#waits = waiting !== null;
        under.onWait?.(waiting);
      },
    };
  }

  /**
   * Tokens of the reply until it broke off, or null where there is nothing to pay: it failed before a word came, or it
   * was given up while it waited for its turn. Given up later than that, its prompt was read at least.
   */
  tokens(givenUp: boolean): number | null {
    const received = this.#text + this.#reasoning;
    return received === 0 && (!givenUp || this.#waits) ? null : tokensIn(received);
  }
}
