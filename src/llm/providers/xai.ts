import { createXai } from "@ai-sdk/xai";
import type { Connected, ConnectionSetup } from "./types.ts";

/** xAI counts costs in ticks, ten thousand million to the dollar. */
const TICKS_PER_USD = 10_000_000_000;

export function connect({ profile, baseUrl, key, fetch }: ConnectionSetup): Connected {
  const { effort } = profile;
  return {
    model: createXai({ baseURL: baseUrl, apiKey: key ?? "", fetch }).chat(profile.model),
    options: { xai: effort === null ? {} : { reasoningEffort: effort === "minimal" ? "low" : effort } },
    billedUsd: (usage) => {
      const ticks = usage["cost_in_usd_ticks"];
      return typeof ticks === "number" && ticks >= 0 ? ticks / TICKS_PER_USD : null;
    },
  };
}
