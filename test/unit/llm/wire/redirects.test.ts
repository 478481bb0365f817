import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ModelProfile, type ProviderId, PROVIDER_FACTS } from "@/domain";
import { checkConnection, createChatModel, createPriceBook, finishSignIn, listModels } from "@/llm";
import { profileOf } from "../../../support/chat.ts";
import { type RawServer, startRawServer } from "../../../support/providers/raw-server.ts";
import { ask, failureOf, KEY } from "./wire-case.ts";

/** Every provider that is reached over the network. */
const PROVIDERS = (Object.keys(PROVIDER_FACTS) as ProviderId[]).filter(
  (provider) => !["recorded", "compiler", "chrome"].includes(provider),
);
const SAYS = /redirect/;

describe.each(PROVIDERS)("redirects: %s", (provider) => {
  let elsewhere: RawServer;
  let server: RawServer;
  let status = 307;
  beforeEach(async () => {
    elsewhere = await startRawServer(() => ({ type: "application/json", body: "{}" }));
    server = await startRawServer(({ path }) => ({ status, headers: { location: `${elsewhere.origin}${path}` }, body: "" }));
  });
  afterEach(async () => {
    await server.close();
    await elsewhere.close();
  });
  const profile = (more: Partial<ModelProfile> = {}) => profileOf({ provider, baseUrl: `${server.origin}/v1`, ...more });
  const signal = new AbortController().signal;

  it.each([301, 302, 303, 307, 308])("takes nothing to another address with %i, and says why it stops", async (given) => {
    status = given;
    for (const streaming of [true, false]) {
      const model = createChatModel(profile({ streaming }), () => KEY, {
        patience: { retries: 2, waitMs: 60_000, cut: "keep" },
        retryBaseMs: 1,
      });
      expect(await failureOf(ask(model))).toMatchObject({
        code: "unreachable",
        retryable: false,
        message: expect.stringMatching(SAYS) as string,
      });
    }
    expect(await failureOf(listModels(profile(), () => KEY, { signal }))).toMatchObject({ message: expect.stringMatching(SAYS) as string });
    const report = await checkConnection(profile(), () => KEY, { signal, prices: createPriceBook(() => []) });
    expect(report).toMatchObject({ ok: false, causes: [{ certainty: "certain", title: expect.stringMatching(SAYS) as string }] });
    expect(elsewhere.requests).toEqual([]);
    // Whatever was asked to find out the cause, was asked without the key.
    const withKey = server.requests.filter((request) => JSON.stringify(request).includes(KEY));
    expect(withKey).toHaveLength(4);
  });
});

describe("redirects: the login at OpenRouter", () => {
  it("does not take the code and its verifier to another address", async () => {
    const elsewhere = await startRawServer(() => ({ type: "application/json", body: JSON.stringify({ key: "stolen" }) }));
    const server = await startRawServer(({ path }) => ({ status: 307, headers: { location: `${elsewhere.origin}${path}` }, body: "" }));
    const begun = JSON.stringify({ profileId: "p", verifier: "v".repeat(64), address: server.origin, hash: "#/settings" });
    const page = {
      location: { href: "https://page.test/?code=abc", origin: "https://page.test", pathname: "/", hash: "" },
      history: { state: null, replaceState: () => undefined },
      sessionStorage: { getItem: () => begun, removeItem: () => undefined },
    } as unknown as Window;
    expect(await failureOf(finishSignIn(page))).toMatchObject({ message: expect.stringMatching(SAYS) as string });
    expect(elsewhere.requests).toEqual([]);
    await server.close();
    await elsewhere.close();
  });
});
