import { clip, type Finding, GATE_FACTS, type GateName, type Role } from "@/domain";
import { fillTemplate, type RenderedPrompt } from "./prompts.ts";
import repairUser from "./prompts/repair.v1.user.md?raw";

const REPAIR_VERSION = "repair@1";

const MAX_FINDINGS = 20;
const MAX_MESSAGE = 1000;
const MAX_TRACEBACK = 4000;
/** A reply that is longer than this is not worth sending back whole. */
const MAX_REPLY = 200_000;

const BLOCKS: Record<Role, string> = {
  designer: "the blocks `<task>` and `<environment>`",
  tester: "the block `<tests>`",
  solver: "the block `<solver>`",
};

const SOURCE: Record<Role, string> = {
  designer: "the Python of the block `<environment>`",
  tester: "the block `<tests>`",
  solver: "the Python of the block `<solver>`",
};

/** A fence longer than any run of backticks inside, so that evidence cannot end it. */
function fenced(text: string): string {
  const longest = (text.match(/`{3,}/g) ?? []).reduce((most, run) => Math.max(most, run.length), 2);
  const fence = "`".repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, "   ");
}

function findingText(finding: Finding, number: number): string {
  const place = finding.line === null ? "" : ` (line ${finding.line})`;
  const parts = [
    `${number}. ${finding.severity === "warning" ? "Warning: " : ""}${clip(finding.message, MAX_MESSAGE)}${place} [${finding.code}]`,
  ];
  if (finding.hint !== undefined) parts.push(indented(`Hint: ${clip(finding.hint, MAX_MESSAGE)}`));
  const { failure } = finding;
  if (failure !== undefined) {
    const raisedAt = failure.line === null || failure.line === finding.line ? "" : ` at line ${failure.line}`;
    parts.push(indented(`${failure.type}: ${clip(failure.message, MAX_MESSAGE)}${raisedAt}`));
    // The end of a traceback tells where it happened.
    const traceback = failure.traceback.trim();
    const shown = traceback.length > MAX_TRACEBACK ? `…${traceback.slice(-MAX_TRACEBACK)}` : traceback;
    if (shown !== "") parts.push(indented(fenced(shown)));
  }
  return parts.join("\n");
}

function findingsText(findings: readonly Finding[]): string {
  const ordered = findings.toSorted((a, b) => Number(a.severity === "warning") - Number(b.severity === "warning"));
  const shown = ordered.slice(0, MAX_FINDINGS).map((finding, index) => findingText(finding, index + 1));
  const rest = ordered.length - shown.length;
  if (rest > 0) shown.push(`… and ${rest} more.`);
  return shown.length === 0 ? "(no details)" : shown.join("\n\n");
}

export type RepairInput = {
  original: { system: string; user: string; promptVersion?: string };
  previousReply: string;
  findings: readonly Finding[];
  gate: GateName;
};

/** The original request first, word for word: the provider has it in its cache. */
export function renderRepair(role: Role, { original, previousReply, findings, gate }: RepairInput): RenderedPrompt {
  const user = fillTemplate(repairUser, {
    request: original.user,
    previous_reply: clip(previousReply.trim(), MAX_REPLY),
    gate: GATE_FACTS[gate].label,
    lines_of: GATE_FACTS[gate].linesOf === "reply" ? "your reply" : SOURCE[role],
    findings: findingsText(findings),
    blocks: BLOCKS[role],
  });
  const version = original.promptVersion === undefined ? "" : `${original.promptVersion}+`;
  return { system: original.system, user: user.trim(), promptVersion: `${version}${REPAIR_VERSION}` };
}
