import { z } from "zod";
import { WEB_STORAGE_PREFIX } from "@/storage";

const KEY = `${WEB_STORAGE_PREFIX}:draft`;
const draftSchema = z.object({ title: z.string(), statement: z.string(), solution: z.string() });

/** A problem as it is being written. */
export type ProblemDraft = z.infer<typeof draftSchema>;
export const EMPTY_DRAFT: ProblemDraft = { title: "", statement: "", solution: "" };

/** For this tab, over a look at another page and over a reload; gone with the tab. */
let kept: ProblemDraft | null = null;

export function readDraft(): ProblemDraft {
  try {
    kept ??= draftSchema.parse(JSON.parse(sessionStorage.getItem(KEY) ?? "null"));
  } catch {
    // None was kept, or site data are blocked: then it lives until a reload.
  }
  return kept ?? EMPTY_DRAFT;
}

export function keepDraft(draft: ProblemDraft): void {
  kept = draft;
  try {
    if (draft === EMPTY_DRAFT) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, JSON.stringify(draft));
  } catch {
    // As above; a draft larger than what a tab may keep.
  }
}
