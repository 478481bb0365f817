import { actionText, type Json, type JsonObject, type Tool, type TraceCall } from "@/domain";
import type { PlayableEnvironment } from "../stage.ts";
import { type Mover, plainCalls } from "./mover.ts";
import { type Seen, seenValues, valuesFor } from "./values.ts";

const isDone = ({ name }: Tool): boolean => name === "Done";

/** Numbers in [0, 1) that only look like chance (mulberry32, public domain): the same seed, the same numbers. */
function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Calls before it may hand in an answer, and how often it then does. */
const LOOKS_AROUND = 8;
const DONE_SHARE = 0.05;

/** Older observations are forgotten, or long episodes would become slow. */
const REMEMBERED = 100;

/** Each turn hangs on seed, try and what was seen only, so an episode that was cut off goes on as it would have. */
export function createRandomPlayer(environment: PlayableEnvironment, seed: number, sample: number): Mover {
  const { tools } = environment;
  const others = tools.filter((tool) => !isDone(tool));
  return {
    move({ view }) {
      const random = chance(
        Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(sample + 1, 0x85ebca6b) ^ Math.imul(view.calls.length + 1, 0xc2b2ae35),
      );
      const pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(random() * items.length)];
      const done = tools.find(isDone);
      const hands = view.calls.length >= LOOKS_AROUND && random() < DONE_SHARE;
      const tool = hands || others.length === 0 ? done : pick(others);
      if (tool === undefined) return Promise.resolve({ type: "give-up" });
      const seen = seenValues(view.calls.slice(-REMEMBERED));
      const parameters: JsonObject = {};
      for (const parameter of tool.parameters) {
        if (parameter.required || random() < 0.5) parameters[parameter.name] = pick(valuesFor(parameter, seen)) ?? null;
      }
      return Promise.resolve(plainCalls([actionText(tool.name, parameters, tool)]));
    },
  };
}

/** Rounds of looking around after which the prober hands in what it has. */
const MAX_PROBES = 60;
/** Values a parameter is tried with, at most. */
const WIDEST = 12;

/** The first call of `tool`, with the first `width` values of each parameter, that was not made yet. */
function untried(tool: Tool, seen: Seen, width: number, tried: ReadonlySet<string>): string | null {
  const required = tool.parameters.filter((parameter) => parameter.required);
  const choices = required.map((parameter) => valuesFor(parameter, seen).slice(0, width));
  if (choices.some((values) => values.length === 0)) return null;
  const places = choices.map(() => 0);
  for (let count = 0; count < 500; count += 1) {
    const parameters = Object.fromEntries(
      required.map(({ name }, index): [string, Json] => [name, choices[index]?.[places[index] ?? 0] ?? null]),
    );
    const action = actionText(tool.name, parameters, tool);
    if (!tried.has(action)) return action;
    const turn = places.findLastIndex((place, index) => place + 1 < (choices[index]?.length ?? 0));
    if (turn < 0) return null;
    places[turn] = (places[turn] ?? 0) + 1;
    places.fill(0, turn + 1);
  }
  return null;
}

/** What was seen last and fits: a guess. */
function guess(tool: Tool, calls: readonly TraceCall[]): string {
  const seen = seenValues(calls.slice(-1));
  const parameters = Object.fromEntries(
    tool.parameters
      .filter(({ required }) => required)
      .map((parameter): [string, Json] => [parameter.name, valuesFor(parameter, seen).at(-1) ?? null]),
  );
  return actionText(tool.name, parameters, tool);
}

/**
 * Goes through the tools in breadth: each with the simplest values, then with one more value a parameter, taken from
 * what it has seen. Hands in what it saw last.
 */
export function createProber({ tools }: PlayableEnvironment): Mover {
  return {
    move({ view }) {
      const tried = new Set(view.calls.map(({ action }) => action));
      const seen = seenValues(view.calls);
      if (view.calls.length < MAX_PROBES) {
        for (let width = 1; width <= WIDEST; width += 1) {
          for (const tool of tools) {
            const action = isDone(tool) ? null : untried(tool, seen, width, tried);
            if (action !== null) return Promise.resolve(plainCalls([action]));
          }
        }
      }
      const done = tools.find(isDone);
      return Promise.resolve(
        done === undefined || tried.has(guess(done, view.calls)) ? { type: "give-up" } : plainCalls([guess(done, view.calls)]),
      );
    },
  };
}
