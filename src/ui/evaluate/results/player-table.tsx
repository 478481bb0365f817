import { Table, Text } from "@mantine/core";
import { Fragment, memo } from "react";
import { FAULT_KINDS, FAULT_LABEL, type EvaluationView, type PlayerScore } from "@/domain";
import { formatMs } from "../../text/index.ts";
import shared from "../evaluate.module.css";
import classes from "./player-table.module.css";
import { toneOf } from "../figures/tones.ts";
import { costText, failureText, intervalText, meanText, percentText, ratioText, shownPassAt, tokensText } from "../texts.ts";

/** "2 × malformed call, 1 × unknown tool": turns that went wrong, whatever became of the try. */
function faultText(view: EvaluationView, player: number): string {
  const counts = new Map<string, number>();
  for (const result of view.results.values()) {
    if (result.player !== player) continue;
    for (const kind of FAULT_KINDS) counts.set(kind, (counts.get(kind) ?? 0) + (result.faults[kind] ?? 0));
  }
  const parts = FAULT_KINDS.flatMap((kind) =>
    (counts.get(kind) ?? 0) > 0 ? [`${(counts.get(kind) ?? 0).toLocaleString("en")} × ${FAULT_LABEL[kind]}`] : [],
  );
  return parts.length === 0 ? "none" : parts.join(", ");
}

/** The success rate with its interval on a scale from 0 to 1. */
function Scale({ score }: { score: PlayerScore }) {
  const { rate, interval } = score;
  if (rate === null || interval === null) return null;
  return (
    <span className={classes.scale} aria-hidden>
      <span
        className={classes.scaleRange}
        style={{ left: `${interval.low * 100}%`, width: `${(interval.high - interval.low) * 100}%`, background: toneOf(score.player) }}
      />
      <span className={classes.scaleMark} style={{ left: `${rate * 100}%`, background: toneOf(score.player) }} />
    </span>
  );
}

export const PlayerTable = memo(function PlayerTable({
  view,
  names,
  scores,
}: {
  view: EvaluationView;
  names: readonly string[];
  scores: readonly PlayerScore[];
}) {
  return (
    <Table.ScrollContainer
      minWidth={860}
      className={classes.tableBox ?? ""}
      scrollAreaProps={{ viewportProps: { tabIndex: 0, "aria-label": "Players, scrollable" } }}
    >
      <Table fz="sm" verticalSpacing={8} className={classes.players ?? ""}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Player</Table.Th>
            <Table.Th scope="col">Success, 95 % interval</Table.Th>
            <Table.Th scope="col">pass@k</Table.Th>
            <Table.Th scope="col">Rounds</Table.Th>
            <Table.Th scope="col">Failures</Table.Th>
            <Table.Th scope="col">Tokens</Table.Th>
            <Table.Th scope="col">Cost</Table.Th>
            <Table.Th scope="col">Time a try</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {scores.map((score) => (
            <Table.Tr key={score.player}>
              <Table.Th scope="row" className={classes.playerName}>
                <span className={shared.swatch} style={{ background: toneOf(score.player) }} aria-hidden />
                {names[score.player]}
              </Table.Th>
              <Table.Td className={classes.rate}>
                {score.tries === 0 ? (
                  <span className={shared.dim}>no try has ended</span>
                ) : (
                  <>
                    <b>{percentText(score.rate)}</b> <span className={shared.dim}>{intervalText(score.interval)}</span>
                    <Scale score={score} />
                    <span className={shared.dim}>{`${score.successes.toLocaleString("en")} of ${score.tries.toLocaleString("en")}`}</span>
                  </>
                )}
              </Table.Td>
              <Table.Td>
                <dl className={classes.passAt}>
                  {shownPassAt(score).map(({ k, value }) => (
                    <Fragment key={k}>
                      <dt>{k}</dt>
                      <dd>{percentText(value)}</dd>
                    </Fragment>
                  ))}
                </dl>
              </Table.Td>
              <Table.Td>
                {meanText(score.meanRounds)}
                <Text size="xs" c="dimmed">
                  {score.ratio === null ? "" : `${ratioText(score.ratio)} reference`}
                </Text>
              </Table.Td>
              <Table.Td>
                {failureText(score.failures)}
                <Text size="xs" c="dimmed">
                  {`bad turns: ${faultText(view, score.player)}`}
                </Text>
              </Table.Td>
              <Table.Td>{tokensText(score)}</Table.Td>
              <Table.Td>{costText(score)}</Table.Td>
              <Table.Td>{formatMs(score.tries === 0 ? null : score.ms / score.tries)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
});
