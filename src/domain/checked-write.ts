import type { z } from "zod";
import { PlaygroundError } from "./errors.ts";

/** What was to be stored or exported could not be read again: a fault of whatever made it, said before anything is lost. */
class UnwritableError extends PlaygroundError<"unwritable"> {
  override readonly name = "UnwritableError";
}

/** The first thing that is wrong with a value, and where: `tasks.3.rounds: expected number, received string`. */
export function issueText(error: z.ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return "wrong shape";
  return issue.path.length === 0 ? issue.message : `${issue.path.map(String).join(".")}: ${issue.message}`;
}

/** The value as the schema that reads it later sees it. @throws UnwritableError when it would not take it */
export function checkedForWriting<T>(schema: z.ZodType<T>, value: unknown, name: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new UnwritableError("unwritable", `The ${name} cannot be saved, because it could not be read again (${issueText(parsed.error)}).`, {
    hint: "What was saved before is unchanged. Correct the value and try again.",
    cause: parsed.error,
  });
}
