/** @jsxRuntime automatic @jsxImportSource preact */
/** What a published gallery has besides its pages: files for hosts and search engines. */
import { UserError } from "../../files/errors.ts";
import type { Atlas } from "../atlas/atlas.ts";
import type { PageFile } from "../feature.ts";
import type { GalleryFolder } from "../folder.ts";
import { HOME, linkFromRoot, NOT_FOUND, publishedUrl, SOCIAL_CARD } from "../links.ts";
import { documentText } from "../page/document-text.ts";
import { Page } from "../page/page.tsx";
import { drawSocialCard } from "./social-card.ts";

/** The address of a site as pages use it, with a slash at its end. @throws UserError when it isn't one */
export function siteAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol) || url.search !== "" || url.hash !== "" || url.username !== "")
    throw new UserError(`--base-url ${JSON.stringify(text)} is not an address of a site; give one like https://example.org/atlas/.`, 2);
  return url.href.endsWith("/") ? url.href : `${url.href}/`;
}

/** @param out folder of the run */
export async function writeSiteFiles(atlas: Atlas, pages: readonly PageFile[], out: string, folder: GalleryFolder): Promise<void> {
  // GitHub Pages would leave out what its page generator takes for its own.
  folder.write(".nojekyll", "");
  const { baseUrl } = atlas;
  if (baseUrl === null) return;
  folder.write("sitemap.xml", sitemap(baseUrl, pages));
  folder.write("robots.txt", `User-agent: *\nAllow: /\nSitemap: ${baseUrl}sitemap.xml\n`);
  folder.write(NOT_FOUND, documentText(<NotFoundPage atlas={atlas} baseUrl={baseUrl} />));
  folder.write(SOCIAL_CARD.file, await drawSocialCard(atlas, out));
}

function sitemap(baseUrl: string, pages: readonly PageFile[]): string {
  const places = pages.map(({ file }) => `  <url><loc>${xmlText(publishedUrl(baseUrl, file))}</loc></url>\n`).join("");
  return `<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n${places}</urlset>\n`;
}

function xmlText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll("'", "&apos;");
}

/** Hosts show it at any address that they don't know, so its links start at the root of the host. */
function NotFoundPage({ atlas, baseUrl }: { readonly atlas: Atlas; readonly baseUrl: string }) {
  const link = linkFromRoot(NOT_FOUND, baseUrl);
  return (
    <Page atlas={atlas} title="Off the chart" description="Page not found." link={link} navigation={null} style="home">
      <main id="main" class="home">
        <section class="opening">
          <div>
            <h1>Off the chart</h1>
            <p class="lede">
              Page not found. Start from <a href={link(HOME)}>the home page</a>, or use the search above.
            </p>
          </div>
        </section>
      </main>
    </Page>
  );
}
