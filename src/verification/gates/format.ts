import { type Gate, gateResult } from "../gate.ts";

/** Gate 1: what was written could be taken apart. Read where candidates come from; it is judged here. */
export const gate: Gate<"format"> = {
  name: "format",
  run: async ({ sources: { reading } }) =>
    reading === null ? null : gateResult("format", reading.findings, reading.figures, reading.startedAt),
};
