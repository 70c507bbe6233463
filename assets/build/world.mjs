// Draws the land of the world as one SVG symbol, in the projection and scale
// that internal/web/ui/map.go uses for its points. Land from Natural Earth
// (public domain) by way of world-atlas.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { geoNaturalEarth1, geoPath } from "d3-geo";
import { merge, mesh } from "topojson-client";

const here = new URL("./", import.meta.url);
const world = JSON.parse(readFileSync(new URL("../node_modules/world-atlas/countries-110m.json", here), "utf8"));
const antarctica = "010";
const countries = world.objects.countries;
countries.geometries = countries.geometries.filter((g) => g.id !== antarctica);

const path = geoPath(geoNaturalEarth1().scale(174).translate([480, 246])).digits(1);

/** How many steps make one pixel. */
const fine = 1.5;

/** The same path in steps from point to point: a third of the size. */
function relative(d) {
  let x = 0;
  let y = 0;
  return d.replace(/([ML])(-?[\d.]+),(-?[\d.]+)/g, (_, op, px, py) => {
    const [nx, ny] = [Math.round(px * fine), Math.round(py * fine)];
    const step = op === "M" ? `M${nx} ${ny}` : `l${nx - x} ${ny - y}`;
    [x, y] = [nx, ny];
    return step.replace(" -", "-");
  }).replace(/l0 0(?=[lMZ]|$)/g, "")
    // steps follow each other without their letter
    .replace(/(?<=l-?\d+[ -]\d+(?:l-?\d+[ -]\d+)*)l(-?)/g, (_, sign) => sign || " ");
}

const land = relative(path(merge(world, countries.geometries)));
const borders = relative(path(mesh(world, countries, (a, b) => a !== b)));

mkdirSync(new URL("../gen/", here), { recursive: true });
writeFileSync(
  new URL("../gen/world.svg", here),
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 440"><g id="land" transform="scale(${(1 / fine).toFixed(4)})"><path d="${land}" fill="currentColor"/>` +
    `<path d="${borders}" fill="none" stroke="#fff" stroke-opacity=".55" stroke-width=".9"/></g></svg>\n`,
);
