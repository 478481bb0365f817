/** `npm run yield`: what the built-in compiler makes of the problems in a file. */
import { runHeadless } from "./headless.mjs";

await runHeadless("yield");
