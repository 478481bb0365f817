import { Group, Input, SegmentedControl, Text, Textarea, TextInput } from "@mantine/core";
import type { KeyboardEvent } from "react";
import { fieldKindOf, type ToolParameter } from "@/domain";
import { typeNote } from "./parameter-input.ts";

export type ParameterFieldProps = {
  parameter: ToolParameter;
  value: string;
  error: string | null;
  onChange: (value: string) => void;
};

function describe(parameter: ToolParameter): string {
  const fallback = parameter.required ? "" : parameter.default === undefined ? "May be left empty." : `Default: ${parameter.default}.`;
  return [parameter.description, fallback].filter((part) => part !== "").join(" ");
}

/** Enter sends the call, Shift + Enter makes a new line. */
function sendOnEnter(event: KeyboardEvent<HTMLTextAreaElement>): void {
  if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
  event.preventDefault();
  event.currentTarget.form?.requestSubmit();
}

/** The field that fits a tool's parameter. */
export function ParameterField({ parameter, value, error, onChange }: ParameterFieldProps) {
  const kind = fieldKindOf(parameter.type);
  const label = (
    <>
      {parameter.name}{" "}
      <Text component="span" size="xs" c="dimmed" fw={400}>
        {typeNote(parameter)}
      </Text>
    </>
  );
  const shared = {
    label,
    description: describe(parameter) === "" ? null : describe(parameter),
    error,
    value,
    name: parameter.name,
    autoComplete: "off",
    spellCheck: false,
  };
  switch (kind) {
    case "integer":
    case "number":
      return <TextInput {...shared} inputMode={kind === "integer" ? "numeric" : "decimal"} onChange={(event) => onChange(event.currentTarget.value)} />;
    case "boolean":
      return (
        <Input.Wrapper label={label} description={shared.description} error={error} labelElement="div">
          <Group mt={4}>
            <SegmentedControl
              aria-label={parameter.name}
              value={value}
              onChange={onChange}
              data={[
                ...(parameter.required ? [] : [{ value: "", label: "default" }]),
                { value: "true", label: "true" },
                { value: "false", label: "false" },
              ]}
            />
          </Group>
        </Input.Wrapper>
      );
    case "text":
      return <TextInput {...shared} onChange={(event) => onChange(event.currentTarget.value)} />;
    case "json":
      return (
        <Textarea
          {...shared}
          autosize
          minRows={1}
          maxRows={8}
          styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: 13 } }}
          onKeyDown={sendOnEnter}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
  }
}
