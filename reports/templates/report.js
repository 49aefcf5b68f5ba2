// Progressive extras: without this script everything is shown and every link leads on.
(function () {
  "use strict";
  var words = JSON.parse(document.body.dataset.words || "{}");
  var plain = function (text) { return text.trim().toLocaleLowerCase(); };
  var make = function (name, attributes, text) {
    var made = document.createElement(name);
    Object.keys(attributes || {}).forEach(function (key) { made.setAttribute(key, attributes[key]); });
    if (text) { made.textContent = text; }
    return made;
  };

  // A row's cells as texts; numbers as numbers stand behind them.
  function cellsOf(row) {
    return Array.prototype.map.call(row.cells, function (cell) {
      var labels = Array.prototype.map.call(cell.querySelectorAll("svg title"), function (t) { return t.textContent; });
      var shown = (cell.innerText || cell.textContent).replace(/\s+/g, " ").trim();
      return cell.dataset.value !== undefined ? cell.dataset.value : labels.length ? labels.join("; ") : shown;
    });
  }
  function rowsOf(table) {
    return Array.prototype.filter.call(table.rows, function (row) { return !row.hidden; }).map(cellsOf);
  }
  function tools(box, table) {
    var bar = make("div", { "class": "tools" }), said = make("span", { role: "status" });
    var copy = make("button", { type: "button" }, words.copy), save = make("button", { type: "button" }, words.download);
    copy.addEventListener("click", function () {
      var text = rowsOf(table).map(function (row) { return row.join("\t"); }).join("\n");
      var area = make("textarea", { "aria-hidden": "true" });
      area.value = text;
      document.body.appendChild(area);
      area.select();
      document.execCommand("copy");
      area.remove();
      copy.focus();
      said.textContent = words.copied;
    });
    save.addEventListener("click", function () {
      var text = rowsOf(table).map(function (row) {
        return row.map(function (cell) {
          var safe = /^[=+\-@\t\r]/.test(cell) && isNaN(Number(cell)) ? "'" + cell : cell;
          return '"' + safe.replace(/"/g, '""') + '"';
        }).join(";");
      }).join("\r\n");
      var link = make("a", { download: table.id + ".csv" });
      link.href = URL.createObjectURL(new Blob(["\ufeff" + text + "\r\n"], { type: "text/csv" }));
      link.click();
      setTimeout(function () { URL.revokeObjectURL(link.href); }, 1000);
    });
    [copy, save, said].forEach(function (item) { bar.appendChild(item); });
    box.parentNode.insertBefore(bar, box);
  }
  function sortable(table) {
    var body = table.tBodies[0], heads = table.tHead.rows[0].cells;
    if (!body || body.rows.length < 3 || body.querySelector("tr.group")) { return; }
    Array.prototype.forEach.call(heads, function (head, index) {
      var button = make("button", { type: "button", "class": "sort" });
      while (head.firstChild) { button.appendChild(head.firstChild); }
      head.appendChild(button);
      button.addEventListener("click", function () {
        var up = head.getAttribute("aria-sort") === "descending" || (!head.hasAttribute("aria-sort") && index === 0);
        Array.prototype.forEach.call(heads, function (other) { other.removeAttribute("aria-sort"); });
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        var keyed = Array.prototype.map.call(body.rows, function (row) {
          var cell = row.cells[index];
          var value = cell.dataset.value !== undefined ? Number(cell.dataset.value) : cell.querySelectorAll("svg").length;
          return { row: row, number: cell.dataset.value !== undefined || value ? value : null, text: plain(cell.textContent) };
        });
        keyed.sort(function (a, b) {
          if (a.number === null && b.number === null) { return a.text.localeCompare(b.text, document.documentElement.lang) * (up ? 1 : -1); }
          if (a.number === null) { return 1; }
          if (b.number === null) { return -1; }
          return (a.number - b.number) * (up ? 1 : -1);
        });
        keyed.forEach(function (item) { body.appendChild(item.row); });
      });
    });
  }
  document.querySelectorAll("main .scroll").forEach(function (box) {
    var table = box.querySelector("table");
    if (!table) { return; }
    if (table.rows.length > 14) { box.classList.add("tall"); }
    tools(box, table);
    sortable(table);
  });

  // One box finds names everywhere and keeps, on this page, the rows that have what was written.
  var nav = document.getElementById("contents");
  var find = make("div", { "class": "find", role: "search" });
  var input = make("input", { id: "find", type: "search", autocomplete: "off" });
  var said = make("p", { role: "status" }), list = make("ul");
  find.appendChild(make("label", { "for": "find" }, words.find));
  [input, said, list].forEach(function (item) { find.appendChild(item); });
  nav.insertBefore(find, nav.querySelector("ol"));
  var folder = (document.querySelector("script[src$='search.js']") || { getAttribute: function () { return ""; } })
    .getAttribute("src").replace(/assets\/search\.js$/, "");
  var names = window.reportNames || Array.prototype.map.call(document.querySelectorAll("main [data-name][id]"), function (item) {
    return [item.dataset.name, "#" + item.id];
  });
  function rowsOnPage() {
    return document.querySelectorAll("main tbody tr:not(.group), main section[data-name], main .parts li, nav li[data-name]");
  }
  function show() {
    var wanted = plain(input.value), shown = 0, hits = 0;
    rowsOnPage().forEach(function (item) {
      var name = item.dataset.name !== undefined ? item.dataset.name : item.cells ? item.cells[0].textContent : item.textContent;
      var all = item.cells ? item.textContent : name;
      item.hidden = wanted !== "" && plain(all).indexOf(wanted) < 0;
      if (!item.hidden) { shown += 1; }
    });
    list.textContent = "";
    if (wanted.length > 1) {
      names.forEach(function (entry) {
        if (hits < 30 && plain(entry[0]).indexOf(wanted) >= 0) {
          var line = make("li"), link = make("a", {}, entry[0]);
          link.href = entry[1].charAt(0) === "#" ? entry[1] : folder + entry[1];
          line.appendChild(link);
          list.appendChild(line);
          hits += 1;
        }
      });
    }
    said.textContent = wanted === "" ? "" : shown || hits ? words.found.replace("{n}", String(shown)) : words.none;
    try { sessionStorage.setItem("find", input.value); } catch (error) { /* a browser that keeps nothing */ }
  }
  input.addEventListener("input", show);
  input.addEventListener("keydown", function (event) { if (event.key === "Escape") { input.value = ""; show(); } });
})();
