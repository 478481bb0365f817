import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from "@mantine/core";
import { leaveMenuOnTab } from "./leave-menu.ts";

const iris: MantineColorsTuple = [
  "#eff1ff",
  "#dfe3fe",
  "#bcc5fb",
  "#98a5f8",
  "#7988f4",
  "#6173ee",
  "#4a5cdb",
  "#3c4cc0",
  "#313e9d",
  "#232d74",
];
const green: MantineColorsTuple = [
  "#e8f7ef",
  "#d0eedf",
  "#a4dfc2",
  "#74cda0",
  "#4abb83",
  "#2fa96d",
  "#1f8f5a",
  "#147648",
  "#0e5f3a",
  "#084428",
];
const red: MantineColorsTuple = [
  "#fdefee",
  "#fadcdb",
  "#f3b5b4",
  "#ec8d8c",
  "#e46a6a",
  "#d94c4e",
  "#c4363a",
  "#a8282d",
  "#8a1f24",
  "#661418",
];
const yellow: MantineColorsTuple = [
  "#fdf5e2",
  "#f9e9c2",
  "#f2d48a",
  "#eabf52",
  "#e2ad28",
  "#cf970f",
  "#a87806",
  "#865e04",
  "#6a4a05",
  "#4c3504",
];
const gray: MantineColorsTuple = [
  "#f6f7f9",
  "#eff0f4",
  "#e4e6ec",
  "#d5d8e0",
  "#c2c6d0",
  "#9aa0af",
  "#6b7282",
  "#505766",
  "#353a46",
  "#1b1e26",
];
const dark: MantineColorsTuple = [
  "#e4e6eb",
  "#c5c9d2",
  "#a2a8b5",
  "#868d9c",
  "#383d49",
  "#282c35",
  "#1f222a",
  "#181b21",
  "#111318",
  "#0a0b0e",
];

/** Every text colour below keeps 4.5 : 1 on the page, on cards and on its own tinted background. */
export const theme = createTheme({
  colors: { iris, green, red, yellow, gray, dark },
  primaryColor: "iris",
  primaryShade: { light: 6, dark: 6 },
  black: "#1b1e26",
  fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Helvetica Neue', Arial, sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', 'Cascadia Code', Menlo, Consolas, 'Liberation Mono', 'DejaVu Sans Mono', monospace",
  defaultRadius: "md",
  radius: { xs: "3px", sm: "5px", md: "7px", lg: "10px", xl: "16px" },
  fontWeights: { regular: "400", medium: "500", bold: "650" },
  headings: {
    fontWeight: "650",
    textWrap: "balance",
    sizes: {
      h1: { fontSize: "1.625rem", lineHeight: "1.25" },
      h2: { fontSize: "1.1875rem", lineHeight: "1.35" },
      h3: { fontSize: "1rem", lineHeight: "1.4" },
      h4: { fontSize: "0.9375rem", lineHeight: "1.4" },
    },
  },
  focusRing: "auto",
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    SegmentedControl: { styles: { root: { backgroundColor: "var(--cg-track)" }, indicator: { backgroundColor: "var(--cg-track-on)" } } },
    // Opened, a menu gives the focus to its first item; a placeholder beside the items would be no child of a menu.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    MenuDropdown: { defaultProps: { onKeyDown: leaveMenuOnTab } },
    // Its two buttons would be 14 px high: the arrow keys do the same.
    NumberInput: { defaultProps: { hideControls: true } },
    Paper: { defaultProps: { radius: "lg" } },
    Card: { defaultProps: { radius: "lg", withBorder: true } },
    Badge: { defaultProps: { variant: "light", radius: "sm", tt: "none", fw: 500 } },
    Tooltip: { defaultProps: { withArrow: true, openDelay: 250, events: { hover: true, focus: true, touch: false } } },
    Modal: {
      styles: { title: { fontWeight: 650, fontSize: "1.0625rem" } },
      defaultProps: {
        centered: true,
        radius: "lg",
        overlayProps: { backgroundOpacity: 0.45 },
        closeButtonProps: { "aria-label": "Close" },
        attributes: { header: { role: "presentation" } },
      },
    },
    Drawer: { defaultProps: { attributes: { header: { role: "presentation" } }, closeButtonProps: { "aria-label": "Close" } } },
    Alert: { defaultProps: { radius: "lg" } },
  },
});

const tinted = ["iris", "green", "red", "yellow"] as const;

export const cssVariables: CSSVariablesResolver = () => {
  const light: Record<string, string> = {
    "--mantine-color-dimmed": "#5a6171",
    "--mantine-color-placeholder": "#6b7282",
    "--mantine-color-error": red[7],
    "--mantine-color-anchor": iris[7],
    "--mantine-color-default-border": gray[3],
    "--mantine-color-disabled-color": "#6b7282",
    "--mantine-color-gray-light": gray[1],
    "--mantine-color-gray-light-hover": gray[2],
    "--mantine-color-gray-light-color": gray[7],
    "--mantine-color-gray-outline": gray[7],
    "--cg-page": gray[0],
    "--cg-subtle": gray[0],
    "--cg-border": gray[2],
    "--cg-border-strong": gray[4],
    "--cg-hover": gray[1],
    "--cg-track": gray[1],
    "--cg-track-on": "#fff",
  };
  const dimmed = dark[2];
  const night: Record<string, string> = {
    "--mantine-color-dimmed": dimmed,
    "--mantine-color-placeholder": dark[3],
    "--mantine-color-error": red[3],
    "--mantine-color-anchor": iris[3],
    "--mantine-color-default-border": dark[4],
    "--mantine-color-disabled-color": dark[3],
    "--mantine-color-gray-light": "rgba(162, 168, 181, 0.13)",
    "--mantine-color-gray-light-hover": "rgba(162, 168, 181, 0.2)",
    "--mantine-color-gray-light-color": dark[1],
    "--mantine-color-gray-outline": dark[1],
    "--cg-page": dark[8],
    "--cg-subtle": "#14161b",
    "--cg-border": dark[5],
    "--cg-border-strong": dark[4],
    "--cg-hover": dark[6],
    "--cg-track": dark[6],
    "--cg-track-on": dark[4],
  };
  const palettes = { iris, green, red, yellow };
  for (const name of tinted) {
    const palette = palettes[name];
    Object.assign(light, {
      [`--mantine-color-${name}-light`]: palette[0],
      [`--mantine-color-${name}-light-hover`]: palette[1],
      [`--mantine-color-${name}-light-color`]: palette[7],
      [`--mantine-color-${name}-outline`]: palette[7],
      [`--mantine-color-${name}-text`]: palette[7],
    });
    Object.assign(night, {
      [`--mantine-color-${name}-light`]: `color-mix(in srgb, ${palette[5]} 17%, ${dark[7]})`,
      [`--mantine-color-${name}-light-hover`]: `color-mix(in srgb, ${palette[5]} 26%, ${dark[7]})`,
      [`--mantine-color-${name}-light-color`]: palette[2],
      [`--mantine-color-${name}-outline`]: palette[3],
      [`--mantine-color-${name}-text`]: palette[3],
    });
  }
  return { variables: {}, light, dark: night };
};
