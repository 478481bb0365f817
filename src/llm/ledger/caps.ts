import { type Caps, ModelError, type Tally, usdText } from "@/domain";

/** What a request may come to. `usd` null: nobody knows its price. `free`: it costs nothing, and caps in dollars do not concern it. */
export type Forecast = { runId: string | null; tokens: number; usd: number | null; free: boolean };

/** A sum of what is booked and what is held for requests under way. */
export type Sums = { booked: Tally; held: { usd: number; tokens: number } };

type Term = "run" | "day";

/**
 * The error that stops the request, or null. A cap is reached when what is booked and held comes to it, and it
 * must not be passed by what the request may add: a cap of 0 lets nothing paid through.
 */
export function capReached(caps: Caps, forecast: Forecast, sums: Record<Term, Sums>): ModelError | null {
  for (const term of ["run", "day"] as const) {
    const usd = term === "run" ? caps.runUsd : caps.dayUsd;
    const tokens = term === "run" ? caps.runTokens : caps.dayTokens;
    const { booked, held } = sums[term];
    if (usd !== null && !forecast.free && passes(usd, booked.usd + held.usd, forecast.usd ?? 0)) {
      const own = forecast.usd === null ? "nobody knows what it costs" : `it may cost about ${usdText(forecast.usd)}`;
      return stopped(term, usdText(usd), usdText(booked.usd), held.usd === 0 ? null : usdText(held.usd), own);
    }
    // Replies whose provider did not count are taken for as long as this one, or such a cap would never hold.
    const used = booked.inputTokens + booked.outputTokens + booked.unknownUsage * forecast.tokens;
    if (tokens !== null && passes(tokens, used + held.tokens, forecast.tokens)) {
      const about = booked.unknownUsage > 0 ? "about " : "";
      return stopped(
        term,
        tokenText(tokens),
        `${about}${tokenText(used)}`,
        held.tokens === 0 ? null : tokenText(held.tokens),
        `it may take about ${tokenText(forecast.tokens)}`,
      );
    }
  }
  return null;
}

function passes(cap: number, sofar: number, more: number): boolean {
  return sofar >= cap || sofar + more > cap;
}

function tokenText(tokens: number): string {
  return `${Math.round(tokens).toLocaleString("en-US")} tokens`;
}

function stopped(term: Term, cap: string, spent: string, held: string | null, own: string): ModelError {
  const under = held === null ? "" : `, about ${held} held for requests under way`;
  const message = `The cap of ${cap} per ${term} stopped a request: ${spent} spent ${term === "day" ? "today" : "in this run"}${under}, and ${own}.`;
  const hint =
    term === "day" ? "Raise the cap in Settings and press Resume, or continue tomorrow." : "Raise the cap in Settings and press Resume.";
  return new ModelError("cap-reached", message, { hint });
}
