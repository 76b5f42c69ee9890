// Curves lie in a plot of 1000 × 1000 units whose viewBox is what is looked at; the axes are drawn for it.
'use strict';
const Extent = 1000, Frame = { left: 60, top: 8, width: 780, height: 214 };

function scale(text) {
  const [from, to, kind] = text.split(' ');
  return { from: +from, to: +to, log: kind === 'log' };
}

function ticks(from, to, log) {
  if (log && Math.floor(to) - Math.ceil(from) >= 1) {
    const every = Math.ceil((to - from) / 8), first = Math.ceil(from);
    return Array.from({ length: Math.floor(to) - first + 1 }, (_, i) => first + i).filter(t => (t - first) % every === 0);
  }
  const rough = (to - from) / 5, power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find(m => m * power >= rough * 0.999);
  const first = Math.ceil(from / step - 1e-9);
  return Array.from({ length: Math.floor(to / step + 1e-9) - first + 1 }, (_, i) => (first + i) * step);
}

const label = value => String(+value.toPrecision(4));
const valueOf = (at, axis) => { const v = axis.from + at / Extent * (axis.to - axis.from); return axis.log ? 10 ** v : v; };
const element = (name, attributes) => {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const key in attributes) made.setAttribute(key, attributes[key]);
  return made;
};

for (const chart of document.querySelectorAll('.chart')) {
  const frame = chart.querySelector('.frame'), plot = chart.querySelector('.plot'), axes = chart.querySelector('.axes'), box = chart.querySelector('.box');
  const output = chart.querySelector('output'), logarithm = chart.querySelector('.log');
  const x = scale(plot.dataset.x), straight = scale(plot.dataset.y);
  const curves = [...plot.querySelectorAll('polyline')].map(line => ({ line, points: [...line.points].map(p => [p.x, p.y]) }));
  let y = straight, view, start;

  function show(left, top, width, height) {
    view = { left, top, width, height };
    plot.setAttribute('viewBox', [left, top, width, height].join(' '));
    axes.replaceChildren();
    const along = (at, axis) => axis.from + at / Extent * (axis.to - axis.from);
    for (const t of ticks(along(left, x), along(left + width, x), x.log)) {
      const at = Frame.left + ((t - x.from) / (x.to - x.from) * Extent - left) / width * Frame.width;
      const text = element('text', { x: at, y: Frame.top + Frame.height + 16, 'text-anchor': 'middle' });
      text.textContent = label(x.log ? 10 ** t : t);
      axes.append(element('line', { x1: at, x2: at, y1: Frame.top, y2: Frame.top + Frame.height }), text);
    }
    for (const t of ticks(along(Extent - top - height, y), along(Extent - top, y), y.log)) {
      const at = Frame.top + ((1 - (t - y.from) / (y.to - y.from)) * Extent - top) / height * Frame.height;
      const text = element('text', { x: Frame.left - 6, y: at + 4, 'text-anchor': 'end' });
      text.textContent = label(y.log ? 10 ** t : t);
      axes.append(element('line', { x1: Frame.left, x2: Frame.left + Frame.width, y1: at, y2: at }), text);
    }
  }
  const showAll = () => show(0, 0, Extent, Extent);

  // in the frame's coordinates, kept within the plot
  function place(event) {
    const p = new DOMPoint(event.clientX, event.clientY).matrixTransform(frame.getScreenCTM().inverse());
    return [Math.min(Math.max(p.x, Frame.left), Frame.left + Frame.width), Math.min(Math.max(p.y, Frame.top), Frame.top + Frame.height)];
  }
  const inPlot = ([px, py]) => [view.left + (px - Frame.left) / Frame.width * view.width, view.top + (py - Frame.top) / Frame.height * view.height];

  function boxTo([px, py]) {
    // a flat box selects along the horizontal axis alone
    const flat = Math.abs(py - start[1]) < 12;
    return {
      x: Math.min(px, start[0]), width: Math.abs(px - start[0]),
      y: flat ? Frame.top : Math.min(py, start[1]), height: flat ? Frame.height : Math.abs(py - start[1])
    };
  }

  function tell(event) {
    const [at] = inPlot(place(event));
    const shown = curves.at(-1).line.points;
    if (shown.length === 0) return;
    let low = 0, high = shown.length - 1;
    while (high - low > 1) { const middle = (low + high) >> 1; if (shown[middle].x < at) low = middle; else high = middle; }
    const near = at - shown[low].x < shown[high].x - at ? shown[low] : shown[high];
    output.textContent = `${label(valueOf(near.x, x))}: ${label(valueOf(Extent - near.y, y))}`;
  }

  frame.addEventListener('pointerdown', event => { start = place(event); if (event.isTrusted) frame.setPointerCapture(event.pointerId); });
  frame.addEventListener('pointermove', event => {
    tell(event);
    if (!start) return;
    const selected = boxTo(place(event));
    for (const key in selected) box.setAttribute(key, selected[key]);
    box.removeAttribute('hidden');
  });
  frame.addEventListener('pointerup', event => {
    const selected = start && boxTo(place(event));
    start = undefined;
    box.setAttribute('hidden', '');
    if (!selected || selected.width < 5) return;
    const [left, top] = inPlot([selected.x, selected.y]);
    show(left, top, selected.width / Frame.width * view.width, selected.height / Frame.height * view.height);
  });
  frame.addEventListener('dblclick', showAll);

  const lowest = valueOf(Extent - Math.max(...curves.flatMap(c => c.points.map(p => p[1]))), straight);
  if (!straight.log && lowest > 0) {
    logarithm.hidden = false;
    logarithm.addEventListener('click', () => {
      const log = !y.log;
      logarithm.setAttribute('aria-pressed', log);
      y = log ? { from: Math.log10(lowest), to: Math.max(Math.log10(straight.to), Math.log10(lowest) + 1e-9), log } : straight;
      for (const { line, points } of curves) {
        line.setAttribute('points', points.map(([px, py]) =>
          [px, log ? Extent * (1 - (Math.log10(valueOf(Extent - py, straight)) - y.from) / (y.to - y.from)) : py].join()).join(' '));
      }
      showAll();
    });
  }
  showAll();
}
