/**
 * Files in and out. An *import* reads files into a *plan* (problems, environments, *faults* with file and
 * line, *duplicates*) and stores nothing; `planWrites` turns a plan and a decision on duplicates into what is
 * to be stored. An *export* is a *download*. An *archive* is our zip: it imports again to the same thing. What is
 * *shared* travels in the `#` part of an address: an environment, a configuration and perhaps a trace.
 */
export { loadBundledProblems } from "./bundled-problems.ts";
export { exportArchive, exportEnvironmentFile } from "./export-archive.ts";
export { exportInstances, exportProblems } from "./export-rows.ts";
export { findDuplicates, type ImportWrites, planWrites } from "./import-plan.ts";
export { abilityOf, type Instance, instanceOfRow } from "./instance-rows.ts";
export { parseFiles } from "./parse-files.ts";
export { problemOfRow, rowOfProblem } from "./problem-rows.ts";
export { readFiles, readPaste } from "./read-files.ts";
export { decodeShared, encodeShared, environmentOfShared, exportShared, linkAdvice, MAX_SHARED_CHARS, readSharedFile, type Shared, sharedOf } from "./share-link.ts";
export { evaluationTable, exportTrace, exportTracePage, readTraceFile } from "./trace-files.ts";
export {
  type Download,
  type Duplicate,
  type DuplicatePolicy,
  type Existing,
  IMPORT_LIMITS,
  type ImportFault,
  type ImportLimits,
  type ImportOutcome,
  type ImportPlan,
  type ParsedImport,
} from "./types.ts";
