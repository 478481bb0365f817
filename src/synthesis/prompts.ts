import type { PromptEdits, ReplyForm, Role } from "@/domain";
import fullSystem from "./prompts/designer.v1.system.md?raw";
import fullUser from "./prompts/designer.v1.user.md?raw";
import compactSystem from "./prompts/designer.v2.system.md?raw";
import compactUser from "./prompts/designer.v2.user.md?raw";
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
const DESIGNER: Record<ReplyForm, PromptTemplate> = {
  compact: { version: "designer@2", system: compactSystem, user: compactUser },
  full: { version: "designer@1", system: fullSystem, user: fullUser },
};

/** The designer is told the form of its reply; the others never see it. */
export function builtInPromptsFor(form: ReplyForm): Record<Role, PromptTemplate> {
  return {
    designer: DESIGNER[form],
    tester: { version: "tester@1", system: testerSystem, user: testerUser },
    solver: { version: "solver@1", system: solverSystem, user: solverUser },
  };
}

/** Those of the default form. */
export const builtInPrompts: Record<Role, PromptTemplate> = builtInPromptsFor("compact");

/**
 * Puts values in for `{{name}}`, in one pass: what a value holds is never looked at again. Names without a value
 * stay as they are, so that a typing error in an edited prompt can be seen.
 */
export function fillTemplate(template: string, values: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{\{\s{0,4}(\w{1,40})\s{0,4}\}\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? String(values[name]) : whole,
  );
}

/**
 * An edit of the designer's prompt counts whatever the form: it is the person's own text, and replies of both forms
 * are read. Only an edit that differs from what is built in, in any form, is one.
 */
export function renderPrompt<R extends Role>(
  role: R,
  values: PromptValues<R>,
  { edits, form = "compact" }: { edits?: PromptEdits | undefined; form?: ReplyForm } = {},
): RenderedPrompt {
  const builtIn = builtInPromptsFor(form)[role];
  const known = role === "designer" ? Object.values(DESIGNER) : [builtIn];
  const edit = edits?.[role];
  const edited = edit !== undefined && !known.some(({ system, user }) => edit.system === system && edit.user === user);
  const template = edited ? edit : builtIn;
  return {
    system: fillTemplate(template.system, values).trim(),
    user: fillTemplate(template.user, values).trim(),
    promptVersion: edited ? `${builtIn.version}+edited` : builtIn.version,
  };
}
