import { Text } from "@mantine/core";
import { IconChevronRight, IconRosetteDiscountCheck } from "@tabler/icons-react";
import { Link } from "wouter";
import type { Problem } from "@/domain";
import { formatCount, paths } from "../text/index.ts";
import { ProblemBadges } from "./problem-badges.tsx";
import classes from "./problem-row.module.css";

/** What formulas in a list's line can be read without TeX. */
const SIGNS: Readonly<Record<string, string>> = {
  times: "×",
  cdot: "·",
  lt: "<",
  gt: ">",
  le: "≤",
  leq: "≤",
  ge: "≥",
  geq: "≥",
  ne: "≠",
  neq: "≠",
  dots: "…",
  ldots: "…",
  cdots: "…",
};

/** The statement's first words without markup, for a list. */
export function excerptOf(problem: Problem): string {
  const text = problem.statement
    .slice(0, 900)
    .replace(/^#{1,6}\s.*$/gm, " ")
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/^\|.*$/gm, " ")
    .replace(/\\(times|cdot|lt|gt|leq?|geq?|neq?|l?dots|cdots)(?![A-Za-z])/g, (whole, name: string) => SIGNS[name] ?? whole)
    .replace(/\\[A-Za-z]+\s?|\$+|[`*_>#{}]/g, "")
    .replace(/\s+/g, " ")
    .trim();
  const rest = text.startsWith(problem.title) ? text.slice(problem.title.length).trim() : text;
  return rest.slice(0, 220);
}

/** What a problem is about, in a line: a bundled one has a sentence for it. */
export function lineOf(problem: Problem): string {
  const about = problem.origin === "bundled" ? problem.extra["about"] : undefined;
  return typeof about === "string" ? about : excerptOf(problem);
}

export function ProblemRow({ problem, verified, runs }: { problem: Problem; verified: number; runs: number }) {
  return (
    <Link href={paths.problem(problem.id)} className={classes.row}>
      <div className={classes.rowText}>
        <Text component="div" size="sm" fw={600} className={classes.rowTitle}>
          {problem.title}
        </Text>
        <Text size="sm" c="dimmed" lineClamp={1}>
          {lineOf(problem)}
        </Text>
      </div>
      <div className={classes.rowMeta}>
        {verified > 0 ? (
          <span className={classes.verified}>
            <IconRosetteDiscountCheck size={15} aria-hidden />
            {formatCount(verified, "environment")}
          </span>
        ) : runs > 0 ? (
          <span className={classes.runs}>{formatCount(runs, "run")}</span>
        ) : null}
        <ProblemBadges problem={problem} />
      </div>
      <IconChevronRight size={16} className={classes.chevron} aria-hidden />
    </Link>
  );
}
