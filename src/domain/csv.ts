/**
 * What a spreadsheet takes for a formula: one of these characters, half or full width, at the beginning of a cell, behind
 * white space, quotes and characters that nobody sees. A cell begins again behind whatever some program takes for the end
 * of one: a line end, a tab, and in half of the world a semicolon.
 */
const FORMULA = /(^|[\n\r\t\v\f;,|\u0085\u2028\u2029])([\s"'\p{Cf}\p{Cc}]*)(?=[=+\-@＝＋－＠﹢﹣﹦﹫])/gu;

/** A table as CSV (RFC 4180). Formulas are marked as texts: models name tools as they like. Null is an empty cell. */
export function csvText(rows: readonly (readonly (string | number | null)[])[]): string {
  const cell = (value: string | number | null): string => {
    const text = value === null ? "" : typeof value === "string" ? value.replace(FORMULA, "$1$2'") : String(value);
    return /[";,\r\n\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}
