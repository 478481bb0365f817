import { Badge, Radio, Text } from "@mantine/core";
import type { RunView, Variant } from "@/domain";
import { formatCount } from "../text/index.ts";
import classes from "./solution-section.module.css";

type Outcome = "verified" | "rejected" | "running" | "waiting";

const SAID: Record<Outcome, { text: string; color: string }> = {
  verified: { text: "Verified", color: "green" },
  rejected: { text: "Rejected", color: "red" },
  running: { text: "Being checked", color: "iris" },
  waiting: { text: "Not tried", color: "gray" },
};

function outcomeOf({ candidates, status }: RunView, number: number): Outcome {
  const found = candidates.find(({ variant }) => variant === number)?.status ?? "waiting";
  return found === "running" && status !== "open" ? "waiting" : found;
}

export type VariantPickerProps = { view: RunView; variants: readonly Variant[]; chosen: number; onChoose: (number: number) => void };

/** The ways in which the solution was cut, best first, with how each plays and what came of it. */
export function VariantPicker({ view, variants, chosen, onChoose }: VariantPickerProps) {
  const window = view.limits === null ? "the window" : `${view.limits.minRounds} to ${view.limits.maxRounds} rounds`;
  return (
    <Radio.Group
      label="Way to cut the solution"
      labelProps={{ fz: "xs", mb: 6 }}
      value={String(chosen)}
      onChange={(value) => onChoose(Number(value))}
    >
      <div className={classes.variants}>
        {variants.map(({ name, tools, configs, figures }, number) => {
          const { text, color } = SAID[outcomeOf(view, number)];
          return (
            <Radio.Card key={name} value={String(number)} className={classes.variant} aria-label={`${name}: ${text.toLowerCase()}`}>
              <span className={classes.variantHead}>
                <Radio.Indicator size="xs" />
                <span className={classes.variantName}>{name}</span>
                <Badge color={color} size="sm">
                  {text}
                </Badge>
              </span>
              <Text span size="xs" c="dimmed" className={classes.variantFigures}>
                {`${figures.inWindow} of ${formatCount(configs.length, "configuration")} in ${window} · ${formatCount(tools.length, "tool")} · a call tells at most ${formatCount(figures.reveals, "character")}`}
              </Text>
            </Radio.Card>
          );
        })}
      </div>
    </Radio.Group>
  );
}
