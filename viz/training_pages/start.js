// Playing what was recorded, and training on from there.
const [said, train, one, reset, rate, batch, decay] = ["said", "train", "one", "reset", "rate", "batch", "decay"].map(find);
let at = -1, result = { loss: NaN, right: 0, wrong: [] }, wants = trains && epochs.length === 1, stepped = 0, passed = 0, rolled = 0;

const playback = player({
  end: epochs.length - 1,
  show,
  beat: Math.max(60, Math.min(700, 12_000 / epochs.length)),
  keys: { Escape: () => { chosen = null; pointed = null; redraw(); } },
  rolling: () => (wants ? { every: 33, act: roll } : null),
  playing: () => { rolled = performance.now(); label(); },
});

function label() {
  find("play").textContent = playback.plays && !wants ? "Pause" : "Play";
  if (train) train.textContent = playback.plays && wants ? "Pause" : "Train";
}

const PASSES = 60;  // over the samples in a second, at the usual speed
const LONGEST = 50;  // milliseconds of computing between two pictures

// As many passes as are due since the last picture, as long as there is time for them.
function roll() {
  const now = performance.now(), due = (PASSES * Number(find("speed").value) * Math.min(now - rolled, 500)) / 1000;
  rolled = now;
  for (let done = 0; done < due && performance.now() < now + LONGEST; ) done += step();
  look();
}

function step() {
  if (!trail.length) trail.push({ epoch: epochs[at], loss: result.loss });
  const part = descend();
  stepped++;
  passed += part;
  return part;
}

// The state after some steps: judged, kept for the curve, drawn.
function look() {
  survey();
  result = judge();
  trail.push({ epoch: epochs[at] + passed, loss: result.loss });
  if (trail.length > 600) trail.splice(1, trail.length - 1, ...trail.slice(1).filter((_, k, all) => k % 2 === 1 || k === all.length - 1));
  if (!Number.isFinite(result.loss)) playback.pause();
  redraw();
}

function back() {
  trail = [];
  stepped = passed = 0;
  forget();
  load(at);
  if (network) { survey(); result = judge(); }
}

function show() {
  if (playback.now !== at) { at = playback.now; back(); }
  redraw();
}

function redraw() {
  if (find("plot") && kind !== "samples") drawPlot(at, result.wrong, looked());
  drawNet();
  drawPanel(at);
  drawCurve();
  describe();
  said.textContent = sentence();
  playback.mark();
  if (reset) reset.setAttribute("aria-disabled", String(!trail.length));
  canvas?.setAttribute("aria-label", `${find("what").textContent}: ${told()}`);
}

const told = () => (classes && network ? `${result.right} of ${n} points on the right side` : Number.isFinite(result.loss) ? `loss ${fmt(result.loss)}` : "the model and the points");

function sentence() {
  const measured = [...measures].flatMap(([name, lines]) => lines.map(({ data, values, from = 1 }) => {
    const x = values[epochs[at] - from];
    return Number.isFinite(x) ? `${data === "training" || data === "these points" ? "" : `${data} `}${name} ${fmt(x)}` : "";
  })).filter(Boolean).slice(0, 4).join(", ");
  const hits = classes && network ? `${result.right} of ${n} points on the right side` : "";
  const parts = [measured, hits].filter(Boolean).join("; "), place = story.last ? `Epoch ${epochs[at]} of ${story.last}` : "The model as it is";
  if (!trail.length) return `${place}${parts ? `: ${parts}` : ""}.`;
  if (!Number.isFinite(result.loss)) return `After ${stepped} steps the loss is no number any more: the learning rate is too large.`;
  return `${stepped === 1 ? "1 step" : `${stepped} steps`} on from epoch ${epochs[at]}: loss ${fmt(result.loss, 4)}${hits ? `; ${hits}` : ""}.`;
}

function makeTraining() {
  if (!trains) return;
  const sizes = [1, 4, 10, 20, 32, 64, 128].filter((size) => size < n);
  for (const size of sizes) add(batch, "option", size === 1 ? "1 sample" : `${size} samples`).value = size;
  add(batch, "option", `all ${n}`).value = n;
  batch.value = n;
  rate.value = settings.rate;
  rate.addEventListener("input", () => { if (rate.value !== "" && Number(rate.value) >= 0) settings.rate = Number(rate.value); });
  batch.addEventListener("change", () => { settings.batch = Number(batch.value); forget(); });
  decay.addEventListener("change", () => { settings.decay = Number(decay.value); });
  train.addEventListener("click", () => {
    if (playback.plays && wants) { playback.pause(); redraw(); return; }
    playback.pause();
    wants = true;
    playback.start();
  });
  one.addEventListener("click", () => { playback.pause(); wants = true; step(); look(); });
  reset.addEventListener("click", () => { playback.pause(); back(); redraw(); });
}

// Play is for what was recorded: this comes before the player's own answer.
find("play").addEventListener("click", () => { if (wants) { playback.pause(); wants = false; } }, true);
dark.addEventListener("change", () => { colours(); paintLegend(); redraw(); });
if (canvas) new ResizeObserver(() => requestAnimationFrame(redraw)).observe(canvas);
if (epochs.length === 1) document.querySelector(".controls").classList.add("alone");

colours();
makeNet();
makePanel();
if (legend) { makeLegend(); paintLegend(); }
measureStates();
makeCurve();
makeTraining();
playback.go(epochs.length - 1);
label();
