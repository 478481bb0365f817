import { CALL_BEGIN, CALL_END, type Tool, type TraceReply } from "@/domain";
import { readTurn } from "@/episodes";
import { turnReply } from "../../support/trace-events.ts";

export const parameter = (name: string, type: string, required = true) => ({ name, type, description: "", required });
export const tool = (name: string, parameters: Tool["parameters"]): Tool => ({
  name,
  signature: `${name}()`,
  summary: "",
  parameters,
  returns: "",
  docstring: "",
  line: 1,
});
export const TOOLS = [tool("Weigh", [parameter("index", "int")]), tool("Done", [parameter("answer", "float")]), tool("Look", [])];

export const native = (name: string, argumentsText: string, more: Partial<TraceReply> = {}) => {
  let parameters = null;
  try {
    parameters = JSON.parse(argumentsText === "" ? "{}" : argumentsText);
  } catch {
    // Malformed, as the model wrote it.
  }
  return readTurn(turnReply({ toolCalls: [{ id: "c", name, argumentsText, parameters }], ...more }), "native", TOOLS);
};
export const text = (body: string, finishReason = "stop") => readTurn(turnReply({ text: body, finishReason }), "text", TOOLS);
export const between = (body: string): string => `${CALL_BEGIN}${body}${CALL_END}`;

export const LOOK = '{"name": "Look", "parameters": {}}';
export const REAL = between(`[${LOOK}]`);
export const DRAFT = between('[{"name": "Done", "parameters": {"answer": 0.5}}]');

export const WEIGH = '{"name": "Weigh", "parameters": {"index": 9007199254740993}}';
export const ARGUMENTS = '{"index": 9007199254740993}';
export const encoded = JSON.stringify(ARGUMENTS);
