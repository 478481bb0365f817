import { createOpenRouter } from "@openrouter/ai-sdk-provider";
import type { Connected, ConnectionSetup } from "./types.ts";

const number = (value: unknown): number | null => (typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : null);

/** With a key of one's own behind OpenRouter, its cost is a fee only, and what that provider takes stands beside it. */
function billedUsd(usage: Record<string, unknown>): number | null {
  const cost = number(usage["cost"]);
  if (cost === null || usage["is_byok"] !== true) return cost;
  return cost + (number(Reflect.get(Object(usage["cost_details"]), "upstream_inference_cost")) ?? 0);
}

/** These caches want to be told what to keep; the others find out by themselves. */
const MARKED_CACHE = /^(anthropic|google)\//;

export function connect({ profile, baseUrl, key, fetch }: ConnectionSetup): Connected {
  const provider = createOpenRouter({ baseURL: baseUrl, apiKey: key ?? "", fetch, compatibility: "strict" });
  return {
    model: provider.chat(profile.model, {
      usage: { include: true },
      ...(profile.effort === null ? {} : { extraBody: { reasoning: { effort: profile.effort } } }),
    }),
    options: {},
    ...(MARKED_CACHE.test(profile.model) ? { systemOptions: { openrouter: { cacheControl: { type: "ephemeral" } } } } : {}),
    billedUsd,
  };
}
