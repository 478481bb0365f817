import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { CallSettings, ChatRequest } from "@/domain";

/**
 * Names a question: the same key, the same request with the same settings. SHA-256 in hex over everything that
 * shapes a reply, written in one way only, so that keys of earlier visits still fit. Ours rather than the
 * browser's hash, which is there only on secure pages.
 */
export function replyKey(request: ChatRequest, settings: CallSettings): string {
  const { messages, tools, sample } = request;
  const { provider, baseUrl, api, model, temperature, maxOutputTokens, effort } = settings;
  return bytesToHex(
    sha256(utf8ToBytes(canonical({ messages, tools, sample, provider, baseUrl, api, model, temperature, maxOutputTokens, effort }))),
  );
}

/** JSON with the keys of every object in order; what is undefined is not there. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .toSorted(([one], [other]) => (one < other ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(",")}}`;
}
