const OPENING = "<think>";
const CLOSING = "</think>";

/**
 * Servers that do not know a model's way of thinking pass its thoughts on in the text, between tags at its
 * beginning; where the opening tag belongs to the prompt, only the closing one comes. Text and thoughts apart:
 */
export function splitThoughts(given: string): { text: string; thoughts: string } {
  const start = given.trimStart();
  const tagged = start.startsWith(OPENING);
  // Still coming: part of the opening tag, or thoughts without an end.
  if (start !== "" && !tagged && OPENING.startsWith(start)) return { text: "", thoughts: "" };
  const end = given.indexOf(CLOSING);
  // The closing tag may have come in part.
  if (end === -1) return tagged ? { text: "", thoughts: start.slice(OPENING.length).replace(/<[/think]{0,6}$/, "").trim() } : { text: given, thoughts: "" };
  if (!tagged && given.slice(0, end).includes(OPENING)) return { text: given, thoughts: "" };
  const before = given.slice(0, end);
  return { text: given.slice(end + CLOSING.length).trimStart(), thoughts: (tagged ? before.trimStart().slice(OPENING.length) : before).trim() };
}
