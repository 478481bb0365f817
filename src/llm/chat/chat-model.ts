import {
  addressOf,
  type CallSettings,
  CancelledError,
  type ChatModel,
  type ChatOptions,
  ModelError,
  type ModelProfile,
  type Patience,
  type RawReply,
} from "@/domain";
import { attempt } from "./attempt.ts";
import { normaliseBaseUrl } from "../wire/base-url.ts";
import { createChromeModel } from "../providers/chrome-model.ts";
import { habitsOf } from "./habits.ts";
import { limiterFor } from "./limiter.ts";
import { AttemptFailure, withRetries } from "./retry.ts";
import { showEvery } from "./show.ts";
import { splitThoughts } from "./thoughts.ts";

export type ChatModelOptions = {
  patience: Patience;
  fetch?: typeof fetch;
  /** First wait between attempts in ms, doubled each time; default 1000. */
  retryBaseMs?: number;
  /** Without a byte for this long an attempt ends, in ms; default 120,000. */
  idleMs?: number;
  /** A longer reply is stopped; default 50,000,000. */
  maxReplyBytes?: number;
};

/** The address without the faults that would stop a request; "" when it has some. */
function settingsOf(profile: ModelProfile): CallSettings {
  const { provider, api, temperature, maxOutputTokens, effort } = profile;
  let baseUrl = "";
  try {
    baseUrl = normaliseBaseUrl(addressOf(profile));
  } catch {
    // The address is refused, with its reason, when the first request is made.
  }
  return { provider, baseUrl, api, model: profile.model.trim(), temperature, maxOutputTokens, effort };
}

function labelOf({ model, baseUrl }: CallSettings): string {
  if (model === "") return "No model chosen";
  return baseUrl === "" ? model : `${model} at ${new URL(baseUrl).host}`;
}

/**
 * A provider's model with the visitor's own key, which is asked for at each attempt and kept nowhere. Busy
 * servers, broken streams and silences are tried again with growing waits, as far as `patience` goes; how many
 * requests go out at once is shared with all other models at the same address.
 */
export function createChatModel(profile: ModelProfile, getKey: () => string | null, options: ChatModelOptions): ChatModel<RawReply> {
  if (profile.provider === "chrome") return createChromeModel(profile);
  const settings = settingsOf(profile);
  const limiter = limiterFor(profile.provider, settings.baseUrl);
  const context = {
    profile: { ...profile, model: settings.model },
    settings,
    getKey,
    fetch: options.fetch ?? ((input: RequestInfo | URL, init?: RequestInit) => globalThis.fetch(input, init)),
    idleMs: options.idleMs ?? 120_000,
    maxBytes: options.maxReplyBytes ?? 50_000_000,
    learned: { reached: false },
    habits: habitsOf(settings),
  };

  function checkSettings(): void {
    if (settings.baseUrl === "") normaliseBaseUrl(addressOf(profile));
    if (settings.model === "") {
      throw new ModelError("bad-request", "No model is chosen.", {
        hint: "Enter the model's name in Settings, as its provider spells it.",
      });
    }
  }

  return {
    label: labelOf(settings),
    settings,
    get concurrency() {
      limiter.setMost(profile.concurrency);
      return limiter.concurrency;
    },
    async chat(request, { signal, onText, onReasoning, onWait, onLost }: ChatOptions) {
      if (signal.aborted) throw new CancelledError();
      checkSettings();
      limiter.setMost(profile.concurrency);
      const attempts = options.patience.retries + 1;
      let tried = 0;

      const once = async (): Promise<RawReply> => {
        try {
          const showText = (all: string) => {
            const { text, thoughts } = splitThoughts(all);
            if (text !== "") onText?.(text);
            else if (thoughts !== "") onReasoning?.(thoughts);
          };
          const reply = await attempt(request, context, { signal, onText: showEvery(showText), onReasoning: showEvery(onReasoning) });
          limiter.succeeded();
          return reply;
        } catch (failure) {
          // A provider that is overloaded says 529 or 503; that is not about this page's number of requests.
          if (failure instanceof AttemptFailure && failure.again && failure.error.code === "rate-limited") limiter.tooMany();
          throw failure;
        }
      };
      const inTurn = () => {
        tried += 1;
        return limiter.run(once, {
          signal,
          onQueued: () => onWait?.({ reason: "Waiting for its turn.", until: null, attempt: tried, attempts }),
          onTurn: () => onWait?.(null),
        });
      };
      return withRetries(inTurn, {
        signal,
        patience: options.patience,
        baseMs: options.retryBaseMs ?? 1000,
        onWait,
        onFailed: (error) => error.paid !== null && onLost?.(error),
      });
    },
  };
}
