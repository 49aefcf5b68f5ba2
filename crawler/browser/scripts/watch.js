// Runs before a page's own scripts: tells when the page has come to rest, where its shadow roots are, and what was shown
// for a while. Nothing that a reader sees is changed.
(() => {
  const SOON = 1000, LATE = 4000; // milliseconds; later timers are carousels and sessions that end
  const DEEPEST = 2; // timers set by timers set by timers are clocks
  const MOST_KEPT = 60, KEPT_LENGTH = 20000;
  const pending = new Set(), late = new Set(), roots = new WeakMap(), kept = [];
  const set = window.setTimeout.bind(window), clear = window.clearTimeout.bind(window);
  let changed = performance.now(), depth = 0, isKeeping = false;
  window.setTimeout = (action, delay, ...rest) => {
    if (typeof action !== "function" || (delay || 0) > LATE || depth >= DEEPEST) return set(action, delay, ...rest);
    const level = depth + 1, waiting = (delay || 0) > SOON ? late : pending;
    const id = set((...values) => {
      waiting.delete(id);
      const before = depth;
      depth = level;
      try { action.apply(window, values); } finally { depth = before; }
    }, delay, ...rest);
    waiting.add(id);
    return id;
  };
  window.clearTimeout = (id) => { pending.delete(id); late.delete(id); clear(id); };
  window.open = () => null;
  window.print = () => undefined;
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function attachShadow(options) {
    const root = attach.call(this, options);
    roots.set(this, root);
    watch(root);
    return root;
  };
  const keep = (records) => {
    for (const record of records) for (const node of record.removedNodes) {
      const html = node.outerHTML || "";
      if (kept.length < MOST_KEPT && html && html.length <= KEPT_LENGTH && (node.textContent || "").trim()) kept.push(html);
    }
  };
  const observer = new MutationObserver((records) => { changed = performance.now(); if (isKeeping) keep(records); });
  const watch = (root) => observer.observe(root, { subtree: true, childList: true, characterData: true });
  watch(document);
  const state = () => [
    document.body ? document.body.innerText.length : 0,
    performance.now() - changed,
    pending.size,
    document.readyState === "loading" ? 1 : 0,
    late.size,
  ];
  state.rootOf = (element) => element.shadowRoot || roots.get(element) || null;
  state.keep = (on) => { isKeeping = on; };
  state.kept = () => kept;
  Object.defineProperty(window, "__kuntatutka", { value: state });
})();
