import { NumberInput } from "@mantine/core";
import { useState } from "react";

/**
 * A number that is taken over when it is valid and shown as faulty when it is not; what is stored is always
 * valid. `scale`: stored value per shown unit (1000 for seconds kept as ms).
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
  const [draft, setDraft] = useState<{ of: number; text: number | string } | null>(null);
  const text = draft !== null && draft.of === value ? draft.text : shown;
  const number = typeof text === "number" ? text : Number.NaN;
  const low = min / scale;
  const high = max / scale;
  const valid = Number.isFinite(number) && number >= low && number <= high;
  return (
    <NumberInput
      label={label}
      {...(description === undefined ? {} : { description })}
      value={text}
      min={low}
      max={high}
      clampBehavior="none"
      allowDecimal={decimals > 0}
      decimalScale={decimals}
      step={decimals > 0 ? 10 ** -decimals * (decimals === 1 ? 5 : 1) : 1}
      thousandSeparator=" "
      {...(suffix === undefined ? {} : { suffix: ` ${suffix}` })}
      error={valid ? undefined : `From ${low.toLocaleString("en")} to ${high.toLocaleString("en")}`}
      onChange={(next) => {
        const committed = typeof next === "number" && next >= low && next <= high ? Math.round(next * scale * 1e6) / 1e6 : null;
        if (committed !== null && committed !== value) {
          setDraft(null);
          onCommit(scale >= 1 && decimals === 0 ? Math.round(committed) : committed);
        } else setDraft({ of: value, text: next });
      }}
    />
  );
}
