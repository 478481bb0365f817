import { Switch } from "@mantine/core";
import { NumberField } from "./number-field.tsx";
import classes from "./optional-number.module.css";

/** A number, or nothing: then someone else decides. */
export function OptionalNumber({
  label,
  none,
  value,
  start,
  min,
  max,
  decimals = 0,
  suffix,
  onChange,
}: {
  label: string;
  none: string;
  value: number | null;
  start: number;
  min: number;
  max: number;
  decimals?: number;
  suffix?: string;
  onChange: (value: number | null) => void;
}) {
  return (
    <fieldset className={classes.optional}>
      <legend>{label}</legend>
      <Switch size="xs" label={none} checked={value === null} onChange={(event) => onChange(event.currentTarget.checked ? null : start)} />
      {value === null ? null : (
        <NumberField
          label={`${label}, value`}
          value={value}
          min={min}
          max={max}
          decimals={decimals}
          {...(suffix === undefined ? {} : { suffix })}
          onCommit={onChange}
        />
      )}
    </fieldset>
  );
}
