// Draws a page of the practice site from JSON. Written by hand for the practice country; no framework.
"use strict";

function part(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  for (const child of children.flat(Infinity)) element.append(child);
  return element;
}

function anchor(href, text, className) {
  const element = part("a", className || "sc-a", text);
  element.setAttribute("href", href);
  return element;
}

const runs = (list) => list.map((run) => (run.href ? anchor(run.href, run.text) : document.createTextNode(run.text)));

const drawers = {
  p: (block) => part("div", "sc-p", runs(block.runs)),
  h2: (block) => part("h2", "sc-h", runs(block.runs)),
  h3: (block) => part("h3", "sc-h sc-h--s", runs(block.runs)),
  ul: (block) => part("ul", "sc-list", block.items.map((item) => part("li", "", runs(item)))),
  ol: (block) => part("ol", "sc-list", block.items.map((item) => part("li", "", runs(item)))),
  table: (block) => part("table", "sc-table", block.rows.map((row) => part("tr", "", row.map((cell) => part("td", "", runs(cell)))))),
  button: (block) => part("div", "sc-cta", block.runs.map((run) => anchor(run.href, run.text, "sc-button"))),
  contact: (block) => part("div", "sc-card", block.lines.map((line) => part("div", "sc-card__row", runs(line)))),
  fold: (block) => {
    const body = part("div", "sc-fold__body", block.blocks.map(draw));
    const button = part("button", "sc-fold__button", block.title);
    button.type = "button";
    button.setAttribute("aria-expanded", "false");
    body.hidden = true;
    button.addEventListener("click", () => {
      body.hidden = !body.hidden;
      button.setAttribute("aria-expanded", String(!body.hidden));
    });
    return part("div", "sc-fold", part("h2", "sc-fold__title", button), body);
  },
  iframe: (block) => {
    const frame = part("iframe", "sc-frame");
    frame.src = block.src;
    frame.title = block.title;
    return frame;
  },
  form: (block) => {
    const form = part("form", "sc-form");
    form.method = "post";
    form.append(part("h3", "", block.title));
    for (const [index, label] of block.labels.entries()) {
      const input = part("input", "");
      input.name = "f" + index;
      form.append(part("label", "", label, input));
    }
    form.append(part("button", "sc-button", block.submit));
    return form;
  },
};

function draw(block) {
  return drawers[block.kind](block);
}

function layout(data) {
  const page = data.page;
  document.title = page.title + " – " + data.name;
  const tools = part("div", "sc-tools", data.tools.map((item) => anchor(item.href, item.title)));
  const menu = part("div", "sc-menu", data.nav.map((item) => anchor(item.href, item.title, "sc-menu__item")));
  const top = part("div", "sc-top", anchor("/", data.name, "sc-logo"), tools, menu);
  const trail = part("div", "sc-trail", data.crumbs.map((item) => [anchor(item.href, item.title), " › "]), page.title);
  const body = part("div", "sc-body", page.blocks.map(draw));
  const date = data.date ? [part("div", "sc-date", data.date)] : [];
  const main = part("div", "sc-main", trail, part("h1", "sc-title", page.title), date, body);
  const related = data.related.length
    ? [part("div", "sc-side", part("h2", "", data.ui.related), part("ul", "", data.related.map((item) => part("li", "", anchor(item.href, item.title)))))]
    : [];
  const links = data.footer.map((item) => anchor(item.href, item.title));
  const bottom = part("div", "sc-bottom", part("div", "", data.address), part("div", "", data.lines), links);
  const cookie = part("div", "sc-cookie", part("div", "", data.ui.cookie_text), part("button", "", data.ui.cookie_accept));
  return [top, part("div", "sc-wrap", main, related), bottom, cookie];
}

async function start() {
  const here = location.pathname + location.search;
  const answer = await fetch("/api/sivu?polku=" + encodeURIComponent(here));
  const data = await answer.json();
  document.getElementById("app").replaceChildren(...layout(data));
}

start();
