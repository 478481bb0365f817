import {
  CancelledError,
  type CallSettings,
  type ChatMessage,
  type ChatModel,
  type ChatOptions,
  type ChatRequest,
  ModelError,
  type ModelProfile,
  type RawReply,
} from "@/domain";
import { limiterFor } from "../chat/limiter.ts";
import { showEvery } from "../chat/show.ts";
import { emptyError } from "../chat/useless-reply.ts";

/**
 * The model that Chrome brings along, behind the browser's Prompt API. The parts of that API that are used; what
 * the browser really has is narrowed down to them.
 */
type Session = { promptStreaming(input: string, options: { signal: AbortSignal }): ReadableStream<unknown>; destroy(): void };
type Progress = { addEventListener(type: "downloadprogress", listener: (event: { loaded: number }) => void): void };
type Prompt = { role: "system" | "user" | "assistant"; content: string };
type PromptApi = {
  availability(): Promise<unknown>;
  create(options: { initialPrompts: Prompt[]; signal: AbortSignal; monitor(progress: Progress): void }): Promise<Session>;
};

export type ChromeModelState = "available" | "downloadable" | "unavailable";

const ELSEWHERE = "Use a current Chrome on a computer that has room for the model, or choose another profile in Settings.";

function isPromptApi(value: unknown): value is PromptApi {
  // It is a class in the browser, hence a function.
  return (
    typeof value === "function" &&
    typeof Reflect.get(value, "availability") === "function" &&
    typeof Reflect.get(value, "create") === "function"
  );
}

function promptApi(): PromptApi | null {
  const found: unknown = Reflect.get(globalThis, "LanguageModel");
  return isPromptApi(found) ? found : null;
}

/** Never rejects. */
export async function chromeModelState(): Promise<ChromeModelState> {
  try {
    const state = await promptApi()?.availability();
    if (state === "available") return "available";
    return state === "downloadable" || state === "downloading" ? "downloadable" : "unavailable";
  } catch {
    return "unavailable";
  }
}

function promptsOf(request: ChatRequest): { before: Prompt[]; last: string } {
  if (request.tools.length > 0 || request.messages.some(({ role }) => role === "tool")) {
    throw new ModelError("bad-request", "Chrome's built-in model cannot call tools.", {
      hint: "Choose another profile for the player in Settings.",
    });
  }
  const said = (message: ChatMessage): Prompt[] => (message.role === "tool" ? [] : [{ role: message.role, content: message.text }]);
  const last = request.messages.at(-1);
  return { before: request.messages.slice(0, -1).flatMap(said), last: last === undefined ? "" : last.text };
}

function explain(cause: unknown): ModelError | CancelledError {
  if (cause instanceof ModelError || cause instanceof CancelledError) return cause;
  const name = cause instanceof Error || cause instanceof DOMException ? cause.name : "";
  switch (name) {
    case "QuotaExceededError":
      return new ModelError("bad-request", "The request is too long for Chrome's built-in model.", {
        hint: "Choose a model with a larger context in Settings.",
      });
    case "NotAllowedError":
      return new ModelError("forbidden", "Chrome does not let this page use its model.", {
        hint: "The download begins only after a click on this page; a company's policy may also forbid it.",
      });
    case "NotReadableError":
      return new ModelError("refused", "Chrome's filter held the reply back.", {
        hint: "Change the problem or the prompt, or choose another model.",
      });
    case "NotSupportedError":
      return new ModelError("bad-request", "Chrome's built-in model does not know this language or setting.", {
        hint: "Choose another model in Settings.",
      });
    case "NetworkError":
      return new ModelError("unreachable", "Chrome could not download its model.", {
        hint: "Check the connection and the free disk space, then try again.",
        retryable: true,
      });
    default:
      return new ModelError("server-error", "Chrome's built-in model failed.", {
        hint: "Try again, or choose another model in Settings.",
        retryable: true,
        cause,
      });
  }
}

async function openSession(before: Prompt[], { signal, onWait }: ChatOptions): Promise<Session> {
  const api = promptApi();
  if (api === null || (await chromeModelState()) === "unavailable") {
    throw new ModelError("unreachable", "This browser offers no built-in model.", { hint: ELSEWHERE });
  }
  let told = false;
  const monitor = (progress: Progress) =>
    progress.addEventListener("downloadprogress", ({ loaded }) => {
      told = true;
      onWait?.({ reason: `Chrome downloads its model: ${Math.floor(loaded * 100)} %.`, until: null, attempt: 1, attempts: 1 });
    });
  try {
    return await api.create({ initialPrompts: before, signal, monitor });
  } finally {
    if (told) onWait?.(null);
  }
}

async function ask(request: ChatRequest, settings: CallSettings, options: ChatOptions): Promise<RawReply> {
  const { signal } = options;
  const started = performance.now();
  const { before, last } = promptsOf(request);
  const session = await openSession(before, options);
  const show = showEvery(options.onText);
  let text = "";
  try {
    const reader = session.promptStreaming(last, { signal }).getReader();
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      if (typeof piece.value !== "string") continue;
      text += piece.value;
      show(text);
    }
  } finally {
    session.destroy();
  }
  const reply: RawReply = {
    text,
    reasoning: "",
    toolCalls: [],
    finishReason: "stop",
    model: settings.model,
    usage: null,
    billedUsd: null,
    settings,
    ms: performance.now() - started,
    receivedAt: Date.now(),
  };
  if (text.trim() === "") throw emptyError(reply);
  return reply;
}

/** @throws ModelError "bad-request" for requests with tools, which this model does not know */
export function createChromeModel(profile: ModelProfile): ChatModel<RawReply> {
  const { provider, api, temperature, maxOutputTokens, effort } = profile;
  const model = profile.model.trim() === "" ? "built-in" : profile.model.trim();
  const settings: CallSettings = { provider, baseUrl: "", api, model, temperature, maxOutputTokens, effort };
  const limiter = limiterFor(provider, "");
  return {
    label: "Chrome's built-in model",
    settings,
    concurrency: 1,
    async chat(request, options) {
      const { signal, onWait } = options;
      try {
        return await limiter.run(() => ask(request, settings, options), {
          signal,
          onQueued: () => onWait?.({ reason: "Waiting for its turn.", until: null, attempt: 1, attempts: 1 }),
          onTurn: () => onWait?.(null),
        });
      } catch (cause) {
        throw signal.aborted ? new CancelledError() : explain(cause);
      }
    },
  };
}
