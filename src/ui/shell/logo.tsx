import classes from "./logo.module.css";

/** Solvers × tests, filling up. */
export function Logo() {
  const filled = [true, false, false, true, true, false, true, true, true];
  return (
    <svg viewBox="0 0 32 32" width={26} height={26} aria-hidden className={classes.logo}>
      <rect width="32" height="32" rx="8" fill="var(--mantine-primary-color-filled)" />
      {filled.map((on, index) => (
        // oxlint-disable-next-line react/no-array-index-key
        <rect
          key={index}
          x={7 + (index % 3) * 6.5}
          y={7 + Math.floor(index / 3) * 6.5}
          width="5"
          height="5"
          rx="1.4"
          fill="#fff"
          opacity={on ? 1 : 0.35}
        />
      ))}
    </svg>
  );
}
