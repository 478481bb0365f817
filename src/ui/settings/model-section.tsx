import { Alert, Autocomplete, Button, Group, Radio, SimpleGrid, Stack, Switch, Text, TextInput } from "@mantine/core";
import { IconCheck, IconPlugConnected } from "@tabler/icons-react";
import { type ReactNode, useRef, useState } from "react";
import type { ModelSettings } from "@/domain";
import { useSettings } from "@/ui/stores";
import { ErrorNotice, Section, useAction } from "../components/index.ts";
import { KeyField } from "./key-field.tsx";
import { NumberField } from "./number-field.tsx";
import { OptionalNumber } from "./optional-number.tsx";
import { useSave } from "./use-save.ts";

const ADDRESSES = ["https://api.openai.com/v1", "https://openrouter.ai/api/v1", "http://localhost:8000/v1", "http://localhost:11434/v1"];

function addressFault(baseUrl: string): string | null {
  if (baseUrl.trim() === "") return "An address is needed.";
  if (!URL.canParse(baseUrl)) return "This is not an address. It starts with https:// or http://.";
  const { protocol, username, password, search } = new URL(baseUrl);
  if (protocol !== "https:" && protocol !== "http:") return "The address starts with https:// or http://.";
  if (username !== "" || password !== "" || /key|token/i.test(search)) return "Put the key into its own field, not into the address.";
  return null;
}

function TestConnection({ ready }: { ready: boolean }) {
  const testModel = useSettings((state) => state.testModel);
  const [answer, setAnswer] = useState<string | null>(null);
  const abort = useRef<AbortController | null>(null);
  const action = useAction();
  const test = (): void => {
    setAnswer(null);
    abort.current = new AbortController();
    const { signal } = abort.current;
    action.run(async () => setAnswer(await testModel(signal)));
  };
  return (
    <Stack gap="sm">
      <Group gap="sm">
        <Button variant="default" leftSection={<IconPlugConnected size={16} aria-hidden />} disabled={!ready} loading={action.busy} onClick={test}>
          Test connection
        </Button>
        {action.busy ? (
          <Button variant="subtle" color="gray" onClick={() => abort.current?.abort()}>
            Cancel
          </Button>
        ) : (
          <Text size="xs" c="dimmed">
            Sends one tiny request.
          </Text>
        )}
      </Group>
      <output>
      {answer === null ? null : (
        <Alert color="green" icon={<IconCheck aria-hidden />} title="It answers">
          <Text size="sm" style={{ overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}>
            {answer.length > 400 ? `${answer.slice(0, 400)}…` : answer}
          </Text>
        </Alert>
      )}
      </output>
      {action.error === null ? null : <ErrorNotice error={action.error} title="The model could not be reached" onRetry={test} />}
    </Stack>
  );
}

/** A text that is stored as soon as one leaves the field. */
function DraftText({ value, onCommit, children }: { value: string; onCommit: (value: string) => void; children: (draft: string, set: (text: string) => void, commit: () => void, touched: boolean) => ReactNode }) {
  const [draft, setDraft] = useState<{ of: string; text: string } | null>(null);
  const text = draft !== null && draft.of === value ? draft.text : value;
  return children(
    text,
    (next) => setDraft({ of: value, text: next }),
    () => {
      if (text !== value) onCommit(text);
    },
    draft !== null,
  );
}

export function ModelSection() {
  const model = useSettings((state) => state.settings.model);
  const { save } = useSave();
  const change = (part: Partial<ModelSettings>): void => save((settings) => ({ ...settings, model: { ...settings.model, ...part } }));
  const fault = addressFault(model.baseUrl);
  const host = fault === null ? new URL(model.baseUrl).host : "the address above";
  return (
    <Section title="Model" id="model" note="Who writes environments, tests and solvers. Whatever it writes is checked here all the same.">
      <Stack gap="lg">
        <Radio.Group aria-label="Where replies come from" value={model.kind} onChange={(value) => change({ kind: value === "openai-compatible" ? "openai-compatible" : "recorded" })}>
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
            <Radio.Card value="recorded" p="md" radius="md">
              <Group wrap="nowrap" align="flex-start" gap="sm">
                <Radio.Indicator />
                <div>
                  <Text size="sm" fw={600}>
                    Recorded replies
                  </Text>
                  <Text size="sm" c="dimmed">
                    For the bundled problems. No key, no cost, nothing is sent anywhere.
                  </Text>
                </div>
              </Group>
            </Radio.Card>
            <Radio.Card value="openai-compatible" p="md" radius="md">
              <Group wrap="nowrap" align="flex-start" gap="sm">
                <Radio.Indicator />
                <div>
                  <Text size="sm" fw={600}>
                    OpenAI-compatible address
                  </Text>
                  <Text size="sm" c="dimmed">
                    Any provider or local server that speaks this protocol, with your own key.
                  </Text>
                </div>
              </Group>
            </Radio.Card>
          </SimpleGrid>
        </Radio.Group>
        {model.kind === "recorded" ? null : (
          <>
            <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
              <DraftText value={model.baseUrl} onCommit={(baseUrl) => change({ baseUrl: baseUrl.trim() })}>
                {(draft, set, commit) => (
                  <Autocomplete
                    label="Base address"
                    description="Up to and with /v1. It must allow calls from web pages (CORS)."
                    data={ADDRESSES}
                    value={draft}
                    onChange={set}
                    onBlur={commit}
                    onOptionSubmit={(baseUrl) => change({ baseUrl })}
                    error={addressFault(draft)}
                    spellCheck={false}
                    type="url"
                  />
                )}
              </DraftText>
              <DraftText value={model.model} onCommit={(name) => change({ model: name.trim() })}>
                {(draft, set, commit, touched) => (
                  <TextInput
                    label="Model name"
                    description="As the provider writes it."
                    placeholder="provider/model"
                    value={draft}
                    onChange={(event) => set(event.currentTarget.value)}
                    onBlur={commit}
                    error={touched && draft.trim() === "" ? "A name is needed." : null}
                    spellCheck={false}
                  />
                )}
              </DraftText>
            </SimpleGrid>
            <KeyField address={host} />
            <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="md">
              <OptionalNumber label="Temperature" none="Provider's default" value={model.temperature} start={1} min={0} max={2} decimals={2} onChange={(temperature) => change({ temperature })} />
              <OptionalNumber
                label="Longest reply"
                none="Provider's default"
                value={model.maxOutputTokens}
                start={16_000}
                min={1}
                max={1_000_000}
                suffix="tokens"
                onChange={(maxOutputTokens) => change({ maxOutputTokens })}
              />
              <NumberField label="Requests at once" description="Default 3" value={model.concurrency} min={1} max={16} onCommit={(concurrency) => change({ concurrency })} />
            </SimpleGrid>
            <Switch
              label="Streaming"
              description="Replies are shown while they are written. Turn it off for servers that cannot stream."
              checked={model.streaming}
              onChange={(event) => change({ streaming: event.currentTarget.checked })}
            />
            <TestConnection ready={fault === null && model.model !== ""} />
          </>
        )}
      </Stack>
    </Section>
  );
}
