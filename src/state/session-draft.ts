import { z } from "zod";
import type { EnvironmentId, EpisodeId, Role } from "@/domain";
import { WEB_STORAGE_PREFIX } from "@/storage";

/** What is being written and was not saved yet: for this tab, over a look at another page and over a reload; gone with the tab. */
export type SessionDraft<T> = {
  /** Null where nothing is being written. */
  read(): T | null;
  /** Null: it was saved, or is not wanted. */
  keep(value: T | null): void;
};

const forgets: (() => void)[] = [];

/** Everything here was erased, and what is being written with it. */
export function forgetDrafts(): void {
  for (const forget of forgets) forget();
}

function sessionDraft<T>(name: string, schema: z.ZodType<T>): SessionDraft<T> {
  const key = `${WEB_STORAGE_PREFIX}:${name}`;
  let kept: T | null = null;
  const draft: SessionDraft<T> = {
    read() {
      try {
        kept ??= schema.parse(JSON.parse(sessionStorage.getItem(key) ?? "null"));
      } catch {
        // None was kept, or site data are blocked: then it lives until a reload.
      }
      return kept;
    },
    keep(value) {
      kept = value;
      try {
        if (value === null) sessionStorage.removeItem(key);
        else sessionStorage.setItem(key, JSON.stringify(value));
      } catch {
        // As above; a draft larger than what a tab may keep.
      }
    },
  };
  forgets.push(() => draft.keep(null));
  return draft;
}

/** Of what there can be any number of, the last ones that were touched. */
const MOST = 24;

function sessionDrafts<Id extends string, T>(name: string, schema: z.ZodType<T>): (id: Id) => SessionDraft<T> {
  const all = sessionDraft(name, z.array(z.tuple([z.string(), schema])));
  return (id) => ({
    read: () => all.read()?.find(([key]) => key === id)?.[1] ?? null,
    keep(value) {
      const others = (all.read() ?? []).filter(([key]) => key !== id);
      if (value !== null) others.push([id, value]);
      all.keep(others.length === 0 ? null : others.slice(-MOST));
    },
  });
}

const problemSchema = z.object({ title: z.string(), statement: z.string(), solution: z.string() });

/** A problem as it is being written. */
export type ProblemDraft = z.infer<typeof problemSchema>;
export const problemDraft = sessionDraft("draft", problemSchema);

/** Text in the import dialog. */
export const pasteDraft = sessionDraft("draft-paste", z.string());

/** A role's prompt as it is being edited. */
export const promptDraft = sessionDrafts<Role, { system: string; user: string }>(
  "draft-prompts",
  z.object({ system: z.string(), user: z.string() }),
);

/** A configuration of one's own for an environment. */
export const configDraft = sessionDrafts<EnvironmentId, string>("draft-configs", z.string());

const callDrafts = sessionDrafts("draft-calls", z.record(z.string(), z.string()));

/** The fields of a tool's form in an episode. */
export const callDraft = (episode: EpisodeId, tool: string): SessionDraft<Readonly<Record<string, string>>> =>
  callDrafts(`${episode} ${tool}`);
