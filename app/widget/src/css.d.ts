declare module "*.css" {
  const text: string;
  export default text;
}

/** Made by build.mjs: by language, what each English message is; two forms where a number counts. */
declare module "catalogues" {
  const catalogues: Record<string, Record<string, string | string[]>>;
  export default catalogues;
}
