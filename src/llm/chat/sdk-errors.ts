import { clip, ModelError, type ProviderId } from "@/domain";
import { cutFailure, malformedFailure, statusFailure, streamedFailure, unfinishedFailure } from "../failures/failures.ts";
import { redact } from "../wire/redact.ts";
import type { AttemptFailure } from "./retry.ts";

/** Where the attempt stood when the library threw. */
export type Standing = { received: number; contentType: string | null; streaming: boolean; key: string | null; provider: ProviderId };

/** The libraries come with copies of their error classes; each class has a name of its own. */
function named(cause: unknown, ...names: string[]): boolean {
  return cause instanceof Error && names.includes(cause.name);
}

const MALFORMED = ["AI_JSONParseError", "AI_TypeValidationError", "AI_NoContentGeneratedError"];

/** A stream that ended without a reason. */
function isWithoutReason(cause: unknown): boolean {
  return named(cause, "AI_InvalidResponseDataError");
}

/** The error object that stands in for a reply: as the whole body, or as one event. */
function errorObject(value: unknown): unknown {
  let parsed = value;
  if (typeof value === "string") {
    try {
      parsed = JSON.parse(value);
    } catch {
      return undefined;
    }
  }
  const found: unknown = typeof parsed === "object" && parsed !== null ? Reflect.get(parsed, "error") : undefined;
  return found === null || found === false ? undefined : found;
}

/** What the SDK threw or put into the stream, once the wire has nothing to say. */
export function sdkFailure(cause: unknown, at: Standing): AttemptFailure | ModelError {
  const { key, contentType, provider } = at;
  if (cause instanceof Error && named(cause, "AI_APICallError")) {
    const status = Number(Reflect.get(cause, "statusCode"));
    const body: unknown = Reflect.get(cause, "responseBody");
    const told = errorObject(body) ?? (typeof body === "string" ? undefined : Reflect.get(cause, "data"));
    if (status >= 400)
      return statusFailure(status, typeof body === "string" ? body : JSON.stringify({ error: cause.message }), null, key, provider);
    return told === undefined ? malformedFailure(contentType, provider) : streamedFailure(told, key, provider);
  }
  if (isWithoutReason(cause))
    return at.streaming ? unfinishedFailure(at.received, contentType, provider) : malformedFailure(contentType, provider);
  if (named(cause, "AI_EmptyResponseBodyError")) return cutFailure(0);
  if (named(cause, ...MALFORMED)) {
    const told = errorObject(Reflect.get(Object(cause), "value"));
    return told === undefined ? malformedFailure(contentType, provider) : streamedFailure(told, key, provider);
  }
  if (cause instanceof Error) {
    const said = clip(redact(cause.message, key), 300);
    return contentType === null
      ? new ModelError("bad-request", `The request could not be made: ${said}`, { hint: "Check the profile in Settings." })
      : new ModelError("not-a-reply", `The reply could not be read: ${said}`, { hint: "Try with streaming switched the other way." });
  }
  return streamedFailure(cause, key, provider);
}
