/** @jsxRuntime automatic @jsxImportSource preact */
import type { FigureArtifact } from "../../artifacts/artifacts.ts";

interface FigurePictureProps {
  readonly figure: FigureArtifact;
  /** Address of a file of the figure. */
  address(file: string): string;
  /** What the link to the file is called. */
  readonly label: string;
  readonly loading: "eager" | "lazy";
}

/** A figure at half its pixels. It is the PNG itself, so that saving it keeps its sidecar; style sheets turn it dark. */
export function FigurePicture({ figure, address, label, loading }: FigurePictureProps) {
  return (
    <a class={figure.turnsDark ? "plate-picture turns-dark" : "plate-picture"} href={address(figure.file)} aria-label={label}>
      <img
        src={address(figure.file)}
        width={Math.round(figure.width / 2)}
        height={Math.round(figure.height / 2)}
        alt={figure.alt}
        loading={loading}
      />
    </a>
  );
}
