import { Badge, Button, Group, Stack, Tabs, Text } from "@mantine/core";
import { RECORDED_PROFILE, type Role, ROLES } from "@/domain";
import { promptDraft, type PromptView } from "@/state";
import { useSettings } from "@/ui/stores";
import { CodeEditor, ConfirmButton, ErrorNotice, Section, useAction, useSessionDraft } from "../components/index.ts";
import classes from "./prompts-section.module.css";

const NAME: Record<Role, string> = { designer: "Designer", tester: "Tester", solver: "Solver" };
const ABOUT: Record<Role, string> = {
  designer: "Is given the problem and its solution; writes the task text and the environment.",
  tester: "Is given the task and the environment; writes configurations, easy to hard.",
  solver: "Is given the task and the tool docs, not the source; writes solve.",
};

function PromptEditor({ prompt }: { prompt: PromptView }) {
  const setPrompt = useSettings((state) => state.setPrompt);
  const resetPrompt = useSettings((state) => state.resetPrompt);
  const [draft, setDraft] = useSessionDraft(promptDraft(prompt.role));
  const action = useAction();
  const text = draft ?? { system: prompt.system, user: prompt.user };
  const changed = text.system !== prompt.system || text.user !== prompt.user;
  return (
    <Stack gap="md">
      <Group gap="xs">
        <Text size="sm" c="dimmed" className={classes.grow}>
          {ABOUT[prompt.role]}
        </Text>
        <Badge color="gray">{`version ${prompt.version}`}</Badge>
        {prompt.edited ? <Badge color="yellow">edited</Badge> : null}
      </Group>
      <div>
        <Text size="sm" fw={500} mb={4}>
          System
        </Text>
        <CodeEditor
          value={text.system}
          onChange={(system) => setDraft({ ...text, system })}
          language="markdown"
          label={`System prompt of the ${prompt.role}`}
          minHeight={120}
          maxHeight={340}
        />
      </div>
      <div>
        <Text size="sm" fw={500} mb={4}>
          User
        </Text>
        <CodeEditor
          value={text.user}
          onChange={(user) => setDraft({ ...text, user })}
          language="markdown"
          label={`User prompt of the ${prompt.role}`}
          minHeight={160}
          maxHeight={420}
        />
      </div>
      {action.error === null ? null : <ErrorNotice error={action.error} />}
      <Group gap="sm">
        <Button
          disabled={!changed}
          loading={action.busy}
          onClick={() =>
            action.run(async () => {
              await setPrompt(prompt.role, text);
              setDraft(null);
            })
          }
        >
          Save
        </Button>
        <Button variant="default" disabled={!changed} onClick={() => setDraft(null)}>
          Discard changes
        </Button>
        <ConfirmButton
          disabled={!prompt.edited}
          title="Reset to the built-in prompt?"
          question={`Your text of the ${prompt.role}'s prompt is replaced by the built-in one.`}
          confirm="Reset"
          onConfirm={async () => {
            await resetPrompt(prompt.role);
            setDraft(null);
          }}
        >
          Reset to built-in
        </ConfirmButton>
      </Group>
    </Stack>
  );
}

export function PromptsSection() {
  const prompts = useSettings((state) => state.prompts);
  const recorded = useSettings((state) => state.settings.profile === RECORDED_PROFILE.id);
  return (
    <Section
      title="Prompts"
      id="prompts"
      note={
        recorded
          ? "What the three roles are asked. Recorded replies were written to the built-in prompts and do not change with them."
          : "What the three roles are asked."
      }
    >
      <Tabs defaultValue="designer">
        <Tabs.List mb="md">
          {ROLES.map((role) => (
            <Tabs.Tab key={role} value={role}>
              {NAME[role]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {ROLES.map((role) => {
          const prompt = prompts.find((item) => item.role === role);
          return (
            <Tabs.Panel key={role} value={role}>
              {prompt === undefined ? (
                <Text size="sm" c="dimmed">
                  This prompt could not be read.
                </Text>
              ) : (
                <PromptEditor prompt={prompt} />
              )}
            </Tabs.Panel>
          );
        })}
      </Tabs>
    </Section>
  );
}
