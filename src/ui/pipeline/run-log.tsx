import { Button, Group, Paper, Stack, Title } from "@mantine/core";
import { memo, useState } from "react";
import type { LogLine } from "@/domain";
import { formatCount } from "../text/index.ts";
import { formatClock } from "./formats.ts";
import classes from "./pipeline.module.css";
import { ScrollRegion } from "./scroll-region.tsx";
import { useStickToEnd } from "./use-stick-to-end.ts";

const PAGE = 400;

const Line = memo(function Line({ line }: { line: LogLine }) {
  return (
    <li className={classes.logLine} data-level={line.level}>
      <time className={classes.logTime} dateTime={new Date(line.at).toISOString()}>
        {formatClock(line.at)}
      </time>
      <span className={classes.logText}>{line.text}</span>
    </li>
  );
});

function LogLines({ log }: { log: readonly LogLine[] }) {
  const { box, onScroll } = useStickToEnd();
  const [shown, setShown] = useState(PAGE);
  const hidden = Math.max(0, log.length - shown);
  return (
    <ScrollRegion box={box} onScroll={onScroll} className={classes.log} label="Log of the run">
      {hidden > 0 && (
        <Button size="compact-xs" variant="subtle" m={6} onClick={() => setShown(shown + PAGE)}>
          Show {formatCount(Math.min(PAGE, hidden), "earlier line")}
        </Button>
      )}
      <ol className={classes.list}>
        {log.slice(hidden).map((line) => (
          <Line key={line.seq} line={line} />
        ))}
      </ol>
    </ScrollRegion>
  );
}

/** `version` changes when `log` has grown: the list itself is grown in place. */
export function RunLog({ log }: { log: readonly LogLine[]; version: number }) {
  const [open, setOpen] = useState(false);
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="run-log-title">
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={2} id="run-log-title">
            Log
          </Title>
          <Button variant="default" size="xs" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? "Hide the log" : `Show ${formatCount(log.length, "line")}`}
          </Button>
        </Group>
        {open && <LogLines log={log} />}
      </Stack>
    </Paper>
  );
}
