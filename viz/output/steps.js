(() => {
  const story = JSON.parse(document.getElementById("story").textContent);
  const find = (id) => document.getElementById(id);
  const [figure, said, about, detail] = ["figure", "said", "about", "detail"].map(find);
  const { nodes, forward, backward, arrows } = story;
  const end = forward.length + backward.length;
  const reversed = story.graph === "backward";
  const sideways = story.direction === "LR" || story.direction === "RL";

  // When each node gets its value, and when its gradient.
  const valued = nodes.map(() => 0), paid = nodes.map(() => Infinity);
  forward.forEach((i, k) => { valued[i] = k + 1; });
  backward.forEach((i, k) => { paid[i] = forward.length + k + 1; });

  // A view is one layout of the story: every node a box, or the nodes of a scope one box.
  // A place is a box in it: the group of the drawing, the nodes it stands for, the arrows in and out.
  function read(element, { keys, names }) {
    const svg = element.querySelector("svg");
    svg.setAttribute("role", "group");
    svg.classList.toggle("reversed", reversed);
    const groups = new Map();
    for (const g of svg.querySelectorAll("[data-key]")) {
      groups.set(g.dataset.key, [...(groups.get(g.dataset.key) || []), g]);
    }
    const places = [], byKey = new Map();
    const placeOf = keys.map((key, i) => {
      if (!byKey.has(key)) {
        byKey.set(key, { g: groups.get(key)[0], members: [], into: [], outOf: [], lines: [], state: "" });
        places.push(byKey.get(key));
      }
      byKey.get(key).members.push(i);
      return byKey.get(key);
    });
    for (const [key, place] of byKey) {
      const own = nodes[place.members[0]];
      place.name = key === own.key ? own.text : names[key];
      place.single = key === own.key;
      const texts = [...place.g.querySelectorAll("text")];
      if (place.single && own.roles.length) {
        const below = texts.slice(-own.roles.length);
        place.lines = own.roles.map((role, k) => ({ role, text: below[k] })).filter((line) => line.text);
      }
      const computed = place.members.filter((i) => valued[i] > 0);
      place.filled = Math.min(...(computed.length ? computed : place.members).map((i) => valued[i]));
      const received = place.members.map((i) => paid[i]).filter(Number.isFinite);
      place.paid = received.length ? Math.max(...received) : Infinity;
    }
    const position = new Map(nodes.map((node, i) => [node.key, i]));
    const met = new Set();
    for (const [tail, head] of arrows) {
      const from = keys[position.get(tail)], to = keys[position.get(head)];
      if (from === to || met.has(`${from}->${to}`)) continue;
      met.add(`${from}->${to}`);
      const back = groups.get(`${to}->${from}`) || [], drawn = reversed ? back : groups.get(`${from}->${to}`) || [];
      const arrow = { tail: byKey.get(from), head: byKey.get(to), drawn, back: back.length ? back : drawn };
      arrow.head.into.push(arrow);
      arrow.tail.outOf.push(arrow);
    }
    return { element, svg, places, placeOf };
  }

  const views = [...figure.querySelectorAll(".view")].map((element, i) => read(element, story.views[i]));
  let view = views[0], now = 0, chosen = null, stop = null, entered = false;

  const current = () =>
    now === 0 ? null : now <= forward.length ? forward[now - 1] : backward[now - 1 - forward.length];

  function sentence() {
    if (now === 0) return "Start: the inputs are known.";
    const node = nodes[current()];
    return now <= forward.length
      ? `Step ${now} of ${end}, forward: ${node.text} = ${node.value}`
      : `Step ${now} of ${end}, backward: ${node.derivative} = ${node.gradient}`;
  }

  function add(parent, tag, text) {
    const element = document.createElement(tag);
    element.textContent = text;
    parent.append(element);
    return element;
  }

  function describe() {
    about.replaceChildren();
    if (chosen !== null && !chosen.single) describeGroup(chosen);
    else if (chosen !== null || now > 0) describeNode(chosen === null ? current() : chosen.members[0]);
    else add(about, "p", "Step forward, or choose a box of the drawing.");
  }

  function describeNode(i) {
    const node = nodes[i];
    add(about, "h2", node.text);
    add(about, "div", now >= valued[i] ? `Value: ${node.value}` : `Value: computed in step ${valued[i]}`);
    if (paid[i] === Infinity) {
      add(about, "div", backward.length ? "No gradient reaches it." : `There is no backward pass: ${story.why}`);
      return;
    }
    add(about, "div", node.uses > 1 ? `Gradient, the sum over its ${node.uses} uses:` : "Gradient:");
    const sum = now >= paid[i] ? [...node.numbers, node.gradient] : [];
    add(about, "pre", [`${node.derivative} = ${node.symbols}`, ...sum.map((s) => `   = ${s}`)].join("\n"));
    if (now < paid[i]) add(about, "div", `The numbers arrive in step ${paid[i]}.`);
  }

  function describeGroup(place) {
    add(about, "h2", place.name);
    const list = add(about, "ul", "");
    for (const i of place.members.slice(0, 12)) {
      const node = nodes[i];
      const value = now >= valued[i] ? ` = ${node.value}` : "";
      add(list, "li", node.text + value + (now >= paid[i] ? `, ${node.derivative} = ${node.gradient}` : ""));
    }
    if (place.members.length > 12) add(about, "div", `… and ${place.members.length - 12} more`);
  }

  // What is read aloud when a box gets the focus.
  function label(place) {
    if (!place.single) return `${place.name}, a scope of ${place.members.length}`;
    const i = place.members[0], node = nodes[i];
    return [
      place.name,
      ...(now >= valued[i] && !place.name.endsWith(node.value) ? [`value ${node.value}`] : []),
      ...(now >= paid[i] ? [`gradient ${node.gradient}`] : []),
    ].join(", ");
  }

  function show() {
    now = playback.now;
    const i = current(), here = i === null ? null : view.placeOf[i], backwards = now > forward.length;
    for (const place of view.places) {
      const state = [now < place.filled, now >= place.paid, place === here, place === chosen].map(Number).join("");
      if (state === place.state) continue;
      place.state = state;
      const { classList } = place.g;
      ["empty", "paid", "now", "chosen"].forEach((name, k) => classList.toggle(name, state[k] === "1"));
      for (const { role, text } of place.lines) {
        const when = role === "value" ? place.filled : role === "gradient" ? place.paid : 0;
        text.classList.toggle("later", now < when);
      }
      place.g.setAttribute("aria-label", label(place));
      place.g.setAttribute("aria-pressed", String(place === chosen));
    }
    for (const g of view.svg.querySelectorAll(".edge.flow")) g.classList.remove("flow", "back");
    if (here !== null) {
      for (const arrow of backwards ? here.outOf : here.into) {
        for (const g of backwards ? arrow.back : arrow.drawn) {
          g.classList.add("flow");
          g.classList.toggle("back", backwards);
        }
      }
      reveal(here.g);
      if (!entered) enterAt(here);
    }
    said.textContent = sentence();
    said.dataset.pass = backwards ? "backward" : "forward";
    playback.mark();
    describe();
  }

  // Scrolls the frame of the drawing only: the page, or the notebook around it, stays where it is.
  function reveal(g) {
    const box = g.getBoundingClientRect(), frame = figure.getBoundingClientRect();
    const beyond = (low, high, from, to) => (low < from ? low - from : high > to ? high - to : 0);
    const x = beyond(box.left, box.right, frame.left, frame.right);
    const y = beyond(box.top, box.bottom, frame.top, frame.bottom);
    if (x || y) figure.scrollBy(x, y);
  }

  function trace(place, side, far, found) {
    const waiting = [place], met = new Set(waiting);
    while (waiting.length) {
      for (const arrow of waiting.pop()[side]) {
        for (const g of [...arrow.drawn, ...arrow.back]) found.add(g);
        if (met.has(arrow[far])) continue;
        met.add(arrow[far]);
        waiting.push(arrow[far]);
        found.add(arrow[far].g);
      }
    }
  }

  function light(place) {
    for (const g of view.svg.querySelectorAll(".lit")) g.classList.remove("lit");
    if (!place) return;
    const found = new Set([place.g]);
    trace(place, "into", "tail", found);
    trace(place, "outOf", "head", found);
    found.forEach((g) => g.classList.add("lit"));
  }

  function choose(place) {
    chosen = chosen === place ? null : place;
    show();
  }

  // The drawing is one stop of the tab key; inside it the arrow keys walk.
  function enterAt(place) {
    if (stop !== null) stop.g.setAttribute("tabindex", "-1");
    stop = place;
    stop.g.setAttribute("tabindex", "0");
  }

  const middle = (place) => {
    const box = place.g.getBBox();
    return [box.x + box.width / 2, box.y + box.height / 2];
  };

  // Along the computation to the next box by an arrow, across it to the nearest box on that side.
  function beside(place, key) {
    const [x, y] = middle(place);
    const horizontal = key === "ArrowLeft" || key === "ArrowRight";
    const sign = key === "ArrowRight" || key === "ArrowDown" ? 1 : -1;
    const along = horizontal === sideways;
    const near = [...place.into.map((arrow) => arrow.tail), ...place.outOf.map((arrow) => arrow.head)];
    let best = null, least = Infinity;
    for (const other of along ? near : view.places) {
      const [u, v] = middle(other);
      const ahead = sign * (horizontal ? u - x : v - y), aside = Math.abs(horizontal ? v - y : u - x);
      const far = along ? aside : ahead + 2 * aside;
      if (ahead > 1 && far < least) [best, least] = [other, far];
    }
    return best;
  }

  function keyInDrawing(event, place) {
    const { places } = view;
    const to = { Home: places[0], End: places[places.length - 1] }[event.key] ||
      (event.key.startsWith("Arrow") ? beside(place, event.key) || place : null);
    if (to) {
      to.g.focus();
      reveal(to.g);
    } else if (event.key === "Enter" || event.key === " ") choose(place);
    else if (event.key === "PageDown") playback.move(now + 1);
    else if (event.key === "PageUp") playback.move(now - 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  for (const { places } of views) {
    for (const place of places) {
      const { g } = place;
      g.setAttribute("tabindex", "-1");
      g.setAttribute("role", "button");
      g.addEventListener("mousedown", (event) => event.preventDefault());
      g.addEventListener("click", () => choose(place));
      g.addEventListener("mouseenter", () => light(place));
      g.addEventListener("mouseleave", () => light(entered ? stop : null));
      g.addEventListener("focus", () => { entered = true; enterAt(place); light(place); });
      g.addEventListener("blur", () => { entered = false; light(null); });
      g.addEventListener("keydown", (event) => {
        if (!event.ctrlKey && !event.altKey && !event.metaKey) keyInDrawing(event, place);
      });
    }
  }

  function look(at) {
    const kept = chosen === null ? [] : chosen.members;
    view = views[at];
    views.forEach(({ element }) => { element.hidden = element !== view.element; });
    const places = new Set(kept.map((i) => view.placeOf[i]));
    chosen = places.size === 1 ? [...places][0] : null;  // a scope that was opened is no box any more
    stop = null;
    for (const place of view.places) {
      place.state = "";
      place.g.setAttribute("tabindex", "-1");
    }
    enterAt(view.places[0]);
    show();
  }

  if (detail !== null) detail.addEventListener("change", () => look(Number(detail.value)));

  // A button that has the focus is pressed by Space too.
  const playback = player({
    end,
    show,
    keys: { Escape: () => { chosen = null; show(); } },
    yields: ({ key, target }) => key === " " && target.tagName === "BUTTON",
  });
  look(0);
})();
