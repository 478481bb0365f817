import { NumberInput, SimpleGrid } from "@mantine/core";
import { numberOf } from "./number-of.ts";
import type { Draft } from "./plan.ts";

/** How often, how many at once, and where it ends. */
export function RunPicker({ draft, onChange }: { draft: Draft; onChange: (part: Partial<Draft>) => void }) {
  const whole = (name: "tries" | "concurrency" | "rounds", value: number | string): void => onChange({ [name]: numberOf(value) ?? 1 });
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="md">
      <NumberInput
        label="Tries of each task"
        description="k: each player plays each task so often."
        min={1}
        max={100}
        allowDecimal={false}
        value={draft.tries}
        onChange={(value) => whole("tries", value)}
      />
      <NumberInput
        label="Episodes at once"
        description="Each takes an interpreter of its own."
        min={1}
        max={16}
        allowDecimal={false}
        value={draft.concurrency}
        onChange={(value) => whole("concurrency", value)}
      />
      <NumberInput
        label="Round limit"
        description="Calls after which an episode is over."
        min={1}
        max={10_000}
        allowDecimal={false}
        value={draft.rounds}
        onChange={(value) => whole("rounds", value)}
      />
      <NumberInput
        label="Cap in US dollars"
        description="For all of it; those of the settings hold besides."
        placeholder="none"
        prefix="$"
        min={0}
        decimalScale={4}
        value={draft.usd ?? ""}
        onChange={(value) => onChange({ usd: numberOf(value) })}
      />
      <NumberInput
        label="Cap in tokens"
        description="In and out, for all of it."
        placeholder="none"
        min={0}
        allowDecimal={false}
        thousandSeparator=" "
        value={draft.tokens ?? ""}
        onChange={(value) => onChange({ tokens: numberOf(value) })}
      />
    </SimpleGrid>
  );
}
