import {
  CancelledError,
  FREE,
  type LanguageModel,
  ModelError,
  type ModelReply,
  type ModelRequest,
  normaliseNewlines,
  replyKeyOf,
  sleep,
} from "@/domain";

export type RecordedModelOptions = {
  /** How long a reply takes to arrive, in ms; 0 hands it over at once. Default: by its length, 300 to 800. */
  durationMs?: number;
  /**
   * `./recordings/<problemId>/<role>-<sample>.<attempt>.md` → its text; `….compact.md` where the prompt asks for the
   * compact form. Default: those that ship with the app.
   */
  recordings?: Record<string, () => Promise<string>>;
};

const PIECE_MS = 100;

function bundled(): Record<string, () => Promise<string>> {
  return import.meta.glob<string>("./recordings/**/*.md", { query: "?raw", import: "default" });
}

/** Version 2 of the designer's prompt asks for compact replies. */
function pathOf(request: ModelRequest): string {
  const form = request.role === "designer" && request.promptVersion.startsWith("designer@2") ? ".compact" : "";
  return `./recordings/${request.problemId}/${replyKeyOf(request)}${form}.md`;
}

/** Replays replies that were recorded for the bundled problems; needs no key and no network beyond the app's files. */
export function createRecordedModel(options: RecordedModelOptions = {}): LanguageModel {
  const recordings = options.recordings ?? bundled();

  async function load(path: string): Promise<string> {
    const read = Object.hasOwn(recordings, path) ? recordings[path] : undefined;
    if (read === undefined) {
      const missing = path.replace("./recordings/", "");
      throw new ModelError("no-recording", `There is no recorded reply ${missing}.`, {
        hint: "Recorded replies exist for the bundled problems only, with the default number of replies and repairs. Choose a bundled problem, or enter the address of a model in Settings.",
      });
    }
    try {
      return normaliseNewlines(await read());
    } catch (cause) {
      throw new ModelError("unreachable", "A recorded reply could not be loaded.", {
        hint: "It is a file of this page: check the connection and reload the page.",
        retryable: true,
        cause,
      });
    }
  }

  return {
    label: "Recorded replies",
    recorded: true,
    concurrency: 4,
    async generate(request, { signal, onText }): Promise<ModelReply> {
      const started = performance.now();
      if (signal.aborted) throw new CancelledError();
      const text = await load(pathOf(request));
      const duration = options.durationMs ?? Math.min(800, Math.max(300, text.length / 10));
      const pieces = Math.floor(duration / PIECE_MS);
      for (let piece = 1; piece <= pieces; piece += 1) {
        await sleep(duration / pieces, signal);
        onText?.(text.slice(0, Math.ceil((text.length * piece) / pieces)));
      }
      if (signal.aborted) throw new CancelledError();
      return {
        text,
        reasoning: "",
        finishReason: "stop",
        model: "recorded",
        usage: null,
        cost: FREE,
        settings: null,
        parts: 1,
        reusedFrom: null,
        ms: performance.now() - started,
        receivedAt: Date.now(),
      };
    },
  };
}
