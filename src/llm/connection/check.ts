import {
  addressOf,
  atMost,
  CancelledError,
  type ChatModel,
  type ChatReply,
  type ChatRequest,
  type ConnectionCause,
  type ConnectionCode,
  type ConnectionReport,
  FREE,
  isAbort,
  ModelError,
  type ModelErrorCode,
  type ModelProfile,
  PROVIDER_FACTS,
  type RawReply,
} from "@/domain";
import { normaliseBaseUrl, placeOf } from "../wire/base-url.ts";
import { createChatModel } from "../chat/chat-model.ts";
import { habitsOf, habitsText } from "../chat/habits.ts";
import { chromeModelState } from "../providers/chrome-model.ts";
import { causesIn, seen } from "../failures/diagnosis.ts";
import { listModels } from "../providers/model-list.ts";
import type { PriceBook } from "../prices/prices.ts";
import { nearestNames } from "./nearest-names.ts";
import { badReport, goodReport, withoutKey } from "./report.ts";
import { settingsFaults } from "./settings-faults.ts";
import { certainObstacles } from "./unreachable.ts";

export type CheckOptions = {
  signal: AbortSignal;
  prices: PriceBook;
  fetch?: typeof fetch;
  /** Puts the request into the person's books; without it the reply is only priced. */
  book?: (chat: ChatModel<RawReply>) => ChatModel;
};

const QUESTION = "This is a connection check. Reply with the single word: ready";
/** A server of the person's own may have to load the model first; everybody else answers sooner. */
const IDLE_MS = { near: 120_000, far: 60_000 };
const LIST_MS = 10_000;

/**
 * Finds out whether address, model and key of a profile go together: by looking at them, then by one tiny request
 * (which is paid for like any other). Tells causes apart as far as they can be, with what to do about each.
 * @throws CancelledError, and nothing else
 */
export async function checkConnection(
  profile: ModelProfile,
  getKey: () => string | null,
  options: CheckOptions,
): Promise<ConnectionReport> {
  const key = getKey();
  let report: ConnectionReport;
  try {
    report = await check(profile, key, options);
  } catch (error) {
    if (options.signal.aborted || isAbort(error)) throw new CancelledError();
    const message = error instanceof Error ? error.message : String(error);
    report = badReport(
      [{ ...seen("unexpected-reply", "The check itself failed.", "Try again; reload the page if it stays."), detail: message }],
      "",
    );
  }
  if (options.signal.aborted) throw new CancelledError();
  return withoutKey(report, key);
}

async function check(profile: ModelProfile, key: string | null, options: CheckOptions): Promise<ConnectionReport> {
  const { provider } = profile;
  if (provider === "recorded") {
    return {
      ok: true,
      summary: "Recorded replies need no connection.",
      model: "recorded",
      ms: 0,
      streamed: false,
      usage: null,
      cost: FREE,
      reply: "",
    };
  }
  if (provider === "chrome") {
    const missing = await chromeModelMissing();
    if (missing !== null) return badReport([missing], "");
  } else {
    const faults = settingsFaults(profile, key);
    if (faults.length > 0) return badReport(faults, "Some settings are missing or cannot be right.");
    const obstacles = await certainObstacles(normaliseBaseUrl(addressOf(profile)), provider);
    if (obstacles.length > 0) return badReport(obstacles, "");
  }

  let reply: ChatReply;
  try {
    reply = await ask(profile, key, options);
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    return explain(error, profile, key, options);
  }
  return goodReport(reply, profile.streaming, habitsText(habitsOf(reply.settings)));
}

async function ask(profile: ModelProfile, key: string | null, options: CheckOptions): Promise<ChatReply> {
  const near = profile.provider === "chrome" || placeOf(new URL(normaliseBaseUrl(addressOf(profile))).hostname) !== "internet";
  const chat = createChatModel(profile, () => key, {
    patience: { retries: 0, waitMs: 0, cut: "keep" },
    idleMs: near ? IDLE_MS.near : IDLE_MS.far,
    ...(options.fetch === undefined ? {} : { fetch: options.fetch }),
  });
  const request: ChatRequest = { messages: [{ role: "user", text: QUESTION }], tools: [], sample: 0 };
  if (options.book !== undefined) return options.book(chat).chat(request, { signal: options.signal });
  const { billedUsd, ...reply } = await chat.chat(request, { signal: options.signal });
  return { ...reply, cost: await options.prices.cost(reply.settings, reply.model, reply.usage, billedUsd), reusedFrom: null };
}

/** A check starts no download of some gigabytes: it says that there will be one. */
async function chromeModelMissing(): Promise<ConnectionCause | null> {
  switch (await chromeModelState()) {
    case "available":
      return null;
    case "downloadable":
      return seen(
        "not-in-this-browser",
        "Chrome offers its model, but has not downloaded it yet (some gigabytes).",
        "Start a run with this profile: Chrome downloads it then, once. Or choose another provider.",
      );
    case "unavailable":
      return seen(
        "not-in-this-browser",
        "This browser offers no built-in model to web pages.",
        "Use a current Chrome on a computer that has room for the model, or choose another provider.",
      );
  }
}

/** For the few errors that come from this side of the wire, and for replies that were of no use. */
const CODE_OF: Partial<Record<ModelErrorCode, ConnectionCode>> = {
  unauthorized: "wrong-key",
  forbidden: "wrong-key",
  "no-credit": "no-credit",
  "no-such-model": "no-such-model",
  "rate-limited": "too-many-requests",
  "server-error": "provider-down",
  "bad-request": "bad-settings",
  "not-found": "wrong-address",
  unreachable: "offline",
  timeout: "provider-down",
};

async function explain(error: ModelError, profile: ModelProfile, key: string | null, options: CheckOptions): Promise<ConnectionReport> {
  const causes = causesIn(error) ?? [seen(CODE_OF[error.code] ?? "unexpected-reply", error.message, error.hint ?? "Try again.")];
  const [first] = causes;
  if (error.code === "unreachable" && first?.certainty !== "certain") {
    return badReport(causes, `${error.message} Browsers do not tell a page why: these are the likely causes, in order.`);
  }
  const aboutModel = first?.code === "no-such-model" || (first?.code === "wrong-address" && error.code === "not-found");
  const named = aboutModel ? await withNames(causes, profile, key, options) : causes;
  return badReport(
    named,
    named.length > 1
      ? `${error.message.replace(/(?<![.!?])$/, ".")} It can have several causes, listed in order of likelihood.`
      : error.message,
  );
}

/** Looks the model up in the provider's list: that list knows better than an error text whether name or path is wrong. */
async function withNames(
  causes: readonly ConnectionCause[],
  profile: ModelProfile,
  key: string | null,
  options: CheckOptions,
): Promise<readonly ConnectionCause[]> {
  const [first, ...others] = causes;
  const ids = await listed(profile, key, options);
  if (first === undefined || ids.length === 0) return causes;
  const model = profile.model.trim();
  if (ids.includes(model)) {
    if (first.code !== "no-such-model" || PROVIDER_FACTS[profile.provider].key !== "needed") return causes;
    return [
      {
        ...first,
        title: "The provider lists this model, but does not let this key use it.",
        todo: "Choose another model, or look with the provider at what the key may do.",
      },
      ...others,
    ];
  }
  const names = nearestNames(model, ids);
  const pull = profile.provider === "ollama" ? ` Or fetch it: ollama pull ${model}` : "";
  const todo = names.length > 0 ? `Choose one of these names, or another from the list.${pull}` : `Choose a name from the list.${pull}`;
  const found: ConnectionCause = {
    code: "no-such-model",
    certainty: "certain",
    title: `There is no model “${model}” in the provider's list.`,
    todo,
    ...(first.detail === undefined ? {} : { detail: first.detail }),
    ...(names.length === 0 ? {} : { names }),
  };
  return [found];
}

async function listed(profile: ModelProfile, key: string | null, options: CheckOptions): Promise<string[]> {
  try {
    const signal = atMost(LIST_MS, options.signal);
    const list = await listModels(profile, () => key, { signal, ...(options.fetch === undefined ? {} : { fetch: options.fetch }) });
    return list.map(({ id }) => id);
  } catch (error) {
    if (options.signal.aborted) throw error;
    return [];
  }
}
