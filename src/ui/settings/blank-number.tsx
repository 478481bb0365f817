import { NumberInput } from "@mantine/core";
import { useNumberDraft } from "./use-draft.ts";

/** A number, or an empty field: then what the placeholder says holds. */
export function BlankNumber({
  label,
  description,
  blank,
  value,
  min,
  max,
  decimals = 0,
  step,
  prefix,
  suffix,
  disabled = false,
  onCommit,
}: {
  label: string;
  description?: string;
  blank: string;
  value: number | null;
  min: number;
  max: number;
  decimals?: number;
  step?: number;
  prefix?: string;
  suffix?: string;
  disabled?: boolean;
  onCommit: (value: number | null) => void;
}) {
  const draft = useNumberDraft(value, { min, max, blank: true }, onCommit);
  return (
    <NumberInput
      label={label}
      {...(description === undefined ? {} : { description })}
      placeholder={blank}
      min={min}
      max={max}
      clampBehavior="none"
      allowDecimal={decimals > 0}
      allowNegative={false}
      decimalScale={decimals}
      step={step ?? (decimals > 0 ? 0.1 : 1)}
      thousandSeparator=" "
      disabled={disabled}
      {...(prefix === undefined ? {} : { prefix })}
      {...(suffix === undefined ? {} : { suffix: ` ${suffix}` })}
      {...draft}
    />
  );
}
