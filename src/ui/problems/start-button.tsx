import { Button, type ButtonProps } from "@mantine/core";
import { IconPlayerPlayFilled } from "@tabler/icons-react";
import { Link } from "wouter";
import { type Lack, paths } from "../text/index.ts";
import type { Readiness } from "./readiness.ts";

const ADD: Record<Lack, string> = {
  "a key": "Add a key first",
  "a model name": "Name a model first",
  "an address": "Enter an address first",
};

export type StartButtonProps = ButtonProps & { readiness: Readiness | null; busy: boolean; onStart: () => void };

/** Starts a run; where something is missing first, the way to it. */
export function StartButton({ readiness, busy, onStart, children, ...button }: StartButtonProps) {
  if (readiness === null || readiness.kind === "ready") {
    return (
      <Button
        leftSection={<IconPlayerPlayFilled size={15} aria-hidden />}
        {...button}
        loading={busy}
        disabled={readiness === null}
        onClick={onStart}
      >
        {children}
      </Button>
    );
  }
  return (
    <Button component={Link} href={paths.settingsSection("model")} {...button}>
      {readiness.kind === "no-recording" ? "Choose a model first" : ADD[readiness.lack]}
    </Button>
  );
}
