import type { Table } from "dexie";
import { DEFAULT_SETTINGS, profileIdSchema } from "@/domain";

/** Version 1 had one model and one key; they become a profile of this name, and its key. */
const FIRST_PROFILE = profileIdSchema.parse("first");
const FIRST_KEY = "key";
/** Of a profile; the name of a model may be longer. */
const LONGEST_NAME = 80;

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

/** What it makes is parsed by the schema afterwards, like every record. */
export function settingsToVersion2({ model: given, ...rest }: Record<string, unknown>): Record<string, unknown> {
  const { kind, ...model } = fieldsOf(given);
  const { profiles: _, version, ...defaults } = DEFAULT_SETTINGS;
  const untouched = kind === "recorded" && model["model"] === "";
  const first = {
    id: FIRST_PROFILE,
    name: typeof model["model"] === "string" && model["model"] !== "" ? model["model"].slice(0, LONGEST_NAME) : "My model",
    provider: "compatible",
    api: "chat",
    effort: null,
    ...model,
  };
  return {
    ...defaults,
    ...rest,
    version,
    profiles: untouched ? [] : [first],
    profile: kind === "recorded" || untouched ? defaults.profile : FIRST_PROFILE,
  };
}

/** Runs once, when the database is brought to version 2. */
export async function moveFirstKey(keys: Table<unknown, string>): Promise<void> {
  const key = await keys.get(FIRST_KEY);
  if (key === undefined) return;
  await keys.delete(FIRST_KEY);
  await keys.put({ ...fieldsOf(key), id: FIRST_PROFILE });
}
