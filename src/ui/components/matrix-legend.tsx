import { type Cell, VERDICT_LABEL, type Verdict } from "@/domain";
import { formatMs } from "../text/index.ts";
import classes from "./matrix.module.css";

const GLYPH: Record<Exclude<Verdict, "solved">, string> = { wrong: "×", error: "!", "time-limit": "T", "memory-limit": "M", crash: "C" };

/** Depth of the green: fixed steps, so that a cell keeps its colour while the matrix fills. */
export function heatOf(rounds: number): 1 | 2 | 3 | 4 {
  if (rounds < 10) return 1;
  if (rounds < 40) return 2;
  if (rounds < 120) return 3;
  return 4;
}

export function cellText(cell: Cell | undefined): string {
  if (cell === undefined) return "·";
  return cell.verdict === "solved" ? String(cell.rounds) : GLYPH[cell.verdict];
}

export function cellName(solver: number, test: number, cell: Cell | undefined): string {
  const place = `Solver ${solver + 1}, test ${test + 1}`;
  if (cell === undefined) return `${place}: not run`;
  const rounds = `${cell.rounds} ${cell.rounds === 1 ? "round" : "rounds"}`;
  const message = cell.message === undefined ? "" : ` ${cell.message}`;
  return `${place}: ${VERDICT_LABEL[cell.verdict]}, ${rounds}, ${formatMs(cell.ms)}.${message}`;
}

const OTHERS: readonly Exclude<Verdict, "solved">[] = ["wrong", "error", "time-limit", "memory-limit", "crash"];

export function MatrixLegend() {
  return (
    <ul className={classes.legend} aria-label="Legend">
      <li>
        {([1, 2, 3, 4] as const).map((heat) => (
          <span key={heat} className={classes.swatch} data-verdict="solved" data-heat={heat} aria-hidden />
        ))}
        solved, stronger = more rounds
      </li>
      {OTHERS.map((verdict) => (
        <li key={verdict}>
          <span className={classes.swatch} data-verdict={verdict} aria-hidden>
            {GLYPH[verdict]}
          </span>
          {VERDICT_LABEL[verdict]}
        </li>
      ))}
      <li>
        <span className={classes.swatch} data-verdict="none" aria-hidden>
          ·
        </span>
        not run
      </li>
      <li>
        <span className={classes.star} aria-hidden>
          ★
        </span>
        proven
      </li>
    </ul>
  );
}
