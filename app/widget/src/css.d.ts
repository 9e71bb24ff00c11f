declare module "*.css" {
  const text: string;
  export default text;
}

/** Made by build.mjs from the server's gettext catalogues. */
declare module "catalogues" {
  const catalogues: import("./language.js").Catalogues;
  export default catalogues;
}

declare module "catalogues/*" {
  const catalogues: import("./language.js").Catalogues;
  export default catalogues;
}
