import { z } from "zod";
import { type ModelRole, modelRoleSchema } from "./model.ts";
import { effortSchema, providerSchema } from "./provider.ts";

export const profileIdSchema = z.string().min(1).max(100).brand<"ProfileId">();
export type ProfileId = z.infer<typeof profileIdSchema>;

/**
 * One way to a model: provider, address, model and how to ask it. The key is never in here: it lives in memory
 * under the profile's id, or in a table of its own when the person asked to keep it.
 */
export const modelProfileSchema = z.object({
  id: profileIdSchema,
  name: z.string().max(80),
  provider: providerSchema,
  /** "" = the provider's own address. */
  baseUrl: z.string(),
  /** OpenAI only: which of its two protocols is spoken. */
  api: z.enum(["responses", "chat"]),
  model: z.string(),
  streaming: z.boolean(),
  /** Requests at once; falls by itself when the provider says "too many". */
  concurrency: z.number().int().min(1).max(16),
  temperature: z.number().min(0).max(2).nullable(),
  maxOutputTokens: z.number().int().min(1).nullable(),
  effort: effortSchema.nullable(),
});
export type ModelProfile = z.infer<typeof modelProfileSchema>;

/** What a role does differently from the profile in use; null = as the profile says. */
const roleSettingsSchema = z.object({
  profile: profileIdSchema.nullable(),
  model: z.string().nullable(),
  temperature: z.number().min(0).max(2).nullable(),
  maxOutputTokens: z.number().int().min(1).nullable(),
  effort: effortSchema.nullable(),
});
export type RoleSettings = z.infer<typeof roleSettingsSchema>;
export const roleSettingsTableSchema = z.record(modelRoleSchema, roleSettingsSchema);

export const RECORDED_PROFILE: ModelProfile = {
  id: profileIdSchema.parse("recorded"),
  name: "Recorded replies",
  provider: "recorded",
  baseUrl: "",
  api: "responses",
  model: "recorded",
  streaming: true,
  concurrency: 4,
  temperature: null,
  maxOutputTokens: null,
  effort: null,
};

export const COMPILER_PROFILE: ModelProfile = {
  ...RECORDED_PROFILE,
  id: profileIdSchema.parse("compiler"),
  name: "Built-in compiler",
  provider: "compiler",
  model: "compiler",
};

/** Those that need no setting up and cannot be removed. */
export function isBuiltIn({ provider }: Pick<ModelProfile, "provider">): boolean {
  return provider === "recorded" || provider === "compiler";
}

export const AS_PROFILE: RoleSettings = { profile: null, model: null, temperature: null, maxOutputTokens: null, effort: null };

/** All profiles there are: the built-in ones first. */
export function profilesOf(own: readonly ModelProfile[]): ModelProfile[] {
  return [RECORDED_PROFILE, COMPILER_PROFILE, ...own];
}

/** The profile with which a role asks, its own wishes put in. A profile that is gone falls back to the one in use. */
export function profileFor(
  settings: { profiles: readonly ModelProfile[]; profile: ProfileId; roles: Record<ModelRole, RoleSettings> },
  role: ModelRole,
): ModelProfile {
  const wishes = settings.roles[role];
  const find = (id: ProfileId | null) => profilesOf(settings.profiles).find((profile) => profile.id === id);
  const base = find(wishes.profile) ?? find(settings.profile) ?? RECORDED_PROFILE;
  if (isBuiltIn(base)) return base;
  return {
    ...base,
    model: wishes.model ?? base.model,
    temperature: wishes.temperature ?? base.temperature,
    maxOutputTokens: wishes.maxOutputTokens ?? base.maxOutputTokens,
    effort: wishes.effort ?? base.effort,
  };
}
