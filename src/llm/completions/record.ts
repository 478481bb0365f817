import { CallAssembly, type WrittenCall } from "./calls.ts";
import type { ReplyEvent } from "./event.ts";
import { knownFinish, type KnownFinish } from "./finish-reasons.ts";

/** Why what came is no whole reply. */
export type Unfit =
  { kind: "said"; error: unknown } | { kind: "malformed" } | { kind: "web-page" } | { kind: "cut" } | { kind: "broken"; reason: string };

/** How the reply ended: with a reason, or (null) only with the stream's own mark of its end. */
export type Ending = { finish: KnownFinish; raw: string } | null;

/** What a server has said so far, event by event, and at its end whether that is a reply. */
export class ReplyRecord {
  readonly #calls = new CallAssembly();
  #text = "";
  #reasoning = "";
  #refusal = "";
  #details: object[] = [];
  #finish: string | null = null;
  #usage: Record<string, unknown> | null = null;
  #xGroqUsage: Record<string, unknown> | null = null;
  #envelope: Pick<ReplyEvent, "id" | "model" | "provider"> = { id: null, model: null, provider: null };
  #unfit: Unfit | null = null;
  #events = 0;

  take(event: ReplyEvent): void {
    this.#events += 1;
    this.#envelope = {
      id: this.#envelope.id ?? event.id,
      model: this.#envelope.model ?? event.model,
      provider: this.#envelope.provider ?? event.provider,
    };
    this.#text += event.text;
    this.#reasoning += event.reasoning;
    this.#refusal += event.refusal;
    this.#details.push(...event.reasoningDetails);
    for (const piece of event.calls) this.#calls.take(piece);
    this.#usage = event.usage ?? this.#usage;
    this.#xGroqUsage = event.xGroqUsage ?? this.#xGroqUsage;
    // A reply that is whole stays so, whatever its server fails at afterwards.
    if (event.error !== undefined && this.ending === null) this.fail({ kind: "said", error: event.error });
    this.#finish = event.finish ?? this.#finish;
  }

  fail(unfit: Unfit): void {
    this.#unfit ??= unfit;
  }

  /**
   * No more comes. `marked`: the server itself said that this is the end ([DONE], or one whole JSON), which some
   * do without giving a reason.
   */
  end(marked: boolean): void {
    const raw = this.#finish;
    if (raw !== null && knownFinish(raw) === null) this.fail({ kind: "broken", reason: raw });
    else if (this.#events === 0) this.fail({ kind: "malformed" });
    else if (raw === null && !(marked && this.hasContent)) this.fail({ kind: "cut" });
  }

  get unfit(): Unfit | null {
    return this.#unfit;
  }

  get ending(): Ending {
    const raw = this.#finish;
    const finish = raw === null ? null : knownFinish(raw);
    return raw === null || finish === null ? null : { finish, raw };
  }

  get hasContent(): boolean {
    return this.#text + this.#refusal !== "" || this.calls.length > 0;
  }

  get reasoning(): string {
    return this.#reasoning;
  }

  get text(): string {
    return this.#text;
  }

  get refusal(): string {
    return this.#refusal;
  }

  get calls(): WrittenCall[] {
    return this.#calls.calls();
  }

  /** The fields around a message, in the form that every library reads. */
  envelope(kind: "chat.completion" | "chat.completion.chunk"): Record<string, unknown> {
    const { id, model, provider } = this.#envelope;
    return { id: id ?? "chat", object: kind, created: 0, ...(model === null ? {} : { model }), ...(provider === null ? {} : { provider }) };
  }

  /** In both places where libraries look. */
  counts(): Record<string, unknown> {
    const usage = this.#usage ?? this.#xGroqUsage;
    return usage === null ? {} : { usage, x_groq: { usage: this.#xGroqUsage ?? usage } };
  }

  message(): Record<string, unknown> {
    const calls = toolCallsOf(this.calls);
    return {
      role: "assistant",
      content: this.#text === "" && (calls.length > 0 || this.#refusal !== "") ? null : this.#text,
      ...(this.#refusal === "" ? {} : { refusal: this.#refusal }),
      ...reasoningFields(this.#reasoning, this.#details),
      ...(calls.length === 0 ? {} : { tool_calls: calls }),
    };
  }
}

export function toolCallsOf(calls: readonly WrittenCall[]): Record<string, unknown>[] {
  return calls.map(({ id, name, arguments: written }, index) => ({ index, id, type: "function", function: { name, arguments: written } }));
}

/** Under both names, since each library reads one of them. */
export function reasoningFields(text: string, details: readonly object[]): Record<string, unknown> {
  return {
    ...(text === "" ? {} : { reasoning_content: text, reasoning: text }),
    ...(details.length === 0 ? {} : { reasoning_details: details }),
  };
}

/** As the libraries know it. */
export const FINISH_ON_THE_WIRE: Record<KnownFinish, string> = {
  stop: "stop",
  length: "length",
  "tool-calls": "tool_calls",
  "content-filter": "content_filter",
};
