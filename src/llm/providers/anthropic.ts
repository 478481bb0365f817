import { createAnthropic } from "@ai-sdk/anthropic";
import type { Effort } from "@/domain";
import { recallTurn } from "../chat/turns.ts";
import type { Connected, ConnectionSetup, SdkOptions } from "./types.ts";

/** The protocol wants a limit. This one holds a long reply with room, and all models but the oldest accept it. */
const DEFAULT_OUTPUT_TOKENS = 32_000;

/** Models of before the effort setting are given a number of tokens to think with (at least 1024). */
const WITH_BUDGET = /claude-(3-7|(sonnet|opus|haiku)-4(-[015]|-\d{8}|$))/;
const BUDGET: Record<Effort, number> = { minimal: 1024, low: 4096, medium: 8192, high: 16_384 };
const WITHOUT_THINKING = /claude-(3-5|3-(opus|sonnet|haiku)|2|instant)/;

function thinking(model: string, effort: Effort | null, forgotten: boolean): SdkOptions[string] {
  if (effort === null || WITHOUT_THINKING.test(model)) return {};
  if (!WITH_BUDGET.test(model)) {
    return { effort: effort === "minimal" ? "low" : effort, thinking: { type: "adaptive", display: "summarized" } };
  }
  // With a budget, each earlier turn with calls must come back with its signed thoughts.
  return forgotten ? {} : { thinking: { type: "enabled", budgetTokens: BUDGET[effort] } };
}

export function connect({ profile, baseUrl, key, fetch, request }: ConnectionSetup): Connected {
  const provider = createAnthropic({
    baseURL: baseUrl,
    apiKey: key ?? "",
    fetch,
    headers: { "anthropic-dangerous-direct-browser-access": "true" },
  });
  const forgotten = request.messages.some(
    (message) => message.role === "assistant" && message.toolCalls.length > 0 && recallTurn(message) === null,
  );
  return {
    model: provider.messages(profile.model),
    options: { anthropic: { toolStreaming: false, ...thinking(profile.model, profile.effort, forgotten) } },
    systemOptions: { anthropic: { cacheControl: { type: "ephemeral" } } },
    maxOutputTokens: DEFAULT_OUTPUT_TOKENS,
  };
}
