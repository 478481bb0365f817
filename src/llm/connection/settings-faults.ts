import { addressOf, type ConnectionCause, ModelError, type ModelProfile, PROVIDER_FACTS, type ProviderId } from "@/domain";
import { normaliseBaseUrl } from "../wire/base-url.ts";
import { seen } from "../failures/diagnosis.ts";
import { usableKey } from "../wire/key.ts";
import { isOwnAddress } from "./let-in.ts";

/** How keys of these providers begin; keys of the others have no beginning of their own. */
const KEY_STARTS: readonly [string, ProviderId][] = [
  ["sk-ant-", "anthropic"],
  ["sk-or-", "openrouter"],
  ["gsk_", "groq"],
  ["xai-", "xai"],
  ["AIza", "google"],
];

/** @returns null when it throws nothing but what it should */
function refusal(attempt: () => unknown): ModelError | null {
  try {
    attempt();
    return null;
  } catch (error) {
    if (error instanceof ModelError) return error;
    throw error;
  }
}

function addressFault(profile: ModelProfile): ConnectionCause | null {
  const address = addressOf(profile);
  const { example } = PROVIDER_FACTS[profile.provider];
  if (address === "")
    return seen(
      "no-address",
      "There is no address.",
      `Enter the one of the server, for example https://api.example.com/v1 (its models look like ${example}).`,
    );
  const refused = refusal(() => normaliseBaseUrl(address));
  return refused === null ? null : seen("wrong-address", refused.message, refused.hint ?? "Correct it in Settings.");
}

function keyFault(profile: ModelProfile, key: string): ConnectionCause | null {
  const { provider } = profile;
  const { name, keyUrl } = PROVIDER_FACTS[provider];
  const refused = refusal(() => usableKey(key, provider));
  if (refused !== null && key !== "") return seen("wrong-key", refused.message, "Copy the key again and enter it once more.");
  if (refused !== null)
    return seen("no-key", `There is no key for ${name}.`, keyUrl === null ? "Enter one." : `Enter one; keys are made at ${keyUrl}.`);
  const owner = KEY_STARTS.find(([start]) => key.startsWith(start))?.[1];
  const url = new URL(PROVIDER_FACTS[provider].baseUrl || "http://localhost");
  const strange = owner !== undefined && owner !== provider && !isOwnAddress(provider, url) && profile.baseUrl.trim() === "";
  if (!strange) return null;
  const other = PROVIDER_FACTS[owner].name;
  return seen(
    "wrong-key",
    `This looks like a key of ${other}, so it was not sent to ${name}.`,
    `Enter a key of ${name}, or make a profile for ${other}.`,
  );
}

/** What can be seen to be wrong with a profile before anything is sent. A key of somebody else goes nowhere. */
export function settingsFaults(profile: ModelProfile, given: string | null): ConnectionCause[] {
  const { example } = PROVIDER_FACTS[profile.provider];
  const noModel =
    profile.model.trim() === ""
      ? seen("bad-settings", "No model is chosen.", `Choose one from the list or type its name, for example ${example}.`)
      : null;
  return [addressFault(profile), keyFault(profile, given?.trim() ?? ""), noModel].filter((fault) => fault !== null);
}
