// Runs before a page's own scripts: tells when the page has come to rest. Nothing that a reader sees is changed.
(() => {
  const LONGEST = 1000; // milliseconds; later timers are carousels and sessions that end
  const DEEPEST = 2; // timers set by timers set by timers are clocks
  const pending = new Set();
  const set = window.setTimeout.bind(window), clear = window.clearTimeout.bind(window);
  let changed = performance.now(), depth = 0;
  window.setTimeout = (action, delay, ...rest) => {
    if (typeof action !== "function" || (delay || 0) > LONGEST || depth >= DEEPEST) return set(action, delay, ...rest);
    const level = depth + 1;
    const id = set((...values) => {
      pending.delete(id);
      const before = depth;
      depth = level;
      try { action.apply(window, values); } finally { depth = before; }
    }, delay, ...rest);
    pending.add(id);
    return id;
  };
  window.clearTimeout = (id) => { pending.delete(id); clear(id); };
  window.open = () => null;
  window.print = () => undefined;
  new MutationObserver(() => { changed = performance.now(); })
    .observe(document, { subtree: true, childList: true, characterData: true });
  Object.defineProperty(window, "__kuntatutka", {
    value: () => [
      document.body ? document.body.innerText.length : 0,
      performance.now() - changed,
      pending.size,
      document.readyState === "loading" ? 1 : 0,
    ],
  });
})();
