"use strict";
(() => {
  const facts = JSON.parse(document.getElementById("facts").textContent);
  const svg = document.getElementById("picture"), view = document.getElementById("view");
  const panel = document.getElementById("panel"), search = document.getElementById("search");
  const found = document.getElementById("found");
  const nodes = facts.map((_, number) => document.getElementById("n" + number));
  const edges = [...document.querySelectorAll("#edges path")].map((path) => {
    const [used, user] = path.dataset.edge.split(" ").map(Number);
    return { path, used, user };
  });
  const uses = facts.map(() => []), users = facts.map(() => []);
  for (const edge of edges) { uses[edge.user].push(edge.used); users[edge.used].push(edge.user); }

  // ---- where we look

  const [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
  let box = { x: 0, y: 0, w: width, h: height };

  const show = () => svg.setAttribute("viewBox", `${box.x} ${box.y} ${box.w} ${box.h}`);
  const scale = () => Math.min(view.clientWidth / box.w, view.clientHeight / box.h);

  function lookAt(x, y, zoom) {
    box.w = view.clientWidth / zoom; box.h = view.clientHeight / zoom;
    box.x = x - box.w / 2; box.y = y - box.h / 2;
    show();
  }
  function fit() {
    const zoom = Math.min(view.clientWidth / width, view.clientHeight / height, 1.4);
    lookAt(width / 2, height / 2, zoom);
    return zoom;
  }
  const areas = nodes.map((node) => {
    const place = node.transform.baseVal.consolidate().matrix, size = node.getBBox();
    return { x: place.e, y: place.f, w: size.width, h: size.height };
  });
  const middleOf = (number) => [areas[number].x + areas[number].w / 2, areas[number].y + areas[number].h / 2];
  function begin() {  // where names can be read, on what was asked for, if the whole is too large for that
    if (fit() >= 0.4) return;
    const ends = users.flatMap((some, number) => (some.length ? [] : [middleOf(number)]));
    const [x, y] = ends.reduce((far, end) => (end[0] > far[0] ? end : far));
    const fitsAcross = width * 0.75 <= view.clientWidth;
    lookAt(fitsAcross ? width / 2 : Math.min(x, width - view.clientWidth / 1.5 + 60), y, 0.75);
  }
  function pointAt(event) {
    const area = view.getBoundingClientRect(), zoom = scale();
    return [box.x + box.w / 2 + (event.clientX - area.left - area.width / 2) / zoom,
            box.y + box.h / 2 + (event.clientY - area.top - area.height / 2) / zoom];
  }

  view.addEventListener("wheel", (event) => {
    event.preventDefault();
    const [x, y] = pointAt(event), wanted = scale() * Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0015));
    const factor = scale() / Math.min(6, Math.max(0.02, wanted));
    box = { x: x - (x - box.x) * factor, y: y - (y - box.y) * factor, w: box.w * factor, h: box.h * factor };
    show();
  }, { passive: false });

  let held = null;
  view.addEventListener("pointerdown", (event) => { held = { x: event.clientX, y: event.clientY, moved: false }; });
  addEventListener("pointermove", (event) => {
    if (!held) return;
    const dx = event.clientX - held.x, dy = event.clientY - held.y;
    if (!held.moved && Math.hypot(dx, dy) < 4) return;
    const zoom = scale();
    box.x -= dx / zoom; box.y -= dy / zoom;
    held = { x: event.clientX, y: event.clientY, moved: true };
    view.classList.add("moving");
    show();
  });
  let moved = false;
  addEventListener("pointerup", () => { moved = Boolean(held && held.moved); held = null; view.classList.remove("moving"); });
  addEventListener("resize", () => { const [x, y] = [box.x + box.w / 2, box.y + box.h / 2]; lookAt(x, y, scale()); });

  // ---- what is lit

  function reach(start, next) {
    const seen = new Set([start]), stack = [start];
    while (stack.length) for (const each of next[stack.pop()]) if (!seen.has(each)) { seen.add(each); stack.push(each); }
    return seen;
  }
  function light(numbers, isLitEdge) {
    svg.classList.toggle("chosen", numbers !== null);
    nodes.forEach((node, number) => node.classList.toggle("lit", Boolean(numbers && numbers.has(number))));
    for (const edge of edges) edge.path.classList.toggle("lit", Boolean(numbers && isLitEdge(edge)));
  }
  let chosen = null;
  function choose(number) {
    if (chosen !== null) nodes[chosen].classList.remove("centre");
    chosen = number;
    for (const button of document.querySelectorAll("#legend button")) button.setAttribute("aria-pressed", "false");
    if (number === null) { light(null); panel.hidden = true; return; }
    const before = reach(number, uses), after = reach(number, users);
    light(new Set([...before, ...after]),
      (edge) => (before.has(edge.used) && before.has(edge.user)) || (after.has(edge.used) && after.has(edge.user)));
    nodes[number].classList.add("centre");
    tell(number);
  }

  // ---- what is told

  const STATES = { failed: "failed", ran: "ran", restored: "put back from the cache", cached: "was up to date",
                   earlier: "not part of it, built before", new: "never built here" };
  const add = (parent, tag, text) => {
    const made = parent.appendChild(document.createElement(tag));
    made.textContent = text;
    return made;
  };
  function time(seconds) {
    if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
    if (seconds < 99.95) return `${seconds.toFixed(1)} s`;
    return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
  }
  function tell(number) {
    const fact = facts[number], many = fact.members.length > 0;
    panel.replaceChildren();
    add(panel, "h2", fact.name);
    if (fact.doc) add(panel, "p", fact.doc);
    const list = panel.appendChild(document.createElement("dl"));
    const line = (label, text) => { if (text) { add(list, "dt", label); add(list, "dd", text); } };
    line(fact.kind, [fact.rule !== fact.name ? fact.rule : "", fact.place].filter(Boolean).join(", ") || "file");
    line("last build", STATES[fact.state]);
    if (fact.seconds !== undefined) line(many ? "time of all" : "took", time(fact.seconds));
    if (fact.last_run !== undefined) line("last run", new Date(fact.last_run * 1000).toLocaleString());
    line("because", fact.reason);
    if (fact.files && fact.files.length > 1) line("makes", fact.files.join("\n"));
    line("uses", count(uses[number]));
    line("used by", count(users[number]));
    if (fact.commands) add(panel, "pre", fact.commands.join("\n"));
    if (many) { const names = panel.appendChild(document.createElement("ul")); for (const name of fact.members) add(names, "li", name); }
    panel.hidden = false;
    panel.className = freeCorner(number);
  }
  function freeCorner(number) {  // where the panel hides the fewest boxes, and not the one that it tells of
    const zoom = scale(), w = panel.offsetWidth + 12, h = panel.offsetHeight + 12;
    const left = box.x + box.w / 2 - view.clientWidth / zoom / 2, top = box.y + box.h / 2 - view.clientHeight / zoom / 2;
    const hidden = (corner) => {
      const x = corner.includes("left") ? 0 : view.clientWidth - w, y = corner.includes("low") ? view.clientHeight - h : 0;
      return areas.reduce((sum, area, each) => {
        const fromLeft = (area.x - left) * zoom, fromTop = (area.y - top) * zoom;
        const isHidden = fromLeft < x + w && fromLeft + area.w * zoom > x && fromTop < y + h && fromTop + area.h * zoom > y;
        return sum + (isHidden ? (each === number ? 1e6 : nodes[each].classList.contains("lit") ? 10 : 1) : 0);
      }, 0);
    };
    const corners = ["", "low", "left", "left low"], counts = corners.map(hidden);
    return corners[counts.indexOf(Math.min(...counts))];
  }
  const count = (numbers) => (numbers.length ? `${numbers.length} directly` : "");

  nodes.forEach((node, number) => {
    node.addEventListener("pointerenter", () => { if (!held) tell(number); });
    node.addEventListener("pointerleave", () => { if (chosen === null) panel.hidden = true; else tell(chosen); });
    node.addEventListener("focus", () => tell(number));
  });
  view.addEventListener("click", (event) => {
    if (moved) return;
    const node = event.target.closest("#nodes g"), number = node ? Number(node.id.slice(1)) : null;
    search.value = ""; found.textContent = "";
    choose(number === chosen ? null : number);
  });

  // ---- what is looked for

  const texts = facts.map((fact) =>
    [fact.name, fact.rule, fact.doc, ...(fact.files || []), ...(fact.commands || []), ...fact.members]
      .join("\n").toLowerCase());
  let hits = [], next = 0;
  function lookFor(fits, say) {
    choose(null);
    hits = facts.flatMap((_, number) => (fits(number) ? [number] : []));
    next = 0;
    light(new Set(hits), () => false);
    if (say) found.textContent = hits.length ? `${hits.length} found` : "nothing";
  }
  search.addEventListener("input", () => {
    const wanted = search.value.trim().toLowerCase();
    if (wanted) lookFor((number) => texts[number].includes(wanted), true);
    else { choose(null); found.textContent = ""; hits = []; }
  });
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && hits.length) {
      const number = hits[next++ % hits.length];
      lookAt(...middleOf(number), Math.max(scale(), 0.9));
      tell(number);
    }
  });
  for (const button of document.querySelectorAll("#legend button")) {
    button.addEventListener("click", () => {
      const wasOn = button.getAttribute("aria-pressed") === "true";
      choose(null);
      if (wasOn) return;
      lookFor((number) => facts[number].state === button.dataset.state, false);
      button.setAttribute("aria-pressed", "true");
    });
  }
  document.getElementById("fit").addEventListener("click", fit);
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") { search.value = ""; found.textContent = ""; hits = []; search.blur(); choose(null); }
    if (event.target === search || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/") { event.preventDefault(); search.focus(); }
    if (event.key === "f") fit();
    const node = document.activeElement && document.activeElement.closest("#nodes g");
    if (node && event.key === "Enter") choose(Number(node.id.slice(1)));
  });

  addEventListener("beforeprint", () => svg.setAttribute("viewBox", `0 0 ${width} ${height}`));
  addEventListener("afterprint", show);
  begin();
})();
