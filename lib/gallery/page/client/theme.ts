/** Light or dark: what the system prefers, or what the reader chose. Runs before the page is drawn, so nothing flashes. */
import { isDark } from "./color-scheme.ts";

const KEY = "trace-atlas-theme";
type Theme = "light" | "dark";

const system = matchMedia("(prefers-color-scheme: dark)");

/** Some browsers refuse storage on pages opened from disk and in private windows; the choice then lasts for the page. */
function chosen(): Theme | null {
  try {
    const value = localStorage.getItem(KEY);
    return value === "light" || value === "dark" ? value : null;
  } catch {
    return null;
  }
}

function apply(theme: Theme | null): void {
  if (theme) document.documentElement.dataset.theme = theme;
  document.dispatchEvent(new Event("themechange"));
}

function addToggle(): void {
  const button = document.querySelector<HTMLButtonElement>("button[data-theme-toggle]");
  if (!button) return;
  const label = () => {
    const next = isDark() ? "light" : "dark";
    button.setAttribute("aria-label", `Switch to ${next} mode`);
    button.title = `Switch to ${next} mode`;
  };
  button.addEventListener("click", () => {
    const next: Theme = isDark() ? "light" : "dark";
    try {
      localStorage.setItem(KEY, next);
    } catch {
      // The choice lasts for the page.
    }
    apply(next);
    label();
  });
  system.addEventListener("change", () => {
    apply(null);
    label();
  });
  label();
}

document.documentElement.dataset.scripts = "on";
apply(chosen());
addEventListener("DOMContentLoaded", addToggle);
