import * as Plot from "@observablehq/plot";
import type { FigureData, Row } from "./shapes.ts";
import { toneOf } from "./tones.ts";

/** Points of so many tasks are still told apart. */
const DOTS_UP_TO = 60;
const MOST_TOOLS = 12;

type Drawn = Extract<FigureData, { lacks: null }>;
type Options = { width: number };

const FAINT = "var(--cg-border-strong)";
const percent = { domain: [0, 1], percent: false, grid: true, label: null, tickFormat: (share: number) => `${Math.round(share * 100)} %` };
const whole = (value: number): string => (Number.isInteger(value) ? value.toLocaleString("en") : "");

/** Draws a figure with Observable Plot; colours are CSS variables, so that it follows the theme without being drawn again. */
export function draw(data: Drawn, { width }: Options): SVGSVGElement | HTMLElement {
  const common: Plot.PlotOptions = {
    width,
    marginTop: 14,
    marginRight: 18,
    style: { background: "transparent", color: "var(--mantine-color-text)", fontFamily: "inherit", fontSize: "12px", overflow: "visible" },
    color: { type: "ordinal", domain: [...data.players], range: data.players.map((_, index) => toneOf(index)) },
    ariaLabel: data.title,
  };
  switch (data.name) {
    case "success":
      return Plot.plot({ ...common, ...success(data.rows, width) });
    case "rounds":
      return Plot.plot({ ...common, ...rounds(data.rows, width) });
    case "tools":
      return Plot.plot({ ...common, ...tools(data, width) });
    case "cost":
      return Plot.plot({ ...common, ...cost(data.rows, width) });
  }
}

function success(rows: readonly Row[], width: number): Plot.PlotOptions {
  const tasks = new Set(rows.map((row) => row["place"])).size;
  const few = tasks <= DOTS_UP_TO;
  // Named, or Plot takes the few tasks of a beginning for a mistake and says so in the drawing.
  const line = {
    x: "place",
    y: "success",
    z: "player",
    stroke: "player",
    curve: "step" as const,
    strokeWidth: 1.75,
    strokeOpacity: few ? 0.45 : 1,
  };
  return {
    height: height(width, 0.5),
    marginLeft: 48,
    marginBottom: 38,
    x: { label: "tasks, from the easiest", domain: [0.5, tasks + 0.5], tickFormat: whole, labelAnchor: "center", labelArrow: "none" },
    y: percent,
    marks: [
      Plot.ruleY([0], { stroke: FAINT }),
      Plot.lineY(rows, line),
      few ? Plot.dot(rows, { x: "place", y: "success", fill: "player", r: 3.5, tip: true, title: tipOf }) : null,
    ],
  };
}

function rounds(rows: readonly Row[], width: number): Plot.PlotOptions {
  const most = (name: string): number => Math.max(1, ...rows.map((row) => Number(row[name])));
  const end = Math.min(most("reference"), most("rounds"));
  const point = { x: "reference", y: "rounds", r: "tries", title: tipOf };
  return {
    height: height(width, 0.62),
    marginLeft: 48,
    marginBottom: 38,
    x: {
      label: "rounds of the reference solver",
      grid: true,
      nice: true,
      domain: [0, most("reference")],
      labelAnchor: "center",
      labelArrow: "none",
      ticks: Math.max(3, Math.floor(width / 90)),
    },
    y: { label: null, grid: true, nice: true, domain: [0, most("rounds")] },
    r: { range: [3, 9] },
    marks: [
      Plot.line(
        [
          [0, 0],
          [end, end],
        ],
        { stroke: FAINT, strokeDasharray: "4 4" },
      ),
      Plot.dot(
        rows.filter((row) => row["outcome"] === "solved"),
        { ...point, fill: "player", fillOpacity: 0.75 },
      ),
      // Not by colour alone: what was not solved is a cross.
      Plot.dot(
        rows.filter((row) => row["outcome"] !== "solved"),
        { ...point, symbol: "times", stroke: "player", strokeWidth: 1.75 },
      ),
      Plot.tip(rows, Plot.pointer({ x: "reference", y: "rounds", title: tipOf })),
    ],
  };
}

function tools({ rows, players }: Drawn, width: number): Plot.PlotOptions {
  const names = [...new Set(rows.map((row) => String(row["tool"])))].slice(0, MOST_TOOLS);
  const shown = rows.filter((row) => names.includes(String(row["tool"])));
  const present = players.filter((name) => shown.some((row) => row["player"] === name));
  const narrow = width < 480;
  const letters = narrow ? 15 : 28;
  const short = (name: string): string => (name.length > letters ? `${name.slice(0, letters - 1)}…` : name);
  return {
    height: 46 + names.length * Math.max(22, present.length * 9 + 6),
    marginLeft: 14 + Math.min(letters, Math.max(...names.map((name) => name.length))) * 6.8,
    marginBottom: 38,
    x: { label: "calls in a try", grid: true, labelAnchor: "center", labelArrow: "none", ticks: Math.max(3, Math.floor(width / 110)) },
    y: { axis: null, domain: present },
    fy: { domain: names, label: null, tickFormat: short, padding: 0.22 },
    marks: [
      Plot.ruleX([0], { stroke: FAINT }),
      Plot.barX(shown, { x: "perTry", y: "player", fy: "tool", fill: "player", title: tipOf, tip: true, insetTop: 0.5, insetBottom: 0.5 }),
    ],
  };
}

function cost(rows: readonly Row[], width: number): Plot.PlotOptions {
  const dollars = rows[0]?.["unit"] === "USD";
  const compact = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });
  const text = (value: number): string => (dollars ? `$${Number(value.toPrecision(3))}` : compact.format(value));
  return {
    height: height(width, 0.5),
    marginLeft: 48,
    marginBottom: 38,
    marginRight: 28,
    x: {
      label: dollars ? "US dollars a try" : "tokens a try",
      grid: true,
      nice: true,
      zero: true,
      tickFormat: text,
      ticks: Math.max(3, Math.floor(width / 110)),
      labelAnchor: "center",
      labelArrow: "none",
    },
    y: percent,
    marks: [
      Plot.ruleX(rows, { x: "cost", y1: "low", y2: "high", stroke: "player", strokeWidth: 1.75 }),
      Plot.dot(rows, { x: "cost", y: "success", fill: "player", r: 5, tip: true, title: tipOf }),
    ],
  };
}

function height(width: number, share: number): number {
  return Math.round(Math.max(200, Math.min(340, width * share)));
}

/** What pointing at a mark tells: the row, line by line. */
function tipOf(row: Row): string {
  const number = (value: number): string => value.toLocaleString("en", { maximumFractionDigits: 3 });
  return Object.entries(row)
    .filter(([, value]) => value !== null && value !== "")
    .map(([name, value]) => `${name}: ${typeof value === "number" ? number(value) : String(value)}`)
    .join("\n");
}
