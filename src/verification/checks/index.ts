/**
 * Quality checks: they say something about a candidate that passed gate `at`, and reject nothing. A file a check, exporting it
 * as `check`; it is found by being here. The name is the code of its warnings in reports.
 */
import type { QualityCheck } from "../gate.ts";

const files = import.meta.glob<QualityCheck>(["./*.ts", "!./index.ts"], { eager: true, import: "check" });

export const checks: readonly QualityCheck[] = Object.values(files);
