// One colour of the embedding page becomes an accent that can be read on light and on dark.

type Rgb = [number, number, number];

const PAPER: Record<"light" | "dark", Rgb> = { light: [252, 251, 248], dark: [25, 24, 22] };
const INK: Record<"light" | "dark", Rgb> = { light: [0, 0, 0], dark: [255, 255, 255] };
/** WCAG 2.2 AA for text, with a little to spare for the tinted grounds that it stands on. */
const MIN_CONTRAST = 5.2;
const STEPS = 20;

/** The custom properties for an accent colour; none where the browser does not know the colour. */
export function accentProperties(color: string): Record<string, string> {
  const given = rgbOf(color);
  if (!given) return {};
  const [light, dark] = [readable(given, "light"), readable(given, "dark")];
  return {
    "--accent": `light-dark(${css(light)}, ${css(dark)})`,
    "--on-accent": `light-dark(${css(onTop(light))}, ${css(onTop(dark))})`,
  };
}

/** The colour, moved towards black or white until it can be read on the paper of a scheme. */
function readable(color: Rgb, scheme: "light" | "dark"): Rgb {
  for (let step = 0; step < STEPS; step += 1) {
    const mixed = mix(color, INK[scheme], step / STEPS);
    if (contrast(mixed, PAPER[scheme]) >= MIN_CONTRAST) return mixed;
  }
  return INK[scheme];
}

function onTop(color: Rgb): Rgb {
  const [white, black]: [Rgb, Rgb] = [[255, 255, 255], [18, 20, 19]];
  return contrast(white, color) >= contrast(black, color) ? white : black;
}

function mix(one: Rgb, other: Rgb, share: number): Rgb {
  return one.map((value, n) => Math.round(value + ((other[n] ?? 0) - value) * share)) as Rgb;
}

/** Contrast ratio of WCAG, from 1 to 21. */
function contrast(one: Rgb, other: Rgb): number {
  const [high = 0, low = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

function luminance(color: Rgb): number {
  const [red = 0, green = 0, blue = 0] = color.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** What a CSS colour is in sRGB; null for what is none. A canvas knows all notations. */
function rgbOf(color: string): Rgb | null {
  if (!CSS.supports("color", color)) return null;
  const context = document.createElement("canvas").getContext("2d");
  if (!context) return null;
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
  return [red, green, blue];
}

function css(color: Rgb): string {
  return `rgb(${color.join(" ")})`;
}
