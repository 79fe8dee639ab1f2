/** @jsxRuntime automatic @jsxImportSource preact */
/** An address for each figure that its id is enough for: `f/<id>/` leads to the figure on its page, also without scripts. */
import type { Atlas, Sheet, SheetFigure } from "../atlas/atlas.ts";
import { SITE_NAME } from "../atlas/words.ts";
import type { GalleryFolder } from "../folder.ts";
import { anchorOf, ICON, linkFrom, pageOf, permalinkOf, publishedUrl } from "../links.ts";
import { documentText } from "../page/document-text.ts";

export function writePermalinks({ sheets, baseUrl }: Atlas, folder: GalleryFolder): void {
  for (const sheet of sheets)
    for (const figure of sheet.figures)
      folder.write(permalinkOf(figure.id), documentText(<Permalink sheet={sheet} figure={figure} baseUrl={baseUrl} />));
}

interface PermalinkProps {
  readonly sheet: Sheet;
  readonly figure: SheetFigure;
  readonly baseUrl: string | null;
}

function Permalink({ sheet, figure, baseUrl }: PermalinkProps) {
  const page = pageOf(sheet.id);
  const link = linkFrom(permalinkOf(figure.id));
  const address = link(page, anchorOf("figure", figure.name));
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="refresh" content={`0; url=${address}`} />
        <meta name="viewport" content="width=device-width" />
        <meta name="color-scheme" content="light dark" />
        <link rel="icon" href={link(ICON)} />
        <link rel="canonical" href={baseUrl === null ? address : publishedUrl(baseUrl, page)} />
        <title>{`Figure ${figure.id} · ${SITE_NAME}`}</title>
      </head>
      <body>
        <p>
          Figure {figure.id} is on the page <a href={address}>{sheet.title}</a>.
        </p>
      </body>
    </html>
  );
}
