"use strict";
(() => {
  const { pictures, sentences } = JSON.parse(document.getElementById("frames").textContent);
  const [play, back, step, jump, speed, said, picture] =
    ["play", "back", "step", "jump", "speed", "said", "picture"].map((id) => document.getElementById(id));
  const last = pictures.length - 1;
  // Whoever asked for less motion has more time between two frames.
  const pause = matchMedia("(prefers-reduced-motion: reduce)").matches ? 3000 : 1200;
  let now = 0, timer = null;
  jump.max = last;

  function show(frame) {
    now = Math.min(Math.max(frame, 0), last);
    picture.src = pictures[now];
    picture.alt = sentences[now];
    said.textContent = `Step ${now + 1} of ${last + 1}: ${sentences[now]}`;
    jump.value = now;
    jump.setAttribute("aria-valuetext", `step ${now + 1} of ${last + 1}`);
    back.disabled = now === 0;
    step.disabled = now === last;
    if (now === last) stop();
  }
  function stop() {
    clearTimeout(timer);
    timer = null;
    play.textContent = "Play";
  }
  function wait() {
    timer = setTimeout(() => { show(now + 1); if (timer !== null) wait(); }, pause / Number(speed.value));
  }
  function toggle() {
    if (timer !== null) return stop();
    if (now === last) show(0);
    if (last === 0) return;
    play.textContent = "Pause";
    wait();
  }
  function go(frame) {
    stop();
    show(frame);
  }
  play.addEventListener("click", toggle);
  back.addEventListener("click", () => go(now - 1));
  step.addEventListener("click", () => go(now + 1));
  jump.addEventListener("input", () => go(Number(jump.value)));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target === speed) return;
    const inside = event.target instanceof HTMLButtonElement;
    if (event.key === " " && !inside) toggle();
    else if (event.key === "ArrowRight") go(now + 1);
    else if (event.key === "ArrowLeft") go(now - 1);
    else if (event.key === "Home") go(0);
    else if (event.key === "End") go(last);
    else return;
    event.preventDefault();
  });
  show(0);
})();
