import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, memo, useRef, useState } from "react";
import { Link } from "wouter";
import { type EvaluationPlan, type EvaluationTask, type EvaluationView, FAILURE_LABEL, FAILURES } from "@/domain";
import { paths } from "../../text/index.ts";
import { type HeatCell, heatRow, heatSentence, heatText, heatTone, SIGNS } from "./heat-cells.ts";
import classes from "./heat-map.module.css";

const ROW = 30;
const CELL = 30;
/** A player's name above its tries is to be read. */
const NARROWEST_GROUP = 96;

type Place = { row: number; column: number };
type RowProps = {
  task: EvaluationTask;
  name: string;
  row: number;
  cells: readonly HeatCell[];
  players: readonly string[];
  tries: number;
  cellWidth: number;
  focus: number | null;
};

function sameRow(before: RowProps, after: RowProps): boolean {
  const { cells: old, ...one } = before;
  const { cells, ...other } = after;
  const keys = Object.keys(one) as (keyof typeof one)[];
  return (
    keys.every((key) => one[key] === other[key]) &&
    old.length === cells.length &&
    old.every((cell, index) => cell.result === cells[index]?.result && cell.failed === cells[index]?.failed)
  );
}

/** Where it has to be cut, the number stays. */
function TaskName({ name }: { name: string }) {
  const cut = name.lastIndexOf(" ");
  return (
    <span className={classes.heatTask}>
      <span>{name.slice(0, cut)}</span>
      {` ${name.slice(cut + 1)}`}
    </span>
  );
}

const Row = memo(function Row({ task, name, row, cells, players, tries, cellWidth, focus }: RowProps) {
  return (
    <tr aria-rowindex={row + 2} style={{ height: ROW }}>
      <th scope="row" className={classes.heatName} title={name}>
        <TaskName name={name} />
      </th>
      {cells.map((cell, column) => {
        const label = `${name}, ${players[Math.floor(column / tries)] ?? ""}, try ${(column % tries) + 1}: ${heatSentence(cell)}`;
        const place = { "data-row": row, "data-column": column, tabIndex: focus === column ? 0 : -1, title: label, "aria-label": label };
        const shown = { className: classes.heatCell, style: { width: cellWidth - 2 }, "data-tone": heatTone(cell, task.referenceRounds) };
        return (
          // oxlint-disable-next-line react/no-array-index-key -- a try is named by its place
          <td
            key={column}
            aria-colindex={column + 2}
            className={classes.heatBox}
            data-first={column % tries === 0 || undefined}
            {...(cell.result === null ? place : {})}
          >
            {cell.result === null ? (
              <span {...shown}>{heatText(cell)}</span>
            ) : (
              <Link {...shown} {...place} href={paths.trace(task.environmentId, cell.result.traceId)}>
                {heatText(cell)}
              </Link>
            )}
          </td>
        );
      })}
    </tr>
  );
}, sameRow);

/** The height of rows that are not made. */
function Gap({ height }: { height: number }) {
  return height === 0 ? null : <tr aria-hidden style={{ height }} />;
}

function Legend() {
  return (
    <ul className={classes.heatLegend} aria-label="Signs">
      <li>
        <span className={classes.heatSwatch} data-tone="2" aria-hidden>
          12
        </span>
        solved in so many rounds; a stronger colour: more than the reference
      </li>
      {FAILURES.map((failure) => (
        <li key={failure}>
          <span className={classes.heatSwatch} data-tone={failure === "round-limit" || failure === "cap" ? "limit" : "wrong"} aria-hidden>
            {SIGNS[failure]}
          </span>
          {FAILURE_LABEL[failure]}
        </li>
      ))}
    </ul>
  );
}

/** Tasks × tries; each cell is a link to its trace. One tab stop, arrow keys move in it; only rows in sight are made. */
export function HeatMap({
  view,
  plan,
  names,
  players,
}: {
  view: EvaluationView;
  plan: EvaluationPlan;
  names: readonly string[];
  players: readonly string[];
}) {
  const scroll = useRef<HTMLDivElement>(null);
  const [focus, setFocus] = useState<Place>({ row: 0, column: 0 });
  const { tries, tasks } = plan;
  const cellWidth = Math.max(CELL, NARROWEST_GROUP / tries);
  const columns = plan.players.length * tries;
  // oxlint-disable-next-line react/incompatible-library -- the compiler is not used, and nothing of it is memoized here
  const rows = useVirtualizer({ count: tasks.length, getScrollElement: () => scroll.current, estimateSize: () => ROW, overscan: 10 });

  const move = (place: Place): void => {
    setFocus(place);
    rows.scrollToIndex(place.row);
    requestAnimationFrame(() =>
      scroll.current?.querySelector<HTMLElement>(`[data-row="${place.row}"][data-column="${place.column}"]`)?.focus(),
    );
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const { row, column } = focus;
    const within = (place: Place): Place => ({
      row: Math.max(0, Math.min(tasks.length - 1, place.row)),
      column: Math.max(0, Math.min(columns - 1, place.column)),
    });
    const next: Record<string, Place> = {
      ArrowRight: { row, column: column + 1 },
      ArrowLeft: { row, column: column - 1 },
      ArrowDown: { row: row + 1, column },
      ArrowUp: { row: row - 1, column },
      Home: { row: event.ctrlKey ? 0 : row, column: 0 },
      End: { row: event.ctrlKey ? tasks.length - 1 : row, column: columns - 1 },
      PageDown: { row: row + 10, column },
      PageUp: { row: row - 10, column },
    };
    const place = next[event.key];
    if (place === undefined) return;
    event.preventDefault();
    move(within(place));
  };

  const shown = rows.getVirtualItems();
  return (
    <div>
      <div ref={scroll} className={classes.heat}>
        <table
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-to-interactive-role -- ARIA's own data grid pattern
          role="grid"
          aria-label="Tasks and tries"
          aria-rowcount={tasks.length + 1}
          aria-colcount={columns + 1}
          aria-readonly
          className={classes.heatGrid}
          onKeyDown={onKeyDown}
        >
          <thead>
            <tr aria-rowindex={1}>
              <th scope="col" className={classes.heatName}>
                Task
              </th>
              {players.map((player) => (
                <th key={player} scope="colgroup" colSpan={tries} className={classes.heatPlayer} title={player}>
                  <span style={{ maxWidth: cellWidth * tries - 8 }}>{player}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <Gap height={shown[0]?.start ?? 0} />
            {shown.map(({ index }) => {
              const task = tasks[index];
              if (task === undefined) return null;
              return (
                <Row
                  key={index}
                  task={task}
                  name={names[index] ?? ""}
                  row={index}
                  cells={heatRow(view, index)}
                  players={players}
                  tries={tries}
                  cellWidth={cellWidth}
                  focus={focus.row === index ? focus.column : null}
                />
              );
            })}
            <Gap height={rows.getTotalSize() - (shown.at(-1)?.end ?? 0)} />
          </tbody>
        </table>
      </div>
      <Legend />
    </div>
  );
}
