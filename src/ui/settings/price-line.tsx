import { Button, Group, NumberInput, SimpleGrid, Text } from "@mantine/core";
import { useState } from "react";
import type { ModelProfile, Price, ProviderId } from "@/domain";
import { useSettings } from "@/ui/stores";
import { editedOn, isSamePrice, perMillion, usePrice } from "./prices.ts";
import classes from "./price-line.module.css";
import { useSave } from "./use-save.ts";

function PriceForm({ provider, model, price, onClose }: { provider: ProviderId; model: string; price: Price | null; onClose: () => void }) {
  const { save } = useSave();
  const [input, setInput] = useState<number | string>(price?.input ?? "");
  const [cached, setCached] = useState<number | string>(price?.cachedInput ?? "");
  const [output, setOutput] = useState<number | string>(price?.output ?? "");
  const ready = typeof input === "number" && typeof output === "number" && (cached === "" || typeof cached === "number");
  const field = { min: 0, decimalScale: 6, allowNegative: false, prefix: "$", size: "sm" } as const;
  return (
    <form
      className={classes.inset}
      aria-label={`Price of ${model}`}
      onSubmit={(event) => {
        event.preventDefault();
        if (typeof input !== "number" || typeof output !== "number") return;
        const edit = { provider, model, input, cachedInput: typeof cached === "number" ? cached : null, output, editedAt: Date.now() };
        save((settings) => ({ ...settings, prices: [...settings.prices.filter((item) => !isSamePrice(item, provider, model)), edit] }));
        onClose();
      }}
    >
      <Text size="sm" mb="xs">
        US dollars for a million tokens
      </Text>
      <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="sm">
        {/* oxlint-disable-next-line jsx-a11y/no-autofocus -- opened by a press for just this */}
        <NumberInput label="Input" value={input} onChange={setInput} autoFocus {...field} />
        <NumberInput label="Cached input" placeholder="As input" value={cached} onChange={setCached} {...field} />
        <NumberInput label="Output" value={output} onChange={setOutput} {...field} />
      </SimpleGrid>
      <Group gap="sm" mt="sm">
        <Button type="submit" size="xs" disabled={!ready}>
          Save prices
        </Button>
        <Button size="xs" variant="default" onClick={onClose}>
          Cancel
        </Button>
      </Group>
    </form>
  );
}

/** What the model costs, who says so, and a way to say otherwise. */
export function PriceLine({ profile }: { profile: ModelProfile }) {
  const { provider, model } = profile;
  const price = usePrice(profile);
  const table = useSettings((state) => state.priceTable);
  const edit = useSettings((state) => state.settings.prices.find((item) => isSamePrice(item, provider, model)));
  const { save } = useSave();
  const [open, setOpen] = useState<string | null>(null);
  if (model === "") return null;
  if (price === "unread") return <Text size="sm">{"\u00a0"}</Text>;
  // A server of one's own may pass requests on to a paid service: then its prices can be entered all the same.
  const own = price?.source === "free" && provider === "compatible";
  if (price?.source === "free" && !own) {
    return (
      <Text size="sm" c="dimmed">
        Price: none. It runs on a computer of yours.
      </Text>
    );
  }
  const source = edit === undefined ? `${table.source}, ${table.date}` : `entered by you, ${editedOn(edit)}`;
  return (
    <div>
      <Group gap="xs" className={classes.priceLine}>
        <Text size="sm" c="dimmed">
          {own
            ? "Price: none. It runs on this computer; if it passes requests on to a paid service, enter what that costs."
            : price === null
              ? "Price: unknown. What it costs is then not counted, but its tokens are."
              : `Price: ${perMillion(price)} per million tokens (${source})`}
        </Text>
        {open === model ? null : (
          <Button size="compact-xs" variant="transparent" px={0} onClick={() => setOpen(model)}>
            {price === null || own ? "Enter prices" : "Change"}
          </Button>
        )}
        {edit === undefined ? null : (
          <Button
            size="compact-xs"
            variant="transparent"
            px={0}
            onClick={() =>
              save((settings) => ({ ...settings, prices: settings.prices.filter((item) => !isSamePrice(item, provider, model)) }))
            }
          >
            Use the table again
          </Button>
        )}
      </Group>
      {open === model ? <PriceForm key={model} provider={provider} model={model} price={price} onClose={() => setOpen(null)} /> : null}
    </div>
  );
}
