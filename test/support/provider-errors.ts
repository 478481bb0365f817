import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { providerSchema } from "@/domain";
import type { ConnectionCode, ModelErrorCode } from "@/domain";

/**
 * Error answers in the shape that their senders give them, and what they must be taken for: test/fixtures/provider-errors, a
 * file a provider, a line an answer. `body`: a text as it is, anything else as JSON. `says`, `hint`: patterns.
 */
const FOLDER = path.join(import.meta.dirname, "../fixtures/provider-errors");

const pattern = z.string().transform((source) => new RegExp(source));
const code = <Code extends string>() => z.custom<Code>((value) => typeof value === "string" && /^[a-z-]+$/.test(value));
const providerErrorSchema = z.strictObject({
  name: z.string(),
  provider: providerSchema,
  status: z.number().int(),
  body: z.unknown().transform((body) => (typeof body === "string" ? body : JSON.stringify(body))),
  keyless: z.boolean().optional(),
  code: code<ModelErrorCode>(),
  /** Causes for the connection check, the likeliest first. */
  causes: z.array(code<ConnectionCode>()).min(1),
  again: z.boolean().optional(),
  afterMs: z.number().optional(),
  says: pattern.optional(),
  hint: pattern.optional(),
});

export const PROVIDER_ERRORS = readdirSync(FOLDER)
  .toSorted()
  .flatMap((name) =>
    readFileSync(path.join(FOLDER, name), "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => providerErrorSchema.parse(JSON.parse(line))),
  );
