"use strict";
(() => {
  const story = JSON.parse(document.getElementById("story").textContent);
  const find = (id) => document.getElementById(id);
  const [play, back, step, jump, speed, said, about] =
    ["play", "back", "step", "jump", "speed", "said", "about"].map(find);
  const svg = document.querySelector(".figure svg");
  const { nodes, forward, backward, arrows } = story;
  const last = forward.length + backward.length;
  const moved = story.graph === "backward";
  svg.classList.toggle("reversed", moved);
  svg.setAttribute("role", "group");

  // The groups of the drawing, by their keys.
  const groups = new Map();
  for (const g of svg.querySelectorAll("[data-key]")) {
    const key = g.dataset.key;
    groups.set(key, [...(groups.get(key) || []), g]);
  }
  const groupOf = nodes.map((node) => groups.get(node.key)[0]);
  const position = new Map(nodes.map((node, i) => [node.key, i]));
  const into = nodes.map(() => []), outOf = nodes.map(() => []);
  const seen = new Set();
  for (const [tail, head] of arrows) {
    const name = `${tail}->${head}`;
    if (seen.has(name)) continue;
    seen.add(name);
    const drawn = groups.get(moved ? `${head}->${tail}` : name) || [];
    const arrow = { tail: position.get(tail), head: position.get(head), drawn };
    into[arrow.head].push(arrow);
    outOf[arrow.tail].push(arrow);
  }

  // When each node gets its value, and when its gradient.
  const valued = nodes.map(() => 0), paid = nodes.map(() => Infinity);
  forward.forEach((i, k) => { valued[i] = k + 1; });
  backward.forEach((i, k) => { paid[i] = forward.length + k + 1; });
  const lines = nodes.map((node, i) => {
    const texts = [...groupOf[i].querySelectorAll("text")].slice(-node.roles.length || Infinity);
    return node.roles.map((role, k) => ({ role, text: texts[k] })).filter((line) => line.text);
  });

  let now = 0, chosen = null, timer = null;

  const current = () =>
    now === 0 ? null : now <= forward.length ? forward[now - 1] : backward[now - 1 - forward.length];

  function sentence() {
    if (now === 0) return "Start: the inputs are known.";
    const node = nodes[current()];
    return now <= forward.length
      ? `Step ${now} of ${last}, forward: ${node.text} = ${node.value}`
      : `Step ${now} of ${last}, backward: ${node.derivative} = ${node.gradient}`;
  }

  function add(parent, tag, text) {
    const element = document.createElement(tag);
    element.textContent = text;
    parent.append(element);
  }

  function describe() {
    const i = chosen ?? current();
    about.replaceChildren();
    if (i === null) {
      add(about, "p", "Step forward, or choose a box of the drawing.");
      return;
    }
    const node = nodes[i];
    add(about, "h2", node.text);
    add(about, "div", now >= valued[i] ? `Value: ${node.value}` : `Value: computed in step ${valued[i]}`);
    if (paid[i] === Infinity) {
      add(about, "div", backward.length ? "No gradient reaches it." : "There is no backward pass: " + story.why);
      return;
    }
    add(about, "div", node.uses > 1 ? `Gradient, the sum over its ${node.uses} uses:` : "Gradient:");
    const sum = now >= paid[i] ? [...node.numbers, node.gradient] : [];
    add(about, "pre", [`${node.derivative} = ${node.symbols}`, ...sum.map((s) => `   = ${s}`)].join("\n"));
    if (now < paid[i]) add(about, "div", `The numbers arrive in step ${paid[i]}.`);
  }

  function show() {
    const here = current(), backwards = now > forward.length;
    nodes.forEach((node, i) => {
      const g = groupOf[i];
      g.classList.toggle("empty", now < valued[i]);
      g.classList.toggle("paid", now >= paid[i]);
      g.classList.toggle("now", i === here);
      g.classList.toggle("chosen", i === chosen);
      for (const { role, text } of lines[i]) {
        const when = role === "value" ? valued[i] : role === "gradient" ? paid[i] : 0;
        text.classList.toggle("later", now < when);
      }
    });
    for (const g of svg.querySelectorAll(".edge.flow")) g.classList.remove("flow", "back");
    if (here !== null) {
      for (const arrow of backwards ? outOf[here] : into[here]) {
        for (const g of arrow.drawn) {
          g.classList.add("flow");
          g.classList.toggle("back", backwards);
        }
      }
      groupOf[here].scrollIntoView({ block: "nearest", inline: "nearest" });
    }
    jump.value = now;
    jump.setAttribute("aria-valuetext", sentence());
    back.disabled = now === 0;
    step.disabled = now === last;
    said.textContent = sentence();
    said.dataset.pass = backwards ? "backward" : "forward";
    document.body.dataset.step = now;
    describe();
  }

  function go(to) {
    now = Math.max(0, Math.min(last, to));
    if (now === last) pause();
    show();
  }

  function pause() {
    clearInterval(timer);
    timer = null;
    play.textContent = "Play";
  }

  function start() {
    if (now === last) go(0);
    clearInterval(timer);
    timer = setInterval(() => go(now + 1), 1200 / Number(speed.value));
    play.textContent = "Pause";
  }

  function walk(i, arrowsOf, end, found) {
    const waiting = [i], met = new Set([i]);
    while (waiting.length) {
      for (const arrow of arrowsOf[waiting.pop()]) {
        arrow.drawn.forEach((g) => found.add(g));
        const next = arrow[end];
        if (!met.has(next)) {
          met.add(next);
          waiting.push(next);
          found.add(groupOf[next]);
        }
      }
    }
  }

  function light(i) {
    for (const g of svg.querySelectorAll(".lit")) g.classList.remove("lit");
    if (i === null) return;
    const found = new Set([groupOf[i]]);
    walk(i, into, "tail", found);
    walk(i, outOf, "head", found);
    found.forEach((g) => g.classList.add("lit"));
  }

  function choose(i) {
    chosen = chosen === i ? null : i;
    show();
    if (chosen !== null) about.setAttribute("aria-label", nodes[i].text);
  }

  groupOf.forEach((g, i) => {
    g.setAttribute("tabindex", "0");
    g.setAttribute("role", "button");
    g.setAttribute("aria-label", nodes[i].text);
    g.addEventListener("click", () => choose(i));
    g.addEventListener("mouseenter", () => light(i));
    g.addEventListener("mouseleave", () => light(null));
    g.addEventListener("focus", () => light(i));
    g.addEventListener("blur", () => light(null));
    g.addEventListener("keydown", (event) => {
      if (event.key === "Enter") choose(i);
    });
  });
  play.addEventListener("click", () => (timer === null ? start() : pause()));
  back.addEventListener("click", () => { pause(); go(now - 1); });
  step.addEventListener("click", () => { pause(); go(now + 1); });
  jump.max = last;
  jump.addEventListener("input", () => { pause(); go(Number(jump.value)); });
  speed.addEventListener("change", () => { if (timer !== null) start(); });

  const keys = {
    " ": () => (timer === null ? start() : pause()),
    ArrowRight: () => { pause(); go(now + 1); },
    ArrowLeft: () => { pause(); go(now - 1); },
    Home: () => { pause(); go(0); },
    End: () => { pause(); go(last); },
    Escape: () => { chosen = null; show(); },
  };
  document.addEventListener("keydown", (event) => {
    const own = event.target.tagName;
    if (event.ctrlKey || event.altKey || event.metaKey || !keys[event.key]) return;
    if (own === "SELECT" || (own === "INPUT" && event.key !== " ") || (own === "BUTTON" && event.key === " ")) return;
    event.preventDefault();
    keys[event.key]();
  });
  show();
})();
