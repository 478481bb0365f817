import { Anchor, Badge, Paper, Stack, Text } from "@mantine/core";
import type { Tool } from "@/domain";
import classes from "./tools-tab.module.css";

function ToolCard({ tool, onLine }: { tool: Tool; onLine?: ((line: number) => void) | undefined }) {
  return (
    <Paper withBorder p="md" component="article" aria-labelledby={`tool-${tool.name}`}>
      <div className={classes.toolHead}>
        <Text component="h2" id={`tool-${tool.name}`} className={classes.signature}>
          {tool.signature}
        </Text>
        {onLine === undefined ? null : (
          <Anchor component="button" type="button" size="xs" onClick={() => onLine(tool.line)} className={classes.noShrink}>
            {`line ${tool.line}`}
          </Anchor>
        )}
      </div>
      {tool.summary === "" ? null : (
        <Text size="sm" mt={4} className={classes.prewrap}>
          {tool.summary}
        </Text>
      )}
      {tool.parameters.length === 0 ? (
        <Text size="xs" c="dimmed" mt="xs">
          No parameters.
        </Text>
      ) : (
        <dl className={classes.parameters}>
          {tool.parameters.map((parameter) => (
            <div key={parameter.name}>
              <dt>
                <code>{parameter.name}</code>
                {parameter.type === "" ? null : <span className={classes.type}>{parameter.type}</span>}
                {parameter.required ? null : (
                  <Badge size="xs" color="gray">
                    {parameter.default === undefined ? "optional" : `default ${parameter.default}`}
                  </Badge>
                )}
              </dt>
              <dd>{parameter.description === "" ? "–" : parameter.description}</dd>
            </div>
          ))}
        </dl>
      )}
      {tool.returns === "" ? null : (
        <Text size="sm" mt="xs" className={classes.prewrap}>
          <span className={classes.returns}>Returns</span> {tool.returns}
        </Text>
      )}
    </Paper>
  );
}

/** The tools as their docstrings describe them: what an agent is given. */
export function ToolsTab({ tools, onLine }: { tools: readonly Tool[]; onLine?: ((line: number) => void) | undefined }) {
  if (tools.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {onLine === undefined
          ? "No tools are known: the environment's file is missing."
          : "No tools are known yet. They are read from the source as soon as Python has started."}
      </Text>
    );
  return (
    <Stack gap="sm">
      {tools.map((tool) => (
        <ToolCard key={tool.name} tool={tool} onLine={onLine} />
      ))}
    </Stack>
  );
}
