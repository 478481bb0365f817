import type { Environment, Problem } from "@/domain";

export type ImportFault = { file: string; /** 1-based; null when the whole file is meant */ line: number | null; message: string };
export type DuplicatePolicy = "replace" | "keep-both" | "skip";
/** What files hold, before it is compared with what is there already. */
export type ParsedImport = {
  problems: Problem[];
  environments: Environment[];
  /** What could not be read. */
  faults: ImportFault[];
  /** What was read but not kept as it stood: an id that no address could hold, for one. */
  notes: ImportFault[];
};

/** What to do with what is here already, and which items to leave out, by the keys of their changes. */
export type ImportChoice = { policy: DuplicatePolicy; without?: ReadonlySet<string> };

/** `same`: it is here already. `skip`: something else is here under its name, which stays. */
export type ImportAction = "add" | "add-tasks" | "add-source" | "replace" | "copy" | "same" | "skip" | "left-out";

/** What becomes of one item of an import. */
export type ImportChange = {
  /** Stands for the item in a choice. */
  key: string;
  kind: "problem" | "environment";
  name: string;
  action: ImportAction;
  /** The policy decided. */
  asked: boolean;
  /** What is here: that which is replaced, added to, or kept; of a copy, what it is called. */
  target: { id: string; name: string } | null;
  /** Tasks that come with it, or are added. */
  tasks: number;
  /** What is here was verified, and has to be verified again. */
  unverifies: boolean;
};

export type ImportOutcome = { problems: number; environments: number; tasks: number; skipped: number };
export type Download = { fileName: string; mime: string; bytes: Uint8Array };

export type ImportLimits = {
  fileBytes: number;
  /** Of one environment or solution: a larger one is something else under this name. */
  pythonBytes: number;
  archiveEntries: number;
  /** All entries of one archive together, unpacked. */
  archiveBytes: number;
  faultsPerFile: number;
};
export const IMPORT_LIMITS: ImportLimits = {
  fileBytes: 200_000_000,
  pythonBytes: 10_000_000,
  archiveEntries: 50_000,
  archiveBytes: 500_000_000,
  faultsPerFile: 200,
};
