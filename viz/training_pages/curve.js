// The numbers of the training by epoch, and those of the steps that were taken here.
const curve = find("curve"), measure = find("measure");
const PREFIXES = { train: "training", training: "training", val: "validation", valid: "validation", validation: "validation", test: "test" };
const measures = new Map();
for (const [name, column] of Object.entries(story.columns)) {
  const [prefix, ...rest] = name.split("_"), known = PREFIXES[prefix] && rest.length > 0;
  const what = known ? rest.join("_") : name;
  if (["iteration", "learning_rate", "lr", "seconds", "time"].includes(what)) continue;
  if (!measures.has(what)) measures.set(what, []);
  measures.get(what).push({ data: known ? PREFIXES[prefix] : "training", values: column.map((x) => (x === null ? NaN : x)) });
}
let trail = [];  // the steps taken here: where they began, and what came out

// Where nothing was measured, the loss of the page's points at each state that is known.
function measureStates() {
  if (measures.size || !network || !trains) return;
  const values = Array(story.last + 1).fill(NaN);
  epochs.forEach((epoch, k) => { load(k); values[epoch] = judge().loss; });
  measures.set("loss", [{ data: "these points", values, from: 0 }]);
}

function makeCurve() {
  for (const name of measures.keys()) add(measure, "option", name).value = name;
  if (!measures.size) add(measure, "option", "loss").value = "loss";
  measure.parentElement.hidden = measures.size < 2;
  measure.addEventListener("change", () => drawCurve());
}

function drawCurve() {
  const lines = measures.get(measure.value) ?? [], here = measure.value === "loss" ? trail : [];
  const at = trail.length ? trail[trail.length - 1].epoch : epochs[playback.now];
  const numbers = [...lines.flatMap(({ values }) => values), ...here.map(({ loss }) => loss)].filter(Number.isFinite);
  curve.replaceChildren();
  const W = 360, H = 150, left = 52, right = 350, top = 12, bottom = 124;
  mark(curve, "path", { class: "axis", d: `M${left},${top}V${bottom}H${right}` });
  if (!numbers.length) {
    mark(curve, "text", { x: (left + right) / 2, y: 70, class: "middle" }, "Nothing was measured.");
    curve.setAttribute("aria-label", "No curve: nothing was measured.");
    return;
  }
  const last = Math.max(story.last, ...trail.map(({ epoch }) => epoch), 1);
  const most = Math.max(...numbers), least = Math.min(...numbers);
  const logarithmic = least > 0 && most / least >= 100;
  const scaled = logarithmic ? Math.log : (x) => x, floor = scaled(logarithmic ? least : Math.min(least, 0)), tall = scaled(most) - floor || 1;
  const X = (epoch) => left + (epoch / last) * (right - left), Y = (x) => bottom - ((scaled(x) - floor) / tall) * (bottom - top);
  mark(curve, "line", { class: "here", x1: X(at), x2: X(at), y1: top, y2: bottom });
  const drawn = (pairs, cls) => {
    let d_ = "", open = false;
    for (const [epoch, x] of pairs) {
      if (!Number.isFinite(x)) { open = open && pairs.length > 400; continue; }
      d_ += `${open ? "L" : "M"}${X(epoch).toFixed(1)},${Y(x).toFixed(1)}`;
      open = true;
    }
    if (d_) mark(curve, "path", { class: `line ${cls}`, d: d_ });
  };
  lines.forEach(({ data, values, from = 1 }) => {
    const pairs = values.map((x, k) => [k + from, x]).filter(([, x]) => Number.isFinite(x));
    drawn(pairs, data.replace(/\W/g, "-"));
    const now = pairs.filter(([epoch]) => epoch <= at).pop();
    if (now && !trail.length) mark(curve, "circle", { class: `dot ${data.replace(/\W/g, "-")}`, cx: X(now[0]), cy: Y(now[1]), r: 4 });
  });
  drawn(here.map(({ epoch, loss }) => [epoch, loss]), "going");
  const end = here[here.length - 1];
  if (end && Number.isFinite(end.loss)) mark(curve, "circle", { class: "dot going", cx: X(end.epoch), cy: Y(end.loss), r: 4 });
  mark(curve, "text", { x: left - 5, y: top + 5, class: "end" }, fmt(most));
  mark(curve, "text", { x: left - 5, y: bottom + 2, class: "end" }, fmt(logarithmic ? least : Math.min(least, 0)));
  mark(curve, "text", { x: right, y: bottom + 15, class: "end" }, `${Math.round(last)}`);
  mark(curve, "text", { x: left, y: bottom + 15 }, "0");
  const styles = [...lines.map(({ data }) => data), ...(here.length ? ["trained here"] : [])];
  mark(curve, "text", { x: (left + right) / 2, y: bottom + 15, class: "middle" }, `epoch${logarithmic ? ", logarithmic" : ""}`);
  let x = right - 8;
  for (const data of [...styles].reverse()) {
    const text = mark(curve, "text", { x, y: top + 4, class: "end key" }, data);
    x -= 6.3 * data.length + 6;
    mark(curve, "path", { class: `line ${data === "trained here" ? "going" : data.replace(/\W/g, "-")}`, d: `M${x - 18},${top}H${x}` });
    x -= 26;
    text.setAttribute("data-line", data);
  }
  const told = lines.map(({ data, values, from = 1 }) => `${data} ${fmt(values[Math.min(Math.floor(at), story.last) - from] ?? NaN)}`);
  if (end) told.push(`trained here ${fmt(end.loss)}`);
  curve.setAttribute("aria-label", `${measure.value} by epoch; at epoch ${fmt(at)}: ${told.join(", ")}`);
}
