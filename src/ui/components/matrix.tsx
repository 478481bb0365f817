import { type KeyboardEvent, memo, type MouseEvent, useRef, useState } from "react";
import type { Cell } from "@/domain";
import classes from "./matrix.module.css";
import { cellName, cellText, heatOf, MatrixLegend } from "./matrix-legend.tsx";

type MatrixSolver = { solver: number; solvedAll: boolean | null; proven: boolean };
export type MatrixProps = {
  solvers: readonly MatrixSolver[];
  tests: number;
  /** By `${solver}:${test}`. May be the same map, filled further, at each render. */
  cells: ReadonlyMap<string, Cell>;
  label: string;
  onCell?: ((cell: Cell) => void) | undefined;
};

type RowProps = { solver: MatrixSolver; row: number; cells: readonly (Cell | undefined)[]; focusColumn: number | null; clickable: boolean };

function sameRow(before: RowProps, after: RowProps): boolean {
  return (
    before.row === after.row &&
    before.clickable === after.clickable &&
    before.focusColumn === after.focusColumn &&
    before.solver.solver === after.solver.solver &&
    before.solver.solvedAll === after.solver.solvedAll &&
    before.solver.proven === after.solver.proven &&
    before.cells.length === after.cells.length &&
    before.cells.every((cell, index) => cell === after.cells[index])
  );
}

function solverState(solver: MatrixSolver): { mark: string; name: string } {
  if (solver.proven) return { mark: "★", name: "proven" };
  if (solver.solvedAll === true) return { mark: "✓", name: "solved all, not proven" };
  if (solver.solvedAll === false) return { mark: "✗", name: "did not solve all" };
  return { mark: "", name: "under way" };
}

const Row = memo(function Row({ solver, row, cells, focusColumn, clickable }: RowProps) {
  const state = solverState(solver);
  return (
    <tr aria-rowindex={row + 2}>
      <th
        scope="row"
        className={classes.solver}
        data-proven={solver.proven || undefined}
        aria-label={`Solver ${solver.solver + 1}, ${state.name}`}
      >
        {solver.solver + 1}
        <span className={classes.mark}>{state.mark}</span>
      </th>
      {cells.map((cell, column) => (
        <td
          // oxlint-disable-next-line react/no-array-index-key
          key={column}
          aria-colindex={column + 2}
          aria-label={cellName(solver.solver, column, cell)}
          tabIndex={focusColumn === column ? 0 : -1}
          className={classes.cell}
          data-row={row}
          data-column={column}
          data-verdict={cell?.verdict ?? "none"}
          data-heat={cell?.verdict === "solved" ? heatOf(cell.rounds) : undefined}
          data-clickable={(clickable && cell !== undefined) || undefined}
        >
          {cellText(cell)}
        </td>
      ))}
    </tr>
  );
}, sameRow);

type Place = { row: number; column: number };

function placeOf(target: EventTarget): Place | null {
  const element = target instanceof Element ? target.closest<HTMLElement>("[data-column]") : null;
  if (element === null) return null;
  return { row: Number(element.dataset["row"]), column: Number(element.dataset["column"]) };
}

/** Solvers × tests as a heat map: rounds where solved, a sign elsewhere. One tab stop; arrow keys move in it. */
export function Matrix({ solvers, tests, cells, label, onCell }: MatrixProps) {
  const grid = useRef<HTMLTableElement>(null);
  const [focus, setFocus] = useState<Place>({ row: 0, column: 0 });
  const [pointed, setPointed] = useState<Place | null>(null);
  const at = (place: Place): Cell | undefined => cells.get(`${solvers[place.row]?.solver ?? -1}:${place.column}`);
  const clamped = { row: Math.min(focus.row, Math.max(solvers.length - 1, 0)), column: Math.min(focus.column, Math.max(tests - 1, 0)) };
  const shown = pointed === null ? null : (solvers[pointed.row] ?? null);

  const move = (place: Place): void => {
    setFocus(place);
    setPointed(place);
    grid.current?.querySelector<HTMLElement>(`[data-row="${place.row}"][data-column="${place.column}"]`)?.focus();
  };

  const choose = (place: Place): void => {
    const cell = at(place);
    if (cell !== undefined) onCell?.(cell);
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    const { row, column } = clamped;
    const lastRow = solvers.length - 1;
    const lastColumn = tests - 1;
    const next: Record<string, Place> = {
      ArrowRight: { row, column: Math.min(column + 1, lastColumn) },
      ArrowLeft: { row, column: Math.max(column - 1, 0) },
      ArrowDown: { row: Math.min(row + 1, lastRow), column },
      ArrowUp: { row: Math.max(row - 1, 0), column },
      Home: { row: event.ctrlKey ? 0 : row, column: 0 },
      End: { row: event.ctrlKey ? lastRow : row, column: lastColumn },
      PageDown: { row: Math.min(row + 10, lastRow), column },
      PageUp: { row: Math.max(row - 10, 0), column },
    };
    const place = next[event.key];
    if (place !== undefined) {
      event.preventDefault();
      move(place);
    } else if ((event.key === "Enter" || event.key === " ") && onCell !== undefined) {
      event.preventDefault();
      choose(clamped);
    }
  };

  const onClick = (event: MouseEvent): void => {
    const place = placeOf(event.target);
    if (place === null) return;
    move(place);
    choose(place);
  };

  return (
    <div className={classes.box}>
      <div className={classes.scroll}>
        <table
          ref={grid}
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-to-interactive-role -- ARIA's own data grid pattern
          role="grid"
          translate="no"
          aria-label={label}
          aria-rowcount={solvers.length + 1}
          aria-colcount={tests + 1}
          aria-readonly
          className={classes.grid}
          onKeyDown={onKeyDown}
          onClick={onClick}
          onMouseOver={(event) => setPointed(placeOf(event.target))}
          onMouseLeave={() => setPointed(null)}
          onFocus={(event) => setPointed(placeOf(event.target))}
          onBlur={() => setPointed(null)}
        >
          <thead>
            <tr aria-rowindex={1}>
              <th scope="col" className={classes.corner}>
                Solver
              </th>
              {Array.from({ length: tests }, (_, test) => (
                <th scope="col" key={test} aria-colindex={test + 2} aria-label={`Test ${test + 1}`} className={classes.test}>
                  {test + 1}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {solvers.map((solver, row) => (
              <Row
                key={solver.solver}
                solver={solver}
                row={row}
                cells={Array.from({ length: tests }, (_, test) => cells.get(`${solver.solver}:${test}`))}
                focusColumn={clamped.row === row ? clamped.column : null}
                clickable={onCell !== undefined}
              />
            ))}
          </tbody>
        </table>
      </div>
      <p className={classes.pointed} aria-hidden>
        {pointed === null || shown === null ? "Numbers are rounds: calls of step." : cellName(shown.solver, pointed.column, at(pointed))}
      </p>
      <MatrixLegend />
    </div>
  );
}
