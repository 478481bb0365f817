import type { ProblemDraft } from "@/state";

/** Something to begin from for who has no problem at hand: small, and within what the built-in compiler cuts. */
export const EXAMPLE: ProblemDraft = {
  title: "The Longest Dry Spell",
  statement: `A gardener wrote down how many millimetres of rain fell on each day. A day is *dry* when less than \`limit\` millimetres fell.

Return the length of the longest run of dry days in a row, or 0 if no day was dry.

**Example.** For \`rain = [4, 0, 1, 0, 9, 0]\` and \`limit = 2\` the answer is 3: the second, third and fourth day.
`,
  solution: `def longest_dry_spell(rain: list[int], limit: int) -> int:
    longest = 0
    current = 0
    for amount in rain:
        if amount < limit:
            current += 1
            longest = max(longest, current)
        else:
            current = 0
    return longest
`,
};
