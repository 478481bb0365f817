/** The benchmark's evaluation: many episodes in the built app, with what it does to the page's frames and memory. */
import { spawnSync } from "node:child_process";
import { loadavg } from "node:os";

const PROBLEMS = ["The Warmest Spell", "The Bead Necklace", "Loose Ledges"];
const WAIT_MS = 600_000;
const IDLE_MS = 10_000;
const SECOND = 1000;

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const megabytes = (bytes) => Number((bytes / 1e6).toFixed(1));

/** Frames from now on, as the page gets them. `stop` gives the times of all frames, in ms. */
async function recordFrames(page) {
  await page.evaluate(() => {
    const times = [];
    let wanted = true;
    const frame = (time) => {
      times.push(time);
      if (wanted) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    window.stopFrames = () => {
      wanted = false;
      return times;
    };
  });
  return { stop: () => page.evaluate(() => window.stopFrames()) };
}

/** Frames in each whole second of a recording. */
function frameCounts(times) {
  const [first] = times;
  const seconds = Math.floor((times.at(-1) - first) / SECOND);
  const counts = Array.from({ length: seconds }, () => 0);
  for (const time of times) {
    const second = Math.floor((time - first) / SECOND);
    if (second < seconds) counts[second] += 1;
  }
  return counts;
}

const longestGap = (times) => times.reduce((longest, time, index) => Math.max(longest, index === 0 ? 0 : time - times[index - 1]), 0);

/** What all renderers of the browser hold, in MB, interpreters included; null where there is no `ps`. */
async function rendererMemory(browser) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  const ids = processInfo.filter(({ type }) => type === "renderer").map(({ id }) => id);
  const { status, stdout } = spawnSync("ps", ["-o", "rss=", "-p", ids.join(",")], { encoding: "utf8" });
  return status === 0
    ? megabytes(
        stdout
          .trim()
          .split(/\s+/)
          .reduce((sum, kib) => sum + Number(kib) * 1024, 0),
      )
    : null;
}

/** Numbers of the page itself after a forced collection: its JavaScript heap and elements, and the renderers. */
async function memoryOf(browser, page, cdp) {
  await cdp.send("HeapProfiler.collectGarbage");
  const { usedSize } = await cdp.send("Runtime.getHeapUsage");
  return {
    heap_mb: megabytes(usedSize),
    elements: await page.evaluate(() => document.querySelectorAll("*").length),
    renderers_mb: await rendererMemory(browser),
  };
}

async function verified(page, title) {
  await page.evaluate(() => {
    location.hash = "#/problems";
  });
  await page.getByRole("list", { name: "Problems" }).getByRole("link", { name: title }).first().click();
  await page.getByRole("button", { name: "Make an environment" }).click();
  await page.getByRole("heading", { level: 2, name: / is verified$/ }).waitFor({ timeout: WAIT_MS });
}

/** An evaluation with every task of the chosen environments and so many tries that it has at least `episodes`. */
async function plan(page, episodes) {
  await page.evaluate(() => {
    location.hash = "#/evaluate/new";
  });
  await page.getByText(`${PROBLEMS.length} of ${PROBLEMS.length} chosen`).waitFor();
  await page.getByRole("radiogroup", { name: "Tasks" }).getByText("All", { exact: true }).click();
  await page.getByRole("checkbox", { name: "Only a sample of each environment" }).uncheck();
  const size = page.getByText(/ = [\d,]+ episodes$/);
  const [tasks] = /^[\d,]+/.exec(await size.innerText());
  const tries = page.getByRole("textbox", { name: "Tries of each task" });
  await tries.fill(String(Math.ceil(episodes / Number(tasks.replaceAll(",", "")))));
  await tries.blur();
  await page.waitForFunction(
    (least) => Number(/([\d,]+) episodes/.exec(document.body.innerText)?.[1].replaceAll(",", "")) >= least,
    episodes,
  );
  return Number(/ = ([\d,]+) episodes$/.exec(await size.innerText())[1].replaceAll(",", ""));
}

const episodesDone = (page, least) =>
  page.waitForFunction(
    (wanted) => Number(/([\d,]+) of [\d,]+ episodes/.exec(document.body.innerText)?.[1].replaceAll(",", "")) >= wanted,
    least,
    { timeout: WAIT_MS, polling: 500 },
  );

/**
 * Plays an evaluation of at least `episodes` episodes with the reference solver, its page being shown. The frames of
 * an idle page of the same browser come with it: a headless browser on a busy machine has its own limit.
 */
export async function measureEvaluation(browser, url, episodes) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  page.on("pageerror", (error) => console.error(error.message));
  await page.goto(url);
  for (const title of PROBLEMS) await verified(page, title);
  const total = await plan(page, episodes);
  const cdp = await context.newCDPSession(page);

  const idle = await recordFrames(page);
  await page.waitForTimeout(IDLE_MS);
  const idleFrames = frameCounts(await idle.stop());
  const memory = { before: await memoryOf(browser, page, cdp) };

  // The recording stops for each forced collection, which is no part of the evaluation.
  const load = loadavg()[0];
  const recordings = [];
  const began = performance.now();
  let frames = await recordFrames(page);
  await page.getByRole("button", { name: "Start", exact: true }).click();
  for (const [name, share] of [
    ["tenth", 0.1],
    ["half", 0.5],
    ["end", 1],
  ]) {
    await episodesDone(page, Math.ceil(total * share));
    if (share === 1) await page.getByText("Finished", { exact: true }).waitFor({ timeout: WAIT_MS });
    recordings.push(await frames.stop());
    memory[name] = await memoryOf(browser, page, cdp);
    if (share < 1) frames = await recordFrames(page);
  }
  const seconds = (performance.now() - began) / SECOND;
  await context.close();
  const counts = recordings.flatMap(frameCounts);
  return {
    fps: median(counts),
    worstSecondFps: Math.min(...counts),
    heapGrowthMb: Number((memory.end.heap_mb - memory.tenth.heap_mb).toFixed(1)),
    details: {
      episodes: total,
      seconds: Number(seconds.toFixed(1)),
      idle_fps: median(idleFrames),
      idle_worst_second_fps: Math.min(...idleFrames),
      longest_frame_ms: Math.round(Math.max(...recordings.map(longestGap))),
      memory,
      load_average: [load, loadavg()[0]],
    },
  };
}
