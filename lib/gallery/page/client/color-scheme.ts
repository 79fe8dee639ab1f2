/** Whether the page is dark: what the reader chose, or what the system prefers. */
export function isDark(): boolean {
  const { theme } = document.documentElement.dataset;
  return theme === "light" || theme === "dark" ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}
