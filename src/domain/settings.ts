import { z } from "zod";
import { DEFAULT_LIMITS, limitsSchema } from "./limits.ts";
import { replyFormSchema, roleSchema } from "./model.ts";
import { capsSchema, NO_CAPS, priceEditSchema } from "./money.ts";
import { AS_PROFILE, modelProfileSchema, profileIdSchema, RECORDED_PROFILE, roleSettingsTableSchema } from "./profile.ts";

/** A role's prompt as the person edited it; roles that are absent use the built-in version. */
export const promptEditsSchema = z.partialRecord(roleSchema, z.object({ system: z.string(), user: z.string() }));
export type PromptEdits = z.infer<typeof promptEditsSchema>;

/** What happens when a request fails in passing, or a reply is cut off. */
export const patienceSchema = z.object({
  /** Attempts after the first. */
  retries: z.number().int().min(0).max(20),
  /** All waits of one request together, in ms. */
  waitMs: z.number().int().min(0).max(3_600_000),
  /** A reply that ends at the output limit: go on where it stopped, ask again with twice the limit, or take it as it is. */
  cut: z.enum(["continue", "larger", "keep"]),
});
export type Patience = z.infer<typeof patienceSchema>;

export const settingsSchema = z.object({
  version: z.literal(2),
  /** Those the person made; "Recorded replies" is always there besides. */
  profiles: z.array(modelProfileSchema),
  /** The profile in use. */
  profile: profileIdSchema,
  roles: roleSettingsTableSchema,
  replyForm: replyFormSchema,
  /** With a model: try the built-in compiler first, so that the model has something to beat. */
  compileFirst: z.boolean().default(true),
  /** Answer identical requests from the store of replies. */
  reuseReplies: z.boolean(),
  patience: patienceSchema,
  caps: capsSchema,
  prices: z.array(priceEditSchema),
  limits: limitsSchema,
  /** Interpreters at once; null = from `navigator.hardwareConcurrency`. */
  workers: z.number().int().min(1).max(16).nullable(),
  prompts: promptEditsSchema,
  colorScheme: z.enum(["auto", "light", "dark"]),
});
export type Settings = z.infer<typeof settingsSchema>;

export const DEFAULT_PATIENCE: Patience = { retries: 4, waitMs: 180_000, cut: "continue" };

export const DEFAULT_SETTINGS: Settings = {
  version: 2,
  profiles: [],
  profile: RECORDED_PROFILE.id,
  roles: { designer: AS_PROFILE, tester: AS_PROFILE, solver: AS_PROFILE, player: AS_PROFILE },
  replyForm: "compact",
  compileFirst: true,
  reuseReplies: true,
  patience: DEFAULT_PATIENCE,
  caps: NO_CAPS,
  prices: [],
  limits: DEFAULT_LIMITS,
  workers: null,
  prompts: {},
  colorScheme: "auto",
};
