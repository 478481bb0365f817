import {
  type Limits,
  type ModelRequest,
  type Spender,
  type Problem,
  type PromptEdits,
  type ReplyForm,
  type Role,
  type Tool,
  type Usage,
} from "@/domain";
import { designerRequest, repairRequest, solverRequest, testerRequest } from "@/synthesis";

/** What an estimate knows of a reply that was paid for on this device, newest first. */
export type EarlierReply = { role: Spender; model: string; usage: Usage | null };

/** Tokens of the requests of one role. */
export type RequestSize = {
  first: number;
  repair: number;
  /** How much of a request the same role asked before in the same words: of a further one, and of a repair. */
  repeated: number;
  repeatedByRepair: number;
};

export type Lengths = { low: number; likely: number; high: number };

/**
 * Characters a token. English prose and Python come to about 4 with the tokenizers of OpenAI, statements with
 * numbers and signs to 3 to 3.5, and other makers cut finer: what is said before paying had better be too much.
 */
const TOKEN_CHARS = 3.6;

const tokensOf = (characters: number): number => Math.ceil(characters / TOKEN_CHARS);

// Sizes of what does not exist yet, in characters: the middle of the bundled problems' recorded replies.
const TASK_CHARS = 870;
const FRAME_CHARS = 6000;
const TOOLS = 6;
const FINDING_CHARS = 500;
const FINDINGS = 3;

/** Output tokens of a model that does not think aloud. */
const USUAL_OUTPUT: Record<Exclude<Role, "designer"> | ReplyForm, number> = { compact: 1200, full: 2600, tester: 1500, solver: 500 };

/** Fewer say nothing; older ones may have been another prompt's. */
const FEWEST_EARLIER = 3;
const MOST_EARLIER = 40;

const text = (characters: number): string => "x".repeat(characters);

const TYPICAL_TOOLS: Tool[] = Array.from({ length: TOOLS }, (_, index) => ({
  name: `Tool${index}`,
  signature: `InspectPosition${index}(position: int)`,
  summary: "",
  parameters: [],
  returns: "",
  docstring: text(230),
  line: 1,
}));

type Asking = { problem: Problem; limits: Limits; prompts: PromptEdits; replyForm: ReplyForm };

/** From the prompts as they will be sent, with typical texts where a part is still to be written. */
export function requestSizes({ problem, limits, prompts, replyForm }: Asking): Record<Role, RequestSize> {
  const common = { problem, limits, edits: prompts };
  const environment = {
    taskText: text(TASK_CHARS),
    source: text(FRAME_CHARS + problem.solution.length),
    className: "ProblemEnv",
    tools: TYPICAL_TOOLS,
  };
  return {
    designer: sizeOf((sample) => designerRequest({ ...common, sample, form: replyForm }), USUAL_OUTPUT[replyForm]),
    tester: sizeOf((sample) => testerRequest({ ...common, ...environment, sample }), USUAL_OUTPUT.tester),
    solver: sizeOf((sample) => solverRequest({ ...common, ...environment, sample }), USUAL_OUTPUT.solver),
  };
}

function sizeOf(requestOf: (sample: number) => ModelRequest, reply: number): RequestSize {
  const words = ({ system, user }: ModelRequest): string => system + user;
  const request = requestOf(0);
  const finding = { severity: "error", code: "typical", message: text(FINDING_CHARS), line: null } as const;
  const repair = repairRequest(request, {
    previousReply: text(reply * TOKEN_CHARS),
    findings: Array.from({ length: FINDINGS }, () => finding),
    gate: "tests",
    attempt: 1,
  });
  const first = words(request);
  return {
    first: tokensOf(first.length),
    repair: tokensOf(words(repair).length),
    repeated: tokensOf(samePrefix(first, words(requestOf(1)))),
    repeatedByRepair: tokensOf(samePrefix(first, words(repair))),
  };
}

function samePrefix(one: string, other: string): number {
  const end = Math.min(one.length, other.length);
  let at = 0;
  while (at < end && one.charCodeAt(at) === other.charCodeAt(at)) at++;
  return at;
}

/** Output tokens of one reply of a role, with what its model thinks before it writes. */
export function replyLengths(
  role: Role,
  replyForm: ReplyForm,
  model: string,
  thinks: boolean,
  history: readonly EarlierReply[],
): Lengths & { known: boolean } {
  const earlier = history
    .filter((reply) => reply.role === role && reply.model === model)
    .slice(0, MOST_EARLIER)
    .flatMap(({ usage }) => usage?.outputTokens ?? [])
    .toSorted((a, b) => a - b);
  if (earlier.length >= FEWEST_EARLIER) {
    const at = (share: number): number => earlier[Math.round(share * (earlier.length - 1))] ?? 0;
    return { low: at(0.1), likely: at(0.5), high: at(0.9), known: true };
  }
  const usual = USUAL_OUTPUT[role === "designer" ? replyForm : role];
  // Thoughts are paid as output, and may be several times what is written.
  return thinks
    ? { low: usual, likely: usual * 2, high: usual * 6, known: false }
    : { low: usual * 0.6, likely: usual, high: usual * 2, known: false };
}
