// A computation on grids: every cell that is chosen shows the sum from which its value or gradient comes.
// What is said here is what telling.py says; where everything stands comes from layout.py.
(() => {
  const data = JSON.parse(document.getElementById("grids").textContent);
  const find = (id) => document.getElementById(id);
  const [svg, row, said, note, here, forward, backward] =
    ["picture", "row", "said", "note", "here", "forward", "backward"].map(find);
  const { grids, stages, blocks, output } = data;
  const NS = "http://www.w3.org/2000/svg", PAID = 6, COLOURED = 9, NUMBERS_FROM = 34, ARROWS_FROM = 20, CHIPS_FROM = 48, MOST_FRAMED = 4, MOST_SAID = 112;

  // Numbers that JSON has no word for are texts.
  const values = [0];
  for (const grid of grids) {
    grid.values = grid.values.map(Number);
    if (grid.gradients) grid.gradients = grid.gradients.map(Number);
    for (const v of grid.values) values.push(v);
  }
  const gridOf = new Int32Array(values.length).fill(-1);
  grids.forEach((grid, g) => gridOf.fill(g, grid.start, grid.start + grid.values.length));
  const uses = values.map(() => null), shown = grids.map(() => -1), madeBy = grids.map(() => -1);
  stages.forEach((stage, s) => {
    stage.first = [0];
    for (const count of stage.counts) stage.first.push(stage.first[stage.first.length - 1] + count);
    stage.outs = new Int32Array(stage.source.length);
    stage.counts.forEach((count, k) => stage.outs.fill(k, stage.first[k], stage.first[k + 1]));
    stage.start = grids[stage.output].start;
    madeBy[stage.output] = s;
    for (const codes of [stage.source, stage.by]) {
      codes.forEach((code, at) => {
        if (code <= 0 || (codes === stage.by && stage.source[at] === code)) return;
        (uses[code] ||= []).push([s, at]);
        if (shown[gridOf[code]] < 0) shown[gridOf[code]] = s;
      });
    }
    for (const code of stage.source.concat(stage.by)) if (code > 0) uses[code].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    const held = stage.weights.reduce((sum, g) => sum + grids[g].values.length, 0);
    stage.coloured = held > 0 && held <= COLOURED;
  });

  // Every step is a cell of a block: outputs forwards, gradients backwards.
  const starts = [1];
  for (const [, g] of blocks) starts.push(starts[starts.length - 1] + grids[g].values.length);
  const end = starts[starts.length - 1] - 1;
  const stepOf = (g, back) => starts[blocks.findIndex((b) => b[1] === g && b[2] === back)];
  const valueFrom = grids.map((_, g) => stepOf(g, 0) ?? 0), paidFrom = grids.map((_, g) => stepOf(g, 1) ?? Infinity);
  const backFrom = Math.min(...paidFrom);
  function at(now) {
    if (now === 0) return null;
    let b = 0;
    while (starts[b + 1] <= now) b++;
    const [stage, grid, back] = blocks[b];
    return { stage, grid, code: grids[grid].start + now - starts[b], back: back === 1 };
  }

  // Names and numbers as telling.py writes them.
  const minus = (s) => s.replace(/-/g, "−");
  const low = (s) => s.replace(/\d/g, (d) => "₀₁₂₃₄₅₆₇₈₉"[d]);
  function short(x, digits = 3) {
    if (!Number.isFinite(x)) return Number.isNaN(x) ? "NaN" : x > 0 ? "∞" : "−∞";
    const size = Math.abs(x), near = x * (1 + 1e-12) + 0;
    if (data.format) return minus(formatted(near, ...data.format));
    if (size < 1e-12) return "0";
    if (size < 1e-3 || size >= 99999.5) {
      const [mantissa, exponent] = near.toExponential(1).split("e");
      return minus(`${mantissa.replace(/\.0$/, "")}e${Number(exponent)}`);
    }
    const places = Math.min(digits + 1, Math.max(0, digits - 1 - Math.floor(Math.log10(size))));
    const text = near.toFixed(places);
    return minus(text.includes(".") ? text.replace(/\.?0+$/, "") : text);
  }
  // A number by a format of Python: .2f, .1e or .3g.
  function formatted(x, letter, digits) {
    if (letter === "f") return x.toFixed(digits);
    const most = Math.max(digits, 1), [mantissa, exponent] = x.toExponential(letter === "e" ? digits : most - 1).split("e");
    const power = `e${exponent[0]}${exponent.slice(1).padStart(2, "0")}`, bare = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
    if (letter === "e") return mantissa + power;
    return exponent < -4 || exponent >= most ? bare(mantissa) + power : bare(x.toFixed(Math.max(0, most - 1 - exponent)));
  }
  const signed = (x) => (x < 0 ? `(${short(x)})` : short(x));
  const read = (text) => Number(text.replace(/−/g, "-").replace("∞", "Infinity"));
  const exact = (x) => { const r = read(short(x)); return r === x || Math.abs(r - x) <= 1e-9 * Math.abs(x); };
  function places(g, index) {
    const { shape } = grids[g], found = [];
    for (let d = shape.length - 1, rest = index; d >= 0; d--) {
      found.unshift(rest % shape[d]);
      rest = Math.floor(rest / shape[d]);
    }
    const least = shape.length - (shape.length < 2 ? 1 : 2);
    const kept = found.filter((_, d) => shape[d] > 1 || d >= least);
    return shape.length === 2 && shape[0] === 1 ? kept.slice(1) : kept;
  }
  const position = (g, index) => { const p = places(g, index); return low(p.join(p.some((n) => n > 9) ? "," : "")); };
  const name = (code, stage) =>
    code < 0 ? short(Number(stage.fill[-code])) : grids[gridOf[code]].letter + position(gridOf[code], code - grids[gridOf[code]].start);
  function spoken(code) {
    const g = gridOf[code], p = places(g, code - grids[g].start);
    return p.length ? `${grids[g].letter}[${p.join(", ")}]` : grids[g].letter;
  }
  const value = (code, stage) => (code < 0 ? Number(stage.fill[-code]) : values[code]);
  const factor = (stage, use) => Number(Array.isArray(stage.factor) ? stage.factor[use] : stage.factor);
  const gradient = (code) => { const g = grids[gridOf[code]]; return g.gradients ? g.gradients[code - g.start] : 0; };

  const added = (parts) => parts.map((p) => (p.startsWith("−") && !p.includes(" ") ? `(${p})` : p));
  const sumOf = (terms, alone) => (terms.length > 1 ? `sum of ${terms.length}: ` : alone);

  function forwardTold(s, code) {
    const stage = stages[s], k = code - stage.start, result = values[code], lead = name(code), terms = [];
    for (let use = stage.first[k]; use < stage.first[k + 1]; use++) {
      const source = stage.source[use], by = stage.by[use] || 0, f = factor(stage, use), x = value(source, stage);
      const term = { symbol: name(source, stage), numbers: "", value: x, state: "", out: code, source, by };
      if (stage.form === "sum") {
        const parts = f === 1 ? [] : [f === -1 ? "−1" : short(f)];
        term.value = x * f;
        if (by) {
          term.value *= value(by);
          term.symbol += ` · ${name(by)}`;
          term.numbers = [...parts, signed(x), signed(value(by))].join(" × ");
        } else if (parts.length) term.numbers = [...parts, signed(x)].join(" × ");
        if (source < 0) term.state = "lost";
      } else if (stage.form === "max" || stage.form === "min") term.state = f ? "won" : "lost";
      else if (stage.form.endsWith("softmax")) {
        Object.assign(term, { symbol: `exp ${term.symbol}`, numbers: `exp ${signed(x)}`, value: Math.exp(Math.min(x, 700)) });
      } else if (stage.form === "standardize" && gridOf[Math.max(source, 1)] !== stage.sources[0]) term.state = "aside";
      terms.push(term);
    }
    const told = { stage: s, code, back: false, lead, result, terms, after: "" };
    if (stage.form !== "sum") {
      const [middle, equals, foot] = stage.said[k];
      return Object.assign(told, { parts: [middle], equals, foot });
    }
    if (stage.offset) {
      const rest = Number(stage.offset[k]);
      terms.push({ symbol: "constant", numbers: "", value: rest, state: "", out: code, source: 0, by: 0 });
    }
    const numbers = terms.flatMap((t) => [t.value, value(t.source, stage), value(t.by)]);
    for (let use = stage.first[k]; use < stage.first[k + 1]; use++) numbers.push(factor(stage, use));
    const equals = [result, ...numbers].every(exact) ? "=" : "≈";
    let parts = added(terms.map((t) => t.numbers || short(t.value)));
    if (terms.length === 1 && parts[0] === short(result)) parts = [terms[0].symbol];
    return Object.assign(told, { parts, equals, foot: `${sumOf(terms, "")}${lead} ${equals} ${short(result)}` });
  }

  function backwardTold(code) {
    const g = gridOf[code], result = gradient(code), lead = `∂${output}/∂${name(code)}`, at = shown[g];
    const told = { stage: at, code, back: true, lead, result, terms: [], parts: [], equals: "=", after: ", it is not used", foot: `${lead} = ${short(0)}` };
    if (!uses[code]) return told;
    const numbers = [result];
    for (const [s, use] of uses[code]) {
      const stage = stages[s], k = stage.outs[use], source = stage.source[use], by = stage.by[use] || 0;
      const f = factor(stage, use), out = stage.start + k, delta = gradient(out), twice = source === by ? 2 : 1;
      const which = s === at ? position(stage.output, k) : name(out);
      const term = { symbol: `δ${which}`, value: delta * f * twice, state: "", out, source, by };
      const parts = [signed(delta)];
      if (by) {
        const other = source === code ? by : source, x = value(other, stage);
        term.value *= x;
        term.symbol += ` · ${name(other, stage)}`;
        if (f * twice !== 1) parts.push(signed(f * twice));
        parts.push(signed(x));
        numbers.push(x);
      } else if (stage.form === "sum") {
        if (f !== 1) { term.symbol += ` · ${short(f)}`; parts.push(signed(f)); }
      } else {
        term.symbol += ` · ∂${name(out)}/∂${name(code)}`;
        parts.push(signed(f));
        if (stage.form === "max" || stage.form === "min") term.state = f ? "won" : "lost";
      }
      numbers.push(delta, f, term.value);
      term.numbers = parts.join(" × ");
      told.terms.push(term);
    }
    const { terms } = told;
    told.equals = numbers.every(exact) ? "=" : "≈";
    told.parts = added(terms.map((t) => t.numbers));
    if (terms.length === 1 && told.parts[0] === short(result)) told.parts = [terms[0].symbol];
    told.foot = `${sumOf(terms, "one use: ")}${lead} ${told.equals} ${short(result)}`;
    told.after = stages[at].after[code] || "";
    return told;
  }
  const tell = ({ stage, code, back }) => (back ? backwardTold(code) : forwardTold(stage, code));

  // Drawing
  const draw = (tag, attributes = {}, parent = null, text = null) => {
    const e = document.createElementNS(NS, tag);
    for (const [k, v] of Object.entries(attributes)) e.setAttribute(k, v);
    if (text !== null) e.textContent = text;
    if (parent) parent.append(e);
    return e;
  };
  const tinted = (e, c) => { e.style.setProperty("--cf", `var(--fill-${c})`); e.style.setProperty("--cl", `var(--line-${c})`); };
  const fitted = (text, size, width, bold = false) => Math.min(size, Math.floor((10 * width) / ((bold ? 0.6 : 0.56) * Math.max(text.length, 1))) / 10);
  const slim = () => innerWidth <= 640;

  let now = 0, sweeping = null, view = null, told = null;

  function cellAt(place, index) {
    const { rows, columns, cell } = place, plane = Math.floor(index / (rows * columns)), rest = index % (rows * columns);
    const right = plane % place.across, down = Math.floor(plane / place.across);
    return [
      place.x + right * (columns * cell + 14) + (rest % columns) * cell,
      place.y + down * (rows * cell + 14) + Math.floor(rest / columns) * cell,
    ];
  }

  // The picture of one operation: its cells, and room for what belongs to the chosen one.
  function build(s) {
    const stage = stages[s], layout = slim() ? stage.slim : stage.wide;
    svg.replaceChildren();
    svg.setAttribute("viewBox", `0 0 ${layout.width} ${layout.height}`);
    svg.setAttribute("aria-label", stage.title);
    view = { s, stage, layout, slim: slim(), cells: new Map(), places: [], lines: [] };
    const all = [...layout.left.map((p) => ["in", p]), ...layout.above.map((p) => ["by", p]), ["out", layout.output]];
    for (const [part, [grid, x, y, cell, planes, rows, columns, across]] of all) {
      view.places.push({ part, grid, x, y, cell, planes, rows, columns, across });
    }
    view.places.forEach((place, n) => cellsOf(place, n === 0));
    view.arrows = draw("g", { "pointer-events": "none" }, svg);
    view.marks = draw("g", { "pointer-events": "none" }, svg);
    view.windows = draw("g", { "pointer-events": "none" }, svg);
    view.sum = draw("g", { class: "sum", role: "group", "aria-label": "The sum, line by line" }, svg);
  }

  function cellsOf(place, isFirst) {
    const { part, grid: g, cell: s } = place, grid = grids[g], width = place.across * (place.columns * s + 14) - 14;
    const shape = view.slim || !grid.shape.length ? "" : `(${grid.shape.join(", ")}${grid.shape.length === 1 ? "," : ""})`;
    const atEnd = part === "out" && 9 * grid.title.length + 7 * shape.length > width;
    const text = draw("text", { class: "title", x: atEnd ? place.x + width : place.x, y: place.y - 12, "text-anchor": atEnd ? "end" : "start" }, svg);
    draw("tspan", {}, text, grid.title);
    draw("tspan", { class: "shape", dx: 6 }, text, shape);
    place.cells = [];
    const g0 = draw("g", { class: `grid ${part}`, role: "group", "aria-label": grid.title }, svg);
    const [above, , left] = view.stage.margin, padded = isFirst && view.stage.margin.some(Boolean);
    const inset = s >= 50 ? 3 : s >= 20 ? 1.5 : 0.5, rows = grid.shape[grid.shape.length - 2], columns = grid.shape[grid.shape.length - 1];
    const size = Math.max(...grid.values.filter(Number.isFinite).map(Math.abs), 0) || 1, met = new Set();
    const make = (index, code, v) => {
      const [x, y] = cellAt(place, index), side = Math.max(s - 2 * inset, 1);
      const c = draw("g", {}, g0), body = draw("rect", { class: "body", x: x + inset, y: y + inset, width: side, height: side, rx: s >= 30 ? 5 : 1 }, c);
      const one = { code, v, c, x, y, s, place, state: null, body };
      if (s >= NUMBERS_FROM) {
        one.text = draw("text", { class: "v", x: x + s / 2 }, c);
        one.below = draw("text", { class: "g", x: x + s / 2, y: y + s / 2 + (s >= 60 ? 19 : 13) }, c);
      } else if (Number.isFinite(v) && v) {
        one.heat = draw("rect", { class: v > 0 ? "positive" : "negative", x: x + inset, y: y + inset, width: side, height: side, "fill-opacity": (0.08 + (0.72 * Math.abs(v)) / size).toFixed(2) }, c);
      }
      if (s >= 20) draw("rect", { class: "ring", x: x + inset + 3, y: y + inset + 3, width: Math.max(side - 6, 1), height: Math.max(side - 6, 1), rx: 3 }, c);
      view.cells.set(code, [...(view.cells.get(code) || []), one]);
      return one;
    };
    grid.values.forEach((v, i) => {
      let index = i;
      if (padded) {
        const plane = Math.floor(i / (rows * columns)), rest = i % (rows * columns);
        index = plane * place.rows * place.columns + (Math.floor(rest / columns) + above) * place.columns + (rest % columns) + left;
      }
      met.add(index);
      const one = make(index, grid.start + i, v);
      place.cells.push(one);
      one.c.setAttribute("tabindex", i ? -1 : 0);
      one.c.setAttribute("role", "button");
      one.c.addEventListener("focus", () => enter(one));
      one.c.addEventListener("keydown", (event) => walk(event, one));
    });
    if (padded) {
      for (let index = 0; index < place.planes * place.rows * place.columns; index++) {
        if (!met.has(index)) make(index, -1 - index, Number(view.stage.fill[1 + index] ?? 0)).padding = true;
      }
    }
    const cellOf = new Map(place.cells.map((one) => [one.c, one])), cellUnder = (event) => cellOf.get(event.target.closest(".cell"));
    g0.addEventListener("mousedown", (event) => event.preventDefault());
    g0.addEventListener("click", (event) => { const one = cellUnder(event); if (one) choose(one); });
    g0.addEventListener("mouseover", (event) => { const one = cellUnder(event); if (one) read_out(one); });
    g0.addEventListener("mouseleave", () => read_out(null));
  }

  // What is in the cell under the mouse or the keyboard; small cells have no room for it.
  function read_out(one) {
    here.textContent = one === null ? "" : describe(one).replace(spoken(one.code), name(one.code));
  }
  function describe({ code }) {
    const g = gridOf[code], known = now >= known_at(code), paid = grids[g].gradients && now >= paid_at(code);
    return `${spoken(code)}${known ? `, value ${short(values[code])}` : ", not computed yet"}${paid ? `, gradient ${short(gradient(code))}` : ""}`;
  }
  const known_at = (code) => (valueFrom[gridOf[code]] ? valueFrom[gridOf[code]] + code - grids[gridOf[code]].start : 0);
  const paid_at = (code) => {
    const g = gridOf[code];
    if (paidFrom[g] < Infinity) return paidFrom[g] + code - grids[g].start;
    return g === stages[stages.length - 1].output ? backFrom : Infinity;  // the output itself: its gradient is 1
  };

  function enter(one) {
    for (const other of one.place.cells) other.c.setAttribute("tabindex", other === one ? 0 : -1);
    read_out(one);
  }

  function walk(event, one) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (event.key === "Enter") choose(one);
    else if (event.key === "PageDown") playback.move(now + 1);
    else if (event.key === "PageUp") playback.move(now - 1);
    else if (move) {
      let best = null, least = Infinity;
      for (const other of one.place.cells) {
        const ahead = (other.x - one.x) * move[0] + (other.y - one.y) * move[1];
        const far = ahead + 3 * Math.abs((other.x - one.x) * move[1]) + 3 * Math.abs((other.y - one.y) * move[0]);
        if (ahead > 1 && far < least) [best, least] = [other, far];
      }
      if (best) best.c.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  // What an operation makes is followed forwards, what it uses backwards; where there is no gradient, forwards.
  function choose({ code, place }) {
    const g = gridOf[code], offset = code - grids[g].start;
    const to = place.part !== "out" && paidFrom[g] < Infinity ? paidFrom[g] : valueFrom[g];
    if (!to) { said.textContent = `${name(code)} = ${short(values[code])}; no gradient is asked of it.`; return; }
    const had = view.places.flatMap((p) => p.cells).some((one) => one.c === document.activeElement);
    playback.move(to + offset);
    if (had) (view.cells.get(code) || []).find((one) => !one.padding)?.c.focus();
  }

  const tint = (term) => (view.stage.coloured && term.by ? (term.by - grids[view.stage.weights[0]].start) % COLOURED : 0);

  // Which cells take part, in which colour, and what their chips say.
  function lights() {
    const lit = new Map(), chips = [], { stage } = view;
    if (stage.coloured) { const { start } = grids[stage.weights[0]]; for (let i = 0; i < grids[stage.weights[0]].values.length; i++) lit.set(start + i, [i, ""]); }
    if (told === null) return { lit, chips };
    const count = grids[stage.output].values.length, ofWeight = told.back && told.terms.some((t) => t.by === told.code);
    for (const term of told.terms) {
      const c = tint(term), lost = term.state === "lost" && term.source > 0 ? "off" : "";
      if (!told.back) {
        if (term.source) lit.set(term.source, [c, lost]);
        if (term.by) { lit.set(term.by, [c, ""]); chips.push([term.source, name(term.by), c]); }
        continue;
      }
      const other = term.by === told.code ? term.source : term.by;
      if (other) lit.set(other, [c, ""]);
      lit.set(term.out, [ofWeight || !stage.coloured ? PAID : c, lost]);
      if (term.by && term.out >= stage.start && term.out < stage.start + count) {
        chips.push(ofWeight ? [term.source, term.symbol.split(" ")[0], PAID] : [term.out, name(term.by), c]);
      }
    }
    return { lit, chips: stage.coloured ? chips : [] };
  }

  function paint() {
    const { lit, chips } = lights(), backwards = told !== null && told.back;
    document.body.classList.toggle("backwards", backwards);
    for (const [code, several] of view.cells) {
      for (const one of several) paintCell(one, code, lit.get(code), backwards);
    }
    for (const g of [view.arrows, view.marks, view.windows]) g.replaceChildren();
    view.lines = [];
    const held = view.sum.contains(document.activeElement);
    view.sum.replaceChildren();
    if (told === null) return;
    frames();
    sum();
    for (const [code, text, c] of chips) chip(code, text, c);
    if (held && view.lines.length) view.lines[0].row.focus();
  }

  function paintCell(one, code, found, backwards) {
    const { s, v } = one, out = one.place.part === "out", known = code < 0 || now >= known_at(code);
    const paid = code > 0 && backwards && grids[gridOf[code]].gradients !== null && now >= paid_at(code);
    const chosen = told !== null && told.code === code;
    const state = `${known}${paid}${chosen}${found}`;
    if (state === one.state) return;
    one.state = state;
    const [c, off] = found || [-1, ""];
    one.c.setAttribute("class", `cell${known ? "" : " empty"}${one.padding ? " padding" : ""}${c >= 0 ? " lit" : ""}${off ? " off" : ""}${chosen ? " chosen" : ""}${one.text ? "" : " plain"}`);
    if (c >= 0) tinted(one.c, c);
    if (one.text) {
      const digits = s >= 60 ? 3 : 2, text = known ? short(v, digits) : "", strong = c >= 0 && !off;
      const size = fitted(text, s >= 60 ? 17 : 14, s - 8, strong);
      one.text.textContent = text;
      one.text.setAttribute("font-size", size);
      one.text.setAttribute("y", (one.y + s / 2 + (paid ? 1 : 0.35 * size)).toFixed(1));
      const below = paid ? `${out ? "δ " : ""}${short(gradient(code), digits)}` : "";
      one.below.textContent = below;
      one.below.setAttribute("font-size", fitted(below, s >= 60 ? 13 : 11.5, s - 6));
    }
    if (!one.padding) {
      one.c.setAttribute("aria-label", describe(one));
      one.c.setAttribute("aria-pressed", String(chosen));
    }
  }

  // The rectangle around the inputs of an output, plane by plane; with dilation the cells are framed one by one.
  function* windowOf(k) {
    const { stage, places } = view, place = places[0], planes = new Map();
    for (let use = stage.first[k]; use < stage.first[k + 1]; use++) {
      const one = (view.cells.get(stage.source[use]) || []).find((o) => o.place === place);
      if (!one) continue;
      const plane = `${Math.floor((one.x - place.x) / (place.columns * place.cell + 14))},${Math.floor((one.y - place.y) / (place.rows * place.cell + 14))}`;
      planes.set(plane, [...(planes.get(plane) || []), one]);
    }
    for (const ones of planes.values()) {
      const xs = ones.map((o) => o.x), ys = ones.map((o) => o.y), s = place.cell;
      const x = Math.min(...xs), y = Math.min(...ys), width = Math.max(...xs) + s - x, height = Math.max(...ys) + s - y;
      if (new Set(xs).size * new Set(ys).size * s * s > 0.99 * width * height) yield { x, y, width, height };
    }
  }

  function framed(k, cls, inset, parent) {
    const made = [];
    for (const r of windowOf(k)) {
      made.push(draw("rect", { class: cls, x: r.x + inset, y: r.y + inset, width: Math.max(r.width - 2 * inset, 1), height: Math.max(r.height - 2 * inset, 1), rx: inset < 0 ? 7 : 6 }, parent));
    }
    return made;
  }

  function frames() {
    const { stage } = view, count = grids[stage.output].values.length;
    if (!stage.windows) return;
    if (!told.back) { framed(told.code - stage.start, "window", -2, view.windows); return; }
    const outs = [...new Set(told.terms.map((t) => t.out))].filter((out) => out >= stage.start && out < stage.start + count);
    if (outs.length > 4 * MOST_FRAMED) return;
    const met = new Set(), apart = outs.filter((out) => { const at = JSON.stringify([...windowOf(out - stage.start)]); return !met.has(at) && met.add(at); });
    if (apart.length > MOST_FRAMED) return;
    apart.forEach((out, n) => {
      for (const e of framed(out - stage.start, "win", apart.length < 2 ? -2 : 3 + 4 * n, view.marks)) {
        if (stage.coloured) tinted(e, tint(told.terms.find((t) => t.out === out)));
        else e.style.setProperty("--cl", "var(--gradient)");
      }
    });
  }

  // What stands between the names and the value of a line.
  function between(term) {
    if (!told.back && !["sum", "softmax", "log_softmax"].includes(view.stage.form)) {
      return term.state === "won" && view.stage.form === "max" ? "largest" : "";
    }
    return term.numbers.includes(" ") ? `${term.numbers} =` : "";
  }

  function sum() {
    const { layout, stage, sum: g } = view, [x, top, width] = layout.box, total = told.terms.length;
    const cut = total > layout.most, terms = cut ? told.terms.slice(0, layout.most - 1) : told.terms, count = terms.length + cut;
    const h = view.slim ? 27 : Math.min(34, (layout.height - top - 52) / Math.max(count, 1)), height = count * h + 44, size = h >= 22 ? 15 : 13;
    const ofWeight = told.back && told.terms.some((t) => t.by === told.code);
    draw("rect", { class: "box", x, y: top, width, height, rx: 8 }, g);
    const font = Math.min(size, ...terms.map((term) => {
      const used = 0.52 * size * (term.symbol.length + between(term).length + 9);
      return used <= width - 28 ? size : Math.max(9, Math.floor((10 * size * (width - 28)) / used) / 10);
    }));
    terms.forEach((term, k) => {
      const y = top + 7 + k * h, colour = stage.coloured && term.by && !ofWeight;
      const row = draw("g", { class: `line ${term.state}${colour ? " coloured" : ""}`, tabindex: k ? -1 : 0, role: "button" }, g);
      const middle = between(term), written = short(term.value), base = y + h / 2 + 0.35 * font;
      tinted(row, tint(term));
      row.setAttribute("aria-label", `${term.symbol}${term.numbers ? `: ${term.numbers}` : ""} = ${written}`);
      draw("rect", { x: x + 7, y: y + 1, width: width - 14, height: h - 2, rx: 4 }, row);
      const text = (cls, at, content) => draw("text", { class: cls, x: at, y: base, "font-size": font }, row, content);
      text("symbol", x + 14, term.symbol);
      text("number", x + width - Math.max(62, 0.6 * font * written.length + 20), middle);
      text("number", x + width - 14, written);
      const line = { row, term, arrows: edges(term, x, y + h / 2, width) };
      view.lines.push(line);
      row.addEventListener("mouseenter", () => light(line, true));
      row.addEventListener("mouseleave", () => light(line, false));
      row.addEventListener("mousedown", (event) => event.preventDefault());
      row.addEventListener("focus", () => { for (const other of view.lines) other.row.setAttribute("tabindex", other === line ? 0 : -1); light(line, true); });
      row.addEventListener("blur", () => light(line, false));
      row.addEventListener("keydown", (event) => {
        const to = view.lines[view.lines.indexOf(line) + ({ ArrowDown: 1, ArrowUp: -1 }[event.key] || NaN)];
        if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
        if (to) to.row.focus();
        event.preventDefault();
        event.stopPropagation();
      });
    });
    if (cut) {
      const rest = told.terms.slice(terms.length), y = top + 7 + terms.length * h + h / 2 + 0.35 * size;
      draw("text", { class: "more", x: x + 14, y, "font-size": size }, g, `… ${rest.length} more`);
      if (told.back || stage.form === "sum") draw("text", { class: "number more", x: x + width - 14, y, "font-size": size }, g, short(rest.reduce((a, t) => a + t.value, 0)));
    }
    draw("text", { class: "foot", x: x + width - 14, y: top + height - 13, "font-size": fitted(told.foot, 16.5, width - 24, true) }, g, told.foot);
    arrow(x, top + height - 18, top, width);
  }

  // From the corner of a cell along the gap below its row to the edge of the grid, then to a line of the sum.
  function edge(code, x, y, cls, c) {
    const one = (view.cells.get(code) || []).find((o) => o.place.part !== "by");
    if (!one || view.slim || one.s < ARROWS_FROM) return null;
    const { place, s } = one, right = place.part !== "out", width = place.across * (place.columns * s + 14) - 14;
    const rim = right ? place.x + width : place.x, outer = right ? one.x + s : one.x;
    let d;
    if (Math.abs(outer - rim) < 1) {
      const sx = rim + (right ? -3 : 3), sy = one.y + s / 2, half = (x - sx) / 2;
      d = `M${sx},${sy}C${sx + half},${sy} ${x - half},${y} ${x},${y}`;
    } else {
      const sy = one.y + s + ((Math.round((one.x - place.x) / s) % 3) - 1) * 2, half = (x - rim) / 2;
      const corner = s < 30 ? one.x + s / 2 : right ? one.x + s - 10 : one.x + 10;
      d = `M${corner},${one.y + s - 5}L${corner + (right ? 4 : -4)},${sy}L${rim},${sy}C${rim + half},${sy} ${x - half},${y} ${x},${y}`;
    }
    const e = draw("path", { class: `edge ${cls}`, d }, view.arrows);
    if (c === null) e.style.setProperty("--cl", "var(--line)");
    else tinted(e, c);
    return e;
  }

  function edges(term, x, y, width) {
    const found = [], lost = term.state === "lost" ? "faint" : "";
    if (term.source && (!told.back || term.by === told.code)) found.push(edge(term.source, x + 7, y, lost, view.stage.coloured ? tint(term) : null));
    if (told.back) found.push(edge(term.out, x + width - 7, y, lost || "delta", 0));
    return found.filter(Boolean);
  }

  // The thick arrow from the sum to the cell.
  function arrow(x, y, top, width) {
    const one = (view.cells.get(told.code) || [])[0];
    if (!one || view.slim) return;
    const { place, s } = one, cx = one.x + s / 2, cy = one.y + s / 2, z = s >= 60 ? 6 : Math.min(3.5, s / 5);
    const wide = place.across * (place.columns * s + 14) - 14, high = (place.planes / place.across) * (place.rows * s + 14) - 14;
    let d, tip;
    if (place.part === "by") {
      if (one.y + s > place.y + high - 1) [d, tip] = [`M${cx},${top}V${one.y + s + 8}`, [cx, one.y + s - 1, "up"]];
      else [d, tip] = [`M${one.x + s},${top}V${one.y + s - 12}`, [one.x + s - 4, one.y + s - 12, "left"]];
    } else {
      const out = place.part === "out", from = out ? x + width : x, rim = out ? place.x : place.x + wide;
      if (Math.abs(rim - (out ? one.x : one.x + s)) < 1) {
        const to = rim + (out ? -9 : 9), half = (to - from) / 2;
        [d, tip] = [`M${from},${y}C${from + half},${y} ${to - half},${cy} ${to},${cy}`, [rim + (out ? 2 : -2), cy, out ? "right" : "left"]];
      } else {
        const gy = one.y + s, inner = Math.min(18, s / 2), sx = out ? one.x + inner : one.x + s - inner, half = (rim - from) / 2;
        [d, tip] = [`M${from},${y}C${from + half},${y} ${rim - half},${gy} ${rim},${gy}H${sx}V${gy - (s >= 60 ? 4 : 0)}`, [sx, gy - (s >= 60 ? 13 : 4), "up"]];
      }
    }
    draw("path", { class: "edge total", d }, view.marks);
    const [tx, ty, way] = tip;
    draw("path", { class: "tip", d: { up: `M${tx},${ty}l${-z},${2 * z}h${2 * z}z`, right: `M${tx},${ty}l${-2 * z},${-z}v${2 * z}z`, left: `M${tx},${ty}l${2 * z},${-z}v${2 * z}z` }[way] }, view.marks);
  }

  function chip(code, text, c) {
    const one = (view.cells.get(code) || [])[0];
    if (!one || one.s < CHIPS_FROM) return;
    const [size, high] = one.s >= 60 ? [11.5, 17] : [10, 13], width = 8 + 0.57 * size * text.length;
    const x = one.x + one.s - 2 - width / 2, g = draw("g", { class: "chip" }, view.marks);
    tinted(g, c);
    draw("rect", { x: x - width / 2, y: one.y + 2, width, height: high, rx: 4 }, g);
    draw("text", { x, y: one.y + 1 + 0.78 * high, "font-size": size }, g, text);
  }

  // One use, of those that are added up: its cells, its arrows and its window.
  function light({ row, term, arrows }, on) {
    const { stage } = view, ours = term.out >= stage.start && term.out < stage.start + grids[stage.output].values.length;
    row.classList.toggle("hot", on);
    for (const e of arrows) e.classList.toggle("hot", on);
    for (const code of [term.source, term.by, told.back ? term.out : 0]) {
      for (const one of view.cells.get(code) || []) one.c.classList.toggle("hot", on);
    }
    if (!stage.windows || !told.back) return;
    view.windows.replaceChildren();
    view.marks.querySelectorAll(".win").forEach((e) => e.setAttribute("visibility", on ? "hidden" : "visible"));
    if (on && ours) framed(term.out - stage.start, "window", -2, view.windows);
  }

  // A chosen weight or pixel shows its uses once, one after the other; then all of them stay lit.
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  function sweep() {
    clearInterval(sweeping);
    if (told === null || !told.back || view.lines.length < 2 || !view.stage.windows || still.matches) return;
    const { lines } = view;
    let k = -1;
    const next = () => {
      if (k >= 0) light(lines[k], false);
      if (++k < lines.length) light(lines[k], true);
      else clearInterval(sweeping);
    };
    sweeping = setInterval(next, (playback.plays ? playback.wait : 3600) / Math.max(lines.length, 4));
  }

  function sentence() {
    said.replaceChildren();
    const add = (text, cls, c = null) => {
      const e = document.createElement("span");
      e.textContent = text;
      e.className = cls;
      if (c !== null) e.style.background = `var(--fill-${c})`;
      said.append(e);
    };
    if (told === null) {
      said.textContent = `Step, or choose a cell: what an operation makes shows its sum, what it uses its gradient.${data.why ? ` There are no gradients: ${data.why}.` : ""}`;
      return;
    }
    add(`${told.lead} `, "strong");
    const { parts, terms } = told, several = parts.length === terms.length && parts.length > 1;
    let most = 0, length = 0;
    while (most < parts.length && (most === 0 || length + parts[most].length < MOST_SAID)) length += parts[most++].length + 3;
    if (parts.length) said.append("= ");
    const colours = several && view.stage.coloured && !(told.back && terms.some((t) => t.by === told.code));
    parts.slice(0, most).forEach((part, k) => {
      if (k) said.append(" + ");
      add(part, parts.length > 1 ? "term" : "", colours && terms[k].by ? tint(terms[k]) : null);
    });
    if (most < parts.length) said.append(` + … ${parts.length - most} more`);
    add(` ${told.equals} ${short(told.result)}${told.after}`, "strong");
  }

  function show() {
    clearInterval(sweeping);
    now = playback.now;
    const here = at(now), s = here === null ? 0 : here.stage;
    told = here === null ? null : tell(here);
    if (view === null || view.s !== s || view.slim !== slim()) build(s);
    paint();
    sentence();
    const place = view.places.find((p) => here !== null && p.grid === here.grid);
    const part = told === null || !told.back ? "out" : told.terms.some((t) => t.by === told.code) ? "by" : place && place.part === "by" ? "add" : "in";
    const { title, notes } = stages[s];
    note.textContent = [title[0].toUpperCase() + title.slice(1), notes[part]].filter(Boolean).join(". ");
    playback.mark();
    forward.setAttribute("aria-pressed", String(told === null || !told.back));
    if (backward) backward.setAttribute("aria-pressed", String(told !== null && told.back));
    for (const one of minis) mini(one, s, here);
    sweep();
  }

  // Every grid small, in the order of the computation.
  const minis = [];
  function minify(g) {
    const grid = grids[g], button = document.createElement("button"), canvas = document.createElement("canvas");
    const label = document.createElement("span");
    const place = stages.flatMap((x) => [...x.wide.left, ...x.wide.above, x.wide.output]).find((p) => p[0] === g);
    if (!place) return;
    if (madeBy[g] >= 0) { const arrow = document.createElement("span"); arrow.className = "to"; arrow.textContent = "→"; arrow.setAttribute("aria-hidden", "true"); row.append(arrow); }
    const many = grid.shape.length > 2 && place[4] > 1, last = grid.shape.slice(-2);
    const [r, c] = grid.shape.length > 2 && (many || place[4] === 1) && last[0] * last[1] > 1 ? last : [place[5], place[6]];
    const total = Math.max(1, Math.round(grid.values.length / (r * c)));
    let across = 1;
    for (let a = 1; a * a <= total; a++) if (total % a === 0) across = a;
    canvas.width = across * (c + 1) - 1;
    canvas.height = (total / across) * (r + 1) - 1;
    const scale = Math.min(12, 44 / canvas.height, 90 / canvas.width);
    canvas.style.width = `${Math.max(8, canvas.width * scale)}px`;
    canvas.style.height = `${Math.max(8, canvas.height * scale)}px`;
    canvas.setAttribute("aria-hidden", "true");
    button.type = "button";
    button.className = "mini";
    label.textContent = grid.title;
    button.append(canvas, label);
    button.addEventListener("click", () => {
      const backwards = told !== null && told.back;
      const to = (backwards || !valueFrom[g]) && paidFrom[g] < Infinity ? paidFrom[g] : valueFrom[g] || valueFrom[stages[shown[g]]?.output] || 0;
      playback.move(to);
    });
    row.append(button);
    minis.push({ g, button, canvas, r, c, across, state: null });
  }

  function mini({ g, button, canvas, r, c, across }, s, here) {
    const grid = grids[g], known = valueFrom[g] ? now - valueFrom[g] + 1 : Infinity, stage = stages[s];
    const involved = g === stage.output || stage.sources.includes(g);
    button.classList.toggle("involved", involved);
    button.setAttribute("aria-pressed", String(here !== null && here.grid === g));
    const state = Math.max(0, Math.min(known, grid.values.length));
    const one = minis.find((m) => m.g === g);
    if (one.state === `${state}${dark.matches}`) return;
    one.state = `${state}${dark.matches}`;
    const theme = getComputedStyle(document.documentElement), colours = ["--positive", "--negative"].map((name) => theme.getPropertyValue(name));
    const pen = canvas.getContext("2d"), size = Math.max(...grid.values.filter(Number.isFinite).map(Math.abs), 0) || 1;
    pen.clearRect(0, 0, canvas.width, canvas.height);
    for (let i = 0; i < state; i++) {
      const plane = Math.floor(i / (r * c)), rest = i % (r * c), v = grid.values[i];
      pen.fillStyle = colours[Number(v < 0)];
      pen.globalAlpha = Number.isFinite(v) ? 0.1 + (0.8 * Math.abs(v)) / size : 0.05;
      pen.fillRect((plane % across) * (c + 1) + (rest % c), Math.floor(plane / across) * (r + 1) + Math.floor(rest / c), 1, 1);
    }
  }

  const playback = player({ end, show });
  grids.forEach((_, g) => minify(g));
  if (stages.length < 2) row.hidden = true;
  forward.addEventListener("click", () => playback.move(valueFrom[view.stage.output]));
  backward?.addEventListener("click", () => {
    const found = view.stage.sources.map((g) => paidFrom[g]).filter((p) => p < Infinity);
    playback.move(found.length ? Math.min(...found) : backFrom);
  });
  addEventListener("resize", () => { if (view.slim !== slim()) show(); });
  dark.addEventListener("change", show);
  playback.go(Number(new URLSearchParams(location.hash.slice(1)).get("step")) || 0);
})();
