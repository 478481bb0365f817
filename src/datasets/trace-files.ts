import {
  assertNever,
  callOf,
  checkedForWriting,
  csvText,
  END_LABEL,
  type Environment,
  type EvaluationView,
  FAULT_LABEL,
  ImportError,
  parseTrace,
  playerName,
  publicTrace,
  type ShownCall,
  storedEventsOf,
  type Trace,
  type TraceEntry,
  traceSchema,
  type TraceView,
  traceView,
} from "@/domain";
import { html, jsonBlock, rawHtml } from "./html-text.ts";
import { unreadableIn } from "./json-text.ts";
import { safeFileName } from "./names.ts";
import type { Download } from "./types.ts";

const DATA_ID = "codegym-trace";

const STYLE = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 860px; margin: 0 auto; padding: 24px 16px; }
h1 { font-size: 1.4rem; margin: 0 0 4px; } h2 { font-size: 1.05rem; margin: 24px 0 8px; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: isolate; margin: 4px 0; font: 13px/1.45 ui-monospace, monospace; }
ol { list-style: none; padding: 0; } li { border-left: 3px solid #8886; padding: 2px 0 2px 12px; margin: 10px 0; }
li.bad { border-color: #d9480f; } .note { opacity: .75; font-size: .9em; } summary { cursor: pointer; }
.solved { color: #2b8a3e; } .failed { color: #c92a2a; }`;

type Piece = ReturnType<typeof html>;

function faultsOf(entry: Extract<TraceEntry, { type: "call-answered" }>): string {
  return entry.faults.map((fault) => FAULT_LABEL[fault]).join(", ");
}

function replyPiece(reply: Extract<TraceEntry, { type: "reply-received" }>["reply"]): Piece {
  const thinking =
    reply.reasoning === "" ? null : html`<details><summary class="note">Thinking</summary><pre>${reply.reasoning}</pre></details>`;
  return html`${thinking}${reply.text === "" ? null : html`<pre>${reply.text}</pre>`}`;
}

/** `number` counts calls from 1. */
function entryPiece(entry: TraceEntry, number: number): Piece {
  switch (entry.type) {
    case "reply-received":
      return html`<li>${replyPiece(entry.reply)}</li>`;
    case "reply-failed":
      return html`<li class="bad"><span class="note">${FAULT_LABEL[entry.fault]}</span>${replyPiece(entry.reply)}<pre>${entry.answer}</pre></li>`;
    case "turn-faulted":
      return html`<li class="bad"><span class="note">${FAULT_LABEL[entry.fault]}</span><pre>${entry.answer}</pre></li>`;
    case "control-changed":
      return html`<li><span class="note">${entry.to === "person" ? "A person took over." : "The person gave back."}</span></li>`;
    case "call-answered": {
      const call = callOf(entry.action);
      const cut = entry.cut === 0 ? "" : `… (${entry.cut} more characters)`;
      const notes = [entry.by === "person" ? "by hand" : "", faultsOf(entry)].filter((note) => note !== "").join(", ");
      const name = call === null ? "Malformed call" : call.name;
      return html`<li class="${entry.ok && entry.faults.length === 0 ? "" : "bad"}"><strong>${number}. ${name}</strong> <span class="note">${notes}</span><pre>${call === null ? entry.action : argumentsOf(call)}</pre><pre>→ ${entry.observation}${cut}</pre></li>`;
    }
    default:
      return assertNever(entry);
  }
}

const roundsText = ({ rounds }: TraceView): string => `${rounds} ${rounds === 1 ? "round" : "rounds"}`;

/** As they were written: numbers keep their digits. */
function argumentsOf({ literals }: ShownCall): string {
  return `{${[...literals].map(([key, json]) => `${JSON.stringify(key)}: ${json}`).join(", ")}}`;
}

function outcomePiece(view: TraceView): Piece {
  if (view.why === null) return html`<p>Not finished, after ${roundsText(view)}.</p>`;
  const solved = view.why === "finished" && view.reward >= 1;
  return html`<p class="${solved ? "solved" : "failed"}">${solved ? "Solved" : "Not solved"} (${END_LABEL[view.why]}): reward ${view.reward} after ${roundsText(view)}.</p>`;
}

/** Without what is nobody else's business. @throws UnwritableError when it would not import again */
function checkedTrace(trace: Trace): Trace {
  return checkedForWriting(traceSchema, publicTrace(trace), "episode");
}

/**
 * A page by itself that shows an episode: no script, no network, opens from disk. What players and environments wrote
 * is text in it and nothing else; the trace lies in it as data and imports again.
 */
export function exportTracePage({ className, taskText }: Pick<Environment, "className" | "taskText">, trace: Trace): Download {
  const shown = checkedTrace(trace);
  const view = traceView(storedEventsOf(shown));
  let calls = 0;
  const timeline = view.entries.map((entry) => entryPiece(entry, entry.type === "call-answered" ? (calls += 1) : calls));
  const player = view.head === null ? "" : playerName(view.head.player).replace(/^You$/, "a person");
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${className}: an episode</title>
<style>${rawHtml(STYLE)}</style>
</head>
<body>
<h1>${className}</h1>
<p class="note">An episode played by ${player} in CodeGym Playground.</p>
${outcomePiece(view)}
<h2>Task</h2><pre>${taskText}</pre>
<details><summary>Hidden data</summary><pre>${view.head?.config ?? ""}</pre></details>
<h2>Steps</h2>
<ol>${timeline}</ol>
${jsonBlock(DATA_ID, shown)}
</body>
</html>
`;
  return { fileName: safeFileName(`${className}-episode.html`), mime: "text/html", bytes: new TextEncoder().encode(page.text) };
}

/** The trace as it is, for files. */
export function exportTrace({ className }: Pick<Environment, "className">, trace: Trace): Download {
  return {
    fileName: safeFileName(`${className}-episode.json`),
    mime: "application/json",
    bytes: new TextEncoder().encode(JSON.stringify(checkedTrace(trace))),
  };
}

/** A trace from its file, or from a page that shows one. @throws ImportError "wrong-kind", "newer-version" */
export function readTraceFile(text: string): Trace {
  const block = new RegExp(`<script type="application/json" id="${DATA_ID}">([^<]*)</script>`).exec(text)?.[1];
  let value: unknown;
  try {
    value = JSON.parse(block ?? text);
  } catch {
    throw new ImportError("wrong-kind", "This file holds no trace.");
  }
  const unreadable = unreadableIn(value);
  if (unreadable !== null) throw new ImportError("wrong-kind", `This file holds no trace that can be read: ${unreadable}.`);
  return parseTrace(value);
}

/** One line for each try, in the plan's order, as CSV. Money in US dollars, times in ms. */
export function evaluationTable({ plan, results }: EvaluationView): Download {
  const head = [
    "environment",
    "task",
    "player",
    "try",
    "outcome",
    "reward",
    "rounds",
    "reference_rounds",
    "bad_turns",
    "input_tokens",
    "output_tokens",
    "usd",
    "ms",
  ];
  const lines = [...results.values()]
    .toSorted((one, other) => one.task - other.task || one.player - other.player || one.try - other.try)
    .map((result) => {
      const task = plan?.tasks[result.task];
      const player = plan?.players[result.player];
      const bad = Object.values(result.faults).reduce((sum, count) => sum + count, 0);
      const usd = result.unknownCosts > 0 ? "" : result.usd;
      return [
        task?.environmentId ?? "",
        result.task + 1,
        player === undefined ? "" : playerName(player),
        result.try + 1,
        result.why,
        result.reward,
        result.rounds,
        task?.referenceRounds ?? "",
        bad,
        result.inputTokens,
        result.outputTokens,
        usd,
        result.ms,
      ];
    });
  return { fileName: "codegym-evaluation.csv", mime: "text/csv", bytes: new TextEncoder().encode(csvText([head, ...lines])) };
}
