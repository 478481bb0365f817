import { Alert, Anchor, Badge, Button, Code, Stack, Text } from "@mantine/core";
import { IconPlayerPlayFilled, IconPlus, IconShieldCheck, IconShieldQuestion } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { Link, useLocation } from "wouter";
import { type Environment, type ErrorData, errorData } from "@/domain";
import type { SharedView } from "@/state";
import { type Action, ErrorNotice, Facts, PageHeader, Section, useAction } from "../components/index.ts";
import { paths } from "../text/index.ts";
import { ConfigPreview } from "../play/index.ts";
import { useLibrary, useShare, useVerify } from "@/ui/stores";
import classes from "./share.module.css";
import { SharedPlayer } from "./shared-player.tsx";
import { claimedOutcome, claimedPlayer } from "./texts.ts";

type From = "link" | "file";

/** Python reads the source, which runs none of it. */
function useInspected(shared: SharedView): { environment: Environment | null; error: ErrorData | null } {
  const inspect = useShare((state) => state.inspect);
  const [state, setState] = useState<{ environment: Environment | null; error: ErrorData | null }>({ environment: null, error: null });
  useEffect(() => {
    let current = true;
    inspect(shared).then(
      (environment) => current && setState({ environment, error: null }),
      (error: unknown) => current && setState({ environment: null, error: errorData(error) }),
    );
    return () => {
      current = false;
    };
  }, [inspect, shared]);
  return state;
}

function Tools({ shared }: { shared: SharedView }) {
  const { environment, error } = useInspected(shared);
  if (error !== null) return <ErrorNotice error={error} title="Its tools could not be read" />;
  if (environment === null) {
    return (
      <Text component="output" size="sm" c="dimmed">
        Reading its tools from the source, without running it…
      </Text>
    );
  }
  return (
    <ul className={classes.tools} aria-label="Tools in the link">
      {environment.tools.map((tool) => (
        <li key={tool.name}>
          <Code style={{ overflowWrap: "anywhere" }}>
            {tool.name}({tool.parameters.map(({ name }) => name).join(", ")})
          </Code>
          {tool.summary !== "" && (
            <Text size="sm" c="dimmed" mt={2} style={{ overflowWrap: "anywhere" }}>
              {tool.summary}
            </Text>
          )}
        </li>
      ))}
    </ul>
  );
}

function Actions({ shared, known, action }: { shared: SharedView; known: Environment | undefined; action: Action }) {
  const keep = useShare((state) => state.keep);
  const verify = useVerify((state) => state.verify);
  const [, navigate] = useLocation();
  const play = (): void =>
    action.run(async () => {
      const { id, task } = await keep(shared);
      navigate(paths.playEnvironment(id, task === null ? { own: shared.config } : { config: task }));
    });
  const keepAnd = (then: "show" | "verify"): void =>
    action.run(async () => {
      const { id } = await keep(shared);
      navigate(paths.environment(id));
      if (then === "verify") await verify([id]);
    });
  return (
    <>
      {known === undefined && (
        <>
          <Button variant="default" leftSection={<IconPlus size={16} aria-hidden />} disabled={action.busy} onClick={() => keepAnd("show")}>
            Keep it
          </Button>
          <Button
            variant="default"
            leftSection={<IconShieldCheck size={16} aria-hidden />}
            disabled={action.busy}
            onClick={() => keepAnd("verify")}
          >
            Keep and verify
          </Button>
        </>
      )}
      <Button leftSection={<IconPlayerPlayFilled size={15} aria-hidden />} loading={action.busy} onClick={play}>
        Play it
      </Button>
    </>
  );
}

/** What was opened, as a claim of whoever made it; from here it is replayed, played or kept. */
export function SharedContent({ shared, from }: { shared: SharedView; from: From }) {
  const { environment, config, trace } = shared;
  const action = useAction();
  const known = useLibrary((state) =>
    state.environments.find((item) => item.source === environment.source && item.className === environment.className),
  );
  return (
    <>
      <PageHeader
        title={environment.className}
        badges={
          <Badge color="yellow" variant="light">
            From a {from}: not verified here
          </Badge>
        }
        actions={<Actions shared={shared} known={known} action={action} />}
      />
      <Stack gap="md">
        <Alert color="yellow" icon={<IconShieldQuestion aria-hidden />} title={`Everything below is what the ${from} says`}>
          <Text size="sm">
            Nobody has checked it here. Opening it ran none of it, asked no model and stored nothing. Its Python runs only in the sandbox,
            when you replay or play it.{" "}
            {known === undefined ? (
              "“Play it” and “Keep it” put the environment into your library, unverified."
            ) : (
              <>
                An environment with the same source is in your library already:{" "}
                <Anchor component={Link} href={paths.environment(known.id)} inherit underline="always">
                  open it
                </Anchor>
                .
              </>
            )}
          </Text>
        </Alert>
        {action.error !== null && <ErrorNotice error={action.error} title="It did not go through" />}
        <SharedPlayer shared={shared} />
        <Section title={`What the ${from} holds`}>
          <Facts
            rows={[
              ["Environment", environment.className],
              ["Code id", environment.codeId],
              ["Source", `${environment.source.split("\n").length.toLocaleString("en")} lines of Python`],
              ["Episode", trace === null ? "none" : `claims to be played by ${claimedPlayer(trace.player)}: ${claimedOutcome(trace.view)}`],
            ]}
          />
          <details className={classes.config} style={{ marginTop: 16 }}>
            <summary>Configuration: the hidden data, so looking gives the task away</summary>
            <ConfigPreview config={config} />
          </details>
        </Section>
        <Section title="Tools">
          <Tools shared={shared} />
        </Section>
      </Stack>
    </>
  );
}
