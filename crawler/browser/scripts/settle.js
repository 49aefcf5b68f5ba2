// Waits until the document has been left alone for `quiet` milliseconds, or until `ceiling` milliseconds have gone by.
// Left alone: no change in the tree and no resource that finished loading. Fonts are waited for, they move the text.
async ({ quiet, ceiling }) => {
  const start = performance.now();
  let last = start;
  const noticed = () => { last = performance.now(); };
  const tree = new MutationObserver(noticed);
  tree.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
  const loads = new PerformanceObserver(noticed);
  loads.observe({ type: 'resource' });
  const pause = milliseconds => new Promise(done => setTimeout(done, milliseconds));
  await Promise.race([document.fonts.ready, pause(ceiling)]);
  let now = performance.now();
  while (now - last < quiet && now - start < ceiling) {
    await pause(Math.min(quiet, 50));
    now = performance.now();
  }
  tree.disconnect();
  loads.disconnect();
  return { settled: now - last >= quiet, milliseconds: Math.round(now - start) };
}
