import type { TraceStep } from "@/domain";

/**
 * What the proof plays on an environment to see whether it pays for the right answer and for no other. An environment that
 * cheats has to know a trial from an agent's episode; so trials come in through the door that players use, each on the module
 * loaded again, and in ways that follow no pattern: in the first, some middle and the last round, among harmless calls in
 * other orders, with reward and end read after each call (as play does) or after the last (as trainers do), with the
 * clock running on as it does while an agent thinks.
 */
export type Trial = {
  /** `replay`: all of the record; `right`: its answer in another place; `wrong`: another answer. */
  kind: "replay" | "right" | "wrong";
  /** The last one is the answer. */
  actions: string[];
  look: boolean;
  /** ms, one for each action. */
  pauses: number[];
};

/** A source of chance: at least 0, less than 1. */
export type Chance = () => number;

const OBSERVE = '{"name": "Observe", "parameters": {}}';
const MAX_MIXED = 8;
/** More rounds than any task that is kept has (domain/limits.ts). */
const LONG_ROUNDS = 300;
/** Up to this long an agent may think between two calls: ten minutes. */
const MAX_PAUSE_MS = 600_000;

const upTo = (most: number, chance: Chance): number => Math.floor(chance() * (most + 1));

function shuffled<T>(items: readonly T[], chance: Chance): T[] {
  return items
    .map((item) => ({ item, place: chance() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

/** How the next trial is played: in turn, from a random beginning, so that few trials still meet every way. */
function ways(chance: Chance): (actions: readonly string[]) => Pick<Trial, "look" | "pauses"> {
  let turn = upTo(3, chance);
  return (actions) => {
    turn++;
    const thinks = (turn & 2) === 0;
    return {
      look: (turn & 1) === 0,
      // Short ones as likely as long ones: what waits for a second must be met, and what waits for a minute.
      pauses: actions.map(() => (thinks ? MAX_PAUSE_MS ** chance() : 0)),
    };
  };
}

/** Some calls of the record in another order, with a look or two between them. */
function mixed(calls: readonly string[], chance: Chance): string[] {
  const some = shuffled(calls, chance).slice(0, upTo(Math.min(MAX_MIXED, calls.length), chance));
  return shuffled([...some, ...Array.from({ length: upTo(3, chance) }, () => OBSERVE)], chance);
}

/** The calls again and again: an agent may wander for as long as it likes. */
function long(calls: readonly string[], chance: Chance): string[] {
  const all = [...calls, OBSERVE];
  return shuffled(
    Array.from({ length: LONG_ROUNDS }, (_, index) => all[index % all.length] ?? OBSERVE),
    chance,
  );
}

/**
 * The trials of one test, in random order; `first` says what comes first, where nothing was played in the interpreter before.
 * `earlier`: calls of tests that this interpreter has met; of later ones it may know nothing (see proof.ts).
 */
export function trialsOf(
  trace: readonly TraceStep[],
  wrong: readonly string[],
  earlier: readonly string[],
  first: Trial["kind"] | null,
  chance: Chance = Math.random,
): Trial[] {
  const actions = trace.map((step) => step.action);
  const calls = actions.slice(0, -1);
  const last = actions.slice(-1);
  const places = [
    [],
    [...calls.slice(0, upTo(calls.length, chance)), ...mixed(earlier, chance), OBSERVE, OBSERVE],
    calls,
    // The long one once in each interpreter: it takes as long as ten others.
    first === null ? mixed([...calls, ...earlier], chance) : long(calls, chance),
  ];
  const way = ways(chance);
  const trial = (kind: Trial["kind"], played: string[]): Trial => ({ kind, actions: played, ...way(played) });
  const trials = shuffled(
    [
      trial("replay", actions),
      ...(last.length === 0 ? [] : [trial("right", [...mixed(calls, chance), ...last])]),
      ...shuffled(wrong, chance).map((answer, index) => trial("wrong", [...(places[index % places.length] ?? []), answer])),
    ],
    chance,
  );
  return trials.toSorted((a, b) => Number(b.kind === first) - Number(a.kind === first));
}
