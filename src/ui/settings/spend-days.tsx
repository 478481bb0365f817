import { Button, Table, Text } from "@mantine/core";
import { useState } from "react";
import { type Tally, tallyCostText } from "@/domain";
import { formatTokens, NOT_KNOWN } from "../text/index.ts";
import classes from "./spend-days.module.css";

const SHOWN = 7;

const thisYear = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const otherYear = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" });

/** `2026-11-22` as the person writes days; noon, so that no time zone makes it another. */
function dayText(day: string): string {
  const date = new Date(`${day}T12:00:00`);
  return (date.getFullYear() === new Date().getFullYear() ? thisYear : otherYear).format(date);
}

/** Tokens that nobody counted make the sum a lower bound, or unknown. */
function tokens(count: number, { replies, unknownUsage }: Tally): string {
  if (replies > 0 && unknownUsage >= replies) return NOT_KNOWN;
  return `${unknownUsage > 0 ? "≥ " : ""}${formatTokens(count)}`;
}

function Row({ day, tally }: { day: string; tally: Tally }) {
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={500}>
        {dayText(day)}
      </Table.Th>
      <Table.Td>{tally.replies}</Table.Td>
      <Table.Td>
        {tokens(tally.inputTokens, tally)}
        {tally.cachedInputTokens === 0 ? null : (
          <Text size="xs" c="dimmed">
            {`${formatTokens(tally.cachedInputTokens)} cached`}
          </Text>
        )}
      </Table.Td>
      <Table.Td>{tokens(tally.outputTokens, tally)}</Table.Td>
      <Table.Td>
        {tallyCostText(tally)}
        {tally.estimated === 0 ? null : (
          <Text size="xs" c="dimmed">
            {`${tally.estimated} estimated`}
          </Text>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

/** What each day cost, newest first. */
export function SpendDays({ days }: { days: readonly { day: string; tally: Tally }[] }) {
  const [all, setAll] = useState(false);
  const shown = all ? days : days.slice(0, SHOWN);
  return (
    <>
      <Table className={classes.days} verticalSpacing={6} horizontalSpacing="sm" aria-label="Spending by day">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Day</Table.Th>
            <Table.Th scope="col">Replies</Table.Th>
            <Table.Th scope="col">Tokens in</Table.Th>
            <Table.Th scope="col">Out</Table.Th>
            <Table.Th scope="col">Cost</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {shown.map(({ day, tally }) => (
            <Row key={day} day={day} tally={tally} />
          ))}
        </Table.Tbody>
      </Table>
      {days.length <= SHOWN ? null : (
        <Button mt="xs" size="compact-sm" variant="subtle" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? `Show the last ${SHOWN} only` : `Show all ${days.length} days`}
        </Button>
      )}
    </>
  );
}
