/** The text protocol of an agent's turn (docs/formats.md section 4): in training instances, and for models that play by text. */
export const CALL_BEGIN = "<|FunctionCallBegin|>";
export const CALL_END = "<|FunctionCallEnd|>";

const TEXT_RULES = `An environment hides the data of a problem from you. Find the answer by calling the functions above; they are the only way to it.

How a turn goes:
- Send exactly one call, as a JSON list with a single entry between the two markers:
${CALL_BEGIN}[{"name": "FunctionName", "parameters": {"argument": "value"}}]${CALL_END}
- Leave "parameters" empty ({}) where a function takes none.
- End your turn there. What the function returns is given to you before your next turn; never make it up.
- A message about a bad call is a result like any other: read it, then send a better call.
- There is no place to run code of your own. Keep your reasoning short, you have many turns.
- Hand the answer in with Done as soon as you know it.

Question:
`;

/** What a model is told beside its tools when it calls them in its provider's own way. */
export const NATIVE_RULES = `An environment hides the data of a problem from you. Find the answer by calling your tools; they are the only way to it.

How a turn goes:
- Make exactly one tool call. What it returns is given to you before your next turn; never make it up.
- A message about a bad call is a result like any other: read it, then make a better call.
- There is no place to run code of your own. Keep your reasoning short, you have many turns.
- Hand the answer in with Done as soon as you know it.`;

/** Rules and task in one message. `Question:` comes once, in front of the task: readers cut there. */
export function textProtocolMessage(taskText: string): string {
  return `${TEXT_RULES}\n${taskText}`;
}
