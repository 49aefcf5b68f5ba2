// Scrolls through the page as a reader does, so that what comes or becomes visible on the way is there, and back to the
// top. Says how many screens it was; 0 for a page that shows all at once. At each screen two frames are drawn: with the
// second every watcher of the page has been told what came into view with the first.
async ({ most, pause }) => {
  const frame = () => new Promise(done => requestAnimationFrame(done));
  const rest = () => Promise.race([frame().then(frame), new Promise(done => setTimeout(done, pause))]);
  const page = document.scrollingElement || document.documentElement;
  const isLong = element => element.scrollHeight > element.clientHeight + 1;
  // Pages whose body stands still have one large element that scrolls.
  const inner = document.body ? [...document.body.querySelectorAll('*')].filter(element =>
    element.clientHeight > innerHeight / 2 && isLong(element) && /auto|scroll/.test(getComputedStyle(element).overflowY)) : [];
  let screens = 0;
  for (const element of [page, ...inner.slice(0, 3)].filter(isLong)) {
    const before = element.scrollTop, screen = Math.max(100, Math.min(innerHeight, element.clientHeight));
    for (let top = screen; top - screen < element.scrollHeight && screens < most; top += screen) {
      element.scrollTo({ top, behavior: 'instant' });
      screens += 1;
      await rest();
    }
    element.scrollTo({ top: before, behavior: 'instant' });
  }
  return screens;
}
