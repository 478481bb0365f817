import { type ConnectionCause, type ModelErrorCode, PROVIDER_FACTS, type ProviderId } from "@/domain";
import { type Answer, type Meaning, MEANINGS, type MeaningName } from "./meanings.ts";

type Rule = {
  is: MeaningName;
  /** What the same answer can mean as well, less likely. */
  or?: MeaningName;
  status?: readonly number[];
  provider?: readonly ProviderId[];
  says?: RegExp;
  when?: (answer: Answer) => boolean;
};

const REFUSALS = [400, 401, 403, 422];
const WITH_KEY = (answer: Answer) => answer.hasKey;
const KEYLESS = (answer: Answer) => !answer.hasKey;
const OWN_SERVER = ({ provider }: Answer) => PROVIDER_FACTS[provider].local || provider === "compatible";
const FROM_CLOUDFLARE = (answer: Answer) => /cloudflare|cf-ray|cf-error/i.test(answer.page);
const MODEL_GONE =
  /model_not_found|model_not_available|model_decommissioned|invalid[ _]model|model not exist|not a valid model|no endpoints found|unable to access (non-serverless )?model|have access to (the )?model|\bmodels?\b[^·]{0,200}\b(not found|(is|was) not found|does not exist|doesn't exist|not available|been decommissioned|been deprecated)|^model: /i;

/** Answers that are a web page: no model's server writes those, so somebody else did, or the address is wrong. */
const PAGES: readonly Rule[] = [
  { is: "onTheWay", status: [407, 511] },
  { is: "webPage", status: [404, 405, 410] },
  { is: "serverFailed", when: (answer) => answer.status >= 500 && OWN_SERVER(answer) },
  { is: "serverFailed", or: "onTheWay", when: (answer) => answer.status >= 500 && FROM_CLOUDFLARE(answer) },
  { is: "gateway", or: "serverFailed", when: (answer) => answer.status >= 500 },
  { is: "webPage", or: "onTheWay", when: OWN_SERVER },
  { is: "onTheWay", or: "webPage" },
];

/** From the particular to the general; the first that fits holds. */
const RULES: readonly Rule[] = [
  { is: "onTheWay", status: [407, 511] },

  // ------------------------------------------------ what a page, an account or a country may not do
  { is: "streamUnverified", says: /must be verified to stream/i },
  { is: "organisationUnverified", says: /organi[sz]ation must be verified/i },
  {
    is: "keyRestricted",
    says: /referr?er\b.*blocked|_referrer_blocked|ip_address_blocked|ip_not_authorized|ip address .*(blocked|not authorized|restriction)/i,
  },
  { is: "lettingIn", status: [401, 403], says: /\bcors\b|\borigins?\b/i, when: ({ provider }) => PROVIDER_FACTS[provider].local },
  { is: "browserForbidden", status: [400, 401, 403], says: /\bcors\b|\bbrowsers?\b|\borigin\b/i },
  {
    is: "region",
    says: /unsupported_country|country, region|user location is not supported|not (available|supported) in your (country|region)/i,
  },
  {
    is: "accountRestricted",
    says: /organization[ _](has been |is )?(restricted|disabled)|account[ _](has been |is )?(deactivated|suspended|disabled)|consumer_suspended/i,
  },

  // ------------------------------------------------ money
  { is: "notInPlan", provider: ["google"], status: [429], says: /limit: 0\b/ },
  { is: "dayUsed", status: [429], says: /PerDay|per[- ]day\. add|free-models-per-day/i },
  { is: "noCredit", provider: ["google"], status: [429], says: /credits? (is|are) depleted/i },
  { is: "tooMany", provider: ["google"], status: [429] },
  { is: "creditForLess", says: /requires more credits, or fewer max_tokens|can only afford/i },
  { is: "noCredit", status: [402] },
  {
    is: "noCredit",
    status: [400, 401, 403, 429],
    says: /insufficient[ _](quota|balance|credits?|funds)|exceeded your current quota|credit balance is too low|billing[ _](hard|not|is not|account|to be)|enable billing|\b(any|no|enough|available|out of|more) credits?\b|credit limit exceeded|spending[ -]limit|specified api usage limits|key limit exceeded|inactive subscription|add credits?\b|check your (plan and )?billing/i,
  },

  // ------------------------------------------------ keys
  { is: "keyMissing", status: [401], when: KEYLESS },
  { is: "keyMissing", status: REFUSALS, says: /unregistered callers|api[ _-]?key|auth/i, when: KEYLESS },
  {
    is: "keyRefused",
    status: REFUSALS,
    says: /(invalid|incorrect|wrong|unknown|expired)[ _](x-)?api[ _-]?key|api[ _-]?key[^·]{0,40}\b(not valid|invalid|expired|reported|revoked|disabled)|invalid_api_key|api_key_invalid|authentication fails/i,
  },
  { is: "serviceOff", status: [403], says: /service_disabled|has not been used in project|api .*is disabled/i },

  // ------------------------------------------------ a request's parts
  {
    is: "wrongProtocol",
    status: [400, 404],
    says: /v1\/(responses|chat\/completions|completions)\b.*(not|instead|use|only)|(not|only|use) .*v1\/(responses|chat\/completions|completions)\b|not a chat model/i,
    when: (answer) => !/invalid url|unexpected endpoint|no such path|cannot post/i.test(answer.text),
  },
  {
    is: "refused",
    status: [400, 403, 422],
    says: /flagged|moderation|content_policy|content[ _]filter|content management policy|invalid_prompt|prohibited_content/i,
  },
  { is: "tooLongForPlan", status: [413, 429], says: /request too large for model/i },
  { is: "tooLong", status: [413] },
  {
    is: "tooLong",
    status: [400, 422],
    says: /context[ _](length|window|size)|maximum context|(prompt|input|request|messages?) (is |are )?too (long|large)|exceed_context|token count .*exceeds/i,
  },
  { is: "badStream", status: [400, 422], says: /stream/i },
  { is: "badLimit", status: [400, 422], says: /max[_ ]?(completion[_ ]|output[_ ])?tokens|maxOutputTokens/i },
  { is: "badTemperature", status: [400, 422], says: /temperature/i },
  { is: "badEffort", status: [400, 422], says: /reasoning|thinking|effort/i },

  // ------------------------------------------------ models and paths
  { is: "noModelLoaded", says: /no models? (is |are )?loaded|no model is currently loaded/i },
  {
    is: "routing",
    status: [403, 404],
    provider: ["openrouter"],
    says: /data policy|allowed providers|providers? (have|has) been ignored|guardrail/i,
  },
  { is: "modelCannot", status: [404], says: /no endpoints found that|support tool use/i },
  { is: "noSuchModel", status: [400, 403, 404, 410, 422], says: MODEL_GONE },
  { is: "noSuchModel", status: [404], says: /model/i, when: (answer) => !/path|url|endpoint|page/i.test(answer.text) },
  { is: "wrongPath", status: [404, 405, 410, 501] },

  // ------------------------------------------------ in passing
  {
    is: "loading",
    says: /(loading|load) (the )?model\b|model is (still |currently )?loading/i,
    when: (answer) => answer.status >= 500 || answer.status === 429,
  },
  { is: "memory", says: /more system memory|(out of|not enough|insufficient) (\w+ )?memory/i, when: (answer) => answer.status >= 500 },
  { is: "tooMany", status: [429] },
  { is: "overloaded", status: [498, 529] },
  {
    is: "overloaded",
    says: /overload|capacity|at the moment|slow_down|currently experiencing high/i,
    when: (answer) => answer.status >= 500,
  },
  { is: "serverFailed", when: (answer) => answer.status >= 500 },
  { is: "timedOut", status: [408] },

  // ------------------------------------------------ nothing more is known
  // Mistral answers so both to a wrong key and when a plan's budget is used up.
  { is: "keyRefused", or: "noCredit", status: [401], provider: ["mistral"] },
  { is: "keyRefused", status: [401] },
  { is: "lettingIn", or: "keyForbidden", status: [403], when: (answer) => OWN_SERVER(answer) && answer.text === "" },
  { is: "keyForbidden", status: [403], when: WITH_KEY },
  { is: "keyMissing", or: "browserForbidden", status: [403] },
  { is: "badRequest" },
];

function fits(rule: Rule, answer: Answer): boolean {
  return (
    (rule.status?.includes(answer.status) ?? true) &&
    (rule.provider?.includes(answer.provider) ?? true) &&
    (rule.says?.test(answer.text) ?? true) &&
    (rule.when?.(answer) ?? true)
  );
}

export type Classified = {
  name: MeaningName;
  code: ModelErrorCode;
  said: string;
  hint: string;
  again: boolean;
  retryable: boolean;
  /** For the connection check, the likeliest first. */
  causes: readonly ConnectionCause[];
};

/** What an error answer means; for runs and for the connection check alike. */
export function classify(answer: Answer): Classified {
  const rule = (answer.html ? PAGES : RULES).find((candidate) => fits(candidate, answer));
  const name = rule?.is ?? "badRequest";
  const also = rule?.or === undefined ? [] : [rule.or];
  const { code, said, again = false, later = false }: Meaning = MEANINGS[name];
  return {
    name,
    code,
    said,
    hint: hintOf(name, answer),
    again,
    retryable: again || later,
    causes: [causeOf(name, answer, also.length === 0 ? "certain" : "likely"), ...also.map((other) => causeOf(other, answer, "possible"))],
  };
}

function hintOf(name: MeaningName, answer: Answer): string {
  const { hint }: Meaning = MEANINGS[name];
  return typeof hint === "string" ? hint : hint(answer);
}

function causeOf(name: MeaningName, answer: Answer, certainty: ConnectionCause["certainty"]): ConnectionCause {
  const { connection, said }: Meaning = MEANINGS[name];
  return { code: connection, certainty, title: `${said}.`, todo: hintOf(name, answer) };
}
