/** The Settings page: model and key, limits, prompts, Python, appearance, data on this device. */
export { SettingsPage } from "./settings-page.tsx";
