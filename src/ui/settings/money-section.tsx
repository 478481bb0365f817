import { Button, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { type Caps, PROVIDER_FACTS, type Tally, tallyCostText } from "@/domain";
import { useSettings, useSpend } from "@/ui/stores";
import { ErrorNotice, Section } from "../components/index.ts";
import { formatCount } from "../text/index.ts";
import { BlankNumber } from "./blank-number.tsx";
import { editedOn, isSamePrice, perMillion } from "./prices.ts";
import classes from "./money-section.module.css";
import { SpendDays } from "./spend-days.tsx";
import { useSave } from "./use-save.ts";

const USD = { blank: "No cap", min: 0, max: 100_000, decimals: 2, step: 1, prefix: "$" } as const;
const TOKENS = { blank: "No cap", min: 0, max: 10_000_000_000, step: 100_000, suffix: "tokens" } as const;

function CapFields() {
  const caps = useSettings((state) => state.settings.caps);
  const { save } = useSave();
  const change = (part: Partial<Caps>): void => save((settings) => ({ ...settings, caps: { ...settings.caps, ...part } }));
  return (
    <div>
      <Title order={3} size="h4">
        Caps
      </Title>
      <Text size="sm" c="dimmed" mt={2} mb="xs">
        At a cap no further request begins, and the run says so; it can be resumed. Where a price is unknown only tokens count.
      </Text>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md" verticalSpacing="sm">
        <BlankNumber label="Cost of a run" {...USD} value={caps.runUsd} onCommit={(runUsd) => change({ runUsd })} />
        <BlankNumber label="Cost of a day" {...USD} value={caps.dayUsd} onCommit={(dayUsd) => change({ dayUsd })} />
        <BlankNumber label="Tokens of a run" {...TOKENS} value={caps.runTokens} onCommit={(runTokens) => change({ runTokens })} />
        <BlankNumber label="Tokens of a day" {...TOKENS} value={caps.dayTokens} onCommit={(dayTokens) => change({ dayTokens })} />
      </SimpleGrid>
    </div>
  );
}

function todayText(today: Tally): string {
  if (today.replies === 0) return "Nothing today.";
  return `Today ${tallyCostText(today)}, for ${formatCount(today.replies, "reply", "replies")}.`;
}

function Spending() {
  const load = useSpend((state) => state.load);
  const today = useSpend((state) => state.today);
  const days = useSpend((state) => state.days);
  return (
    <div>
      <Title order={3} size="h4">
        Spent
      </Title>
      {load.status === "failed" ? (
        <ErrorNotice error={load.error} title="What was spent could not be read" />
      ) : (
        <>
          <Text size="sm" c="dimmed" mt={2} mb={days.length === 0 ? 0 : "xs"}>
            {load.status === "loading" ? "\u00a0" : todayText(today)}
          </Text>
          {days.length === 0 ? null : <SpendDays days={days} />}
        </>
      )}
    </div>
  );
}

function Prices() {
  const prices = useSettings((state) => state.settings.prices);
  const table = useSettings((state) => state.priceTable);
  const { save } = useSave();
  return (
    <div>
      <Title order={3} size="h4">
        Prices
      </Title>
      <Text size="sm" c="dimmed" mt={2}>
        {`From ${table.source}, as of ${table.date}. A figure in the provider's own reply goes before it, and so does what you enter at a model.`}
      </Text>
      {prices.length === 0 ? null : (
        <ul className={classes.prices} aria-label="Prices that you entered">
          {prices.map((edit) => (
            <li key={`${edit.provider} ${edit.model}`}>
              <div style={{ minWidth: 0 }}>
                <Text size="sm" style={{ overflowWrap: "anywhere" }}>
                  {`${edit.model} · ${PROVIDER_FACTS[edit.provider].name}`}
                </Text>
                <Text size="xs" c="dimmed">
                  {`${perMillion(edit)} per million tokens, entered ${editedOn(edit)}`}
                </Text>
              </div>
              <Button
                size="xs"
                variant="default"
                aria-label={`Remove the price of ${edit.model}`}
                onClick={() =>
                  save((settings) => ({
                    ...settings,
                    prices: settings.prices.filter((item) => !isSamePrice(item, edit.provider, edit.model)),
                  }))
                }
              >
                Remove
              </Button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

export function MoneySection() {
  return (
    <Section title="Money" id="money" note="Counted on this device from what each reply used. Your provider's bill is what counts.">
      <Stack gap="lg">
        <CapFields />
        <Spending />
        <Prices />
      </Stack>
    </Section>
  );
}
