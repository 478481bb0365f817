import type { z } from "zod";

/** An event where it is stored: its number in the log, counted from 0 without gaps, and when it was stored. */
export type StoredEvent<Event> = { seq: number; at: number; event: Event };

type Fields = Record<string, unknown>;

/**
 * How one kind of work writes its events. `version` is raised with every change of an event's fields or types (a test holds the schema's
 * fingerprint beside it), and `upgrades[n]` then makes an event of version n one of n + 1; neither is ever taken back. A log that says no
 * version is of version 1. A newer one is refused by name.
 */
export type LogFormat<Event> = {
  /** For people. */
  name: "run" | "evaluation" | "episode";
  version: number;
  schema: z.ZodType<Event>;
  upgrades: Readonly<Record<number, (event: Fields) => Fields>>;
};

/** What an event of version `from` is today; the schema parses it afterwards. @throws Error for a version that never was */
export function upgradedEvent({ name, version, upgrades }: LogFormat<unknown>, event: unknown, from: number): unknown {
  let fields: Fields = { ...Object(event) };
  for (let at = from; at < version; at += 1) {
    const upgrade = upgrades[at];
    if (upgrade === undefined) throw new Error(`no ${name} was ever of version ${at}`);
    fields = upgrade(fields);
  }
  return fields;
}
