/** Members and names that every environment has already. */
const TAKEN = new Set(["Observe", "Done", "Env", "True", "False", "None"]);

/**
 * What is wrong with a tool's new name; null when nothing is. `others`: names of the environment's other tools;
 * `source`: the solution, whose own names would be hidden by it.
 */
export function toolNameFault(name: string, others: readonly string[], source: string): string | null {
  if (!/^[A-Z][A-Za-z0-9]*$/.test(name)) return "Letters and digits, a capital first: CountBelow.";
  if (name.length > 40) return "At most 40 characters.";
  if (TAKEN.has(name)) return `“${name}” has its meaning in every environment.`;
  if (others.includes(name)) return "Another tool has this name.";
  // The name is letters and digits only: it means nothing else in a pattern.
  if (new RegExp(`\\b${name}\\b`).test(source)) return "The solution uses this name for something else.";
  return null;
}
