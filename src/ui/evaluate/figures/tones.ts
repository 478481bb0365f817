const TONES = 8;

/** A player's colour, the same in all figures; it follows the theme. */
export function toneOf(player: number): string {
  return `var(--cg-tone-${(player % TONES) + 1})`;
}
