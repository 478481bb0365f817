import { addressOf, CancelledError, ModelError, type ModelProfile, type ModelSuggestion, type ProviderId, untilAborted } from "@/domain";
import { z } from "zod";
import { normaliseBaseUrl } from "../wire/base-url.ts";
import {
  malformedFailure,
  redirectedFailure,
  statusFailure,
  timeoutFailure,
  tooLargeFailure,
  unreachableFailure,
} from "../failures/failures.ts";
import { keyHeaders } from "../wire/headers.ts";
import { usableKey } from "../wire/key.ts";
import { AttemptFailure } from "../chat/retry.ts";
import { createWire } from "../wire/wire.ts";

const IDLE_MS = 20_000;
const MAX_BYTES = 20_000_000;
/** Lists come in pages from Anthropic and Google; nobody has more models than this many pages hold. */
const MOST_PAGES = 5;

const price = z.union([z.string(), z.number()]).transform(Number).pipe(z.number().min(0)).optional().catch(undefined);
const text = z.string().optional().catch(undefined);
const entrySchema = z.object({
  id: text,
  name: text,
  /** Ollama's own list has a name, and sometimes this, in place of an id. */
  model: text,
  display_name: text,
  displayName: text,
  /** Together: "chat", "image", …; Mistral: what it can do. */
  type: text,
  capabilities: z.object({ completion_chat: z.boolean().optional() }).optional().catch(undefined),
  supportedGenerationMethods: z.array(z.string()).optional().catch(undefined),
  pricing: z.object({ prompt: price, completion: price, input: price, output: price }).optional().catch(undefined),
  active: z.boolean().optional().catch(undefined),
});
type Entry = z.infer<typeof entrySchema>;
const listSchema = z.union([
  z.array(z.unknown()),
  z.looseObject({ data: z.array(z.unknown()) }).transform(({ data }) => data),
  z.looseObject({ models: z.array(z.unknown()) }).transform(({ models }) => models),
]);
const nextSchema = z.looseObject({ nextPageToken: text, has_more: z.boolean().optional().catch(undefined), last_id: text });

/** Names of models that write no text, where the provider does not say so itself. */
const NO_CHAT =
  /embed|whisper|tts|dall-e|image|audio|realtime|moderation|transcri|rerank|guard|imagen|veo-|sora|speech|ocr|davinci|babbage|flux|stable-diffusion|playai/i;

function chats(entry: Entry, id: string): boolean {
  if (entry.type !== undefined && /^(chat|language|code)$/.test(entry.type)) return true;
  if (entry.type !== undefined && /^(image|embedding|moderation|rerank|audio|video|transcribe)$/.test(entry.type)) return false;
  return (entry.capabilities?.completion_chat ?? true) && !NO_CHAT.test(id);
}

/** OpenRouter writes dollars for one token, Together for a million. */
function priceOf({ pricing }: Entry, provider: ProviderId): ModelSuggestion["price"] {
  if (pricing === undefined) return undefined;
  const million = (perToken: number) => Number((perToken * 1_000_000).toPrecision(12));
  if (provider === "openrouter" && pricing.prompt !== undefined && pricing.completion !== undefined) {
    return { input: million(pricing.prompt), output: million(pricing.completion) };
  }
  if (provider === "together" && pricing.input !== undefined && pricing.output !== undefined) {
    return { input: pricing.input, output: pricing.output };
  }
  return undefined;
}

function suggestions(list: unknown, provider: ProviderId): { chat: boolean; model: ModelSuggestion }[] {
  return (listSchema.safeParse(list).data ?? []).flatMap((raw) => {
    const entry = entrySchema.safeParse(typeof raw === "string" ? { id: raw } : raw).data;
    const id = (provider === "google" ? entry?.name?.replace(/^models\//, "") : (entry?.id ?? entry?.model ?? entry?.name)) ?? "";
    if (entry === undefined || id === "" || entry.active === false) return [];
    if (provider === "google" && entry.supportedGenerationMethods?.includes("generateContent") !== true) return [];
    const note = entry.display_name ?? entry.displayName ?? (provider === "google" ? undefined : entry.name);
    const cost = priceOf(entry, provider);
    const model = { id, ...(note === undefined || note === id ? {} : { note }), ...(cost === undefined ? {} : { price: cost }) };
    return [{ chat: chats(entry, id), model }];
  });
}

/** The next page's address; null after the last. */
function nextPage(first: URL, body: unknown, provider: ProviderId): URL | null {
  const next = nextSchema.safeParse(body).data;
  const [name, value] =
    provider === "google"
      ? ["pageToken", next?.nextPageToken]
      : provider === "anthropic" && next?.has_more === true
        ? ["after_id", next.last_id]
        : ["", undefined];
  if (value === undefined || value === "") return null;
  const url = new URL(first);
  url.searchParams.set(name, value);
  return url;
}

type Asking = { provider: ProviderId; base: string; key: string | null; fetch: typeof fetch; signal: AbortSignal };

async function getJson(url: URL, { provider, base, key, fetch, signal }: Asking): Promise<unknown> {
  if (signal.aborted) throw new CancelledError();
  const abort = new AbortController();
  const wire = createWire(abort, { provider, fetch, idleMs: IDLE_MS, maxBytes: MAX_BYTES });
  try {
    const answer = wire.fetch(url, { headers: { accept: "application/json", ...keyHeaders(provider, key) } });
    const body = await untilAborted(
      answer.then((response) => response.text()),
      signal,
      () => abort.abort(),
    );
    try {
      const parsed: unknown = JSON.parse(body);
      return parsed;
    } catch {
      throw malformedFailure(wire.contentType(), provider);
    }
  } catch (cause) {
    if (signal.aborted) throw new CancelledError();
    if (cause instanceof AttemptFailure) throw cause.error;
    const failure = wire.failure();
    if (failure?.kind === "status") throw statusFailure(failure.status, failure.body, failure.retryAfterMs, key, provider).error;
    if (failure?.kind === "timeout") throw timeoutFailure(IDLE_MS, provider).error;
    if (failure?.kind === "redirected") throw redirectedFailure(base, provider).error;
    if (failure?.kind === "too-large") throw tooLargeFailure(MAX_BYTES).error;
    throw (await unreachableFailure(base, { fetch, signal, again: false }, provider)).error;
  } finally {
    wire.close();
  }
}

/**
 * The models that a provider lists for this key, those for conversations first; empty where there is no list.
 * @throws ModelError, CancelledError
 */
export async function listModels(
  profile: ModelProfile,
  getKey: () => string | null,
  options: { signal: AbortSignal; fetch?: typeof fetch },
): Promise<readonly ModelSuggestion[]> {
  const { provider } = profile;
  if (provider === "recorded" || provider === "chrome") return [];
  const base = normaliseBaseUrl(addressOf(profile));
  // OpenRouter shows its list to everybody, so suggestions come before the key.
  const key = provider === "openrouter" && (getKey() ?? "").trim() === "" ? null : usableKey(getKey(), provider);
  const asking = {
    provider,
    base,
    key,
    signal: options.signal,
    fetch: options.fetch ?? ((input: RequestInfo | URL, init?: RequestInit) => globalThis.fetch(input, init)),
  };
  const first = new URL(`${base}/models`);
  if (provider === "google") first.searchParams.set("pageSize", "1000");
  if (provider === "anthropic") first.searchParams.set("limit", "1000");

  const found: { chat: boolean; model: ModelSuggestion }[] = [];
  let url: URL | null = first;
  for (let page = 0; url !== null && page < MOST_PAGES; page += 1) {
    const body = await getJson(url, asking);
    if (page === 0 && !listSchema.safeParse(body).success) {
      throw new ModelError("not-a-reply", "The address answered with something else than a list of models.", {
        hint: "Enter the model's name by hand, or check the address in Settings.",
      });
    }
    found.push(...suggestions(body, provider));
    url = nextPage(first, body, provider);
  }
  const byName = (a: ModelSuggestion, b: ModelSuggestion) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
  const of = (chat: boolean) =>
    found
      .filter((one) => one.chat === chat)
      .map(({ model }) => model)
      .toSorted(byName);
  return [...of(true), ...of(false)];
}
