/** Of this page, with another part behind "#". `page`: the address it is at now. */
export function addressOf(path: string, page: string): string {
  const url = new URL(page);
  url.search = "";
  url.hash = path;
  return url.href;
}

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");

/** For the course page: gives each frame the height that its content reports. Where scripts are taken out, the frame scrolls. */
const HEIGHT_SCRIPT = `<script>
addEventListener("message", ({ data, origin, source }) => {
  for (const frame of document.querySelectorAll('iframe[src*="#/embed/"]')) {
    if (frame.contentWindow !== source || new URL(frame.src).origin !== origin) continue;
    if (data?.type === "codegym-playground:height" && data.height > 0) frame.height = Math.ceil(data.height);
  }
});
</script>`;

/** HTML for a course page. It asks for nothing that a frame has not by itself. */
export function embedSnippet(address: string, className: string): string {
  return `<iframe src="${escaped(address)}" title="${escaped(className)} in CodeGym Playground" width="100%" height="760" style="border:0" loading="lazy"></iframe>\n${HEIGHT_SCRIPT}`;
}

const ADVICE = {
  short: "Short enough for mail, chats and every browser.",
  long: "Longer than some chats and mail programs let through. Every browser opens it; where it is cut, send the file.",
  file: "Too long for most places that carry links: send the file in its place.",
} as const;

/** "4,210 characters. Short enough …" */
export function adviceText(chars: number, advice: keyof typeof ADVICE): string {
  return `${chars.toLocaleString("en")} characters. ${ADVICE[advice]}`;
}
