import {
  type ChatMessage,
  type ChatModel,
  type ChatOptions,
  type ChatReply,
  type Cost,
  type LanguageModel,
  ModelError,
  type ModelReply,
  type ModelRequest,
  type Patience,
  type Usage,
} from "@/domain";
import { joinParts } from "./join.ts";

export type AsLanguageModelOptions = {
  cut: Patience["cut"];
  /** The same model with another output limit in tokens; without it, cut replies are not asked for larger. */
  enlarge?: (maxOutputTokens: number) => ChatModel;
};

const MOST_CONTINUATIONS = 4;
const MOST_ENLARGEMENTS = 2;
/** Doubled when neither a limit was set nor the provider says how much it gave. */
const USUAL_LIMIT = 4096;

const GO_ON =
  "Your reply was cut off at the output limit. Go on exactly where it stopped, in the middle of a line if need be. Repeat nothing, add no introduction, and open no code block again.";

type Spent = Pick<ChatReply, "usage" | "cost" | "ms" | "reusedFrom">;

function sum(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
}

function sumUsage(all: readonly (Usage | null)[]): Usage | null {
  const known = all.filter((usage) => usage !== null);
  if (known.length === 0) return null;
  const of = (name: keyof Usage) => sum(known.map((usage) => usage[name]));
  return {
    inputTokens: of("inputTokens"),
    outputTokens: of("outputTokens"),
    cachedInputTokens: of("cachedInputTokens"),
    cacheWriteTokens: of("cacheWriteTokens"),
    reasoningTokens: of("reasoningTokens"),
  };
}

/** One cost that is unknown makes the whole unknown. */
function sumCost(all: readonly Cost[]): Cost {
  const [first, ...rest] = all;
  if (first === undefined || all.some(({ usd }) => usd === null)) return { usd: null, source: "unknown" };
  const source = rest.every((cost) => cost.source === first.source) ? first.source : "table";
  return { usd: sum(all.map(({ usd }) => usd)), source };
}

/** What all requests for one reply took. Those answered from the store cost nothing again, so they count only among themselves. */
function total(all: readonly Spent[]): Spent {
  const fresh = all.filter(({ reusedFrom }) => reusedFrom === null);
  const counted = fresh.length === 0 ? all : fresh;
  return {
    usage: sumUsage(counted.map(({ usage }) => usage)),
    cost: sumCost(counted.map(({ cost }) => cost)),
    ms: counted.reduce((sumMs, { ms }) => sumMs + ms, 0),
    reusedFrom: fresh.length === 0 ? (all.at(-1)?.reusedFrom ?? null) : null,
  };
}

/** What a useless reply cost, as the ledger priced it; null when nobody did. */
function paidFor(error: ModelError): Spent | null {
  const { paid } = error;
  return paid !== null && "cost" in paid ? paid : null;
}

const isEmpty = (error: unknown): error is ModelError => error instanceof ModelError && error.code === "empty-reply";

function messagesOf(request: ModelRequest): ChatMessage[] {
  const user: ChatMessage = { role: "user", text: request.user };
  return request.system === "" ? [user] : [{ role: "system", text: request.system }, user];
}

/** One prompt, one whole text: replies that were cut at the output limit are continued, or asked for again larger. */
export function asLanguageModel(chat: ChatModel, { cut, enlarge }: AsLanguageModelOptions): LanguageModel {
  /** Asks on after what there is, until the reply ends by itself or nothing more comes. */
  async function goOn(
    first: ChatReply,
    spent: Spent[],
    request: ModelRequest,
    options: ChatOptions,
  ): Promise<{ last: ChatReply; parts: number }> {
    let whole = first;
    let parts = 1;
    while (whole.finishReason === "length" && parts <= MOST_CONTINUATIONS) {
      const { text, reasoning } = whole;
      const messages: ChatMessage[] = [...messagesOf(request), { role: "assistant", text, toolCalls: [] }, { role: "user", text: GO_ON }];
      try {
        const next = await chat.chat(
          { messages, tools: [], sample: request.sample },
          { ...options, onText: (more) => options.onText?.(joinParts(text, more)) },
        );
        spent.push(next);
        const joined = joinParts(text, next.text);
        if (joined === text) break;
        parts += 1;
        whole = { ...next, text: joined, reasoning: [reasoning, next.reasoning].filter((part) => part !== "").join("\n\n") };
      } catch (failure) {
        if (!(failure instanceof ModelError) || (failure.code !== "empty-reply" && failure.code !== "refused")) throw failure;
        const paid = paidFor(failure);
        if (paid !== null) spent.push(paid);
        break;
      }
    }
    return { last: whole, parts };
  }

  /** Asks, and where the limit was too small and "larger" is set, again with twice the limit. */
  async function ask(request: ModelRequest, spent: Spent[], options: ChatOptions): Promise<ChatReply> {
    const asked = { messages: messagesOf(request), tools: [], sample: request.sample };
    let model = chat;
    for (let larger = 0; ; larger += 1) {
      const again = cut === "larger" && enlarge !== undefined && larger < MOST_ENLARGEMENTS;
      let used: number | null;
      try {
        const reply = await model.chat(asked, options);
        spent.push(reply);
        if (!again || reply.finishReason !== "length") return reply;
        used = reply.usage?.outputTokens ?? null;
      } catch (failure) {
        // Reasoning used up the whole limit.
        if (!again || !isEmpty(failure) || failure.paid?.finishReason !== "length") throw failure;
        const paid = paidFor(failure);
        if (paid !== null) spent.push(paid);
        used = failure.paid.usage?.outputTokens ?? null;
      }
      model = enlarge(2 * (model.settings.maxOutputTokens ?? used ?? USUAL_LIMIT));
    }
  }

  return {
    label: chat.label,
    recorded: false,
    get concurrency() {
      return chat.concurrency;
    },
    async generate(request, options): Promise<ModelReply> {
      const spent: Spent[] = [];
      const first = await ask(request, spent, options);
      const { last, parts } = cut === "continue" ? await goOn(first, spent, request, options) : { last: first, parts: 1 };
      const { text, reasoning, finishReason, model, settings, receivedAt } = last;
      return { text, reasoning, finishReason, model, settings, parts, receivedAt, ...total(spent) };
    },
  };
}
