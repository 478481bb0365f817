import type { Download } from "@/state";
import { csvOf, type FigureData } from "./shapes.ts";
import { toneOf } from "./tones.ts";

const SVG = "http://www.w3.org/2000/svg";
/** Attributes in which the figures' CSS variables stand. */
const COLOURED = ["fill", "stroke", "color"] as const;
const LINE = 20;
const PAD = 14;
/** For screens that show two or three points for each of ours. */
const PNG_SCALE = 2;

/** A colour as a file understands it: no variable of this page. */
function resolved(value: string): string {
  const probe = document.createElement("span");
  probe.style.color = value;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** The figure as it is on the screen, in the theme's present colours, with its title and its legend. */
function svgText(figure: SVGSVGElement, data: FigureData): string {
  const width = figure.viewBox.baseVal.width;
  const inner = figure.cloneNode(true) as SVGSVGElement;
  const originals = [figure, ...figure.querySelectorAll<SVGElement>("*")];
  const copies = [inner, ...inner.querySelectorAll<SVGElement>("*")];
  for (const [index, copy] of copies.entries()) {
    const original = originals[index];
    if (original === undefined) continue;
    for (const name of COLOURED)
      if (copy.getAttribute(name)?.includes("var(") === true) copy.setAttribute(name, getComputedStyle(original)[name]);
  }
  const { color, fontFamily } = getComputedStyle(figure);
  inner.removeAttribute("class");
  inner.removeAttribute("style");
  const head = legendOf(data, width, color);
  const height = figure.viewBox.baseVal.height + head.height + 2 * PAD;
  const whole = document.createElementNS(SVG, "svg");
  whole.setAttribute("xmlns", SVG);
  whole.setAttribute("viewBox", `0 0 ${width + 2 * PAD} ${height}`);
  whole.setAttribute("width", String(width + 2 * PAD));
  whole.setAttribute("height", String(height));
  whole.setAttribute("color", color);
  whole.setAttribute("fill", color);
  whole.setAttribute("font-family", fontFamily);
  whole.setAttribute("font-size", "12");
  const ground = document.createElementNS(SVG, "rect");
  ground.setAttribute("width", "100%");
  ground.setAttribute("height", "100%");
  ground.setAttribute("fill", getComputedStyle(document.body).getPropertyValue("--mantine-color-body"));
  const title = document.createElementNS(SVG, "title");
  title.textContent = `${data.title}. ${data.text}`;
  inner.setAttribute("x", String(PAD));
  inner.setAttribute("y", String(PAD + head.height));
  whole.append(title, ground, ...head.parts, inner);
  return new XMLSerializer().serializeToString(whole);
}

function legendOf({ title, players }: FigureData, width: number, color: string): { parts: SVGElement[]; height: number } {
  const parts: SVGElement[] = [textAt(PAD, PAD + 12, title, { fill: color, "font-weight": "650", "font-size": "14" })];
  let x = PAD;
  let y = PAD + 12 + LINE;
  for (const [index, player] of players.entries()) {
    // Without a font's measures at hand: a little more than letters take.
    const needed = 18 + player.length * 7 + 14;
    if (x > PAD && x + needed > width + PAD) {
      x = PAD;
      y += LINE;
    }
    const dot = document.createElementNS(SVG, "circle");
    for (const [name, value] of [
      ["cx", x + 5],
      ["cy", y - 4],
      ["r", 5],
      ["fill", resolved(toneOf(index))],
    ] as const)
      dot.setAttribute(name, String(value));
    parts.push(dot, textAt(x + 16, y, player, { fill: color }));
    x += needed;
  }
  return { parts, height: y - PAD + 8 };
}

function textAt(x: number, y: number, words: string, attributes: Record<string, string>): SVGElement {
  const text = document.createElementNS(SVG, "text");
  text.textContent = words;
  for (const [name, value] of Object.entries({ x: String(x), y: String(y), ...attributes })) text.setAttribute(name, value);
  return text;
}

/** Drawn by the browser from the SVG. @throws Error when it cannot */
async function pngOf(text: string): Promise<Uint8Array> {
  const image = new Image();
  // A name of a tool may hold half a character, which no address can.
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text.replace(/\p{Cs}/gu, "\uFFFD"))}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.width * PNG_SCALE;
  canvas.height = image.height * PNG_SCALE;
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("The browser gives no canvas to draw on.");
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((resolve) => {
    canvas.toBlob(resolve, "image/png");
  });
  if (blob === null) throw new Error("The browser could not make a PNG of the figure.");
  return new Uint8Array(await blob.arrayBuffer());
}

export type FigureFormat = "svg" | "png" | "csv";

export async function figureFile(format: FigureFormat, figure: SVGSVGElement | null, data: FigureData): Promise<Download> {
  const fileName = `codegym-${data.name}.${format}`;
  const encoder = new TextEncoder();
  if (format === "csv" || figure === null)
    return { fileName: `codegym-${data.name}.csv`, mime: "text/csv", bytes: encoder.encode(csvOf(data.rows)) };
  const text = svgText(figure, data);
  return format === "svg"
    ? { fileName, mime: "image/svg+xml", bytes: encoder.encode(text) }
    : { fileName, mime: "image/png", bytes: await pngOf(text) };
}
