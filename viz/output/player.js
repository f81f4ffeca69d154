// Playing, for every page with steps: buttons, a slider, speeds, keys, one clock, and who may speak meanwhile.

// end: the last step; the first is 0.
// show: draws the step that `now` says, and the sentence of it.
// beat: how long a step stays, in milliseconds at the usual speed.
// keys: what else keys do, by their names.
// yields: whether a key that was pressed belongs to what has the focus.
// rolling: where Play does not step but does something else, how often and what; null where it steps.
// playing: is told when it begins and when it stops.
function player({ end, show, beat = 1200, keys = {}, yields = () => false, rolling = () => null, playing = () => {} }) {
  const [first, back, play, step, last, jump, speed, said] =
    ["first", "back", "play", "step", "last", "jump", "speed", "said"].map((id) => document.getElementById(id));
  // Whoever asked for less motion has more time between two steps.
  const usual = beat * (matchMedia("(prefers-reduced-motion: reduce)").matches ? 2.5 : 1);
  let timer = null;

  const playback = {
    now: 0,
    get plays() { return timer !== null; },
    get wait() { return usual / Number(speed.value); },
    go(to) {
      playback.now = Math.max(0, Math.min(end, to));
      if (playback.now === end && rolling() === null) playback.pause();
      show();
    },
    move(to) { playback.pause(); playback.go(to); },
    pause() {
      clearInterval(timer);
      timer = null;
      speak();
    },
    start() {
      const other = rolling();
      clearInterval(timer);
      timer = null;
      if (other !== null) timer = setInterval(other.act, other.every);
      else {
        if (end === 0) return;
        if (playback.now === end) playback.go(0);
        timer = setInterval(() => playback.go(playback.now + 1), playback.wait);
      }
      speak();
    },
    toggle() { if (playback.plays) { playback.pause(); show(); } else playback.start(); },
    // What the controls say of the step that is shown.
    mark() {
      jump.value = playback.now;
      jump.setAttribute("aria-valuetext", said.textContent);
      for (const button of [first, back]) button?.setAttribute("aria-disabled", String(playback.now === 0));
      for (const button of [step, last]) button?.setAttribute("aria-disabled", String(playback.now === end));
      document.body.dataset.step = playback.now;
    },
  };

  // A step taken by hand is read aloud; while it plays, only where it stops.
  function speak() {
    play.textContent = playback.plays ? "Pause" : "Play";
    said.setAttribute("aria-live", playback.plays ? "off" : "polite");
    playing(playback.plays);
  }

  const pressed = {
    " ": playback.toggle,
    ArrowRight: () => playback.move(playback.now + 1),
    ArrowLeft: () => playback.move(playback.now - 1),
    Home: () => playback.move(0),
    End: () => playback.move(end),
    ...keys,
  };
  first?.addEventListener("click", pressed.Home);
  back.addEventListener("click", pressed.ArrowLeft);
  play.addEventListener("click", playback.toggle);
  step.addEventListener("click", pressed.ArrowRight);
  last?.addEventListener("click", pressed.End);
  jump.max = end;
  jump.addEventListener("input", () => playback.move(Number(jump.value)));
  speed.addEventListener("change", () => { if (playback.plays) playback.start(); });
  // Space plays wherever the focus is, unless the page says otherwise; a field and a slider keep their other keys.
  document.addEventListener("keydown", (event) => {
    const { key, target } = event, own = target.tagName === "INPUT" || target.tagName === "SELECT";
    if (event.ctrlKey || event.altKey || event.metaKey || !pressed[key] || yields(event)) return;
    if (own && key !== " " && key !== "Escape") return;
    event.preventDefault();
    pressed[key]();
  });
  // It is the release of the key that would press a button.
  document.addEventListener("keyup", (event) => {
    if (event.key === " " && event.target.tagName === "BUTTON" && !yields(event)) event.preventDefault();
  });
  return playback;
}
