import { Badge, Button, Group, Paper, Stack, Text, Title, VisuallyHidden } from "@mantine/core";
import { IconHandStop, IconPlayerPause, IconPlayerPlay, IconPlayerSkipForward, IconPlayerStop, IconRobot } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { playerName } from "@/domain";
import type { OpenEpisode } from "@/state";
import { focusPlace, useFocusNext } from "../components/index.ts";
import { formatCount, formatMs } from "../text/index.ts";
import { usePlay } from "@/ui/stores";
import classes from "./player-panel.module.css";
import { faultsText, phaseText, spentText, tokensOf } from "./texts.ts";

/** The hand on an episode that plays by itself: pause, one step, stop, take over, give back, go on. */
export function PlayerControls({ episode, size = "xs" }: { episode: OpenEpisode; size?: "xs" | "compact-xs" }) {
  const { id, phase, pausing, view, elsewhere } = episode;
  const pause = usePlay((state) => state.pause);
  const play = usePlay((state) => state.play);
  const step = usePlay((state) => state.step);
  const stop = usePlay((state) => state.stop);
  const resume = usePlay((state) => state.resume);
  const takeOver = usePlay((state) => state.takeOver);
  const giveBack = usePlay((state) => state.giveBack);
  const focusNext = useFocusNext();
  const person = view.head?.player.kind === "person";
  const then = (place: string, act: () => void): void => {
    act();
    focusNext(place);
  };
  const resumed = (): void => then(view.control === "person" ? "tools" : "player", () => resume(id));
  if (view.status === "ended" || elsewhere) return null;
  if (phase === "idle") {
    return (
      <Group gap={size === "xs" ? "xs" : 4}>
        <Button size={size} leftSection={<IconPlayerPlay size={15} aria-hidden />} onClick={resumed}>
          Resume
        </Button>
        {!person && view.control === "player" && (
          <Button size={size} variant="default" leftSection={<IconPlayerSkipForward size={15} aria-hidden />} onClick={() => step(id)}>
            One step
          </Button>
        )}
      </Group>
    );
  }
  if (person) return null;
  if (phase === "yours" || phase === "calling") {
    return (
      <Button
        size={size}
        variant="default"
        leftSection={<IconRobot size={15} aria-hidden />}
        disabled={phase === "calling"}
        onClick={() => then("player", () => giveBack(id))}
        style={{ alignSelf: "flex-start" }}
      >
        Give back
      </Button>
    );
  }
  const held = phase === "paused" || pausing;
  return (
    <Group gap={size === "xs" ? "xs" : 4}>
      {held ? (
        <Button size={size} leftSection={<IconPlayerPlay size={15} aria-hidden />} onClick={() => play(id)}>
          Resume
        </Button>
      ) : (
        <Button size={size} variant="default" leftSection={<IconPlayerPause size={15} aria-hidden />} onClick={() => pause(id)}>
          Pause
        </Button>
      )}
      <Button
        size={size}
        variant="default"
        aria-disabled={!held}
        data-disabled={!held}
        leftSection={<IconPlayerSkipForward size={15} aria-hidden />}
        onClick={() => held && step(id)}
      >
        One step
      </Button>
      <Button
        size={size}
        variant="default"
        leftSection={<IconHandStop size={15} aria-hidden />}
        onClick={() => then("tools", () => takeOver(id))}
      >
        Take over
      </Button>
      <Button
        size={size}
        variant="light"
        color="red"
        leftSection={<IconPlayerStop size={15} aria-hidden />}
        onClick={() => then("result", () => stop(id))}
      >
        Stop
      </Button>
    </Group>
  );
}

function Row({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={classes.figure}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** What an episode took, and what went wrong in it. */
export function EpisodeFigures({ episode: { view } }: { episode: OpenEpisode }) {
  const { head } = view;
  const faults = faultsText(view.faults);
  const refused = view.calls.filter(({ ok, faults: own }) => !ok && own.length === 0).length;
  const tokens = tokensOf(view.took);
  const spent = spentText(view);
  return (
    <dl className={classes.figures}>
      <Row name="Rounds">
        {view.rounds} of {head?.limits.rounds ?? "–"}
      </Row>
      <Row name="Reward">{view.reward}</Row>
      {tokens !== "" && <Row name="Tokens">{tokens}</Row>}
      {head !== null && head.limits.tokens !== null && <Row name="Token cap">{head.limits.tokens.toLocaleString("en")}</Row>}
      {spent !== "" && <Row name="Cost">{spent}</Row>}
      {head !== null && head.limits.usd !== null && <Row name="Cost cap">${head.limits.usd}</Row>}
      {view.took.modelMs > 0 && <Row name="Model’s time">{formatMs(view.took.modelMs)}</Row>}
      {refused > 0 && <Row name="Not accepted">{formatCount(refused, "call")}</Row>}
      <Row name="Faults">{faults === "" ? "none" : faults}</Row>
      {view.cuts > 0 && <Row name="Cut observations">{view.cuts}</Row>}
    </dl>
  );
}

/** Who plays, what is going on, and the controls. */
export function PlayerPanel({ episode }: { episode: OpenEpisode }) {
  const { view } = episode;
  const said = phaseText(episode);
  return (
    <Paper withBorder p="md" component="section" aria-labelledby={`player-${episode.id}`}>
      <Stack gap="sm">
        <Group justify="space-between" gap="xs" wrap="nowrap">
          <Title order={2} id={`player-${episode.id}`} {...focusPlace("player")} style={{ overflowWrap: "anywhere" }}>
            {view.head === null ? "Player" : playerName(view.head.player)}
          </Title>
          <Badge variant="light" color={episode.phase === "playing" ? "iris" : "gray"} style={{ flex: "none" }}>
            {said}
          </Badge>
        </Group>
        <VisuallyHidden>
          <output translate="no">{said}</output>
        </VisuallyHidden>
        {view.head?.player.kind === "recorded" && (
          <Text size="sm" c="dimmed">
            A recorded episode, played again: nobody is asked and nothing is paid.
          </Text>
        )}
        <PlayerControls episode={episode} />
        <EpisodeFigures episode={episode} />
      </Stack>
    </Paper>
  );
}
