import { z } from "zod";
import type { RecordedRequest } from "./http.ts";

const partSchema = z.object({ text: z.string().optional() });
const contentSchema = z.union([z.string(), z.array(partSchema)]);
const messageSchema = z.object({ role: z.string().optional(), content: contentSchema.nullish(), parts: z.array(partSchema).optional() });
/** The places where the formats keep what is said: chat, responses, Anthropic, Gemini. */
const bodySchema = z.object({
  messages: z.array(messageSchema).optional(),
  input: z.array(messageSchema).optional(),
  contents: z.array(messageSchema).optional(),
  system: contentSchema.optional(),
  instructions: z.string().optional(),
  systemInstruction: z.object({ parts: z.array(partSchema) }).optional(),
});

const textOf = (content: z.infer<typeof contentSchema>): string =>
  typeof content === "string" ? content : content.map((part) => part.text ?? "").join("");

/** The text of all messages of a role in any wire format, for `respond` functions that look at the prompt. */
export function promptText(request: RecordedRequest, role?: string): string {
  const body = bodySchema.safeParse(request.body).data;
  if (body === undefined) return "";
  const apart = [body.system, body.instructions, body.systemInstruction?.parts].flatMap((content) =>
    content === undefined ? [] : [{ role: "system", text: textOf(content) }],
  );
  const said = [...(body.messages ?? []), ...(body.input ?? []), ...(body.contents ?? [])].map((message) => ({
    // OpenAI's newer models know the system by another name.
    role: message.role === "developer" ? "system" : message.role,
    text: textOf(message.parts ?? message.content ?? ""),
  }));
  return [...apart, ...said]
    .filter((message) => role === undefined || message.role === role)
    .map(({ text }) => text)
    .join("\n");
}
