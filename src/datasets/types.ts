import type { Environment, Problem } from "@/domain";

export type ImportFault = { file: string; /** 1-based; null when the whole file is meant */ line: number | null; message: string };
export type DuplicatePolicy = "replace" | "keep-both" | "skip";
export type Duplicate = { kind: "problem" | "environment"; id: string; name: string };

/** What files hold, before it is compared with what is there already. */
export type ParsedImport = { problems: Problem[]; environments: Environment[]; faults: ImportFault[] };

/**
 * Files were read, nothing is stored yet: the person sees what would happen and decides on duplicates.
 * An environment that is not among the duplicates is new, or joins the one that is there (`planWrites`).
 */
export type ImportPlan = ParsedImport & { duplicates: Duplicate[] };

export type ImportOutcome = { problems: number; environments: number; tasks: number; skipped: number };
export type Download = { fileName: string; mime: string; bytes: Uint8Array };

/** What is there already, as far as an import must know it. */
export type Existing = {
  problems: readonly Pick<Problem, "id">[];
  environments: readonly Pick<Environment, "id" | "codeId" | "className" | "source">[];
};

export type ImportLimits = {
  fileBytes: number;
  archiveEntries: number;
  /** All entries of one archive together, unpacked. */
  archiveBytes: number;
  faultsPerFile: number;
};
export const IMPORT_LIMITS: ImportLimits = {
  fileBytes: 200_000_000,
  archiveEntries: 50_000,
  archiveBytes: 500_000_000,
  faultsPerFile: 200,
};
