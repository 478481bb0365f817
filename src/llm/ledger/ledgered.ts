import { bytesToHex, randomBytes } from "@noble/hashes/utils.js";
import {
  CancelledError,
  type Caps,
  type ChatModel,
  type ChatOptions,
  type ChatReply,
  type ChatRequest,
  dayOf,
  isAbort,
  isFree,
  ModelError,
  type PaidReply,
  type RawReply,
  type ReplyLedger,
  type Spend,
  type Spender,
  type Usage,
  uselessReplyOf,
} from "@/domain";
import { knownFinish } from "../completions/finish-reasons.ts";
import { type Reservation, SpendBook } from "./spend-book.ts";
import type { Forecast } from "./caps.ts";
import { Flight } from "./flight.ts";
import type { PriceBook } from "../prices/prices.ts";
import { Heard, tokensIn } from "./heard.ts";
import { replyKey } from "./reply-key.ts";

export type LedgerOptions = {
  /** One and the same object for all models of the page: what is held for requests under way is kept with it. */
  ledger: ReplyLedger;
  prices: PriceBook;
  role: Spender;
  /** The run or evaluation that asks. */
  runId: string | null;
  caps(): Caps;
  /** False: only this run's own replies are given out again (it was cut off after it had paid). */
  reuse(): boolean;
  /** A reply could not be stored: it is given out all the same, and counts until the page is closed. */
  onUnstored?: (error: unknown) => void;
};

/** The books by their ledgers, so that roles and runs share them without knowing each other. */
const books = new WeakMap<ReplyLedger, SpendBook>();

function bookOf(ledger: ReplyLedger): SpendBook {
  const book = books.get(ledger) ?? new SpendBook(ledger);
  books.set(ledger, book);
  return book;
}

/**
 * Puts the ledger before a model: an identical request is answered from it (a player's also with what was of no use), or joins the one under way; a new one is
 * stopped by caps, priced, and stored before anyone reads it.
 * @throws from `chat`: ModelError ("cap-reached" before anything is sent; `paid` has its price), CancelledError, StorageError
 */
export function withLedger(chat: ChatModel<RawReply>, options: LedgerOptions): ChatModel {
  const { prices, role, runId } = options;
  const book = bookOf(options.ledger);
  const kind = `${role} ${chat.settings.model}`;

  async function forecastOf(request: ChatRequest): Promise<Forecast> {
    const { provider, model, baseUrl, maxOutputTokens } = chat.settings;
    const price = await prices.price(provider, model, baseUrl);
    const input = tokensIn(charactersOf(request));
    const output = Math.min(book.usualOutput(kind), maxOutputTokens ?? Infinity);
    const usd = price === null ? null : (input * price.input + output * price.output) / 1_000_000;
    return { runId, tokens: input + output, usd, free: isFree(provider) || (price?.input === 0 && price.output === 0) };
  }

  /** What the book says of a request without a reply. `output` null: as many tokens as such replies usually have. */
  async function lineOf({ id }: Reservation, request: ChatRequest, output: number | null): Promise<Spend> {
    const { model, maxOutputTokens } = chat.settings;
    const at = Date.now();
    const outputTokens = output ?? Math.min(book.usualOutput(kind), maxOutputTokens ?? Infinity);
    const usage: Usage = {
      inputTokens: tokensIn(charactersOf(request)),
      outputTokens,
      cachedInputTokens: null,
      cacheWriteTokens: null,
      reasoningTokens: null,
    };
    return {
      id,
      runId,
      day: dayOf(at),
      role,
      at,
      model,
      usage,
      cost: await prices.cost(chat.settings, model, usage, null),
      estimated: true,
      open: true,
    };
  }

  async function priced({ billedUsd, ...raw }: RawReply): Promise<ChatReply> {
    return { ...raw, cost: await prices.cost(raw.settings, raw.model, raw.usage, billedUsd), reusedFrom: null };
  }

  async function store(
    place: { key: string; request: ChatRequest; reservation: Reservation },
    reply: ChatReply,
    error: ModelError | null,
  ): Promise<void> {
    const { key, request, reservation } = place;
    const paid = {
      id: reservation.id,
      key,
      runId,
      role,
      day: dayOf(reply.receivedAt),
      request,
      reply,
      usable: error === null,
      failure: error === null ? null : uselessReplyOf(error),
    };
    const unstored = await book.settle(reservation, paid, kind);
    if (unstored !== null) options.onUnstored?.(unstored);
  }

  /** What an attempt took that is asked again: it stands beside what is held for the request, which goes on. */
  async function storeLost({ key, request }: { key: string; request: ChatRequest }, raw: RawReply, error: ModelError): Promise<void> {
    await store({ key, request, reservation: book.beside(runId) }, await priced(raw), error);
  }

  async function answer(key: string, reuse: boolean, request: ChatRequest, under: ChatOptions): Promise<ChatReply> {
    const known = !reuse && runId === null ? null : await book.find(key, reuse ? null : runId);
    if (known !== null && isWhole(known)) {
      under.onText?.(known.text);
      return { ...known, reusedFrom: known.reusedFrom ?? known.receivedAt };
    }
    const paidInVain = role === "player" && runId !== null ? await book.findUseless(key, runId) : null;
    if (paidInVain !== null) throw uselessAgain(paidInVain);
    const reservation = await book.admit(await forecastOf(request), options.caps, under.signal);
    const place = { key, request, reservation };
    await book.open(await lineOf(reservation, request, null));
    if (under.signal.aborted) {
      await book.release(reservation, null);
      throw new CancelledError();
    }
    const heard = new Heard(under);
    const lost: Promise<void>[] = [];
    const onLost = (error: ModelError): void => {
      if (error.paid !== null && !("cost" in error.paid)) lost.push(storeLost(place, error.paid, error));
    };
    const asked = chat.chat(request, { ...heard.options, onLost }).finally(() => Promise.all(lost));
    const reply = await asked.catch(async (error: unknown) => {
      if (!(error instanceof ModelError) || error.paid === null || "cost" in error.paid) {
        const tokens = heard.tokens(isAbort(error));
        await book.release(reservation, tokens === null ? null : await lineOf(reservation, request, tokens));
        throw error;
      }
      const useless = await priced(error.paid);
      await store(place, useless, error);
      throw withPaid(error, useless);
    });
    const paid = await priced(reply);
    await store(place, paid, null);
    return paid;
  }

  return {
    label: chat.label,
    settings: chat.settings,
    get concurrency() {
      return chat.concurrency;
    },
    async chat(request, waiting) {
      if (waiting.signal.aborted) throw new CancelledError();
      const reuse = options.reuse();
      const key = replyKey(request, chat.settings);
      const name = reuse ? key : `${runId ?? bytesToHex(randomBytes(8))} ${key}`;
      for (let flight = book.flights.get(name); flight !== undefined; flight = book.flights.get(name)) {
        const { runId: payer } = flight;
        try {
          const reply = await flight.join(waiting);
          return { ...reply, reusedFrom: reply.reusedFrom ?? reply.receivedAt };
        } catch (error) {
          if (!(error instanceof ModelError)) throw error;
          // The cap of another run is not ours, and what it paid in vain is not ours either.
          if (error.code !== "cap-reached" || payer === runId) throw error.paid === null ? error : withPaid(error, null);
        }
      }
      const close = (): void => {
        if (book.flights.get(name) === flight) book.flights.delete(name);
      };
      const flight = new Flight(runId, (under) => answer(key, reuse, request, under).finally(close), close);
      book.flights.set(name, flight);
      return await flight.join(waiting);
    },
  };
}

/**
 * A player's turn is asked for once: what it said is in its trace then and in its next request, useless as it may be.
 * So where this run has paid for this very turn, it was cut off before the trace had it.
 */
function uselessAgain({ reply, failure }: PaidReply): ModelError {
  const { code, message } = failure ?? { code: "bad-reply" as const, message: "The reply was of no use." };
  return new ModelError(code, message, { paid: { ...reply, reusedFrom: reply.reusedFrom ?? reply.receivedAt } });
}

/** Earlier versions of this page stored halves that a server had broken off with a reason of its own. */
function isWhole({ finishReason }: ChatReply): boolean {
  return finishReason === "unknown" || knownFinish(finishReason) !== null;
}

function charactersOf({ messages, tools }: ChatRequest): number {
  const asked = messages.reduce(
    (sum, message) => sum + message.text.length + (message.role === "assistant" ? JSON.stringify(message.toolCalls).length : 0),
    0,
  );
  return asked + (tools.length === 0 ? 0 : JSON.stringify(tools).length);
}

function withPaid(error: ModelError, paid: ChatReply | null): ModelError {
  const { code, message, hint, retryable } = error;
  return new ModelError(code, message, { ...(hint === undefined ? {} : { hint }), retryable, cause: error, paid });
}
