import type { PriceCalculation, PriceOptions } from "@pydantic/genai-prices";
import type { Price, ProviderId } from "@/domain";
import type { Counts } from "./counts.ts";

/** The built-in table and the day on which it was published. A test holds it against the installed package. */
export const PRICE_TABLE = { source: "genai-prices 0.1.8", date: "2026-09-23" };

/** Names of our providers in the table; "compatible" is looked up by its address, the rest costs nothing. */
const TABLE_NAMES: Partial<Record<ProviderId, string>> = {
  openai: "openai",
  anthropic: "anthropic",
  google: "google",
  openrouter: "openrouter",
  mistral: "mistral",
  groq: "groq",
  deepseek: "deepseek",
  xai: "x-ai",
  together: "together",
};

type Table = typeof import("@pydantic/genai-prices");

/** Half a megabyte: loaded with the first price that is asked for. Its way to newer prices over the network is never switched on. */
async function loadTable(): Promise<Table | null> {
  try {
    return await import("@pydantic/genai-prices");
  } catch {
    // A chunk that cannot be had (offline, a new version was published) leaves prices unknown; the next question tries again.
    return null;
  }
}

function placeOf(provider: ProviderId, baseUrl: string): PriceOptions | null {
  const providerId = TABLE_NAMES[provider];
  if (providerId !== undefined) return { providerId };
  return provider === "compatible" && baseUrl !== "" ? { providerApiUrl: baseUrl } : null;
}

function look(table: Table, usage: Record<string, number>, model: string, place: PriceOptions): PriceCalculation | null {
  try {
    // Google's own names begin with "models/", the table's do not.
    return table.calcPrice(usage, place.providerId === "google" ? model.replace(/^models\//, "") : model, place);
  } catch {
    // The table refuses what it cannot count with; then the price is unknown.
    return null;
  }
}

/** US dollars for a million tokens, of the lowest tier: ours are small requests. Undefined: no such price. */
function perMillion(price: PriceCalculation["model_price"][string]): number | undefined {
  return typeof price === "object" ? price.base : price;
}

/** An entry without prices says "free" or says nothing: 0 is only taken where it is said. */
function saidFree({ model }: PriceCalculation): boolean {
  return model.id.endsWith(":free") || /\bfree\b/i.test(`${model.name ?? ""} ${model.price_comments ?? ""}`);
}

/** Whether the entry prices text both ways; those for speech and pages do not. */
function pricesText(found: PriceCalculation): boolean {
  if (Object.keys(found.model_price).length === 0) return saidFree(found);
  return perMillion(found.model_price["input_mtok"]) !== undefined && perMillion(found.model_price["output_mtok"]) !== undefined;
}

/** The table's price of a model; dated names are found under the plain ones. Null: unknown. */
export async function tablePrice(provider: ProviderId, model: string, baseUrl: string): Promise<Price | null> {
  const place = placeOf(provider, baseUrl);
  const table = place === null ? null : await loadTable();
  if (place === null || table === null) return null;
  const found = look(table, {}, model, place);
  if (found === null || !pricesText(found)) return null;
  const { input_mtok: input, cache_read_mtok: cached, output_mtok: output } = found.model_price;
  return { input: perMillion(input) ?? 0, cachedInput: perMillion(cached) ?? null, output: perMillion(output) ?? 0, source: "table" };
}

/** US dollars, with the table's tiers and times of day. Null: unknown. */
export async function tableCost(
  provider: ProviderId,
  model: string,
  baseUrl: string,
  { input, cached, written, output }: Counts,
): Promise<number | null> {
  const place = placeOf(provider, baseUrl);
  const table = place === null ? null : await loadTable();
  if (place === null || table === null) return null;
  const found = look(
    table,
    { input_tokens: input, cache_read_tokens: cached, cache_write_tokens: written, output_tokens: output },
    model,
    place,
  );
  return found === null || !pricesText(found) ? null : found.total_price;
}
