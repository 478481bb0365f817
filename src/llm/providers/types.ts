import type { OpenAIProvider } from "@ai-sdk/openai";
import type { ChatRequest, ModelProfile } from "@/domain";

/** The SDK's model interface, which all provider packages implement. Types only: nothing is loaded for them. */
export type SdkModel = ReturnType<OpenAIProvider["chat"]>;
export type SdkCall = Parameters<SdkModel["doStream"]>[0];
export type SdkMessage = SdkCall["prompt"][number];
export type SdkTool = NonNullable<SdkCall["tools"]>[number];
export type SdkOptions = NonNullable<SdkCall["providerOptions"]>;
type SdkResult = Awaited<ReturnType<SdkModel["doGenerate"]>>;
export type SdkContent = SdkResult["content"][number];
export type SdkUsage = SdkResult["usage"];
export type SdkFinish = SdkResult["finishReason"];
type SdkStream = Awaited<ReturnType<SdkModel["doStream"]>>["stream"];
export type SdkPart = SdkStream extends ReadableStream<infer Part> ? Part : never;

/** What a provider is connected with, once for each attempt: the key is not kept any longer. */
export type ConnectionSetup = {
  profile: ModelProfile;
  /** Scheme, host and path, without a last slash. */
  baseUrl: string;
  /** Null where none is needed. */
  key: string | null;
  /** The wire's. */
  fetch: typeof fetch;
  request: ChatRequest;
  /** False once the provider said that it gives no summaries of its reasoning to this account. */
  summaries: boolean;
};

export type Connected = {
  model: SdkModel;
  /** The provider's own names for effort and the like. */
  options: SdkOptions;
  /** Put on the system message: marks the long fixed part of a prompt for the provider's cache. */
  systemOptions?: SdkOptions;
  /** Where the provider wants a limit in any case. */
  maxOutputTokens?: number;
  /** What the provider says that a reply cost, in US dollars; from its own usage record. */
  billedUsd?(usage: Record<string, unknown>): number | null;
};

export type Connect = (setup: ConnectionSetup) => Connected;
