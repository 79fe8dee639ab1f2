/** Other scripts, loaded when they are needed. Classic scripts, because modules and fetch don't work on pages opened from a disk. */

/** Address of the script that is being run: the others lie beside it. Read while the script starts; later there is none. */
const own = document.currentScript instanceof HTMLScriptElement ? document.currentScript.src : document.baseURI;
const loading = new Map<string, Promise<void>>();

/** Address of a bundled script, e.g. `vega`. */
export function assetUrl(name: string): string {
  return new URL(`${name}.js`, own).href;
}

/** Runs a script once, however often it is asked for. A failed one may be asked for again. */
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
