import { expect, it } from "vitest";
import { chunk, sse } from "../../../support/providers/raw-server.ts";
import { type Bad, call, DONE, KEY, throughEachLibrary } from "./quirk-case.ts";
import { failureOf } from "./wire-case.ts";

const half = (finish: unknown, more: Record<string, unknown> = {}) => sse(chunk({ content: "Half of " }), chunk({}, finish, more), DONE);

const BAD: Bad[] = [
  // A reason is said to the person, so it is no place for the key in whichever form.
  ...[[...KEY].join(" "), encodeURIComponent(KEY), Buffer.from(KEY).toString("base64"), KEY.slice(0, 12)].map((echo): Bad => ({
    name: `a reason that holds the key as ${echo}`,
    body: half(`error for ${echo}`),
    code: "not-a-reply",
    says: /error for \[key\]/,
    paid: true,
    requests: 2,
  })),
  ...["error", "network_error", "abort", "cancelled", "insufficient_system_resource", "unheard_of"].map((finish): Bad => ({
    name: `half a reply that ends with ${finish}`,
    body: half(finish),
    code: "not-a-reply",
    says: new RegExp(finish),
    paid: true,
    requests: 2,
  })),
  { name: "half a reply that a filter ends", body: half("SAFETY"), code: "refused", paid: true },
  {
    name: "half a reply that ends without a reason",
    body: sse(chunk({ content: "Half of " })),
    code: "not-a-reply",
    paid: true,
    requests: 2,
  },
  {
    name: "half a reply whose line breaks",
    body: sse(chunk({ content: "Half of " })),
    cut: true,
    code: "not-a-reply",
    paid: true,
    requests: 2,
  },
  {
    name: "a stream that is cut in mid-call",
    body: sse(chunk({ tool_calls: [call(0, "call_a", "look_up", '{"item":')] })),
    code: "not-a-reply",
    paid: true,
    requests: 2,
  },
  {
    name: "a stream that is cut before a call's arguments",
    body: sse(chunk({ tool_calls: [call(0, "call_a", "look_up", "")] })),
    code: "not-a-reply",
    paid: true,
    requests: 2,
  },
  {
    name: "a stream that is cut in mid-event",
    body: `${sse(chunk({ content: "Half of " }))}data: {"choices":[{"del`,
    code: "not-a-reply",
    paid: true,
  },
  {
    name: "an error in an event",
    body: sse(chunk({ content: "Half of " }), { error: { message: "Overloaded", type: "overloaded_error" } }),
    code: "server-error",
    says: /Overloaded/,
    paid: true,
    requests: 2,
  },
  {
    name: "an error beside the reason",
    body: sse(chunk({ content: "Half of " }), chunk({}, "error", { error: { code: 502, message: "Upstream lost" } })),
    code: "server-error",
    says: /Upstream lost/,
    requests: 2,
  },
  {
    name: "an error by its event's name",
    body: `${sse(chunk({ content: "Half of " }))}event: error\ndata: lost the worker\n\n`,
    code: "server-error",
    says: /lost the worker/,
    requests: 2,
  },
  {
    name: "an error object in a 200",
    body: JSON.stringify({ error: { message: "Incorrect API key provided", type: "invalid_request_error", code: "invalid_api_key" } }),
    type: "application/json",
    code: "unauthorized",
    says: /Incorrect API key/,
  },
  {
    name: "an error as text in a 200",
    body: JSON.stringify({ error: "model 'llama9' not found" }),
    type: "application/json",
    code: "no-such-model",
    says: /llama9/,
  },
  {
    name: "vLLM's error object in a 200",
    body: JSON.stringify({ object: "error", message: "The model `x` does not exist.", type: "NotFoundError", code: 404 }),
    type: "application/json",
    code: "no-such-model",
    says: /does not exist/,
  },
  {
    name: "code and msg in a 200",
    body: JSON.stringify({ code: 1302, msg: "Rate limit reached for requests" }),
    type: "application/json",
    code: "rate-limited",
    says: /Rate limit reached/,
    requests: 2,
  },
  {
    name: "a detail in a 200",
    body: JSON.stringify({ detail: "Invalid API key" }),
    type: "application/json",
    code: "unauthorized",
    says: /Invalid API key/,
  },
  {
    name: "an error object in a list",
    body: JSON.stringify([{ error: { code: 400, message: "API key not valid", status: "INVALID_ARGUMENT" } }]),
    type: "application/json",
    code: "unauthorized",
    says: /not valid/,
  },
  { name: "a web page", body: "<!doctype html><title>Sign in</title>", type: "text/html", code: "not-a-reply", says: /web page/ },
  { name: "a web page that calls itself a stream", body: "<html>Sign in", code: "not-a-reply", says: /web page/ },
  { name: "words", body: "All good here.", type: "text/plain", code: "not-a-reply" },
];

throughEachLibrary((answerTo, requests) => {
  it.each(BAD)("names $name", async (row) => {
    const error = await failureOf(answerTo(row));
    expect(error).toMatchObject({
      code: row.code,
      ...(row.says === undefined ? {} : { message: expect.stringMatching(row.says) as string }),
    });
    if (row.paid === true) expect(error.paid).not.toBeNull();
    expect(requests()).toBe(row.requests ?? 1);
  });
});
