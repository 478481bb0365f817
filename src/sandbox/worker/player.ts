import type { Clock } from "./clock.ts";

/**
 * Episodes, played action by action from here: Python is given one action at a time and is asked for reward and end by
 * itself, so that what it can read off its own stack is the same whoever plays, and whatever comes next.
 *
 * Judged code may have changed what it could reach here, such as prototypes: as in prompter.ts, nothing below calls a
 * method of any object.
 */
export type Player = {
  /** `params`: JSON text of `start`'s parameters (domain/python-protocol.ts). The reply is Python's own form, as JSON text. */
  start: (params: string) => unknown;
  steps: (params: string) => unknown;
};

/** Beyond it a batch ends early: one more step, with its hidden state, still fits into a reply. */
const MAX_BATCH_CHARS = 900_000;
const NOTHING_READ = '{"reward":0,"finished":false,"state":null}';

type Start = { config: string; state: boolean; look: boolean };
type Steps = { actions: { [index: number]: string; length: number }; state: boolean; look: boolean; pauses: { [index: number]: number } };
type Raised = { type: string; message: string };
type Reply<T> = { ok?: T; error?: Raised };
type Answer = { ok: boolean; observation: string; raised: Raised | null };
type Outcome = { reward: number; finished: boolean; state: object | null };

export function createPlayer(dispatch: (method: string, params: string) => unknown, clock: Clock): Player {
  const { parse, stringify } = JSON;
  const ask = <T>(method: string, params: object): { text: unknown; read: Reply<T> } => {
    const text = dispatch(method, stringify(params));
    return { text, read: typeof text === "string" ? (parse(text) as Reply<T>) : {} };
  };

  /** One step as the host reads it. A broken outcome counts as raised: the player reads why, and no reward is earned. */
  function step(action: string, look: boolean, state: boolean): { text: unknown; line: string | null; finished: boolean } {
    const played = ask<Answer>("step", { action });
    const answer = played.read.ok;
    if (answer === undefined) return { text: played.text, line: null, finished: false };
    const { ok, observation, raised } = answer;
    if (!look)
      return { text: null, line: stringify({ reward: 0, finished: false, state: null, ok, observation, raised }), finished: false };
    const asked = ask<Outcome>("outcome", { state });
    const outcome = asked.read.ok;
    const broken = raised ?? asked.read.error;
    if (broken !== undefined) {
      const { type, message } = broken;
      const line = { reward: 0, finished: false, state: outcome?.state ?? null, ok: false, observation: "", raised: { type, message } };
      return { text: null, line: stringify(line), finished: false };
    }
    if (outcome === undefined) return { text: asked.text, line: null, finished: false };
    const { reward, finished } = outcome;
    return { text: null, line: stringify({ reward, finished, state: outcome.state, ok, observation, raised }), finished };
  }

  return {
    start(params) {
      const { config, state, look } = parse(params) as Start;
      const begun = ask("start", { config });
      if (begun.read.ok === undefined) return begun.text;
      return look ? dispatch("outcome", stringify({ state })) : `{"ok": ${NOTHING_READ}}`;
    },
    steps(params) {
      const { actions, state, look, pauses } = parse(params) as Steps;
      let lines = "";
      for (let index = 0; index < actions.length && lines.length < MAX_BATCH_CHARS; index++) {
        clock.advance(pauses[index] ?? 0);
        const last = index === actions.length - 1;
        const { text, line, finished } = step(actions[index] ?? "", look || last, state);
        if (line === null) return text;
        lines += (index > 0 ? "," : "") + line;
        if (finished) break;
      }
      return `{"ok": {"steps":[${lines}]}}`;
    },
  };
}
