import { Anchor, Group, Paper, Progress, SegmentedControl, Stack, Table, Text, Title } from "@mantine/core";
import { useState } from "react";
import { Link } from "wouter";
import { type Caps, ROLES, type RunSpend, SPEND_STAGE_LABEL, SPEND_STAGES, type Tally, tallyCostText, usdText } from "@/domain";
import { formatTokens, NOT_KNOWN, paths } from "../text/index.ts";
import { useSettings, useSpend } from "@/ui/stores";
import classes from "./money-panel.module.css";
import { notesOf, shortCost, shortTokens, spentText, tokensText } from "./money-texts.ts";
import { ROLE_LABEL } from "./reply-names.ts";
import { ScrollRegion } from "./scroll-region.tsx";

const VIEWS = ["role", "stage", "environment"] as const;
type View = (typeof VIEWS)[number];
const VIEW_LABEL: Record<View, string> = { role: "By role", stage: "By stage", environment: "By environment" };

type Row = { key: string; name: string; tally: Tally };

function rowsOf(spend: RunSpend, view: View): Row[] {
  switch (view) {
    case "role":
      return ROLES.map((role) => ({ key: role, name: ROLE_LABEL[role], tally: spend.byRole[role] }));
    case "stage":
      // Repairs have a row once there are any.
      return SPEND_STAGES.filter((stage) => !stage.endsWith("-repair") || spend.byStage[stage].replies > 0).map((stage) => ({
        key: stage,
        name: SPEND_STAGE_LABEL[stage],
        tally: spend.byStage[stage],
      }));
    case "environment":
      return spend.byCandidate.map(({ candidate, tally }) => ({ key: String(candidate), name: `Candidate ${candidate + 1}`, tally }));
  }
}

function Split({ spend }: { spend: RunSpend }) {
  const [view, setView] = useState<View>("role");
  const rows = rowsOf(spend, view);
  return (
    <Stack gap={6}>
      <SegmentedControl
        size="xs"
        aria-label="Money split"
        value={view}
        onChange={(value) => setView(VIEWS.find((name) => name === value) ?? "role")}
        data={VIEWS.map((value) => ({ value, label: VIEW_LABEL[value] }))}
        className={classes.views ?? ""}
      />
      <ScrollRegion className={classes.scroll} label={VIEW_LABEL[view]}>
        <Table className={classes.table ?? ""} verticalSpacing={4} horizontalSpacing={0}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{view === "environment" ? "Environment" : view === "stage" ? "Stage" : "Role"}</Table.Th>
              <Table.Th scope="col">Replies</Table.Th>
              <Table.Th scope="col">In</Table.Th>
              <Table.Th scope="col">Out</Table.Th>
              <Table.Th scope="col">Cost</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map(({ key, name, tally }) => (
              <Table.Tr key={key}>
                <Table.Th scope="row">{name}</Table.Th>
                <Table.Td>{tally.replies}</Table.Td>
                <Table.Td>{shortTokens(tally, tally.inputTokens)}</Table.Td>
                <Table.Td>{shortTokens(tally, tally.outputTokens)}</Table.Td>
                <Table.Td>{shortCost(tally)}</Table.Td>
              </Table.Tr>
            ))}
            {rows.length > 0 ? null : (
              <Table.Tr>
                <Table.Td colSpan={5} className={classes.none}>
                  No reply has come yet.
                </Table.Td>
              </Table.Tr>
            )}
          </Table.Tbody>
        </Table>
      </ScrollRegion>
    </Stack>
  );
}

/** A sum and its cap, as a quiet line. */
function CapLine({ name, figure, share }: { name: string; figure: string; share: number | null }) {
  const full = share === null ? 0 : Math.min(100, share * 100);
  return (
    <div>
      <div className={classes.cap}>
        <span>{name}</span>
        <span>{figure}</span>
      </div>
      {share === null ? null : (
        <Progress
          size={4}
          value={full}
          color={full >= 100 ? "red" : full >= 80 ? "yellow" : "iris"}
          aria-label={`${name}: share of the cap`}
          mt={3}
        />
      )}
    </div>
  );
}

const shareOf = (sum: number, cap: number): number => (cap === 0 ? 1 : sum / cap);
const tokensOf = (tally: Tally): number => tally.inputTokens + tally.outputTokens;

function CapLines({ total, caps }: { total: Tally; caps: Caps }) {
  const today = useSpend((state) => state.today);
  const known = useSpend((state) => state.load.status === "ready");
  const ofUsd = (tally: Tally, cap: number) => ({ figure: `${spentText(tally)} of ${usdText(cap)}`, share: shareOf(tally.usd, cap) });
  const ofTokens = (tally: Tally, cap: number) => ({
    figure: `${formatTokens(tokensOf(tally))} of ${formatTokens(cap)} tokens`,
    share: shareOf(tokensOf(tally), cap),
  });
  return (
    <Stack gap={8}>
      {caps.runUsd === null ? null : <CapLine name="This run" {...ofUsd(total, caps.runUsd)} />}
      {caps.runTokens === null ? null : <CapLine name="This run" {...ofTokens(total, caps.runTokens)} />}
      {!known ? (
        <CapLine name="Today" figure={NOT_KNOWN} share={null} />
      ) : caps.dayUsd === null ? (
        <CapLine name="Today, all runs" figure={tallyCostText(today)} share={null} />
      ) : (
        <CapLine name="Today, all runs" {...ofUsd(today, caps.dayUsd)} />
      )}
      {!known || caps.dayTokens === null ? null : <CapLine name="Today, all runs" {...ofTokens(today, caps.dayTokens)} />}
    </Stack>
  );
}

/** What the run cost so far, for whom, and how far the caps are. */
export function MoneyPanel({ spend }: { spend: RunSpend }) {
  const caps = useSettings((state) => state.settings.caps);
  const { total } = spend;
  const notes = notesOf(total);
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="money-title" style={{ minWidth: 0 }}>
      <Stack gap="sm">
        <Group justify="space-between" gap="xs" align="baseline">
          <Title order={2} id="money-title">
            Money
          </Title>
          <Text fw={600} className={classes.total ?? ""}>
            {total.replies === 0 ? "nothing yet" : tallyCostText(total)}
          </Text>
        </Group>
        <div className={classes.sums}>
          <Text size="sm">{tokensText(total)}</Text>
          {notes.length === 0 ? null : (
            <Text size="sm" c="dimmed">
              {notes.join(" ")}
            </Text>
          )}
        </div>
        <Split spend={spend} />
        <CapLines total={total} caps={caps} />
        <Anchor component={Link} href={paths.settingsSection("money")} size="sm" style={{ alignSelf: "flex-start" }}>
          Caps and prices
        </Anchor>
      </Stack>
    </Paper>
  );
}
