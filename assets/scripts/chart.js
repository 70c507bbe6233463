// Draws what internal/web/ui.Chart prepared. Every text comes formatted from
// the server; here are only shapes and colours. In right-to-left pages time
// runs from right to left and the values stand at the right.
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

echarts.use([BarChart, LineChart, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, CanvasRenderer]);

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function look() {
  return {
    ink: css("--ink"), muted: css("--muted"), line: css("--line"), surface: css("--surface"), accent: css("--chart-accent"),
    colors: [1, 2, 3, 4, 5].map((n) => css(`--chart-${n}`)),
    font: getComputedStyle(document.body).fontFamily,
    rtl: document.documentElement.dir === "rtl",
    calm: matchMedia("(prefers-reduced-motion: reduce)").matches,
  };
}

const isolate = (s) => `\u2068${s}\u2069`;

function series(data, l) {
  let next = 0;
  return data.series.map((s) => {
    const kind = s.kind ?? data.kind;
    const color = s.accent ? l.accent : l.colors[next++ % l.colors.length];
    const bars = kind === "bar" || kind === "stack" || kind === "rows";
    const stream = kind === "stream";
    return {
      name: s.name,
      type: bars ? "bar" : "line",
      data: s.values,
      color,
      stack: kind === "stack" || stream ? "all" : undefined,
      barMaxWidth: 34,
      barCategoryGap: "35%",
      itemStyle: bars && kind !== "stack" ? { borderRadius: kind === "rows" ? (l.rtl ? [3, 0, 0, 3] : [0, 3, 3, 0]) : [3, 3, 0, 0] } : undefined,
      // In a stream a thin line of the ground parts the areas, whatever their colours.
      lineStyle: stream ? { width: 1, color: l.surface } : { width: 2.5, type: s.dashed ? "dashed" : "solid" },
      symbol: "circle",
      symbolSize: 6,
      showSymbol: !stream && s.values.length < 20,
      smooth: stream ? 0 : 0.15,
      areaStyle: stream ? { opacity: 0.9, color } : kind === "area" ? { opacity: 0.14 } : undefined,
      emphasis: { focus: "none" },
    };
  });
}

// A band is the area between a line that is not seen and another on top of it.
function bands(data, l) {
  return (data.bands ?? []).flatMap((b, i) => {
    const line = { type: "line", stack: `band ${i}`, symbol: "none", lineStyle: { opacity: 0 }, emphasis: { disabled: true }, z: 1 };
    const color = l.accent;
    return [
      { ...line, data: b.low, silent: true },
      { ...line, name: b.name, color, itemStyle: { opacity: 0.2 + 0.2 * i }, data: b.low.map((v, j) => (v === null ? null : b.high[j] - v)), areaStyle: { color, opacity: 0.14 + 0.1 * i } },
    ];
  });
}

// Moments so close that their words would cover each other share the first's.
function moments(data, l, width) {
  if (!data.moments?.length) return undefined;
  const step = width / Math.max(1, data.labels.length);
  let free = -Infinity;
  const label = (m) => {
    if (m.index * step < free) return { show: false };
    free = m.index * step + 8 * m.label.length;
    return { formatter: isolate(m.label) };
  };
  return {
    silent: true,
    symbol: ["none", "none"],
    lineStyle: { color: l.accent, type: "dashed", width: 1.5 },
    label: { color: l.accent, fontFamily: l.font, fontSize: 12, fontWeight: 600, position: "end", distance: 4 },
    data: data.moments.toSorted((a, b) => a.index - b.index).map((m) => ({ xAxis: m.index, label: label(m) })),
  };
}

// How many lines the legend needs: letters are taken as 7 points wide.
function legendLines(names, width) {
  let lines = 1;
  let used = 0;
  for (const n of names) {
    const w = 36 + 7 * n.length;
    if (used > 0 && used + w > width) {
      lines++;
      used = 0;
    }
    used += w;
  }
  return lines;
}

function options(data, l, width) {
  const narrow = width < 560;
  const rows = data.kind === "rows";
  // The first and the last moment are written inwards: on a phone a long date
  // would otherwise push the drawing itself aside.
  const inward = narrow && !rows && data.labels.length > 12 ? { alignMinLabel: l.rtl ? "right" : "left", alignMaxLabel: l.rtl ? "left" : "right" } : {};
  const texts = new Map(data.ticks.map((t) => [t.value, t.text]));
  const text = { color: l.muted, fontFamily: l.font, fontSize: 12 };
  const labels = {
    type: "category",
    data: data.labels,
    inverse: rows || l.rtl,
    position: rows && l.rtl ? "right" : undefined,
    boundaryGap: data.series.some((s) => ["bar", "stack", "rows"].includes(s.kind ?? data.kind)),
    axisLine: { lineStyle: { color: l.line } },
    axisTick: { show: false },
    axisLabel: { ...text, color: rows ? l.ink : l.muted, hideOverlap: true, margin: 10, ...inward, formatter: (name, i) => isolate(data.axis?.[i] ?? name), ...(rows ? { width: 160, overflow: "truncate" } : {}) },
  };
  const values = {
    type: "value",
    inverse: rows && l.rtl,
    position: !rows && l.rtl ? "right" : undefined,
    min: 0,
    max: data.ticks.at(-1).value,
    interval: data.ticks[1].value,
    splitLine: { lineStyle: { color: l.line } },
    axisLabel: { ...text, formatter: (v) => texts.get(Math.round(v * 1e6) / 1e6) ?? "" },
  };
  const list = series(data, l);
  if (list[0]) list[0].markLine = moments(data, l, width);
  // What is drawn, in order, with the texts of its values; those without are silent.
  const behind = bands(data, l);
  const drawn = list.map((s, i) => ({ name: s.name, texts: data.series[i].texts })).concat(behind.map((s, i) => ({ name: s.name, texts: s.name ? data.bands[(i - 1) / 2].texts : [] })));
  const names = drawn.map((d) => d.name).filter(Boolean);
  const many = names.length > 1;
  // Room for the labels. On phones it is reckoned here: the library, fitting
  // long dates, can leave no room for the drawing.
  const beside = 16 + 8 * Math.max(...data.ticks.map((t) => t.text.length));
  const room = narrow && !rows ? { bottom: 26, [l.rtl ? "right" : "left"]: beside, [l.rtl ? "left" : "right"]: 12 } : { bottom: 4, left: 6, right: 6, containLabel: true, outerBoundsMode: "same" };
  return {
    animation: !l.calm,
    animationDuration: 400,
    textStyle: { fontFamily: l.font },
    grid: { top: (data.moments?.length ? 34 : 12) + (many ? 26 * legendLines(names, width) : 0), ...room },
    legend: many ? { top: 0, [l.rtl ? "right" : "left"]: 0, align: l.rtl ? "right" : "left", icon: "roundRect", itemWidth: 12, itemHeight: 12, itemGap: 18, textStyle: { color: l.ink, fontFamily: l.font, fontSize: 13 }, data: l.rtl ? names.reverse() : names } : undefined,
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      confine: true,
      backgroundColor: l.ink,
      borderWidth: 0,
      padding: [8, 12],
      axisPointer: { type: rows ? "shadow" : "line", lineStyle: { color: l.muted }, shadowStyle: { opacity: 0.06 } },
      textStyle: { color: l.surface, fontFamily: l.font, fontSize: 13, lineHeight: 20, align: l.rtl ? "right" : "left" },
      formatter: (points) =>
        [data.labels[points[0].dataIndex]]
          .concat(points.filter((p) => drawn[p.seriesIndex].texts[p.dataIndex]).map((p) => `${l.rtl ? "\u200f" : ""}${p.seriesName}: ${drawn[p.seriesIndex].texts[p.dataIndex]} ${data.unit ?? ""}`.trim()))
          .join("\n"),
    },
    [rows ? "yAxis" : "xAxis"]: labels,
    [rows ? "xAxis" : "yAxis"]: values,
    series: list.concat(behind),
  };
}

export async function draw(el) {
  const data = JSON.parse(document.getElementById(el.dataset.chart).textContent);
  await document.fonts.ready;
  const chart = echarts.init(el);
  const paint = () => chart.setOption(options(data, look(), el.clientWidth), true);
  paint();
  new ResizeObserver(() => chart.resize()).observe(el);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
}
