import { NumberInput } from "@mantine/core";
import { useNumberDraft } from "./use-draft.ts";

/**
 * A number that is stored when one leaves the field if it is valid, and shown as faulty when it is not. `scale`:
 * stored value per shown unit (1000 for seconds kept as ms).
 */
export function NumberField({
  label,
  description,
  value,
  min,
  max,
  scale = 1,
  decimals = 0,
  suffix,
  onCommit,
}: {
  label: string;
  description?: string;
  value: number;
  min: number;
  max: number;
  scale?: number;
  decimals?: number;
  suffix?: string;
  onCommit: (value: number) => void;
}) {
  const shown = Number((value / scale).toFixed(4));
  const draft = useNumberDraft(shown, { min: min / scale, max: max / scale, blank: false }, (number) => {
    if (number === null) return;
    const committed = Math.round(number * scale * 1e6) / 1e6;
    onCommit(scale >= 1 && decimals === 0 ? Math.round(committed) : committed);
  });
  return (
    <NumberInput
      label={label}
      {...(description === undefined ? {} : { description })}
      min={min / scale}
      max={max / scale}
      clampBehavior="none"
      allowDecimal={decimals > 0}
      decimalScale={decimals}
      step={decimals > 0 ? 10 ** -decimals * (decimals === 1 ? 5 : 1) : 1}
      thousandSeparator=" "
      {...(suffix === undefined ? {} : { suffix: ` ${suffix}` })}
      {...draft}
    />
  );
}
