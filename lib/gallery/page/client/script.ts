/** Loads other scripts when they are needed: classic scripts, because modules and fetch don't work on pages opened from disk. */

/** Address of this script; the others are in the same folder. Only known while the script starts. */
const own = document.currentScript instanceof HTMLScriptElement ? document.currentScript.src : document.baseURI;
const loading = new Map<string, Promise<void>>();

/** Address of a bundled script, e.g. `vega`. */
export function assetUrl(name: string): string {
  return new URL(`${name}.js`, own).href;
}

/** Runs a script once, however often it is requested. A failed one can be requested again. */
export function loadScript(url: string): Promise<void> {
  const earlier = loading.get(url);
  if (earlier) return earlier;
  const loaded = new Promise<void>((resolve, reject) => {
    const script = document.createElement("script");
    script.src = url;
    script.addEventListener("load", () => resolve());
    script.addEventListener("error", () => {
      loading.delete(url);
      script.remove();
      reject(new Error(`${url} could not be loaded`));
    });
    document.head.append(script);
  });
  loading.set(url, loaded);
  return loaded;
}
