import { Button, SimpleGrid, Stack, Switch, Text, Title } from "@mantine/core";
import { DEFAULT_LIMITS, type Limits, ROLES } from "@/domain";
import { useSettings } from "@/ui/stores";
import { Section } from "../components/index.ts";
import { NumberField } from "./number-field.tsx";
import { useSave } from "./use-save.ts";

/** How many replies each role is asked for is set with the role. */
type RepliesKey = "designerReplies" | "testerReplies" | "solverReplies";
type NumberKey = Exclude<keyof Limits, "stopEarly" | RepliesKey>;
type Field = {
  key: NumberKey;
  label: string;
  min: number;
  max: number;
  scale?: number;
  decimals?: number;
  suffix?: string;
  asDefault: string;
};

const GROUPS: readonly { title: string; fields: readonly Field[] }[] = [
  {
    title: "One test",
    fields: [
      { key: "testMs", label: "Time", min: 100, max: 60_000, scale: 1000, decimals: 1, suffix: "s", asDefault: "3 s" },
      { key: "testMemoryBytes", label: "Memory", min: 1_000_000, max: 200_000_000, scale: 1_000_000, suffix: "MB", asDefault: "100 MB" },
      { key: "answerChars", label: "Reference answer", min: 1, max: 100_000, suffix: "characters", asDefault: "100 characters" },
    ],
  },
  {
    title: "When an environment is accepted",
    fields: [
      { key: "minTests", label: "Passing tests, at least", min: 1, max: 1000, asDefault: "10" },
      { key: "minTestShare", label: "Share of proposed tests, at least", min: 0, max: 1, scale: 0.01, suffix: "%", asDefault: "80 %" },
      { key: "minRounds", label: "Rounds of a kept task, from", min: 0, max: 10_000, asDefault: "10" },
      { key: "maxRounds", label: "Rounds of a kept task, to", min: 1, max: 10_000, asDefault: "256" },
    ],
  },
  {
    title: "What the model is asked for",
    fields: [
      { key: "testsPerReply", label: "Tests a reply", min: 1, max: 100, asDefault: "15" },
      { key: "repairs", label: "Repairs of a rejected candidate", min: 0, max: 10, asDefault: "1" },
    ],
  },
];

export function LimitsSection() {
  const limits = useSettings((state) => state.settings.limits);
  const { save } = useSave();
  const change = (part: Partial<Limits>): void => save((settings) => ({ ...settings, limits: { ...settings.limits, ...part } }));
  const { designerReplies, testerReplies, solverReplies } = limits;
  const defaults = { ...DEFAULT_LIMITS, designerReplies, testerReplies, solverReplies };
  const edited = JSON.stringify(limits) !== JSON.stringify({ ...limits, ...defaults });
  const most = designerReplies * (1 + limits.repairs) * (1 + testerReplies + solverReplies);
  return (
    <Section
      title="Limits"
      id="limits"
      note="What a run may use and what it demands. The defaults are those of the published pipeline."
      aside={
        <Button size="xs" variant="default" disabled={!edited} onClick={() => change(defaults)}>
          Reset to defaults
        </Button>
      }
    >
      <Stack gap="lg">
        {GROUPS.map((group) => (
          <div key={group.title}>
            <Title order={3} size="h4" mb="xs">
              {group.title}
            </Title>
            <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="md" verticalSpacing="sm">
              {group.fields.map(({ key, asDefault, ...field }) => (
                <NumberField
                  key={key}
                  {...field}
                  description={`Default ${asDefault}`}
                  value={limits[key]}
                  onCommit={(value) => change({ [key]: value })}
                />
              ))}
            </SimpleGrid>
            {group.fields.some((field) => field.key === "minRounds") && limits.minRounds > limits.maxRounds ? (
              <Text size="sm" mt="xs" role="alert" style={{ color: "var(--mantine-color-error)" }}>
                No task can have at least {limits.minRounds} and at most {limits.maxRounds} rounds: none would be kept.
              </Text>
            ) : null}
          </div>
        ))}
        <Text size="sm" c="dimmed">
          {`A run asks the ${ROLES.length} roles for at most ${most} replies with these figures; it stops as soon as the outcome is certain.`}
        </Text>
        <Switch
          label="Stop early"
          description="Ends where the rest cannot change the outcome. Off, the whole matrix of solvers and tests is filled."
          checked={limits.stopEarly}
          onChange={(event) => change({ stopEarly: event.currentTarget.checked })}
        />
      </Stack>
    </Section>
  );
}
