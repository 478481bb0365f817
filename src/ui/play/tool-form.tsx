import { Button, Stack, Text } from "@mantine/core";
import { IconFlagCheck, IconSend } from "@tabler/icons-react";
import { type SubmitEvent, useState } from "react";
import { type EpisodeId, fieldKindOf, type Tool, type ToolParameter } from "@/domain";
import { callDraft } from "@/state";
import { useSessionDraft } from "../components/index.ts";
import { ParameterField } from "./parameter-field.tsx";
import { actionOf, parseCall } from "./parameter-input.ts";
import { usePicking } from "./picking.tsx";
import { offeredValues, pickedText } from "./picks.ts";
import classes from "./tool-panel.module.css";

function initialValues(tool: Tool): { [key: string]: string } {
  return Object.fromEntries(
    tool.parameters.map((parameter) => [parameter.name, fieldKindOf(parameter.type) === "boolean" && parameter.required ? "true" : ""]),
  );
}

export type ToolFormProps = {
  tool: Tool;
  episode: EpisodeId;
  isLast: boolean;
  ready: boolean;
  /** What came back so far: values are offered from it. */
  observations: readonly string[];
  onSend: (action: string) => void;
};

/** Values that were seen and fit, to be picked by click or key. */
function Offers({
  parameter,
  observations,
  onPick,
}: {
  parameter: ToolParameter;
  observations: readonly string[];
  onPick: (text: string) => void;
}) {
  const values = offeredValues(parameter, observations);
  if (values.length === 0) return null;
  return (
    <fieldset className={classes.offers} aria-label={`Seen values for ${parameter.name}`}>
      <span>Seen:</span>
      {values.map((value) => (
        <button key={value} type="button" className={classes.offer} onClick={() => onPick(pickedText(parameter, value))}>
          {value.length > 24 ? `${value.slice(0, 24)}…` : value}
        </button>
      ))}
    </fieldset>
  );
}

/** One tool as a typed form. What was typed stays after the call: the next one is often a neighbour of it. */
export function ToolForm({ tool, episode, isLast, ready, observations, onSend }: ToolFormProps) {
  const { aim } = usePicking();
  const [focused, setFocused] = useState<string | null>(null);
  const draft = callDraft(episode, tool.name);
  const [typed, setTyped] = useSessionDraft(draft);
  const values = typed ?? initialValues(tool);
  const [errors, setErrors] = useState<{ [key: string]: string }>({});

  const put = (parameter: ToolParameter, value: string): void => {
    // A pick may come long after its field was focused: it is added to what is typed by then.
    setTyped({ ...(draft.read() ?? initialValues(tool)), [parameter.name]: value });
    setErrors((before) => Object.fromEntries(Object.entries(before).filter(([name]) => name !== parameter.name)));
  };

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
    onSend(actionOf(tool, call.literals));
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
          <div key={parameter.name}>
            <ParameterField
              parameter={parameter}
              value={values[parameter.name] ?? ""}
              error={errors[parameter.name] ?? null}
              onChange={(value) => put(parameter, value)}
              onFocus={() => {
                setFocused(parameter.name);
                aim({ parameter, put: (value) => put(parameter, value) });
              }}
            />
            {/* The first field offers its values at once, the others when they are come to. */}
            {(focused ?? tool.parameters[0]?.name) === parameter.name && (
              <Offers parameter={parameter} observations={observations} onPick={(value) => put(parameter, value)} />
            )}
          </div>
        ))}
        {isLast && <Text size="sm">This is the last round: your answer is compared with the reference answer and the episode ends.</Text>}
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
