/** What a number field holds: null while it is empty or no number. */
export function numberOf(value: number | string): number | null {
  if (value === "") return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}
