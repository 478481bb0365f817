import { createGoogleGenerativeAI } from "@ai-sdk/google";
import type { Effort } from "@/domain";
import type { Connected, ConnectionSetup } from "./types.ts";

/** Gemini 2.5 counts thoughts in tokens; later models have levels. */
const BUDGET: Record<Effort, number> = { minimal: 512, low: 2048, medium: 8192, high: 24_576 };
const WITH_BUDGET = /gemini-2\.5/;
const THINKS = /gemini-(2\.5|[3-9]|flash-latest|pro-latest)/;

export function connect({ profile, baseUrl, key, fetch }: ConnectionSetup): Connected {
  const provider = createGoogleGenerativeAI({ baseURL: baseUrl, apiKey: key ?? "", fetch });
  const { model, effort } = profile;
  const able = THINKS.test(model) || effort !== null;
  const amount = effort === null ? {} : WITH_BUDGET.test(model) ? { thinkingBudget: BUDGET[effort] } : { thinkingLevel: effort };
  return {
    model: provider.chat(model),
    options: able ? { google: { thinkingConfig: { includeThoughts: true, ...amount } } } : {},
  };
}
