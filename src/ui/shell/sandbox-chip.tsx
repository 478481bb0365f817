import { Button, Loader, Popover, Stack, Text, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { IconAlertTriangle, IconBrandPython, IconRefresh } from "@tabler/icons-react";
import { useState } from "react";
import type { SystemState } from "@/state";
import { useSystem } from "@/ui/stores";
import { ErrorNotice, useNow } from "../components/index.ts";
import { formatMs } from "../text/index.ts";
import { phaseText } from "./python-text.ts";
import chipClasses from "./chip.module.css";
import classes from "./sandbox-chip.module.css";

type Python = SystemState["python"];

function summary(python: Python): { text: string; short: string } {
  switch (python.kind) {
    case "loading":
      return python.phase.kind === "offline"
        ? { text: "Connection lost", short: "Offline" }
        : { text: "Starting Python", short: "Starting" };
    case "ready":
      return { text: `Python ${python.python}`, short: python.python };
    case "failed":
      return { text: "Python failed", short: "Failed" };
  }
}

function Details({ python, onRetry }: { python: Python; onRetry: () => void }) {
  const now = useNow(python.kind === "loading" && python.phase.kind === "offline");
  switch (python.kind) {
    case "loading":
      return (
        <Stack gap={4}>
          <Text size="sm" fw={600}>
            Starting Python in this browser
          </Text>
          <Text size="sm" c="dimmed" translate="no">
            {phaseText(python.phase, now)}
          </Text>
          {python.phase.kind === "offline" && (
            <Button
              size="xs"
              variant="default"
              mt={4}
              style={{ alignSelf: "flex-start" }}
              leftSection={<IconRefresh size={14} aria-hidden />}
              onClick={onRetry}
            >
              Try now
            </Button>
          )}
        </Stack>
      );
    case "failed":
      return <ErrorNotice error={python.error} title="Python could not be started" {...(python.error.retryable ? { onRetry } : {})} />;
    case "ready":
      return (
        <Stack gap="xs">
          <Text size="sm" fw={600}>
            Python is ready
          </Text>
          <dl className={classes.facts}>
            <dt>Python</dt>
            <dd>{python.python}</dd>
            <dt>Pyodide</dt>
            <dd>{python.pyodide}</dd>
            <dt>Started in</dt>
            <dd>{formatMs(python.bootMs)}</dd>
            <dt>Snapshot</dt>
            <dd>{python.snapshot === "used" ? "used" : "not usable, started the slow way"}</dd>
          </dl>
          {python.notice === null ? null : <Text size="xs">{python.notice}</Text>}
          <Text size="xs" c="dimmed">
            It runs isolated from this page: no network, no storage, no keys.
          </Text>
        </Stack>
      );
  }
}

/** The state of the Python sandbox: always in sight, its details on demand. */
export function SandboxChip() {
  const python = useSystem((state) => state.python);
  const retry = useSystem((state) => state.retryPython);
  const [open, setOpen] = useState(false);
  const { text, short } = summary(python);
  return (
    <>
      <Popover opened={open} onChange={setOpen} width={320} position="bottom-end" withArrow trapFocus returnFocus shadow="md">
        <Popover.Target>
          <UnstyledButton
            className={chipClasses.chip}
            data-kind={python.kind}
            aria-label={`Sandbox: ${text}`}
            onClick={() => setOpen(!open)}
          >
            {python.kind === "loading" ? <Loader size={14} aria-hidden /> : null}
            {python.kind === "ready" ? <IconBrandPython size={16} stroke={1.75} aria-hidden /> : null}
            {python.kind === "failed" ? <IconAlertTriangle size={16} stroke={1.75} aria-hidden /> : null}
            <span className={chipClasses.chipText} translate="no">
              {text}
            </span>
            <span className={chipClasses.chipShort} translate="no">
              {short}
            </span>
          </UnstyledButton>
        </Popover.Target>
        <Popover.Dropdown aria-label="Python sandbox">
          <Details
            python={python}
            onRetry={() => {
              void retry();
            }}
          />
        </Popover.Dropdown>
      </Popover>
      <VisuallyHidden>
        <output translate="no">{python.kind === "loading" && python.phase.kind !== "offline" ? "" : text}</output>
      </VisuallyHidden>
    </>
  );
}
