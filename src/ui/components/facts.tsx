import type { ReactNode } from "react";
import classes from "./facts.module.css";

/** Names and values as a description list; `tight` where it stands in a narrow column. */
export function Facts({ rows, tight = false }: { rows: readonly (readonly [string, ReactNode])[]; tight?: boolean }) {
  return (
    <dl className={classes.facts} data-tight={tight || undefined}>
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
