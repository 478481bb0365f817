import { afterEach, describe } from "vitest";
import { type ModelErrorCode, type ProviderId, type RawReply, type ToolCall } from "@/domain";
import { createChatModel } from "@/llm";
import { profileOf } from "../../../support/chat.ts";
import { chunk, type RawServer, sse, startRawServer } from "../../../support/providers/raw-server.ts";
import { ask, request, TOOLS } from "./wire-case.ts";

/**
 * What servers of chat completions really send, one quirk a row, through every library that speaks the protocol.
 * Each row says what the reply, or the failure, is.
 */
const PROVIDERS: readonly ProviderId[] = ["openai", "openrouter", "mistral", "groq", "deepseek", "xai", "together", "compatible"];
export const KEY = "key-1234567890-abcdefghijklmnop";
export const DONE = "[DONE]";
const USAGE = { choices: [], usage: { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 } };
export const end = (finish: unknown = "stop") => [chunk({}, finish), USAGE, DONE];

export type Wanted = Partial<Omit<RawReply, "toolCalls">> & { toolCalls?: Partial<ToolCall>[] };
export type Good = { name: string; body: string; wanted: Wanted; type?: string; cut?: boolean };
export type Bad = {
  name: string;
  body: string;
  code: ModelErrorCode;
  says?: RegExp;
  type?: string;
  cut?: boolean;
  paid?: boolean;
  requests?: number;
};

export const call = (index: unknown, id: unknown, name: unknown, written: unknown) => ({
  ...(index === undefined ? {} : { index }),
  ...(id === undefined ? {} : { id }),
  type: "function",
  function: { ...(name === undefined ? {} : { name }), ...(written === undefined ? {} : { arguments: written }) },
});
export const calls = (...pieces: unknown[]) =>
  sse(...pieces.map((piece) => chunk({ role: "assistant", content: null, tool_calls: [piece] })), ...end("tool_calls"));

/** Asks through every library, streamed and in one piece; `test` adds the rows. */
export function throughEachLibrary(test: (ask: (row: Good | Bad) => Promise<RawReply>, requests: () => number) => void): void {
  describe.each(PROVIDERS)("quirks of chat completions: %s", (provider) => {
    let server: RawServer;
    afterEach(() => server.close());

    describe.each([
      ["streamed", true],
      ["in one piece", false],
    ] as const)("%s", (_, streaming) => {
      test(
        async ({ body, type, cut }) => {
          const answer = { body, ...(type === undefined ? {} : { type }), ...(cut === undefined ? {} : { cut }) };
          server = await startRawServer(() => answer);
          const model = createChatModel(profileOf({ provider, api: "chat", baseUrl: `${server.origin}/v1`, streaming }), () => KEY, {
            patience: { retries: 1, waitMs: 60_000, cut: "keep" },
            retryBaseMs: 1,
          });
          return await ask(model, request({ tools: TOOLS }));
        },
        () => server.posts().length,
      );
    });
  });
}
