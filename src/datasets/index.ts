/**
 * Files in and out. An *import* reads files (problems, environments, *faults* with file and line, *notes* on what was
 * changed) and stores nothing; `planWrites` turns what was read and a *choice* into what is to be stored, and says as
 * *changes* what becomes of each item. An *export* is a *download*. An *archive* is our zip: it imports again to the same thing. What is
 * *shared* travels in the `#` part of an address: an environment, a configuration and perhaps a trace.
 */
export { loadBundledProblems } from "./bundled-problems.ts";
export { exportArchive, exportEnvironmentFile } from "./export-archive.ts";
export { exportRaw } from "./export-raw.ts";
export { exportInstances, exportProblems } from "./export-rows.ts";
export { type ImportWrites, planWrites } from "./import-plan.ts";
export { abilityOf, type Instance, instanceOfRow } from "./instance-rows.ts";
export { openShared, readSharedFile } from "./open-shared.ts";
export { parseFiles } from "./parse-files.ts";
export { problemOfRow, rowOfProblem } from "./problem-rows.ts";
export { readFiles, readPaste } from "./read-files.ts";
export {
  decodeShared,
  encodeShared,
  environmentOfShared,
  exportShared,
  linkAdvice,
  MAX_SHARED_CHARS,
  type Shared,
  sharedOf,
} from "./share-link.ts";
export { evaluationTable, exportTrace, exportTracePage, readTraceFile } from "./trace-files.ts";
export {
  type Download,
  type DuplicatePolicy,
  IMPORT_LIMITS,
  type ImportAction,
  type ImportChange,
  type ImportChoice,
  type ImportFault,
  type ImportLimits,
  type ImportOutcome,
  type ParsedImport,
} from "./types.ts";
