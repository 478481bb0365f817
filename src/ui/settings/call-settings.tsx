import { Select } from "@mantine/core";
import { type Effort, effortSchema } from "@/domain";

const EFFORTS: readonly { value: Effort; label: string }[] = [
  { value: "minimal", label: "Minimal" },
  { value: "low", label: "Low" },
  { value: "medium", label: "Medium" },
  { value: "high", label: "High" },
];

export const TEMPERATURE = { min: 0, max: 2, decimals: 2, step: 0.1 } as const;
export const LONGEST_REPLY = { min: 1, max: 1_000_000, step: 1000 } as const;

/** How long a model may think before it writes; blank: someone else decides. */
export function EffortField({
  blank,
  value,
  disabled = false,
  onCommit,
}: {
  blank: string;
  value: Effort | null;
  disabled?: boolean;
  onCommit: (effort: Effort | null) => void;
}) {
  return (
    <Select
      label="Reasoning effort"
      data={[{ value: "", label: blank }, ...EFFORTS]}
      value={value ?? ""}
      allowDeselect={false}
      disabled={disabled}
      onChange={(next) => onCommit(effortSchema.nullable().catch(null).parse(next))}
    />
  );
}
