import {
  AS_PROFILE,
  MODEL_ROLES,
  type ModelProfile,
  type ModelRole,
  PROVIDER_FACTS,
  type ProfileId,
  profileIdSchema,
  type ProviderId,
  randomId,
  RECORDED_PROFILE,
  type RoleSettings,
  type Settings,
} from "@/domain";

/** Pure changes of the settings' profiles. */

function freeName(wanted: string, taken: readonly ModelProfile[]): string {
  const names = new Set(taken.map(({ name }) => name));
  for (let number = 1; ; number++) {
    const name = number === 1 ? wanted : `${wanted} ${number}`;
    if (!names.has(name)) return name;
  }
}

const freshId = (): ProfileId => profileIdSchema.parse(randomId());

export function newProfile(provider: ProviderId, taken: readonly ModelProfile[]): ModelProfile {
  return {
    id: freshId(),
    name: freeName(PROVIDER_FACTS[provider].name, taken),
    provider,
    baseUrl: "",
    api: "responses",
    model: "",
    streaming: true,
    // A computer at home answers one after the other; more at once only makes each wait.
    concurrency: PROVIDER_FACTS[provider].local ? 1 : 3,
    temperature: null,
    maxOutputTokens: null,
    effort: null,
  };
}

export function copyOf(profile: ModelProfile, taken: readonly ModelProfile[]): ModelProfile {
  return { ...profile, id: freshId(), name: freeName(profile.name, taken) };
}

export function withProfile(settings: Settings, profile: ModelProfile): Settings {
  return { ...settings, profiles: [...settings.profiles, profile], profile: profile.id };
}

export function withProfileChanged(settings: Settings, id: ProfileId, change: Partial<Omit<ModelProfile, "id">>): Settings {
  return { ...settings, profiles: settings.profiles.map((profile) => (profile.id === id ? { ...profile, ...change } : profile)) };
}

export function withoutProfile(settings: Settings, id: ProfileId): Settings {
  const profiles = settings.profiles.filter((profile) => profile.id !== id);
  const roles = { ...settings.roles };
  for (const role of MODEL_ROLES) if (roles[role].profile === id) roles[role] = AS_PROFILE;
  return { ...settings, profiles, roles, profile: settings.profile === id ? (profiles[0]?.id ?? RECORDED_PROFILE.id) : settings.profile };
}

export function withRole(settings: Settings, role: ModelRole, change: Partial<RoleSettings>): Settings {
  return { ...settings, roles: { ...settings.roles, [role]: { ...settings.roles[role], ...change } } };
}
