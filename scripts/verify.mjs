/** `npm run verify`: the gates for files that are there already. */
import { runHeadless } from "./headless.mjs";

await runHeadless("verify");
