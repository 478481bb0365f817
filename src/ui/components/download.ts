import type { Download } from "@/state";

/** Hands bytes to the browser as a file. */
export function saveDownload(download: Download): void {
  const url = URL.createObjectURL(new Blob([download.bytes.slice()], { type: download.mime }));
  const link = document.createElement("a");
  link.href = url;
  link.download = download.fileName;
  document.body.append(link);
  link.click();
  link.remove();
  // The browser reads the blob after the click has returned.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
