import { Anchor, Checkbox, Group, NumberInput, Stack, Text } from "@mantine/core";
import { Link } from "wouter";
import { type CallProtocol, type ModelProfile, PROVIDER_FACTS } from "@/domain";
import { useSettings } from "@/ui/stores";
import { lackOf, paths } from "../../text/index.ts";
import classes from "./player-picker.module.css";
import { numberOf } from "./number-of.ts";
import { type Draft, modelKey } from "./plan.ts";

const PROTOCOLS: readonly { protocol: CallProtocol; name: string }[] = [
  { protocol: "native", name: "native tool calls" },
  { protocol: "text", name: "text protocol" },
];

function ModelRow({ profile, draft, onChange }: { profile: ModelProfile; draft: Draft; onChange: (part: Partial<Draft>) => void }) {
  const key = useSettings((state) => state.keys[profile.id] ?? "none");
  const lack = lackOf(profile, key);
  const toggle = (name: string, on: boolean): void =>
    onChange({ models: new Set(on ? [...draft.models, name] : [...draft.models].filter((other) => other !== name)) });
  return (
    <fieldset className={classes.model} aria-label={profile.name}>
      <div className={classes.modelName}>
        <Text size="sm" fw={600} style={{ overflowWrap: "anywhere" }}>
          {profile.name}
        </Text>
        <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
          {lack === null
            ? `${PROVIDER_FACTS[profile.provider].name} · ${profile.model === "" ? "built in" : profile.model}`
            : `lacks ${lack}`}
        </Text>
      </div>
      <Group gap="md">
        {PROTOCOLS.map(({ protocol, name }) => {
          const id = modelKey({ profileId: profile.id, protocol });
          return (
            <Checkbox
              key={protocol}
              label={name}
              disabled={lack !== null}
              checked={lack === null && draft.models.has(id)}
              onChange={(event) => toggle(id, event.currentTarget.checked)}
            />
          );
        })}
      </Group>
    </fieldset>
  );
}

/** Who plays: scripted players, which need no key, and models as they are set up. */
export function PlayerPicker({ draft, onChange }: { draft: Draft; onChange: (part: Partial<Draft>) => void }) {
  const profiles = useSettings((state) => state.settings.profiles);
  return (
    <Stack gap="sm">
      <Checkbox
        label="Reference solver"
        description="The environment's own solution: what all others are measured against."
        checked={draft.reference}
        onChange={(event) => onChange({ reference: event.currentTarget.checked })}
      />
      <Group gap="md" align="flex-end">
        <Checkbox
          label="Random caller"
          description="Calls tools with values by chance."
          checked={draft.random}
          onChange={(event) => onChange({ random: event.currentTarget.checked })}
        />
        {draft.random ? (
          <NumberInput
            size="xs"
            w={110}
            label="Seed"
            allowDecimal={false}
            min={-1e9}
            max={1e9}
            value={draft.seed}
            onChange={(value) => onChange({ seed: numberOf(value) ?? 0 })}
          />
        ) : null}
      </Group>
      <Checkbox
        label="Breadth-first prober"
        description="Tries every tool with the simplest values first, then with what it has seen."
        checked={draft.prober}
        onChange={(event) => onChange({ prober: event.currentTarget.checked })}
      />
      {profiles.map((profile) => (
        <ModelRow key={profile.id} profile={profile} draft={draft} onChange={onChange} />
      ))}
      <Text size="sm" c="dimmed">
        {profiles.length === 0 ? "Models play too, once they are set up in " : "Models, keys and prices are set up in "}
        <Anchor component={Link} href={paths.settings} inherit underline="always">
          Settings
        </Anchor>
        .
      </Text>
    </Stack>
  );
}
