import { Accordion, Button, Code, Divider, Group, Paper, Stack, Text, Textarea, Title } from "@mantine/core";
import { IconPlayerStop } from "@tabler/icons-react";
import { type SubmitEvent, useEffect, useState } from "react";
import type { EpisodeId, Tool } from "@/domain";
import { callDraft, type OpenEpisode } from "@/state";
import { focusPlace, useFocusNext, useSessionDraft } from "../components/index.ts";
import { usePlay } from "@/ui/stores";
import { ToolForm } from "./tool-form.tsx";
import classes from "./tool-panel.module.css";

const SLOW_MS = 500;

/** A quick call shows nothing, so that nothing flickers; one that lasts can be stopped. */
function useSlow(busy: boolean): boolean {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    if (!busy) return undefined;
    const timer = setTimeout(() => setSlow(true), SLOW_MS);
    return () => {
      clearTimeout(timer);
      setSlow(false);
    };
  }, [busy]);
  return slow;
}

const RAW = "raw call";

function RawCall({ episode, ready, onSend }: { episode: EpisodeId; ready: boolean; onSend: (action: string) => void }) {
  const [typed, setTyped] = useSessionDraft(callDraft(episode, RAW));
  const text = typed?.["action"] ?? '{"name": "Observe", "parameters": {}}';
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (ready && text !== "") onSend(text);
  };
  return (
    <form onSubmit={submit} aria-label="Raw call">
      <Stack gap="sm">
        <Textarea
          label="Action"
          description="Sent as it is, so a malformed call can be tried too: the environment must answer, never fail."
          autosize
          minRows={2}
          maxRows={8}
          spellCheck={false}
          styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: 13 } }}
          value={text}
          onChange={(event) => setTyped({ action: event.currentTarget.value })}
        />
        <Button type="submit" variant="light" aria-disabled={!ready} style={{ alignSelf: "flex-start" }}>
          Send as it is
        </Button>
      </Stack>
    </form>
  );
}

function ToolItem({ tool, children }: { tool: Tool; children: React.ReactNode }) {
  return (
    <Accordion.Item value={tool.name}>
      <Accordion.Control>
        <Stack gap={2}>
          <Code className={classes.toolName ?? ""}>{tool.name}</Code>
          <Text size="sm" c="dimmed" lineClamp={2}>
            {tool.summary}
          </Text>
        </Stack>
      </Accordion.Control>
      <Accordion.Panel>{children}</Accordion.Panel>
    </Accordion.Item>
  );
}

/** The tools of an environment, one open at a time; the one that ends the episode stands apart, at the end. */
export function ToolPanel({ tools, episode }: { tools: readonly Tool[]; episode: OpenEpisode }) {
  const stop = usePlay((state) => state.stop);
  const act = usePlay((state) => state.act);
  const focusNext = useFocusNext();
  const { phase, view } = episode;
  const others = tools.filter((tool) => tool.name !== "Done");
  const last = tools.find((tool) => tool.name === "Done");
  const first = others.find((tool) => tool.name === "Observe") ?? others[0] ?? last;
  const [open, setOpen] = useState<string | null>(first?.name ?? null);
  const latest = view.calls.at(-1);
  const observations = view.calls.map(({ observation }) => observation);
  const onSend = (action: string): void => {
    act(episode.id, action);
    // Should it end the episode, the form is gone.
    focusNext("result");
  };
  // While it is taken up again a call is taken already; it is made when its turn comes.
  const ready = phase === "yours" || phase === "starting";
  const slow = useSlow(phase === "calling");
  const said = slow ? "The call is still running" : phase === "starting" ? "Starting" : "Choose a tool";
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="tools-title">
      <Stack gap="sm">
        <Group justify="space-between" mih={36} wrap="nowrap">
          <Title order={2} id="tools-title" {...focusPlace("tools")}>
            Tools
          </Title>
          <Group gap="xs" wrap="nowrap">
            <Text size="sm" c="dimmed">
              {said}
            </Text>
            {slow && (
              <Button
                size="xs"
                color="red"
                variant="light"
                leftSection={<IconPlayerStop size={15} aria-hidden />}
                onClick={() => stop(episode.id)}
              >
                Stop
              </Button>
            )}
          </Group>
        </Group>
        <p className={classes.lastObservation} aria-hidden>
          {latest === undefined ? "No call yet" : `${view.calls.length}: ${latest.observation}`}
        </p>
        <Accordion value={open} onChange={setOpen} order={3} variant="default" className={classes.tools ?? ""}>
          {others.map((tool) => (
            <ToolItem key={tool.name} tool={tool}>
              <ToolForm tool={tool} episode={episode.id} isLast={false} ready={ready} observations={observations} onSend={onSend} />
            </ToolItem>
          ))}
          {last !== undefined && (
            <>
              <Divider my="xs" label="Last round" labelPosition="left" />
              <ToolItem tool={last}>
                <ToolForm tool={last} episode={episode.id} isLast ready={ready} observations={observations} onSend={onSend} />
              </ToolItem>
            </>
          )}
          <Divider my="xs" label="Advanced" labelPosition="left" />
          <Accordion.Item value={RAW}>
            <Accordion.Control>
              <Text size="sm" c="dimmed">
                Write a call by hand
              </Text>
            </Accordion.Control>
            <Accordion.Panel>
              <RawCall episode={episode.id} ready={ready} onSend={onSend} />
            </Accordion.Panel>
          </Accordion.Item>
        </Accordion>
      </Stack>
    </Paper>
  );
}
