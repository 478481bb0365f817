import { Paper, Title } from "@mantine/core";
import { Markdown } from "../components/index.ts";
import classes from "./task-panel.module.css";

export function TaskPanel({ text }: { text: string }) {
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="task-title">
      <Title order={2} id="task-title" mb="xs">
        Task
      </Title>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrolled by the arrow keys */}
      <section className={classes.task} tabIndex={0} aria-label="Task text">
        <Markdown text={text.trim() === "" ? "This environment has no task text. Its tools are all there is to go by." : text} />
      </section>
    </Paper>
  );
}
