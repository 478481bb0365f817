import { Button, Group, Menu, Table, Text, Title } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useEffect, useId, useRef, useState } from "react";
import { type ErrorData, errorData, loadPart } from "@/domain";
import { ErrorNotice, saveDownload, useAction } from "../../components/index.ts";
import { formatCount } from "../../text/index.ts";
import shared from "../evaluate.module.css";
import classes from "./figure.module.css";
import { type FigureFormat, figureFile } from "./save-figure.ts";
import type { FigureData, Row } from "./shapes.ts";
import { toneOf } from "./tones.ts";

const FORMATS: readonly { format: FigureFormat; name: string }[] = [
  { format: "svg", name: "Picture (.svg)" },
  { format: "png", name: "Picture (.png)" },
  { format: "csv", name: "Data (.csv)" },
];
/** The rest is in the CSV file. */
const ROWS_SHOWN = 200;

type Drawn = Extract<FigureData, { lacks: null }>;

/** Plot comes when the first figure is drawn, and is no part of the page's own code. */
function Drawing({ data, width, onDrawn }: { data: Drawn; width: number; onDrawn: (figure: SVGSVGElement | null) => void }) {
  const box = useRef<HTMLDivElement>(null);
  const [failure, setFailure] = useState<ErrorData | null>(null);
  useEffect(() => {
    let current = true;
    loadPart(() => import("./draw.ts")).then(
      ({ draw }) => {
        if (!current || box.current === null) return;
        const figure = draw(data, { width });
        box.current.replaceChildren(figure);
        onDrawn(figure instanceof SVGSVGElement ? figure : null);
      },
      (error: unknown) => current && setFailure(errorData(error)),
    );
    return () => {
      current = false;
    };
  }, [data, width, onDrawn]);
  return failure === null ? (
    <div ref={box} className={classes.drawing} />
  ) : (
    <ErrorNotice error={failure} title="The figure could not be drawn" />
  );
}

/** The width of a box in whole pixels; 0 before it is known. A box without any, as while it is hidden, keeps the last one. */
function useWidth() {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (box.current === null) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      const now = Math.floor(entry?.contentRect.width ?? 0);
      if (now > 0) setWidth(now);
    });
    observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  return { box, width };
}

function Legend({ players }: { players: readonly string[] }) {
  return (
    <ul className={classes.legend} aria-label="Players">
      {players.map((player, index) => (
        <li key={player}>
          <span className={shared.swatch} style={{ background: toneOf(index) }} aria-hidden />
          {player}
        </li>
      ))}
    </ul>
  );
}

function cellText(value: string | number | null): string {
  if (value === null) return "–";
  return typeof value === "number" ? value.toLocaleString("en", { maximumFractionDigits: 3 }) : value;
}

function DataTable({ rows, label }: { rows: readonly Row[]; label: string }) {
  const columns = Object.keys(rows[0] ?? {});
  return (
    <Table.ScrollContainer
      minWidth={columns.length * 90}
      scrollAreaProps={{ mah: 320, viewportProps: { tabIndex: 0, "aria-label": `${label}, scrollable` } }}
    >
      <Table fz="xs" verticalSpacing={3}>
        <Table.Thead>
          <Table.Tr>
            {columns.map((column) => (
              <Table.Th key={column} scope="col">
                {column}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.slice(0, ROWS_SHOWN).map((row, index) => (
            // oxlint-disable-next-line react/no-array-index-key -- a row has no other name
            <Table.Tr key={index}>
              {columns.map((column) => (
                <Table.Td key={column}>{cellText(row[column] ?? null)}</Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {rows.length > ROWS_SHOWN ? (
        <Text size="xs" c="dimmed" mt={4}>
          {`${formatCount(rows.length - ROWS_SHOWN, "more row")} in the CSV file.`}
        </Text>
      ) : null}
    </Table.ScrollContainer>
  );
}

/** One figure: drawn, in words, as a table, and as files. */
export function Figure({ data }: { data: FigureData }) {
  const { box, width } = useWidth();
  const [svg, setSvg] = useState<SVGSVGElement | null>(null);
  const [open, setOpen] = useState(false);
  const action = useAction();
  const id = useId();
  return (
    <section className={classes.figure} aria-labelledby={`${id}-title`}>
      <Group justify="space-between" align="flex-start" wrap="nowrap" gap="sm">
        <div>
          <Title order={3} id={`${id}-title`}>
            {data.title}
          </Title>
          <Text size="xs" c="dimmed">
            {data.note}
          </Text>
        </div>
        <Menu position="bottom-end">
          <Menu.Target>
            <Button
              size="compact-xs"
              variant="default"
              className={classes.save ?? ""}
              disabled={data.lacks !== null}
              loading={action.busy}
              leftSection={<IconDownload size={14} aria-hidden />}
              aria-label={`Save: ${data.title}`}
            >
              Save
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {FORMATS.map(({ format, name }) => (
              <Menu.Item key={format} onClick={() => action.run(async () => saveDownload(await figureFile(format, svg, data)))}>
                {name}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      </Group>
      <div ref={box} className={classes.drawingBox}>
        {data.lacks === null ? (
          <>
            <Legend players={data.players} />
            {/* Its words stand below, for everybody. */}
            <div aria-hidden>{width > 0 ? <Drawing data={data} width={width} onDrawn={setSvg} /> : null}</div>
          </>
        ) : null}
      </div>
      <Text size="sm" className={classes.inWords}>
        {data.text}
      </Text>
      {action.error === null ? null : <ErrorNotice error={action.error} title="The file could not be made" />}
      {data.lacks === null ? (
        <details className={classes.details} onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary>As a table</summary>
          {open ? <DataTable rows={data.rows} label={data.title} /> : null}
        </details>
      ) : null}
    </section>
  );
}
