import type { CallSettings, ChatRequest } from "@/domain";
import { z } from "zod";
import { parsedBody, readErrorBody } from "../failures/error-body.ts";

/** How a model's server wants to be asked, learned from its refusals; kept for as long as the page lives. */
export type Habits = {
  /** Fields that it refuses, and that a request can do without. */
  without: Set<string>;
  /** The name that it gives to the limit of a reply, where that is not the usual one. */
  limitName: string | null;
  /** It knows no system messages: they go before the first message of the user. */
  noSystem: boolean;
  /** It takes no tools. They are sent all the same, since that can be changed there; it is said in the check. */
  noTools: boolean;
  /** The account gets no summaries of reasoning. */
  noSummaries: boolean;
};

const known = new Map<string, Habits>();

export function habitsOf({ provider, baseUrl, api, model }: CallSettings): Habits {
  const name = JSON.stringify([provider, baseUrl, api, model]);
  let habits = known.get(name);
  if (habits === undefined) {
    habits = { without: new Set(), limitName: null, noSystem: false, noTools: false, noSummaries: false };
    known.set(name, habits);
  }
  return habits;
}

/** For the person, in the order of what matters most. */
export function habitsText({ without, limitName, noSystem, noTools, noSummaries }: Habits): string {
  const left = [...without].map((field) => FIELD_NAMES[field] ?? field);
  return [
    ...(noTools ? ["It takes no tools: let it play with the text protocol."] : []),
    ...(left.length === 0 ? [] : [`It refuses ${left.join(", ")}, so it is asked without.`]),
    ...(limitName === null ? [] : [`It wants the output limit as ${limitName}.`]),
    ...(noSystem ? ["It takes no system message, so its text goes before the first message."] : []),
    ...(noSummaries ? ["It gives no summaries of its reasoning to this account."] : []),
  ].join(" ");
}

const FIELD_NAMES: Record<string, string> = {
  temperature: "a temperature",
  max_tokens: "an output limit",
  max_completion_tokens: "an output limit",
  max_output_tokens: "an output limit",
  reasoning_effort: "a reasoning effort",
  stream_options: "the question for its token counts",
};

const LIMIT_NAMES = ["max_tokens", "max_completion_tokens", "max_output_tokens"];
/** Fields without which a request would be another one. What is refused of them is not left out. */
const NEEDED: ReadonlySet<string> = new Set([
  "model",
  "messages",
  "input",
  "instructions",
  "prompt",
  "contents",
  "system",
  "systemInstruction",
  "stream",
  "tools",
]);

const NO_SUMMARIES = /reasoning[\s._]*summar/i;
const UNKNOWN_FIELD =
  /unsupported|(not|n't) (be )?(support|accept|allow|permit|tak|recogni)|unrecogni[sz]ed|unknown|unexpected|extra_forbidden|extra inputs|deprecated|no such|invalid (parameter|argument|field)\b|only the default/i;
const NO_SYSTEM =
  /system[ _]?(role|message|prompt|instruction)s?\b[^.·]{0,60}\b(not|n't|un)\s?(be )?(support|allow|accept|enabl|permit)|(not|n't) support (a |the )?(system|developer)|(developer|system) instructions? (is|are) not enabled|roles must alternate|must start with a user|only (supports? )?(the )?user and assistant|role[^·]{0,60}(system|developer)[^·]{0,40}(not|un|invalid)/i;
const NO_TOOLS =
  /(not|n't) support (the )?(tools?|function)\b|(tools?|tool[ _-](use|calls?|calling|choice)|functions?|function[ _-]calls?|function[ _-]calling)\b[^.·]{0,40}\b((is|are) )?(not|n't|un)\s?(be )?(support|enabl|allow|available|permit)|"?auto"? tool choice requires|requires? (the )?(--)?jinja|support tool use|enable-auto-tool-choice/i;

const bodySchema = z.record(z.string(), z.unknown());
const detailSchema = z.object({ loc: z.array(z.union([z.string(), z.number()])) });

/** Every path that an error names: FastAPI's `loc`, and `param` as OpenAI writes it. */
function pathsIn(value: unknown, depth = 0): string[][] {
  if (typeof value !== "object" || value === null || depth > 5) return [];
  const own = detailSchema.safeParse(value).data;
  const param: unknown = Reflect.get(value, "param");
  return [
    ...(own === undefined ? [] : [own.loc.map(String)]),
    ...(typeof param === "string" ? [param.split(/[.[\]]+/).filter((part) => part !== "")] : []),
    ...Object.values(value).flatMap((inner) => pathsIn(inner, depth + 1)),
  ];
}

export type RefusedRequest = { status: number; body: string; sent: string; request: ChatRequest };

/** True for a refusal of the tools that a request brings. */
export function refusesTools({ status, body, request }: RefusedRequest): boolean {
  return status >= 400 && request.tools.length > 0 && NO_TOOLS.test(readErrorBody(body).text);
}

/** Takes note of what a refusal says of the request's form. True: asked in the new form, it can succeed. */
export function learn(habits: Habits, refused: RefusedRequest): boolean {
  const { status, body, request } = refused;
  if (refusesTools(refused)) {
    habits.noTools = true;
    return false;
  }
  if (status !== 400 && status !== 422 && status !== 500 && status !== 501) return false;
  const { text } = readErrorBody(body);
  if (status === 400 && NO_SUMMARIES.test(body) && !habits.noSummaries) {
    habits.noSummaries = true;
    return true;
  }
  const paths = pathsIn(parsedBody(body));
  // The first message is the system's; other roles are another matter.
  const roleRefused = paths.some(
    (path) => path.at(-1) === "system" || (path.at(-1) === "role" && path[path.indexOf("messages") + 1] === "0"),
  );
  if (!habits.noSystem && request.messages.some(({ role }) => role === "system") && (roleRefused || NO_SYSTEM.test(text))) {
    habits.noSystem = true;
    return true;
  }
  if (status > 422 || !UNKNOWN_FIELD.test(`${text} ${JSON.stringify(typesIn(parsedBody(body)))}`)) return false;
  const sent = bodySchema.safeParse(parsedBody(refused.sent)).data ?? {};
  const named = Object.keys(sent).filter(
    (field) =>
      !NEEDED.has(field) && (paths.some((path) => path.includes(field)) || new RegExp(String.raw`(^|[^\w])${field}([^\w]|$)`).test(text)),
  );
  return named.map((field) => leaveOut(habits, field, text)).includes(true);
}

/** What FastAPI calls the kinds of its faults. */
function typesIn(value: unknown, depth = 0): string[] {
  if (typeof value !== "object" || value === null || depth > 5) return [];
  const type: unknown = Reflect.get(value, "type");
  return [...(typeof type === "string" ? [type] : []), ...Object.values(value).flatMap((inner) => typesIn(inner, depth + 1))];
}

function leaveOut(habits: Habits, field: string, text: string): boolean {
  const other = LIMIT_NAMES.includes(field)
    ? LIMIT_NAMES.find((name) => name !== field && new RegExp(String.raw`\b${name}\b`).test(text))
    : undefined;
  if (other !== undefined && habits.limitName === null) {
    habits.limitName = other;
    return true;
  }
  if (habits.without.has(field)) return false;
  habits.without.add(field);
  return true;
}

type Message = Record<string, unknown>;
const messagesSchema = z.array(z.record(z.string(), z.unknown()));
const textOf = (content: unknown): string =>
  typeof content === "string"
    ? content
    : z
        .array(z.object({ text: z.string() }))
        .catch([])
        .parse(content)
        .map(({ text }) => text)
        .join("\n\n");

/** Without system messages: their text before what the user says first. */
function withoutSystem(messages: readonly Message[]): Message[] {
  const isSystem = ({ role }: Message) => role === "system" || role === "developer";
  const rules = messages.filter(isSystem).map(({ content }) => textOf(content));
  const [first, ...rest] = messages.filter((message) => !isSystem(message));
  if (first === undefined || rules.length === 0) return [...messages];
  if (first["role"] !== "user") return [{ role: "user", content: rules.join("\n\n") }, first, ...rest];
  return [{ ...first, content: [...rules, textOf(first["content"])].join("\n\n") }, ...rest];
}

/** A request's body as the server is known to want it. */
export function reshaped(body: string, habits: Habits): string {
  const { without, limitName, noSystem } = habits;
  if (without.size === 0 && limitName === null && !noSystem) return body;
  const sent = bodySchema.safeParse(parsedBody(body)).data;
  if (sent === undefined) return body;
  const fields = Object.entries(sent).flatMap(([name, value]): [string, unknown][] => {
    const own = limitName !== null && LIMIT_NAMES.includes(name) ? limitName : name;
    return without.has(own) ? [] : [[own, value]];
  });
  const made = Object.fromEntries(fields);
  const messages = messagesSchema.safeParse(made["messages"]).data;
  return JSON.stringify(noSystem && messages !== undefined ? { ...made, messages: withoutSystem(messages) } : made);
}
