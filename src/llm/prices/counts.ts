import type { Usage } from "@/domain";

/** Tokens to be paid for. `cached` and `written` are parts of `input`; never more than it. */
export type Counts = { input: number; cached: number; written: number; output: number };

const isCount = (value: number | null): value is number => value !== null && Number.isFinite(value) && value >= 0;

/**
 * Counts that a price can be put on; null when the provider did not say both input and output, or said nonsense.
 * Some servers count cached input beside the input, or reasoning beside the output, instead of within: that shows
 * where the part is larger than the whole, and then they are added.
 */
export function countsOf(usage: Usage | null): Counts | null {
  if (usage === null || !isCount(usage.inputTokens) || !isCount(usage.outputTokens)) return null;
  const cached = usage.cachedInputTokens ?? 0;
  const written = usage.cacheWriteTokens ?? 0;
  const reasoning = usage.reasoningTokens ?? 0;
  if (![cached, written, reasoning].every(isCount)) return null;
  return {
    input: cached + written > usage.inputTokens ? usage.inputTokens + cached + written : usage.inputTokens,
    cached,
    written,
    output: reasoning > usage.outputTokens ? usage.outputTokens + reasoning : usage.outputTokens,
  };
}
