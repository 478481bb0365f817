import { CloseButton, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";

export function SearchField({ value, onChange, label }: { value: string; onChange: (value: string) => void; label: string }) {
  return (
    <TextInput
      type="search"
      aria-label={label}
      placeholder={label}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      leftSection={<IconSearch size={16} aria-hidden />}
      rightSection={value === "" ? null : <CloseButton size="sm" aria-label="Clear the search" onClick={() => onChange("")} />}
      style={{ flex: "1 1 220px", maxWidth: 420 }}
    />
  );
}
