import { ActionIcon, Autocomplete, type AutocompleteProps, Loader, Text, Tooltip } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useMemo } from "react";
import type { ModelProfile, ModelSuggestion } from "@/domain";
import { type ModelList, useModelList } from "./use-model-list.ts";
import { useDraft } from "./use-draft.ts";
import { perMillion } from "./prices.ts";
import classes from "./model-name-field.module.css";

/** Providers list hundreds; so many are enough to choose from, and the rest is found by typing. */
const SHOWN = 50;

function matching(models: readonly ModelSuggestion[], typed: string): readonly ModelSuggestion[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return models.filter(({ id, note = "" }) => words.every((word) => id.toLowerCase().includes(word) || note.toLowerCase().includes(word)));
}

function countText(list: ModelList, found: number): string | null {
  if (list.status !== "ready") return null;
  if (list.models.length === 0) return "The provider has no list: any name may be entered.";
  if (found === 0) return `None of the ${list.models.length} listed names matches; it may be used all the same.`;
  return found > SHOWN ? `${SHOWN} of ${found} listed names are shown; type to narrow them.` : null;
}

/** Free text with the provider's list as suggestions: that is loaded when the field is first entered. */
export function ModelNameField({
  profile,
  value,
  label = "Model name",
  description,
  placeholder,
  optional = false,
  disabled = false,
  first = false,
  className,
  onCommit,
}: {
  profile: Pick<ModelProfile, "id" | "provider" | "baseUrl">;
  value: string;
  label?: string;
  description?: string;
  placeholder: string;
  optional?: boolean;
  disabled?: boolean;
  first?: boolean;
  className?: string | undefined;
  onCommit: (model: string) => void;
}) {
  const list = useModelList(profile);
  const draft = useDraft(value, onCommit);
  const models = list.status === "ready" ? list.models : null;
  // A name that is already chosen is no search: one wants to see the others.
  const found = useMemo(() => matching(models ?? [], draft.touched ? draft.text : ""), [models, draft.touched, draft.text]);
  const byId = useMemo(() => new Map(found.slice(0, SHOWN).map((model) => [model.id, model])), [found]);
  const renderOption: AutocompleteProps["renderOption"] = ({ option }) => {
    const model = byId.get(option.value);
    return (
      <div className={classes.option}>
        <span className={classes.optionName}>{option.value}</span>
        {model?.price === undefined && model?.note === undefined ? null : (
          <Text span size="xs" c="dimmed">
            {[model.note, model.price === undefined ? undefined : perMillion(model.price)].filter((part) => part !== undefined).join(" · ")}
          </Text>
        )}
      </div>
    );
  };
  const count = draft.touched || value === "" ? countText(list, found.length) : null;
  return (
    <div className={className} style={{ minWidth: 0 }}>
      <Autocomplete
        label={label}
        {...(description === undefined ? {} : { description })}
        placeholder={placeholder}
        data={[...byId.keys()]}
        filter={({ options }) => options}
        renderOption={renderOption}
        value={draft.text}
        onChange={draft.set}
        onFocus={list.enter}
        onBlur={() => {
          list.leave();
          draft.commit();
        }}
        onOptionSubmit={onCommit}
        error={!optional && draft.touched && draft.text.trim() === "" ? "A name is needed." : null}
        // The list box itself scrolls: it is moved through from the field.
        withScrollArea={false}
        styles={{ options: { maxHeight: 300, overflowY: "auto" } }}
        disabled={disabled}
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- the next step of adding a model, which the person has just asked for
        autoFocus={first}
        autoComplete="off"
        spellCheck={false}
        rightSection={
          list.status === "loading" ? (
            <Loader size={16} aria-label="Loading the suggestions" />
          ) : list.status === "idle" ? null : (
            <Tooltip label="Load the list again">
              <ActionIcon variant="subtle" color="gray" size="sm" onClick={list.load} aria-label="Load the list of models again">
                <IconRefresh size={15} aria-hidden />
              </ActionIcon>
            </Tooltip>
          )
        }
      />
      <output className={classes.quiet}>
        {list.status === "failed" ? (
          <Text size="xs" c="dimmed" mt={4} style={{ overflowWrap: "anywhere" }}>
            {`No suggestions: ${list.error.message}`}
          </Text>
        ) : count === null ? null : (
          <Text size="xs" c="dimmed" mt={4}>
            {count}
          </Text>
        )}
      </output>
    </div>
  );
}
