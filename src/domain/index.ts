/**
 * Problems, environments, traces, verdicts, reports and runs: types, schemas and pure rules. Imports nothing
 * of ours. Words: a *candidate* is a reply that may become an *environment*; a *configuration* is the JSON it
 * starts from; a *round* is one `step` call; a *gate* passes or fails a candidate with evidence; a *verdict*
 * is the outcome of one run of judged Python. Ports for the engines are in `ports.ts`.
 */
export * from "./abort.ts";
export * from "./agent-protocol.ts";
export * from "./base64-url.ts";
export * from "./call-path.ts";
export * from "./candidate-rank.ts";
export * from "./catalogue.ts";
export * from "./chat-reply.ts";
export * from "./chat.ts";
export * from "./compilation.ts";
export * from "./connection.ts";
export * from "./csv.ts";
export * from "./environment.ts";
export * from "./errors.ts";
export * from "./estimate.ts";
export * from "./event-log.ts";
export * from "./evaluation.ts";
export * from "./evaluation-scores.ts";
export * from "./evaluation-view.ts";
export * from "./gates.ts";
export * from "./ids.ts";
export * from "./checked-write.ts";
export * from "./json.ts";
export * from "./json-hint.ts";
export * from "./json-scan.ts";
export * from "./ledger.ts";
export * from "./limits.ts";
export * from "./load-part.ts";
export * from "./model.ts";
export * from "./money.ts";
export * from "./no-model.ts";
export * from "./piece-spans.ts";
export * from "./player.ts";
export * from "./ports.ts";
export * from "./problem.ts";
export * from "./profile.ts";
export * from "./provider.ts";
export * from "./python-protocol.ts";
export * from "./random-id.ts";
export * from "./report.ts";
export * from "./run.ts";
export * from "./run-glimpse.ts";
export * from "./run-stage.ts";
export * from "./run-view.ts";
export * from "./scores.ts";
export * from "./settings.ts";
export * from "./spend.ts";
export * from "./state-change.ts";
export * from "./synthesizer.ts";
export * from "./text.ts";
export * from "./tool.ts";
export * from "./tool-docs.ts";
export * from "./tool-name.ts";
export * from "./tool-schema.ts";
export * from "./trace.ts";
export * from "./trace-event.ts";
export * from "./trace-file.ts";
export * from "./trace-view.ts";
export * from "./verdict.ts";
