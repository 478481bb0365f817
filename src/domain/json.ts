import { z } from "zod";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

export const jsonSchema: z.ZodType<Json> = z.json();
export const jsonObjectSchema: z.ZodType<JsonObject> = z.record(z.string(), jsonSchema);

/**
 * Numbers as they were written, by JSON pointer, where JavaScript's own would be written otherwise: integers beyond
 * 2^53, `1.0`, `1e5`.
 */
export const numberTextsSchema = z.record(z.string(), z.string());
export type NumberTexts = z.infer<typeof numberTextsSchema>;
