import type { PromptEdits, Role } from "@/domain";
import designerSystem from "./prompts/designer.v1.system.md?raw";
import designerUser from "./prompts/designer.v1.user.md?raw";
import solverSystem from "./prompts/solver.v1.system.md?raw";
import solverUser from "./prompts/solver.v1.user.md?raw";
import testerSystem from "./prompts/tester.v1.system.md?raw";
import testerUser from "./prompts/tester.v1.user.md?raw";

export type PromptTemplate = { version: string; system: string; user: string };
export type RenderedPrompt = { system: string; user: string; promptVersion: string };

/** What each role's prompt may name as `{{name}}`; the solver never sees the environment's source. */
export const PLACEHOLDERS = {
  designer: ["statement", "solution", "answer_chars", "min_rounds", "max_rounds"],
  tester: ["task", "environment", "class_name", "count", "sample_number", "sample_count", "answer_chars", "min_rounds", "max_rounds"],
  solver: ["task", "tools", "class_name", "max_rounds"],
} as const satisfies Record<Role, readonly string[]>;

export type PromptValues<R extends Role> = Record<(typeof PLACEHOLDERS)[R][number], string | number>;

/** The fixed part comes first and is the same for all problems, so that providers can keep it in their caches. */
export const builtInPrompts: Record<Role, PromptTemplate> = {
  designer: { version: "designer@1", system: designerSystem, user: designerUser },
  tester: { version: "tester@1", system: testerSystem, user: testerUser },
  solver: { version: "solver@1", system: solverSystem, user: solverUser },
};

/**
 * Puts values in for `{{name}}`, in one pass: what a value holds is never looked at again. Names without a value
 * stay as they are, so that a typing error in an edited prompt can be seen.
 */
export function fillTemplate(template: string, values: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{\{\s{0,4}(\w{1,40})\s{0,4}\}\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? String(values[name]) : whole,
  );
}

export function renderPrompt<R extends Role>(role: R, values: PromptValues<R>, edits?: PromptEdits): RenderedPrompt {
  const builtIn = builtInPrompts[role];
  const edit = edits?.[role];
  const edited = edit !== undefined && (edit.system !== builtIn.system || edit.user !== builtIn.user);
  const template = edited ? edit : builtIn;
  return {
    system: fillTemplate(template.system, values).trim(),
    user: fillTemplate(template.user, values).trim(),
    promptVersion: edited ? `${builtIn.version}+edited` : builtIn.version,
  };
}
