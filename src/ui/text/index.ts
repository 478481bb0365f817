/**
 * What pages say alike, as pure functions: figures and dates, waiting, estimates, what a profile lacks; and the
 * addresses of the pages (`paths`). No React, so that whatever shapes a page's texts can be read and tested without one.
 */
export * from "./address-text.ts";
export * from "./estimate-text.ts";
export * from "./format.ts";
export * from "./links.ts";
export * from "./profile-lack.ts";
export * from "./waiting-text.ts";
