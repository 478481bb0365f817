/**
 * JavaScript's numbers lose the digits of large integers and the point of `1.0`. Where JSON must be parsed and
 * written again, such literals travel as strings behind a mark that nobody can guess, and come out as they went in.
 */
const MARK = `number-${Array.from(crypto.getRandomValues(new Uint32Array(3)), (part) => part.toString(36)).join("")}:`;

const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/gs;
/** Marked numbers, also where the JSON they stand in was itself written into a string, or twice. */
const MARKED = new RegExp(String.raw`(\\*)"${MARK}([-+.\deE]+)\1"`, "g");

/** JSON in which every number that would change is a marked string. */
export function withMarkedNumbers(json: string): string {
  return json.replace(STRING_OR_NUMBER, (token) =>
    token.startsWith('"') || String(Number(token)) === token ? token : `"${MARK}${token}"`,
  );
}

/** The opposite, in any text. */
export function withPlainNumbers(text: string): string {
  return text.includes(MARK) ? text.replace(MARKED, "$2") : text;
}

/** A JSON value as text, with the digits that `withMarkedNumbers` kept. */
export function exactJson(value: unknown): string {
  return withPlainNumbers(JSON.stringify(value) ?? "null");
}
