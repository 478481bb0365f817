import { Group, Input, SegmentedControl, Text, Textarea, TextInput } from "@mantine/core";
import { type KeyboardEvent, useState } from "react";
import { fieldKindOf, type Json, type ToolParameter } from "@/domain";
import { gridOf, parseValue, typeNote } from "./parameter-input.ts";
import classes from "./parameter-field.module.css";

export type ParameterFieldProps = {
  parameter: ToolParameter;
  value: string;
  error: string | null;
  onChange: (value: string) => void;
  onFocus: () => void;
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

/** A grid as a table beneath its field: rows of equal length are easier to check than brackets. */
function Grid({ parameter, value }: { parameter: ToolParameter; value: string }) {
  const parsed = value.trim() === "" ? null : parseValue(parameter, value);
  const rows = parsed !== null && "literal" in parsed ? gridOf(JSON.parse(parsed.literal) as Json) : null;
  if (rows === null) return null;
  return (
    <div className={classes.gridBox}>
      <table className={classes.grid} aria-label={`${parameter.name} as a table`}>
        <tbody>
          {rows.map((row, index) => (
            // oxlint-disable-next-line react/no-array-index-key -- a cell is its place
            <tr key={index}>
              {row.map((cell, column) => (
                // oxlint-disable-next-line react/no-array-index-key -- a cell is its place
                <td key={column}>{typeof cell === "string" ? cell : JSON.stringify(cell)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What is wrong with a list or grid as it stands; an empty field is not wrong yet. */
function jsonFault(parameter: ToolParameter, value: string): string | null {
  if (value.trim() === "") return null;
  const parsed = parseValue(parameter, value);
  return "error" in parsed ? parsed.error : null;
}

/** The field that fits a tool's parameter. */
export function ParameterField({ parameter, value, error, onChange, onFocus }: ParameterFieldProps) {
  const kind = fieldKindOf(parameter.type);
  // Half-written JSON is no fault yet: it is looked at once the field is left.
  const [left, setLeft] = useState(false);
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
    onFocus,
    autoComplete: "off",
    spellCheck: false,
  };
  switch (kind) {
    case "integer":
    case "number":
      return (
        <TextInput
          {...shared}
          inputMode={kind === "integer" ? "numeric" : "decimal"}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
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
        <div>
          <Textarea
            {...shared}
            error={error ?? (left ? jsonFault(parameter, value) : null)}
            autosize
            minRows={1}
            maxRows={8}
            styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: 13 } }}
            onKeyDown={sendOnEnter}
            onFocus={() => {
              setLeft(false);
              onFocus();
            }}
            onBlur={() => setLeft(true)}
            onChange={(event) => onChange(event.currentTarget.value)}
          />
          <Grid parameter={parameter} value={value} />
        </div>
      );
  }
}
