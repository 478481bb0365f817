import { Button, Stack, Text } from "@mantine/core";
import { IconFlagCheck, IconSend } from "@tabler/icons-react";
import { type SubmitEvent, useState } from "react";
import { fieldKindOf, type Tool } from "@/domain";
import { usePlay } from "../stores.tsx";
import { ParameterField } from "./parameter-field.tsx";
import { actionOf, parseCall } from "./parameter-input.ts";

function initialValues(tool: Tool): { [key: string]: string } {
  return Object.fromEntries(
    tool.parameters.map((parameter) => [parameter.name, fieldKindOf(parameter.type) === "boolean" && parameter.required ? "true" : ""]),
  );
}

export type ToolFormProps = { tool: Tool; isLast: boolean; ready: boolean; onSend: (work: () => Promise<void>) => void };

/** One tool as a typed form. What was typed stays after the call: the next one is often a neighbour of it. */
export function ToolForm({ tool, isLast, ready, onSend }: ToolFormProps) {
  const act = usePlay((state) => state.act);
  const actRaw = usePlay((state) => state.actRaw);
  const [values, setValues] = useState(() => initialValues(tool));
  const [errors, setErrors] = useState<{ [key: string]: string }>({});

  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (!ready) return;
    const call = parseCall(tool, values);
    if (!call.ok) {
      setErrors(call.errors);
      const first = tool.parameters.find((parameter) => parameter.name in call.errors);
      const field = first === undefined ? null : event.currentTarget.elements.namedItem(first.name);
      if (field instanceof HTMLElement) field.focus();
      return;
    }
    setErrors({});
    onSend(() => (call.exact ? act(tool.name, call.parameters) : actRaw(actionOf(tool.name, call.literals))));
  };

  return (
    <form onSubmit={submit} noValidate aria-label={`Call ${tool.name}`}>
      <Stack gap="sm">
        {tool.returns !== "" && (
          <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
            Gives back: {tool.returns.replace(/^str:\s*/, "")}
          </Text>
        )}
        {tool.parameters.map((parameter) => (
          <ParameterField
            key={parameter.name}
            parameter={parameter}
            value={values[parameter.name] ?? ""}
            error={errors[parameter.name] ?? null}
            onChange={(value) => {
              setValues((before) => ({ ...before, [parameter.name]: value }));
              setErrors((before) => Object.fromEntries(Object.entries(before).filter(([name]) => name !== parameter.name)));
            }}
          />
        ))}
        {isLast && (
          <Text size="sm">This is the last step: your answer is compared with the reference answer and the episode ends.</Text>
        )}
        <Button
          type="submit"
          variant={isLast ? "filled" : "light"}
          color={isLast ? "green" : "iris"}
          leftSection={isLast ? <IconFlagCheck size={16} /> : <IconSend size={16} />}
          aria-disabled={!ready}
          style={{ alignSelf: "flex-start" }}
        >
          {isLast ? "Answer and finish" : `Call ${tool.name}`}
        </Button>
      </Stack>
    </form>
  );
}
