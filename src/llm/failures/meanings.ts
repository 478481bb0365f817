import { type ConnectionCode, type ModelErrorCode, PROVIDER_FACTS, type ProviderId } from "@/domain";
import { letPagesIn } from "../connection/let-in.ts";

/** An answer that is not a reply. `text` is what rules may look at (error-body.ts). */
export type Answer = {
  status: number;
  text: string;
  html: boolean;
  /** The body of an HTML answer, for the marks of well-known servers. */
  page: string;
  provider: ProviderId;
  hasKey: boolean;
  /** Of this page; null outside of browsers. */
  origin: string | null;
};

export type Meaning = {
  code: ModelErrorCode;
  connection: ConnectionCode;
  /** Begins a sentence that the status and the provider's own words end. */
  said: string;
  hint: string | ((answer: Answer) => string);
  /** Asking again at once makes sense. Default: no. */
  again?: boolean;
  /** Later, the same request may succeed though asking again at once makes no sense. */
  later?: boolean;
};

const CHECK_NAME = "Check the model's name in Settings: it is spelt as the provider lists it.";
const STREAMING_OFF = "Switch streaming off in Settings.";

function keysAt({ provider }: Answer): string {
  const url = PROVIDER_FACTS[provider].keyUrl;
  return url === null ? "" : ` Keys are made at ${url}.`;
}

/** Each meaning that an error answer can have, once: for the person in a run, and for the connection check. */
export const MEANINGS = {
  keyMissing: {
    code: "unauthorized",
    connection: "no-key",
    said: "The model's address asks for a key",
    hint: (answer) => `Enter a key in Settings.${keysAt(answer)}`,
  },
  keyRefused: {
    code: "unauthorized",
    connection: "wrong-key",
    said: "The model's address refused the key",
    hint: (answer) => `Check the key in Settings: is it complete, still valid, and for this address?${keysAt(answer)}`,
  },
  keyForbidden: {
    code: "forbidden",
    connection: "wrong-key",
    said: "The key may not do this",
    hint: "Check with the provider that the key may use this model, or choose another key or model in Settings.",
  },
  keyRestricted: {
    code: "forbidden",
    connection: "browser-calls-forbidden",
    said: "The key is restricted to certain websites or network addresses",
    hint: "Make a key without that restriction: this page tells no provider which page it is.",
  },
  serviceOff: {
    code: "forbidden",
    connection: "account",
    said: "The key's project has this service switched off",
    hint: (answer) => `Switch the service on for that project, or make a new key.${keysAt(answer)}`,
  },
  accountRestricted: {
    code: "forbidden",
    connection: "account",
    said: "The provider has restricted this account",
    hint: "Sign in with the provider to see why, or use a key of another account.",
  },
  browserForbidden: {
    code: "forbidden",
    connection: "browser-calls-forbidden",
    said: "The provider, or the account's organisation, does not allow calls from web pages",
    hint: "Use a key of another account, reach the model through OpenRouter, or use a local server.",
  },
  lettingIn: {
    code: "forbidden",
    connection: "cors-off",
    said: "The model's server does not let this page in",
    hint: ({ provider, origin }) => letPagesIn(provider, null, origin),
  },
  region: {
    code: "forbidden",
    connection: "region",
    said: "The provider does not serve the country that this connection comes from",
    hint: "If a VPN or proxy is on, switch it off; otherwise choose another provider, for example OpenRouter.",
  },
  organisationUnverified: {
    code: "forbidden",
    connection: "account",
    said: "The account's organisation must be verified for this",
    hint: "Verify the organisation with the provider, or choose another model in Settings.",
  },
  streamUnverified: {
    code: "forbidden",
    connection: "stream-unverified",
    said: "The account's organisation is not verified, so it may not stream this model",
    hint: "Switch streaming off in Settings; everything else stays the same. Or verify the organisation with OpenAI.",
  },
  noCredit: {
    code: "no-credit",
    connection: "no-credit",
    said: "The account has no credit left",
    hint: "Add credit with the provider, or use another key or model.",
  },
  creditForLess: {
    code: "no-credit",
    connection: "no-credit",
    said: "The credit does not cover a reply as long as this one may get",
    hint: "Set a smaller output limit in Settings, or add credit with the provider.",
  },
  notInPlan: {
    code: "no-credit",
    connection: "no-credit",
    said: "The key's plan does not include this model",
    hint: "Choose another model in Settings, or switch on billing for the key's project.",
  },
  dayUsed: {
    code: "rate-limited",
    connection: "too-many-requests",
    said: "The requests that the key's plan allows in a day are used up",
    hint: "Continue tomorrow, choose another model, or move to a larger plan with the provider.",
    later: true,
  },
  tooMany: {
    code: "rate-limited",
    connection: "too-many-requests",
    said: "The provider takes no more requests for now",
    hint: "Wait a little and resume, or lower the number of requests at once in Settings.",
    again: true,
  },
  refused: {
    code: "refused",
    connection: "unexpected-reply",
    said: "The provider's filter refused the request",
    hint: "Change the problem or the prompt, or use another model.",
  },
  noSuchModel: {
    code: "no-such-model",
    connection: "no-such-model",
    said: "There is no model of this name, or the key may not use it",
    hint: ({ provider }) => (provider === "ollama" ? `${CHECK_NAME} Fetch it with: ollama pull, then the name.` : CHECK_NAME),
  },
  noModelLoaded: {
    code: "no-such-model",
    connection: "no-such-model",
    said: "The server has no model loaded",
    hint: "Load a model in the server's window, then try again.",
    later: true,
  },
  modelCannot: {
    code: "bad-request",
    connection: "bad-settings",
    said: "Nobody offers this model with what the request asks for",
    hint: "Choose a model that can use tools, or clear temperature, reasoning effort and output limit in Settings.",
  },
  noTools: {
    code: "bad-request",
    connection: "bad-settings",
    said: "The model, or its server, takes no tools",
    hint: "Choose “text protocol” as the player: then the model writes its calls as text. Or choose a model that calls tools; llama.cpp wants --jinja, vLLM --enable-auto-tool-choice.",
  },
  routing: {
    code: "forbidden",
    connection: "bad-settings",
    said: "The account's privacy or routing settings leave nobody who offers this model",
    hint: "Change them at https://openrouter.ai/settings/privacy, or choose another model in Settings.",
  },
  wrongProtocol: {
    code: "bad-request",
    connection: "bad-settings",
    said: "The model does not speak this protocol",
    hint: "Choose the other protocol (Responses or Chat) in Settings, or another model.",
  },
  wrongPath: {
    code: "not-found",
    connection: "wrong-address",
    said: "The model's address does not know this path or model",
    hint: "Check the model's name and the address in Settings; most addresses end in /v1.",
  },
  webPage: {
    code: "not-found",
    connection: "wrong-address",
    said: "The address answered with a web page instead of a model's reply",
    hint: "Check the address in Settings; most end in /v1.",
  },
  onTheWay: {
    code: "unreachable",
    connection: "proxy",
    said: "Something between this device and the provider answered in its place",
    hint: "Sign in to the network if it asks for that in a new tab, or try without VPN, proxy or filter, or on another network.",
    later: true,
  },
  gateway: {
    code: "server-error",
    connection: "proxy",
    said: "A gateway or proxy before the provider failed",
    hint: "Try again in a while; if it stays, sign in to the network in a new tab, or try without VPN or on another network.",
    again: true,
  },
  timedOut: {
    code: "timeout",
    connection: "provider-down",
    said: "The model's server gave up waiting",
    hint: "Try again, or choose a faster model.",
    again: true,
  },
  loading: {
    code: "server-error",
    connection: "not-running",
    said: "The server is still loading the model",
    hint: "Wait until it is loaded, then try again.",
    again: true,
  },
  memory: {
    code: "server-error",
    connection: "bad-settings",
    said: "The model does not fit into the server's memory",
    hint: "Choose a smaller model, or one with a smaller context.",
  },
  overloaded: {
    code: "server-error",
    connection: "provider-down",
    said: "The provider is overloaded",
    hint: "This is on the provider's side: try again in a while, or use another model.",
    again: true,
  },
  serverFailed: {
    code: "server-error",
    connection: "provider-down",
    said: "The model's server failed",
    hint: "This is on the provider's side: try again in a while.",
    again: true,
  },
  tooLong: {
    code: "bad-request",
    connection: "bad-settings",
    said: "The model's server did not accept the request",
    hint: "The request is too long for this model: choose one with a larger context.",
  },
  tooLongForPlan: {
    code: "bad-request",
    connection: "bad-settings",
    said: "The request is longer than the key's plan allows",
    hint: "Set a smaller output limit in Settings, choose another model, or move to a larger plan with the provider.",
  },
  badStream: {
    code: "bad-request",
    connection: "bad-settings",
    said: "The model's server did not accept the request",
    hint: STREAMING_OFF,
  },
  badLimit: {
    code: "bad-request",
    connection: "bad-settings",
    said: "The model's server did not accept the request",
    hint: "Change or clear the output limit in Settings.",
  },
  badTemperature: {
    code: "bad-request",
    connection: "bad-settings",
    said: "The model's server did not accept the request",
    hint: "Clear the temperature in Settings; some models accept only their own.",
  },
  badEffort: {
    code: "bad-request",
    connection: "bad-settings",
    said: "The model's server did not accept the request",
    hint: "Clear the reasoning effort in Settings; this model has no such setting, or other steps.",
  },
  badRequest: {
    code: "bad-request",
    connection: "bad-settings",
    said: "The model's server did not accept the request",
    hint: "Check model, temperature and output limit in Settings.",
  },
} as const satisfies Record<string, Meaning>;

export type MeaningName = keyof typeof MEANINGS;
