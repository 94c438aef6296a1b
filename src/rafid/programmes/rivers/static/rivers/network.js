// Places of the schematic are dragged to where they are read best, and stay there.
(() => {
  const box = document.querySelector(".schematic[data-moves]");
  if (!box) return;
  const svg = box.querySelector("svg");
  const at = (name) => svg.querySelector(`g[data-node="${CSS.escape(name)}"]`);

  const draw = (node) => {
    const { x, y } = node.dataset;
    node.setAttribute("transform", `translate(${x} ${y})`);
    for (const line of svg.querySelectorAll(":scope > path")) {
      if (line.dataset.start !== node.dataset.node && line.dataset.stop !== node.dataset.node) continue;
      const [one, other] = [at(line.dataset.start).dataset, at(line.dataset.stop).dataset];
      const middle = (Number(one.y) + Number(other.y)) / 2;
      line.setAttribute("d", `M${one.x} ${one.y}C${one.x} ${middle} ${other.x} ${middle} ${other.x} ${other.y}`);
    }
  };

  let held = null;
  svg.addEventListener("pointerdown", (event) => {
    const node = event.target.closest("g[data-node]");
    if (!node || event.button) return;
    event.preventDefault();
    const { x, y } = node.dataset;
    held = { node, from: [event.clientX, event.clientY], x: Number(x), y: Number(y) };
    node.classList.add("held");
    svg.setPointerCapture(event.pointerId);
  });
  svg.addEventListener("pointermove", (event) => {
    if (!held) return;
    held.node.dataset.x = Math.round(Math.max(0, held.x + event.clientX - held.from[0]));
    held.node.dataset.y = Math.round(Math.max(0, held.y + event.clientY - held.from[1]));
    draw(held.node);
  });
  svg.addEventListener("pointerup", async () => {
    if (!held) return;
    const { node, x, y } = held;
    held = null;
    node.classList.remove("held");
    if (Number(node.dataset.x) === x && Number(node.dataset.y) === y) return;
    const body = new URLSearchParams({ x: node.dataset.x, y: node.dataset.y });
    const headers = { "X-CSRFToken": box.dataset.token, "X-Requested-With": "fetch" };
    let said = box.dataset.moves;
    try {
      const answer = await fetch(node.dataset.to, { method: "POST", body, headers });
      if (answer.status === 204) {
        box.dataset.moved = node.dataset.node;
        return;
      }
      if (answer.status === 422) said = await answer.text();
    } catch {
      // Without a line it goes back, and says so.
    }
    Object.assign(node.dataset, { x, y });
    draw(node);
    window.alert(said);
  });
})();
