import { Anchor, Collapse, Group, Table, Text, UnstyledButton } from "@mantine/core";
import { IconAlertTriangle, IconChevronRight } from "@tabler/icons-react";
import { useId, useState } from "react";
import { Link } from "wouter";
import type { Problem, RunEstimate } from "@/domain";
import { useSettings, useSpend } from "@/ui/stores";
import { brokenCap, costRangeText, estimateRows, paths, sizeText } from "../text/index.ts";
import classes from "./estimate.module.css";
import { useEstimate } from "./use-estimate.ts";

function Ranges({ estimate }: { estimate: RunEstimate }) {
  return (
    <>
      <Table className={classes.ranges ?? ""} verticalSpacing={2} horizontalSpacing={0}>
        <Table.Thead>
          <Table.Tr>
            <Table.Td />
            <Table.Th scope="col">At least</Table.Th>
            <Table.Th scope="col">Likely</Table.Th>
            <Table.Th scope="col">At most</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {estimateRows(estimate).map(({ name, range, text }) => (
            <Table.Tr key={name}>
              <Table.Th scope="row">{name}</Table.Th>
              <Table.Td>{text(range.low)}</Table.Td>
              <Table.Td>{text(range.likely)}</Table.Td>
              <Table.Td>{text(range.high)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Text size="xs" c="dimmed" mt={6} maw={520}>
        {estimate.basis === "history"
          ? "Lengths of replies as they were in earlier runs on this device."
          : "Lengths of replies as they usually are; the first runs here make it more exact."}{" "}
        At most: every reply and every repair that the limits allow.
      </Text>
    </>
  );
}

function CapWarning({ estimate }: { estimate: RunEstimate }) {
  const caps = useSettings((state) => state.settings.caps);
  const today = useSpend((state) => state.today);
  const cap = brokenCap(estimate, caps, today);
  if (cap === null) return null;
  return (
    <Group gap={8} wrap="nowrap" align="flex-start" className={classes.capWarning ?? ""}>
      <IconAlertTriangle size={16} stroke={1.75} aria-hidden />
      <Text size="sm">
        {`Likely more than ${cap}: the run would stop there and could be resumed once the cap is raised, in `}
        <Anchor component={Link} href={paths.settingsSection("money")} inherit underline="always">
          Settings, Money
        </Anchor>
        .
      </Text>
    </Group>
  );
}

/** What a run of the problem will cost with the model in use. It never holds up the button. */
export function Estimate({ problem }: { problem: Problem }) {
  const estimate = useEstimate(problem.id);
  const [open, setOpen] = useState(false);
  const panel = useId();
  if (estimate === null || estimate === "failed") {
    return (
      <Text size="sm" c="dimmed" className={classes.estimate ?? ""}>
        {estimate === null ? "Working out what a run will cost…" : "What a run will cost could not be worked out."}
      </Text>
    );
  }
  return (
    <div>
      <UnstyledButton className={classes.estimate ?? ""} aria-expanded={open} aria-controls={panel} onClick={() => setOpen(!open)}>
        <IconChevronRight size={15} aria-hidden className={classes.turn ?? ""} data-open={open} />
        <span>
          {sizeText(estimate)}, <b>{costRangeText(estimate)}</b>
        </span>
      </UnstyledButton>
      <Collapse expanded={open} id={panel}>
        <div className={classes.estimateMore}>
          <Ranges estimate={estimate} />
        </div>
      </Collapse>
      <CapWarning estimate={estimate} />
    </div>
  );
}
