import { createParser } from "eventsource-parser";
import { parseEvent, type ReplyEvent } from "./event.ts";
import { FINISH_ON_THE_WIRE, reasoningFields, type ReplyRecord, toolCallsOf } from "./record.ts";

/**
 * Between the wire and a library that speaks chat completions: whatever a server sends as a stream, or in one piece,
 * becomes the plain form of the protocol, and the `record` knows what was said and whether it is whole. A reply that
 * is not whole never reaches the library's end: it errors there, and the record has the reason.
 */
type Said = (event: ReplyEvent) => void;

class NotAReply extends Error {
  override readonly name = "NotAReply";
}

/** Splits what comes into events: a stream's, or JSON by lines or in one piece, whatever was asked for. */
class Reader {
  /** Nobody needs to read on. */
  over = false;
  readonly #record: ReplyRecord;
  readonly #said: Said;
  readonly #decoder = new TextDecoder();
  readonly #parser = createParser({ onEvent: ({ data, event }) => this.#take(data, event) });
  #form: "unknown" | "events" | "json" = "unknown";
  #pending = "";

  constructor(record: ReplyRecord, said: Said) {
    this.#record = record;
    this.#said = said;
  }

  feed(bytes: Uint8Array): void {
    this.#text(this.#decoder.decode(bytes, { stream: true }));
  }

  end(): void {
    this.#text(this.#decoder.decode());
    if (this.over) return;
    // The blank line after the last event is left out by some.
    if (this.#form === "events") this.#parser.feed("\n\n");
    else if (this.#form === "json") this.#json();
    if (!this.over) this.#finish(this.#form === "json");
  }

  #text(text: string): void {
    if (this.over) return;
    if (this.#form === "events") {
      this.#parser.feed(text);
      return;
    }
    this.#pending += text;
    if (this.#form === "unknown") this.#recognise();
  }

  #recognise(): void {
    const start = this.#pending.trimStart();
    if (start === "") return;
    if (start.startsWith("<")) this.#fail({ kind: "web-page" });
    else if (/^[{["]/.test(start)) this.#form = "json";
    else {
      this.#form = "events";
      this.#parser.feed(start);
      this.#pending = "";
    }
  }

  /** One JSON, or one a line. */
  #json(): void {
    const whole = parseEvent(this.#pending);
    if (whole.kind !== "malformed") this.#take(this.#pending);
    else for (const line of this.#pending.split(/\r?\n/)) this.#take(line);
  }

  #take(data: string, name?: string): void {
    if (this.over) return;
    const text = data.trim();
    if (/^\[done\]$/i.test(text)) {
      this.#finish(true);
      return;
    }
    // Keep-alives and other words that are no JSON say nothing; an error says so by its name.
    if (!/^(\{|\[\s*[{"\]])/.test(text)) {
      if (name === "error" && text !== "") this.#fail({ kind: "said", error: { message: text } });
      return;
    }
    const parsed = parseEvent(text, name);
    if (parsed.kind === "malformed") this.#fail({ kind: "malformed" });
    if (parsed.kind !== "event") return;
    this.#record.take(parsed.event);
    if (this.#record.unfit !== null) this.over = true;
    else this.#said(parsed.event);
  }

  #fail(unfit: Parameters<ReplyRecord["fail"]>[0]): void {
    // What was whole before stays so.
    if (this.#record.ending === null) this.#record.fail(unfit);
    this.over = true;
  }

  #finish(marked: boolean): void {
    if (this.#form === "unknown") this.#record.fail({ kind: "cut" });
    this.#record.end(marked);
    this.over = true;
  }
}

/** Reads on until there is something to hand over. A line that breaks after the end of the reply has broken nothing. */
async function readSome(source: ReadableStreamDefaultReader<Uint8Array>, reader: Reader, record: ReplyRecord): Promise<void> {
  try {
    const { done, value } = await source.read();
    if (done) reader.end();
    else reader.feed(value);
  } catch (cause) {
    if (record.ending === null) throw cause;
    reader.end();
  }
}

const frame = (record: ReplyRecord, more: Record<string, unknown>): string =>
  `data: ${JSON.stringify({ ...record.envelope("chat.completion.chunk"), ...more })}\n\n`;

/** What can be shown at once; calls and counts come in one piece at the end. */
function deltaEvent(record: ReplyRecord, { text, reasoning, refusal, reasoningDetails }: ReplyEvent): string {
  const delta = {
    ...(text === "" ? {} : { content: text }),
    ...(refusal === "" ? {} : { refusal }),
    ...reasoningFields(reasoning, reasoningDetails),
  };
  return Object.keys(delta).length === 0
    ? ""
    : frame(record, { choices: [{ index: 0, delta: { role: "assistant", ...delta }, finish_reason: null }] });
}

function lastEvents(record: ReplyRecord): string {
  const calls = toolCallsOf(record.calls);
  const called =
    calls.length === 0
      ? ""
      : frame(record, { choices: [{ index: 0, delta: { role: "assistant", content: null, tool_calls: calls }, finish_reason: null }] });
  const end = frame(record, {
    choices: [{ index: 0, delta: {}, finish_reason: FINISH_ON_THE_WIRE[record.ending?.finish ?? "stop"] }],
    ...record.counts(),
  });
  return `${called}${end}data: [DONE]\n\n`;
}

function asStream(body: ReadableStream<Uint8Array<ArrayBuffer>>, record: ReplyRecord): ReadableStream<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  const source = body.getReader();
  let ready = "";
  const reader = new Reader(record, (event) => {
    ready += deltaEvent(record, event);
  });
  return new ReadableStream({
    async pull(controller) {
      while (ready === "" && !reader.over) await readSome(source, reader, record);
      if (reader.over) {
        void source.cancel().catch(() => undefined);
        if (record.unfit !== null) {
          controller.error(new NotAReply(record.unfit.kind));
          return;
        }
        controller.enqueue(encoder.encode(ready + lastEvents(record)));
        controller.close();
        return;
      }
      controller.enqueue(encoder.encode(ready));
      ready = "";
    },
    cancel: (reason) => source.cancel(reason),
  });
}

/** One library wants counts in any case. No request takes no tokens, so these are read as unknown. */
const NOTHING_COUNTED = { usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 } };

async function asWhole(body: ReadableStream<Uint8Array<ArrayBuffer>>, record: ReplyRecord): Promise<string> {
  const source = body.getReader();
  const reader = new Reader(record, () => undefined);
  while (!reader.over) await readSome(source, reader, record);
  void source.cancel().catch(() => undefined);
  if (record.unfit !== null) throw new NotAReply(record.unfit.kind);
  const finish = FINISH_ON_THE_WIRE[record.ending?.finish ?? "stop"];
  return JSON.stringify({
    ...record.envelope("chat.completion"),
    choices: [{ index: 0, message: record.message(), finish_reason: finish }],
    ...NOTHING_COUNTED,
    ...record.counts(),
  });
}

/** The answer in the form that was asked for; `record` is filled as it is read. */
export async function normalised(response: Response, streaming: boolean, record: ReplyRecord): Promise<Response> {
  if (response.body === null) return response;
  const { status } = response;
  if (streaming) return new Response(asStream(response.body, record), { status, headers: { "content-type": "text/event-stream" } });
  return new Response(await asWhole(response.body, record), { status, headers: { "content-type": "application/json" } });
}
