import { ActionIcon, Button, Group, Stack, Table, Text, Tooltip, VisuallyHidden } from "@mantine/core";
import { IconMinus, IconCheck, IconPlayerPlay } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "wouter";
import type { Environment, Task } from "@/domain";
import { formatBytes, formatCount, formatMs, NOT_KNOWN, paths } from "../text/index.ts";
import classes from "./tasks-tab.module.css";

const PAGE = 100;

function TaskRow({ task, index, environment }: { task: Task; index: number; environment: Environment }) {
  const [open, setOpen] = useState(false);
  const long = task.config.length > 90;
  return (
    <Table.Tr>
      <Table.Td className={classes.number}>{index + 1}</Table.Td>
      <Table.Td>
        {long ? (
          <button
            type="button"
            className={classes.config}
            data-open={open || undefined}
            aria-expanded={open}
            onClick={() => setOpen(!open)}
          >
            {open ? task.config : `${task.config.slice(0, 90)}…`}
          </button>
        ) : (
          <span className={classes.configText}>{task.config}</span>
        )}
      </Table.Td>
      <Table.Td className={classes.answer}>{task.answer ?? NOT_KNOWN}</Table.Td>
      <Table.Td className={classes.number}>{task.rounds ?? NOT_KNOWN}</Table.Td>
      <Table.Td className={classes.number}>{formatMs(task.answerMs)}</Table.Td>
      <Table.Td className={classes.number}>{formatBytes(task.answerBytes)}</Table.Td>
      <Table.Td>
        <span className={classes.kept} data-kept={task.kept || undefined}>
          {task.kept ? <IconCheck size={14} aria-hidden /> : <IconMinus size={14} aria-hidden />}
          {task.kept ? "yes" : "no"}
        </span>
      </Table.Td>
      <Table.Td className={classes.playCell}>
        {environment.source === "" ? null : (
          <Tooltip label="Play this task">
            <ActionIcon
              component={Link}
              href={paths.playEnvironment(environment.id, { config: index })}
              variant="subtle"
              aria-label={`Play task ${index + 1}`}
            >
              <IconPlayerPlay size={16} aria-hidden />
            </ActionIcon>
          </Tooltip>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

/** The configurations with what was measured of them. */
export function TasksTab({ environment }: { environment: Environment }) {
  const [shown, setShown] = useState(PAGE);
  const { tasks } = environment;
  if (tasks.length === 0)
    return (
      <Text size="sm" c="dimmed">
        No configurations yet. Verifying finds those in the file; training instances bring more.
      </Text>
    );
  const kept = tasks.filter((task) => task.kept).length;
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {`${formatCount(tasks.length, "configuration")}, ${kept} kept as training tasks: those whose rounds are within the limits. A reference answer is never shown to an agent.`}
      </Text>
      <Table.ScrollContainer
        minWidth={720}
        className={classes.tableBox ?? ""}
        scrollAreaProps={{ viewportProps: { tabIndex: 0, "aria-label": "Tasks, scrollable" } }}
      >
        <Table fz="sm" verticalSpacing={6} highlightOnHover>
          <Table.Thead>
            <Table.Tr>
              <Table.Th className={classes.number}>#</Table.Th>
              <Table.Th>Configuration</Table.Th>
              <Table.Th>Answer</Table.Th>
              <Table.Th className={classes.number}>Rounds</Table.Th>
              <Table.Th className={classes.number}>Time</Table.Th>
              <Table.Th className={classes.number}>Memory</Table.Th>
              <Table.Th>Kept</Table.Th>
              <Table.Th>
                <VisuallyHidden>Play</VisuallyHidden>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {tasks.slice(0, shown).map((task, index) => (
              // oxlint-disable-next-line react/no-array-index-key -- a task is named by its place
              <TaskRow key={index} task={task} index={index} environment={environment} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {tasks.length > shown ? (
        <Group justify="center">
          <Button variant="default" size="xs" onClick={() => setShown(shown + PAGE)}>
            {`Show more (${(tasks.length - shown).toLocaleString("en")} left)`}
          </Button>
        </Group>
      ) : null}
    </Stack>
  );
}
