import { Group, Radio, Select, SimpleGrid, Stack, Switch, Text } from "@mantine/core";
import { patienceSchema, type Patience, replyFormSchema } from "@/domain";
import { useSettings, useSpend } from "@/ui/stores";
import { ConfirmButton, Section } from "../components/index.ts";
import { formatCount } from "../text/index.ts";
import { NumberField } from "./number-field.tsx";
import { useSave } from "./use-save.ts";

const CUT: readonly { value: Patience["cut"]; label: string }[] = [
  { value: "continue", label: "Continue where it stopped" },
  { value: "larger", label: "Ask again, twice as long" },
  { value: "keep", label: "Take it as it is" },
];

/** How replies are asked for, used again, and waited for. */
export function RepliesSection() {
  const { replyForm, compileFirst, reuseReplies, patience } = useSettings((state) => state.settings);
  const stored = useSpend((state) => state.storedReplies);
  const forgetReplies = useSpend((state) => state.forgetReplies);
  const { save } = useSave();
  const change = (part: Partial<Patience>): void => save((settings) => ({ ...settings, patience: { ...settings.patience, ...part } }));
  return (
    <Section title="Replies" id="replies" note="What is asked for, what is not paid for twice, and what happens when a provider fails.">
      <Stack gap="lg">
        <Switch
          label="Try the built-in compiler first"
          description="It costs nothing and takes a second or two, and its environment is one that the model's has to beat."
          checked={compileFirst}
          onChange={(event) => {
            // Read now: the change itself is made later, when the event is over.
            const compileFirst = event.currentTarget.checked;
            save((settings) => ({ ...settings, compileFirst }));
          }}
        />
        <Radio.Group
          label="The designer writes"
          value={replyForm}
          onChange={(value) => save((settings) => ({ ...settings, replyForm: replyFormSchema.catch(replyForm).parse(value) }))}
        >
          <Stack gap="xs" mt="xs">
            <Radio
              value="compact"
              label="Only what is particular to the problem"
              description="The page puts the rest together: fewer tokens, and fewer ways to fail."
            />
            <Radio
              value="full"
              label="The whole file"
              description="For prompts of your own that ask for everything, or environments that fit no standard form."
            />
          </Stack>
        </Radio.Group>
        <Stack gap="xs">
          <Switch
            label="Use stored replies again"
            description="A request that is the same to the letter is answered from this device, at no cost; where that happens is shown."
            checked={reuseReplies}
            onChange={(event) => {
              const reuseReplies = event.currentTarget.checked;
              save((settings) => ({ ...settings, reuseReplies }));
            }}
          />
          <Group gap="sm">
            <Text size="sm" c="dimmed">
              {stored === 0 ? "No replies are stored yet." : `${formatCount(stored, "reply", "replies")} stored.`}
            </Text>
            <ConfirmButton
              size="xs"
              disabled={stored === 0}
              title="Forget the stored replies?"
              question="Their texts are deleted, and the same requests are paid for again. Runs keep what they have; the sums under “Money” stay."
              confirm="Forget"
              onConfirm={forgetReplies}
            >
              Forget stored replies
            </ConfirmButton>
          </Group>
        </Stack>
        <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="md" verticalSpacing="sm">
          <Select
            label="A reply that is cut off"
            description="Where it reaches the longest reply"
            data={CUT}
            value={patience.cut}
            allowDeselect={false}
            onChange={(value) => change({ cut: patienceSchema.shape.cut.catch(patience.cut).parse(value) })}
          />
          <NumberField
            label="Tries after a failure"
            description="Default 4; what cannot get better is not tried again"
            value={patience.retries}
            min={0}
            max={20}
            onCommit={(retries) => change({ retries })}
          />
          <NumberField
            label="Longest wait"
            description="Default 180 s, all tries of a request together"
            value={patience.waitMs}
            min={0}
            max={3_600_000}
            scale={1000}
            suffix="s"
            onCommit={(waitMs) => change({ waitMs })}
          />
        </SimpleGrid>
      </Stack>
    </Section>
  );
}
