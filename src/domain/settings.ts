import { z } from "zod";
import { DEFAULT_LIMITS, limitsSchema } from "./limits.ts";
import { roleSchema } from "./model.ts";

/** The model's address. The key is never in here: it lives in memory, or under its own record when asked to. */
export const modelSettingsSchema = z.object({
  kind: z.enum(["recorded", "openai-compatible"]),
  baseUrl: z.string(),
  model: z.string(),
  streaming: z.boolean(),
  temperature: z.number().min(0).max(2).nullable(),
  maxOutputTokens: z.number().int().min(1).nullable(),
  concurrency: z.number().int().min(1).max(16),
});
export type ModelSettings = z.infer<typeof modelSettingsSchema>;

/** A role's prompt as the person edited it; roles that are absent use the built-in version. */
export const promptEditsSchema = z.partialRecord(roleSchema, z.object({ system: z.string(), user: z.string() }));
export type PromptEdits = z.infer<typeof promptEditsSchema>;

export const settingsSchema = z.object({
  version: z.literal(1),
  model: modelSettingsSchema,
  limits: limitsSchema,
  /** Interpreters at once; null = from `navigator.hardwareConcurrency`. */
  workers: z.number().int().min(1).max(16).nullable(),
  prompts: promptEditsSchema,
  colorScheme: z.enum(["auto", "light", "dark"]),
});
export type Settings = z.infer<typeof settingsSchema>;

export const DEFAULT_SETTINGS: Settings = {
  version: 1,
  model: {
    kind: "recorded",
    baseUrl: "https://api.openai.com/v1",
    model: "",
    streaming: true,
    temperature: null,
    maxOutputTokens: null,
    concurrency: 3,
  },
  limits: DEFAULT_LIMITS,
  workers: null,
  prompts: {},
  colorScheme: "auto",
};
