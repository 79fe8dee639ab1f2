/** @jsxRuntime automatic @jsxImportSource preact */
import type { Atlas } from "../atlas/atlas.ts";
import { SITE_NAME } from "../atlas/words.ts";
import { fileOf, publishedUrl, SOCIAL_CARD } from "../links.ts";

interface SocialProps {
  readonly atlas: Atlas;
  /** Path of the page. */
  readonly page: string;
  readonly title: string;
  readonly description: string;
}

/** What other sites show when the page's address is shared. They need absolute addresses, so some tags exist only when the published address is known. */
export function Social({ atlas, page, title, description }: SocialProps) {
  const { baseUrl } = atlas;
  const image = imageOf(atlas, page);
  return (
    <>
      <meta property="og:type" content="website" />
      <meta property="og:site_name" content={SITE_NAME} />
      <meta property="og:title" content={title} />
      <meta property="og:description" content={description} />
      {baseUrl !== null && (
        <>
          <link rel="canonical" href={publishedUrl(baseUrl, page)} />
          <meta property="og:url" content={publishedUrl(baseUrl, page)} />
          <meta property="og:image" content={publishedUrl(baseUrl, image.file)} />
          <meta property="og:image:width" content={String(image.width)} />
          <meta property="og:image:height" content={String(image.height)} />
          <meta property="og:image:alt" content={image.alt} />
          <meta name="twitter:card" content="summary_large_image" />
        </>
      )}
    </>
  );
}

/** The first figure of an experiment, and on other pages the card of the home page. */
function imageOf(atlas: Atlas, page: string) {
  const sheet = atlas.sheets.find((candidate) => candidate.page === page);
  const figure = sheet?.figures[0];
  if (!sheet || !figure) return { ...SOCIAL_CARD, alt: `${SITE_NAME}: the pool in numbers` };
  return { file: fileOf(sheet.id, figure.file), width: figure.width, height: figure.height, alt: figure.alt };
}
